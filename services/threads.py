"""One conversation as staff read it: the whole transcript over all channels, who holds it, and about whom it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversations.codec import load_state
from conversations.organisation import Organisation
from services import kinship
from services.acquaintance import Acquaintance, acquaint
from services.entries import Entry, Loaded, entries
from services.hiding import hidden_of, tells
from services.inbox import Officer
from services.naming import names, staff_names
from services.ports import Clock, Memory, Reading, Row

PAGE = 50
NEWS = 300
BEFORE_THEM = 12  # rows above the page that may hold the options which were tapped on it


@dataclass(frozen=True, slots=True)
class Hold:
    """In whose hands it is: `state` is waiting, held or over; empty where nobody was ever called."""

    state: str = ""
    number: int = 0
    role: str = ""
    reason: str = ""
    urgent: bool = False
    since: datetime | None = None
    holder: str = ""
    holder_name: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Until when free text may go on this line; it is `open` now, or not."""

    line: str
    until: datetime
    open: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of one conversation. `line` is where the person wrote last and a reply goes; `lines` are all of theirs.

    `older` is the number before which the rest begins, `first` the first number shown; `newest` the last there is.
    `doubted` are the lines whose number may be another's by now, `others` the conversations that are one with this, as
    (contact, line): what was said there before stands there.
    """

    contact: str
    name: str
    line: str
    lines: tuple[str, ...]
    language: str
    hold: Hold
    entries: tuple[Entry, ...]
    first: int
    newest: int
    older: int | None
    window: Window | None
    doubted: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()


class Threads:
    """Reads conversations. `windows` are the lines on which free text may go only so long after the person's word."""

    def __init__(
        self,
        memory: Memory,
        organisations: Mapping[str, Organisation],
        clock: Clock,
        windows: Mapping[str, timedelta] | None = None,
    ) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock
        self._windows = windows or {}

    async def thread(
        self, member: Officer, contact: str, before: int | None = None, after: int | None = None
    ) -> Thread | None:
        """The newest rows of it, those before a number, or those after one; None where there is no such contact."""
        house = member.organisation
        async with self._memory.reading() as unit:
            known = await unit.select("contacts", {"organisation": house, "contact": contact})
            if not known:
                return None
            unseen = await hidden_of(unit, member, [contact])
            rows, above = (
                [r for r in part if _seen(r, unseen)] for part in await _page(unit, house, contact, before, after)
            )
            loaded = await _loaded(unit, house, contact, rows)
            hold = await _hold(unit, house, contact)
            last = await unit.latest(house, [contact])
            called = await names(unit, self._organisations[house], [contact], {})
        line, window = self._reply(loaded.addresses, last)
        first = int(rows[0]["number"]) if rows else 0
        return Thread(
            contact=contact,
            name=called.get(contact, ""),
            line=line,
            lines=tuple(dict.fromkeys(a["line"] for a in loaded.addresses.values())),
            language=load_state(known[0]["state"]).language,
            hold=hold,
            entries=tuple(entries([*above, *rows], loaded, first)),
            first=first,
            newest=int(known[0]["message_number"]),
            older=first if above else None,
            window=window,
            doubted=tuple(dict.fromkeys(a["line"] for a in loaded.addresses.values() if a["doubted_at"])),
            others=tuple(
                {
                    a["contact"]: (a["contact"], a["line"])
                    for a in loaded.addresses.values()
                    if a["contact"] != contact
                }.values()
            ),
        )

    async def acquaintance(self, member: Officer, contact: str) -> Acquaintance | None:
        """Who the person is, as far as the member's roles may know, and where their requests stand."""
        house = member.organisation
        where = {"organisation": house, "contact": contact}
        async with self._memory.reading() as unit:
            known = await unit.select("contacts", where)
            if not known:
                return None
            state = load_state(known[0]["state"])
            return await acquaint(unit, self._organisations[house], member.roles, known[0], state, self._clock())

    def _reply(self, addresses: Mapping[str, Row], last: Sequence[Row]) -> tuple[str, Window | None]:
        """Where the person wrote last, and whether free text may go there."""
        address = addresses.get(last[0]["address"]) if last else next(iter(addresses.values()), None)
        if address is None:
            return "", None
        line, wrote = str(address["line"]), address["last_inbound_at"]
        if line not in self._windows or wrote is None:
            return line, None
        until = wrote + self._windows[line]
        return line, Window(line, until, self._clock() < until)


def _seen(row: Row, unseen: frozenset[str]) -> bool:
    """Whether a row may be read by whom these cases are hidden from."""
    return not unseen or (row["case"] not in unseen and not tells(row["content"]))


async def _page(
    unit: Reading, house: str, contact: str, before: int | None, after: int | None
) -> tuple[list[Row], list[Row]]:
    """The rows of the page in order, and some above it."""
    where = {"organisation": house, "contact": contact}
    most = PAGE if after is None else NEWS
    upto = {} if before is None else {"number": before - 1}
    above: dict[str, Any] = {} if after is None else {"number": max(0, after - BEFORE_THEM)}
    rows = await unit.select("messages", where, upto=upto, after=above, order=["-number"], limit=most + BEFORE_THEM)
    rows.reverse()
    cut = max(0, len(rows) - most) if after is None else sum(row["number"] <= after for row in rows)
    return rows[cut:], rows[:cut]


async def _loaded(unit: Reading, house: str, contact: str, rows: Sequence[Row]) -> Loaded:
    """What the rows of a page lean on: addresses, files, and how far each message has come."""
    where = {"organisation": house, "contact": contact}
    everybody = await kinship.family(unit, house, contact)
    addresses = await unit.select("addresses", {**where, "contact": everybody})
    told = [row["number"] for row in rows if row["direction"] == "out"]
    sent = await unit.select("outbox", {**where, "message": told}) if told else []
    filed = any(_has_files(row["content"]) for row in rows)
    files = await unit.select("files", where, order=["at", "file"]) if filed else []
    return Loaded({a["address"]: a for a in addresses}, sent, files)


def _has_files(content: Mapping[str, Any] | None) -> bool:
    return bool(content and (content.get("files") or content.get("media")))


async def _hold(unit: Reading, house: str, contact: str) -> Hold:
    where = {"organisation": house, "contact": contact}
    rows = await unit.select("handovers", where, order=["-number"], limit=1)
    if not rows:
        return Hold()
    row = rows[0]
    staff = await staff_names(unit, house, [row["holder"]])
    return Hold(
        state=row["state"],
        number=row["number"],
        role=row["role"],
        reason=row["reason"],
        urgent=row["urgent"],
        since=row["since"],
        holder=row["holder"] or "",
        holder_name=staff.get(row["holder"] or "", ""),
    )
