"""What people said of how it was: counts and averages by what was asked about and by month, and the sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from conversations import calendar
from conversations.organisation import Organisation
from conversations.surveys import CASE, INQUIRY
from services.hiding import TRUSTED, Reader, is_meant
from services.ports import Clock, Memory, Row

LEAST = 5  # answers below which nothing is told of a part: nobody's own score is to be read off
SPAN = timedelta(days=366)
MOST = 50_000
SENTENCES = 50
KINDS = (INQUIRY, CASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """How often it was asked; how often and how well it was answered is None where too few did."""

    asked: int
    answered: int | None
    average: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """What was asked about one thing: in all, by month (the newest first), by channel, and how often each score."""

    kind: str
    whole: Cell
    months: tuple[tuple[date, Cell], ...]
    lines: tuple[tuple[str, Cell], ...]
    scores: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that somebody wrote beside their score."""

    at: datetime
    kind: str
    score: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Results:
    """The last year. `said` is None where the member may not read sentences."""

    parts: tuple[Part, ...]
    said: tuple[Said, ...] | None


class Surveying:
    """Reads the answers as a member of staff may know them."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def results(self, member: Reader) -> Results:
        """What was asked within a year, and what came of it."""
        house = self._organisations[member.organisation]
        since = {"asked_at": self._clock() - SPAN}
        async with self._memory.reading() as unit:
            where = {"organisation": house.name}
            rows = await unit.select("surveys", where, after=since, order=["-asked_at"], limit=MOST)
        trusted = not TRUSTED.isdisjoint(member.roles)
        return Results(tuple(_part(house, kind, rows) for kind in KINDS), _said(member, rows) if trusted else None)


def _part(house: Organisation, kind: str, rows: Iterable[Row]) -> Part:
    own = [row for row in rows if row["kind"] == kind]
    months: dict[date, list[Row]] = {}
    lines: dict[str, list[Row]] = {}
    for row in own:
        month = calendar.local(house.schedule, row["asked_at"]).date().replace(day=1)
        months.setdefault(month, []).append(row)
        lines.setdefault(row["line"], []).append(row)
    scores = [row["score"] for row in own if row["score"] is not None]
    return Part(
        kind,
        _cell(own),
        tuple((month, _cell(months[month], closed=month in _closed(months))) for month in sorted(months, reverse=True)),
        tuple((line, _cell(lines[line], closed=line in _closed(lines))) for line in sorted(lines)),
        tuple((score, scores.count(score)) for score in range(5, 0, -1)) if len(scores) >= LEAST else (),
    )


def _closed(parts: Mapping[Any, Sequence[Row]]) -> frozenset[Any]:
    """The parts of which nothing is told: those with few answers, and as many of the smallest others as it takes that
    nobody can reckon the few from the whole."""
    counts = {name: sum(row["score"] is not None for row in rows) for name, rows in parts.items()}
    closed, hidden = set(), 0
    for name, count in sorted(counts.items(), key=lambda pair: pair[1]):
        if count < LEAST or 0 < hidden < LEAST:
            closed.add(name)
            hidden += count
    return frozenset(closed)


def _cell(rows: Sequence[Row], *, closed: bool = False) -> Cell:
    scores = [row["score"] for row in rows if row["score"] is not None]
    if closed or len(scores) < LEAST:
        return Cell(len(rows), None, None)
    return Cell(len(rows), len(scores), sum(scores) / len(scores))


def _said(member: Reader, rows: Iterable[Row]) -> tuple[Said, ...]:
    """The newest sentences, but none that may be about this very member."""
    told = [row for row in rows if row["words"] and not is_meant(member.name, row["words"])]
    newest = sorted(told, key=lambda row: row["at"] or row["asked_at"], reverse=True)[:SENTENCES]
    return tuple(Said(row["at"] or row["asked_at"], row["kind"], row["score"], row["words"]) for row in newest)
