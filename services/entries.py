"""Rows of the transcript as staff read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.failures import Delivery
from services.ports import Row

NOTE = "noted"
# What happened to a conversation without a word in it: staff's acts, and what the person did.
ACTS = frozenset(
    {
        "called",
        "takenover",
        "referred",
        "handedback",
        "ended",
        "begun",
        "opened",
        "switched",
        "redeemed",
        "proved",
        "left",
    }
)
# From what still troubles to what is done: a message of several pieces stands where its worst one does.
FAR = ("failed", "unknown", "sending", "unseen", "sent", "delivered", "seen", "read")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message; `state` is pending, ready, refused or gone, `kind` image, pdf, voice or paper."""

    id: str
    name: str
    kind: str
    size: int
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `by` is person, bot, staff, note or act; a note's `act` is what it records, an act's `more` are its
    values as they were kept.

    `choices` are the labels that were tapped, `options` those that were offered; `delivery` is how far a message to the
    person has come, `media` what kinds of attachment came that are no files of the house.
    """

    number: int
    at: datetime
    by: str
    line: str = ""
    text: str = ""
    name: str = ""
    choices: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    media: tuple[str, ...] = ()
    delivery: str = ""
    act: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the rows lean on: addresses by id, rows of the outbox, files."""

    addresses: Mapping[str, Row]
    outbox: Sequence[Row]
    files: Sequence[Row]

    def line(self, address: str | None) -> str:
        """The line of an address."""
        found = self.addresses.get(address or "")
        return str(found["line"]) if found else ""


def entries(rows: Sequence[Row], loaded: Loaded, first: int) -> Iterator[Entry]:
    """The rows from the `first` number on; those above it lend the labels of their options."""
    labels: dict[str, str] = {}
    far = _deliveries(loaded.outbox)
    for row in rows:
        content = row["content"]
        if content is None:
            continue
        if row["direction"] == "out":
            labels.update({o["id"]: o["label"] for o in content["words"]["options"]})
        if row["number"] < first:
            continue
        if row["direction"] == "out":
            yield _told(row, content, loaded, far.get(row["number"], ""))
        elif content["event"] == "said":
            yield _said(row, content, loaded, labels)
        elif content["event"] == NOTE:
            kind = str(content.get("kind", ""))
            yield Entry(row["number"], row["at"], "note", text=content["text"], name=content["name"], act=kind)
        elif content["event"] in ACTS:
            yield _act(row, content, loaded)


def _told(row: Row, content: Mapping[str, Any], loaded: Loaded, delivery: str) -> Entry:
    options = () if row["by"] == "staff" else tuple(str(o["label"]) for o in content["words"]["options"])
    return Entry(
        number=row["number"],
        at=row["at"],
        by="staff" if row["by"] == "staff" else "bot",
        line=loaded.line(row["address"]),
        text=str(content["words"]["text"]),
        name=str(content.get("name", "")),
        options=options,
        files=_named(content.get("files", ()), loaded),
        delivery=delivery,
    )


def _said(row: Row, content: Mapping[str, Any], loaded: Loaded, labels: Mapping[str, str]) -> Entry:
    fetched = [f for f in loaded.files if content["media"] and f["at"] == row["at"] and f["address"] == row["address"]]
    media = tuple(str(one["kind"]) for one in content["media"])
    return Entry(
        number=row["number"],
        at=row["at"],
        by="person",
        line=loaded.line(row["address"]),
        text=str(content["text"]),
        choices=tuple(labels.get(choice, "") for choice in content["choices"]),
        files=(*_named(content["files"], loaded), *map(_file, fetched)),
        media=() if fetched else media,
    )


def _act(row: Row, content: Mapping[str, Any], loaded: Loaded) -> Entry:
    return Entry(
        number=row["number"],
        at=row["at"],
        by="act",
        line=loaded.line(row["address"]),
        name=str(content.get("name", "")),
        act=str(content["event"]),
        more={name: value for name, value in content.items() if name in ("role", "reason", "note", "back", "language")},
    )


def _named(ids: Sequence[str], loaded: Loaded) -> tuple[File, ...]:
    known = {row["file"]: row for row in loaded.files}
    return tuple(_file(known[id]) for id in ids if id in known)


def _file(row: Row) -> File:
    return File(row["file"], row["name"] or "", row["kind"], row["size"] or 0, row["state"])


def _deliveries(outbox: Sequence[Row]) -> dict[int, str]:
    """How far each message has come: of each of its pieces the last attempt counts, of the pieces the worst."""
    newest: dict[tuple[int, int], Row] = {}
    for row in sorted(outbox, key=lambda r: int(r["attempt"])):
        newest[row["message"], row["piece"]] = row
    found: dict[int, str] = {}
    for (message, _), row in newest.items():
        state = _far(row)
        found[message] = min(state, found.get(message, state), key=FAR.index)
    return found


def _far(row: Row) -> str:
    state = str(row["state"])
    if row["seq"] is not None:
        return "unseen" if state in (Delivery.NEW, Delivery.SENT) else "seen"
    return "sending" if state == Delivery.NEW else state
