"""The clock of a request as stitches in legs, and what is said of it."""

from collections.abc import Callable
from datetime import date, datetime

from conversations.messages import Line
from services.requests import Entry
from services.spans import Span

Say = Callable[..., str]
Mark = tuple[str, str, str]
Leg = tuple[list[str], list[Mark], bool]
STITCHES = 10


def legs(span: Span, say: Say, first: str = "accepted") -> list[Leg]:
    """The days until the ceiling, in legs that begin where something is marked; `first` is what began them."""
    days = span.days()
    marks = _marks(span, say, days[-1][0], first)
    starts = sorted({days[0][0], *(day for day, _, _ in marks if day in dict(days))})
    last = starts.pop() if len(starts) > 1 and starts[-1] == days[-1][0] else None
    found: list[Leg] = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else None
        part = [stands for day, stands in days if day >= start and (end is None or day < end)]
        here = [mark for day, mark, _ in marks if day == start]
        post = any(stake for day, _, stake in marks if day == start)
        found.append((part, here[:2], post))
    if last is not None:
        found[-1][1].extend(mark for day, mark, _ in marks if day == last)
    return found


def _marks(span: Span, say: Say, end: date, first: str) -> list[tuple[date, Mark, bool]]:
    """What is marked on which day, the first of a day wins; a stake stands where the floor and the acceptance are."""
    accepted, floor = span.local(span.accepted), span.local(span.floor)
    today, ceiling = span.local(span.at), span.local(span.ceiling)
    point = say("desk.request.clock.told") if span.told else say("desk.request.clock.day", day=span.number)
    wanted = [
        (accepted, say(f"desk.request.clock.{first}"), span.accepted, True),
        (floor, say("desk.request.clock.floor"), span.floor, True),
        (ceiling, say("desk.request.clock.ceiling"), span.ceiling, False),
        (today, point, span.at, False),
    ]
    found: dict[date, tuple[date, Mark, bool]] = {}
    for day, title, moment, stake in wanted:
        if day <= end:
            found.setdefault(day, (day, (title, *_day(span, say, moment)), stake))
    return list(found.values())


def _day(span: Span, say: Say, moment: datetime) -> tuple[str, str]:
    day = span.local(moment)
    return say("desk.request.clock.short", day=day), say("desk.request.clock.lunar", day=day)


def moved(span: Span, say: Say) -> str:
    """Why the ceiling is later than it was, and that the floor is not."""
    if span.standing:
        return say("desk.request.clock.standing")
    return say("desk.request.clock.moved", count=len(span.still)) if span.still else ""


def stitches(span: Span) -> list[str]:
    """The clock in a few stitches, for a row of the list."""
    whole = max((span.local(span.ceiling) - span.local(span.accepted)).days, 1)
    gone = min(STITCHES, max(1, round(STITCHES * span.number / (whole + 1))))
    return ["late" if span.late and n == gone - 1 else "on" if n < gone else "" for n in range(STITCHES)]


def span_of(row: Entry, now: datetime, zone: str) -> Span:
    """The clock of a row."""
    ceiling, stopped = row.ceiling_at or now, row.stopped_at
    return Span(
        accepted=row.accepted_at,
        floor=row.floor_at or row.accepted_at,
        ceiling=ceiling + (now - stopped) if stopped else ceiling,
        at=now,
        zone=zone,
        standing=stopped is not None,
    )


def left(span: Span) -> Line:
    """How long the answer may still take."""
    if span.standing:
        return Line("desk.requests.still")
    if span.left == 0:
        return Line("desk.requests.today")
    return Line("desk.requests.left" if span.left > 0 else "desk.requests.over", {"count": abs(span.left)})
