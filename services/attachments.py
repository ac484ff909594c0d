"""The files that an event names, and what a turn does with files: fetched, named, filed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conversations import effects as e
from conversations.acts import Filled, Lodged, SignedOnPaper
from conversations.events import Event, MediaKind, Papers, Said
from conversations.facts import Paper
from conversations.forms import About
from conversations.records import Seat
from conversations.state import Mode
from services.ports import Reading, Row
from services.seating import Arrival, fresh_id

if TYPE_CHECKING:
    from services.rows import Scribe

PENDING, READY, REFUSED, GONE = "pending", "ready", "refused", "gone"
PAPER, VOICE = "paper", "voice"
NAMING = Said | Papers | SignedOnPaper | Filled


def files_of(event: Event) -> tuple[str, ...]:
    """The ids of the files that an event names."""
    return event.files if isinstance(event, NAMING) else ()


async def named(unit: Reading, wanted: Sequence[tuple[Arrival, Seat]]) -> Mapping[str, Mapping[str, Row]]:
    """The rows of the files that the events name, by contact; only a contact's own, and only those that are ready."""
    asked = [(s, files_of(a.inbound.event)) for a, s in wanted]
    ids = sorted({file for _, files in asked for file in files})
    if not ids:
        return {}
    where = {"organisation": sorted({s.organisation for s, _ in asked}), "file": ids, "state": READY}
    rows = await unit.select("files", where)
    return {
        s.contact: {r["file"]: r for r in rows if (r["organisation"], r["contact"]) == (s.organisation, s.contact)}
        for s, files in asked
        if files
    }


async def declared(unit: Reading, seats: Sequence[Seat], arrivals: Sequence[Arrival]) -> dict[str, list[Row]]:
    """The files of the cases whose declaration is in hand, and of those that staff submit now, by case."""
    stands = [(s.organisation, s.state or {}) for s in seats]
    asked = [(house, at["case"]) for house, at in stands if at.get("mode") == Mode.DECLARATION and at.get("case")]
    events = ((a.inbound.organisation, a.inbound.event) for a in arrivals)
    asked += [(house, event.case) for house, event in events if isinstance(event, Lodged)]
    found: dict[str, list[Row]] = {}
    if asked:
        houses, cases = sorted({house for house, _ in asked}), [case for _, case in asked]
        rows = await unit.select("files", {"organisation": houses, "case": cases, "state": READY})
        for row in sorted(rows, key=lambda row: row["file"]):  # by the database it would go through all in this order
            found.setdefault(row["case"], []).append(row)
    return found


def own(event: Event, rows: Mapping[str, Row]) -> Event:
    """The event without files that are not the contact's own, or not there."""
    if not isinstance(event, NAMING) or all(file in rows for file in event.files):
        return event
    return replace(event, files=tuple(file for file in event.files if file in rows))


def shown(rows: Mapping[str, Row]) -> Mapping[str, Paper]:
    """The files as the mind sees them."""
    return {id: Paper(id, row["name"] or "", row["kind"], row["size"]) for id, row in rows.items()}


def name(scribe: "Scribe") -> None:
    """A message named these files: they stay."""
    for file in scribe.place.papers:
        scribe.ledger.update("files", scribe.key(file=file), named_at=scribe.now)


def fetch(scribe: "Scribe", effect: e.Fetch) -> None:
    """Attachments that wait for their fetching, each a row."""
    seat, line = scribe.place.seat, scribe.place.arrival.inbound.line
    common = {"contact": seat.contact, "address": seat.address, "line": line, "at": scribe.now, "next_at": scribe.now}
    for media in effect.media:
        voice = media.kind is MediaKind.VOICE
        scribe.ledger.insert(
            "files",
            **scribe.key(file=fresh_id()),
            **common,
            owner_kind="contact",
            owner=seat.contact,
            name=media.name or None,
            ref=media.ref,
            kind=VOICE if voice else PAPER,
            size=media.size,
            state=PENDING,
            album=media.group,
            named_at=scribe.now if voice else None,
        )


def file_papers(scribe: "Scribe", effect: e.FilePapers) -> None:
    """The files become a paper of the case: the secret of each is wrapped anew, as its person's; the bytes stay."""
    person = scribe.case["applicant" if effect.about is About.APPLICANT else "beneficiary"]
    place: dict[str, Any] = {"case": effect.case, "field": effect.field, "document": effect.document}
    for file in effect.files:
        if row := scribe.place.papers.get(file):
            sealed = {
                "owner_kind": "person",
                "owner": person,
                **{n: row[n] for n in ("name", "secret", "ref", "digest")},
            }
            scribe.ledger.update("files", scribe.key(file=file), **place, **sealed, privacy=effect.privacy.value)
