"""The checker: what must hold between what was sent, what was accepted, what was seen and what is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from torture.history import Anomaly, Call, Kind, Lived

OPEN = {"new", "sending"}
MAY_BE_THERE = {"sending", "sent", "delivered", "read"}
REPEAT = "repeat"


def judged(lives: Iterable[Lived]) -> list[Anomaly]:
    """Every anomaly of a history; none where it kept all that is promised."""
    return [anomaly for life in lives for anomaly in _judged(life)]


def unknowns(lives: Iterable[Lived]) -> list[tuple[str, Call]]:
    """The calls of which nobody can tell whether the vendor took them, with their person."""
    return [(life.person.name, call) for life in lives for call in life.kept.calls if call.state == "unknown"]


def _judged(life: Lived) -> Iterator[Anomaly]:
    for kind, detail in (*_heard(life), *_effects(life), *_told(life), *_calls(life)):
        yield Anomaly(kind, life.person.name, detail)


def _heard(life: Lived) -> Iterator[tuple[Kind, str]]:
    """Each accepted line stands in the transcript once, in the order it was sent."""
    sent, heard = life.person.sent, life.kept.heard
    counted = Counter(heard)
    yield from ((Kind.LOST, id) for id in sent if id in life.person.accepted and not counted[id])
    yield from ((Kind.DOUBLED, f"{id} stands {times} times") for id, times in counted.items() if times > 1)
    yield from ((Kind.DOUBLED, f"{id} was never sent") for id in counted if id not in sent)
    places = {id: place for place, id in enumerate(sent)}
    known = [places[id] for id in dict.fromkeys(heard) if id in places]
    yield from (
        (Kind.ORDER, f"{sent[later]} stands before {sent[earlier]}")
        for later, earlier in pairwise(known)
        if later > earlier
    )


def _effects(life: Lived) -> Iterator[tuple[Kind, str]]:
    """What the lines did is what they do where nothing is killed; poison did nothing and is kept once."""
    for table, calm in life.calm.effects.items():
        here, there = Counter(life.kept.effects.get(table, ())), Counter(calm)
        for row, times in (here - there).items():
            yield Kind.EFFECTS, f"{table} has {row} {times} times too often"
        for row, times in (there - here).items():
            yield Kind.EFFECTS, f"{table} lacks {row} {times} times"
    poison = len(life.person.poison & life.person.accepted)
    if life.kept.parked != poison:
        yield Kind.POISON, f"{poison} were accepted, {life.kept.parked} are parked"


def _told(life: Lived) -> Iterator[tuple[Kind, str]]:
    """Each line was answered once; what a page showed is what is kept."""
    told = life.kept.told
    due = life.calm.told + len(life.person.poison & life.person.accepted)
    if len(told) < due:
        yield Kind.UNANSWERED, f"{len(told)} of {due} were told"
    if len(told) > due:
        yield Kind.TWICE, f"{len(told)} were told, {due} were due"
    yield from ((Kind.FAULT, fault) for fault in life.person.faults)
    if life.person.line != "web":
        return
    yield from ((Kind.UNSEEN, f"{seq} was never shown") for seq, _ in told if seq not in life.person.told)
    kept = dict(told)
    yield from (
        (Kind.SEEN_TWICE, f"{seq} was shown with other words than are kept")
        for seq, text in life.person.told.items()
        if kept.get(seq) != text
    )


def _calls(life: Lived) -> Iterator[tuple[Kind, str]]:
    """What was sent stands at the vendor once and in order; an unknown at most once, and it is listed."""
    calls = life.kept.calls
    yield from ((Kind.UNFINISHED, _name(call)) for call in calls if call.state in OPEN)
    yield from ((Kind.BLIND, _name(call)) for call in calls if _blind(call, calls))
    yield from ((Kind.UNLISTED, _name(call)) for call in calls if call.state == "unknown" and not _listed(call, calls))
    yield from ((Kind.UNSEEN, _name(call)) for call in calls if call.state == "failed" and not _followed(call, calls))
    if life.person.line != "web":
        yield from _seen(calls, life.person.seen)


def _name(call: Call) -> str:
    return f"{call.number}.{call.piece}.{call.attempt} is {call.state}"


def _later(call: Call, calls: Sequence[Call]) -> list[Call]:
    same = [other for other in calls if (other.number, other.piece) == (call.number, call.piece)]
    return [other for other in same if other.attempt > call.attempt]


def _blind(call: Call, calls: Sequence[Call]) -> bool:
    """Tried anew though the vendor may have it, and not said to be a repeat (which may be refused, and retried)."""
    may_be_there = call.state in MAY_BE_THERE or call.state == "unknown"
    after = [later for later in _later(call, calls) if later.attempt == call.attempt + 1]
    return may_be_there and any(later.reason != REPEAT for later in after)


def _listed(call: Call, calls: Sequence[Call]) -> bool:
    """Judged, and known to staff or made good: asked once more, or the person has gone on."""
    return call.settled and (call.listed or call.overtaken or bool(_later(call, calls)))


def _followed(call: Call, calls: Sequence[Call]) -> bool:
    """A refusal is not silence: it is tried again, or staff have it."""
    return call.listed or bool(_later(call, calls))


def _seen(calls: Sequence[Call], seen: Sequence[str]) -> Iterator[tuple[Kind, str]]:
    """Whether what a person saw can be read as these calls in their order."""
    ordered = sorted((c for c in calls if c.state in MAY_BE_THERE or c.state == "unknown"), key=_place)
    if _fits(ordered, seen):
        return
    may = Counter(call.text for call in ordered)
    must = Counter(call.text for call in ordered if call.state in MAY_BE_THERE)
    there = Counter(seen)
    found = [(Kind.SEEN_TWICE, f"{times} times too often: {text[:60]}") for text, times in (there - may).items()]
    found += [(Kind.UNSEEN, f"{times} times too seldom: {text[:60]}") for text, times in (must - there).items()]
    yield from found or [(Kind.SEEN_ORDER, f"{len(seen)} messages do not stand as they were told")]


def _place(call: Call) -> tuple[int, int, int]:
    return call.number, call.piece, call.attempt


def _fits(calls: Sequence[Call], seen: Sequence[str]) -> bool:
    """What was sent takes one of what was seen, an unknown one or none; at the end nothing is left."""
    reached = {0}
    for call in calls:
        onward = {at + 1 for at in reached if at < len(seen) and seen[at] == call.text}
        reached = onward | reached if call.state == "unknown" else onward
    return len(seen) in reached
