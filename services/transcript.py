"""The transcript as a web chat needs it: what the contact was told by `seq`, and the person's own lines."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services import kinship
from services.ports import Clock, Memory
from services.shown import Shown

LINE = "web"


@dataclass(frozen=True, slots=True)
class Told:
    """A message told in web chat, by staff with their `name`; `words` are text, parts and options, JSON-ready; with it
    goes the receipt of the case `receipt`."""

    seq: int
    at: datetime
    by: str
    words: Mapping[str, Any]
    select: str
    entry: str
    progress: tuple[int, int] | None
    name: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Mine:
    """A line of the person's: `after` is the seq it followed, `id` the one the browser gave it."""

    after: int
    id: str
    text: str
    choices: tuple[str, ...]
    at: datetime
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What a contact was told and what it wrote, up to its message of this number."""

    told: Sequence[Told]
    mine: Sequence[Mine]
    number: int


class Transcript:
    """Reads what was said, and notes what was seen."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock
        self._shown = Shown(memory)

    async def told(self, organisation: str, contact: str, after: int) -> list[Told]:
        """What the contact was told above this seq, in order."""
        where = {"organisation": organisation, "contact": contact}
        async with self._memory.glance() as unit:
            rows = await unit.select("messages", where, after={"seq": after}, order=["seq"])
        return [_told(row) for row in rows if row["content"] is not None]  # what was erased is told no more

    async def since(self, organisation: str, contact: str, after: int, number: int | None = None) -> Passage:
        """What was told above this seq, and the person's own lines in web chat since, each after what it followed;
        of the messages above this number, where one is known."""
        where = {"organisation": organisation, "contact": contact}
        async with self._memory.glance() as unit:
            if number is None:
                mark = await unit.select("messages", {**where, "seq": after}) if after else []
                number = int(mark[0]["number"]) if mark else 0
            rows = await unit.select("messages", where, after={"number": number}, order=["number"])
            browsers = []
            if any(row["direction"] == "in" for row in rows):
                everybody = await kinship.family(unit, organisation, contact)
                browsers = await unit.select("addresses", {**where, "contact": everybody, "line": LINE})
        return said(rows, after, {row["address"] for row in browsers}, number)

    async def seen(self, organisation: str, contact: str, seq: int) -> None:
        """Everything up to this seq was shown on an open page; returns after its commit."""
        async with self._memory.unit() as unit:
            await unit.show([{"organisation": organisation, "contact": contact, "seq": seq}])

    def shown(self, organisation: str, contact: str, seq: int) -> None:
        """The same, written a moment later with what other pages show; returns at once."""
        self._shown.note(organisation, contact, seq)

    async def close(self) -> None:
        """Write what was shown until now."""
        await self._shown.close()


def said(rows: Sequence[Mapping[str, Any]], after: int, browsers: Set[str], number: int) -> Passage:
    """What these rows, which follow that number, hold for a page that was told up to this seq."""
    told = [_told(row) for row in rows if (row["seq"] or 0) > after and row["content"] is not None]
    return Passage(told, _mine(rows, after, browsers), rows[-1]["number"] if rows else number)


def _mine(rows: Sequence[Mapping[str, Any]], seq: int, browsers: Set[str]) -> list[Mine]:
    found: list[Mine] = []
    for row in rows:
        seq = row["seq"] or seq
        content = row["content"]
        if row["direction"] == "in" and row["address"] in browsers and content and content["event"] == "said":
            choices, files = tuple(content["choices"]), tuple(content["files"])
            found.append(Mine(seq, content["id"], content["text"], choices, row["at"], files))
    return found


def _told(row: Mapping[str, Any]) -> Told:
    content = row["content"]
    progress = content["progress"]
    return Told(
        seq=row["seq"],
        at=row["at"],
        by=row["by"],
        words=content["words"],
        select=content["select"],
        entry=content["entry"],
        progress=(progress[0], progress[1]) if progress else None,
        name=content.get("name", ""),
        receipt=content.get("receipt", ""),
    )
