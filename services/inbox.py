"""The inbox: who waits for a person, for how long and why, and who is with whom."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from conversations.organisation import Organisation
from services.hiding import hidden_of
from services.naming import names, staff_names
from services.ports import Clock, Memory, Reading, Row

OPEN = ("waiting", "held")
PAGE = 50
DANGER = "danger"


class Officer(Protocol):
    """Whoever looks at the inbox."""

    @property
    def organisation(self) -> str: ...
    @property
    def staff(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...


class Show(StrEnum):
    """Which conversations are listed."""

    ALL = "all"
    WAITING = "waiting"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line in short: `kind` is text, choice, paper, voice, place, card, other, or nothing that was written."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the list. `name` is empty for who never told it; `since` is when the wait began; `state` is waiting or
    held, then by `holder`."""

    contact: str
    number: int
    name: str
    last: Snippet
    line: str
    reason: str
    role: str
    urgent: bool
    since: datetime
    state: str
    holder: str = ""
    holder_name: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many conversations stand in each list, and in the list at hand by channel."""

    waiting: int = 0
    mine: int = 0
    all: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `after` leads to the next, empty where there is none."""

    rows: tuple[Waiting, ...]
    counted: Counted
    after: str = ""


class Inbox:
    """Reads the open handovers of an association as its officers need them."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def listed(self, member: Officer, show: Show = Show.ALL, line: str = "", after: str = "") -> Listed:
        """One page: urgent ones first, then what waits for the member's own role, then the longest wait."""
        async with self._memory.reading() as unit:
            rows = await _open(unit, member.organisation)
            chosen = sorted((r for r in rows if _stands(r, member, show, line)), key=lambda r: _key(r, member))
            left = [row for row in chosen if not after or _written(_key(row, member)) > after]
            shown = await self._told(unit, member, left[:PAGE])
        more = _written(_key(left[PAGE - 1], member)) if len(left) > PAGE else ""
        lines = Counter(row["line"] for row in rows if _stands(row, member, show, ""))
        return Listed(tuple(shown), replace(_counted(rows, member), lines=lines), more)

    async def counted(self, member: Officer) -> Counted:
        """How many stand in each list."""
        async with self._memory.reading() as unit:
            return _counted(await _open(unit, member.organisation), member)

    async def _told(self, unit: Reading, member: Officer, rows: Sequence[Row]) -> list[Waiting]:
        """The rows with what was said last, and by whom they are held; a constant number of statements."""
        house, contacts = member.organisation, [row["contact"] for row in rows]
        unseen = await hidden_of(unit, member, contacts) if contacts else frozenset()
        newest = await unit.latest(house, contacts)
        last = {row["contact"]: snippet(row["content"] if row["case"] not in unseen else None) for row in newest}
        cases = {row["contact"]: row["case"] for row in rows}
        called = await names(unit, self._organisations[house], contacts, cases)
        staff = await staff_names(unit, house, [row["holder"] for row in rows])
        return [_row(row, called, last, staff) for row in rows]


def snippet(content: Mapping[str, Any] | None) -> Snippet:
    """What a person's line was, in short."""
    if content is None or content.get("event") not in ("said", "papers"):
        return Snippet("nothing")
    if content["event"] == "papers":
        return Snippet("paper")
    if text := " ".join(str(content["text"]).split()):
        return Snippet("text", text)
    kinds = [str(one["kind"]) for one in content["media"]] or ["paper"] * len(content["files"])
    return Snippet(kinds[0] if kinds else "choice")


async def _open(unit: Reading, house: str) -> list[Row]:
    return await unit.select("handovers", {"organisation": house, "state": list(OPEN)})


def _stands(row: Row, member: Officer, show: Show, line: str) -> bool:
    if line and row["line"] != line:
        return False
    if show is Show.MINE:
        return bool(row["holder"] == member.staff)
    return show is Show.ALL or row["state"] == "waiting"


def _key(row: Row, member: Officer) -> tuple[Any, ...]:
    """The order of the list: what waits before what is held, danger first, one's own role's, then the longest wait."""
    held = row["state"] == "held"
    others = row["role"] not in member.roles
    return not row["urgent"] or held, held, others, row["since"], row["contact"]


def _written(key: tuple[Any, ...]) -> str:
    """The key as it stands in an address; it sorts as the key does."""
    calm, held, others, since, contact = key
    return f"{int(calm)}{int(held)}{int(others)}-{int(since.timestamp() * 1_000_000):016d}-{contact}"


def _counted(rows: Sequence[Row], member: Officer) -> Counted:
    return Counted(
        waiting=sum(row["state"] == "waiting" for row in rows),
        mine=sum(row["holder"] == member.staff for row in rows),
        all=len(rows),
    )


def _row(row: Row, called: Mapping[str, str], last: Mapping[str, Snippet], staff: Mapping[str, str]) -> Waiting:
    return Waiting(
        contact=row["contact"],
        number=row["number"],
        name=called.get(row["contact"], ""),
        last=last.get(row["contact"], Snippet("nothing")),
        line=row["line"],
        reason=row["reason"],
        role=row["role"],
        urgent=row["urgent"],
        since=row["since"],
        state=row["state"],
        holder=row["holder"] or "",
        holder_name=staff.get(row["holder"] or "", ""),
    )
