"""Walks a form to its end by every branch with the mind's own rules; ways that nothing later tells apart are one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from conversations import agenda
from conversations.forms import BIRTH, ONESELF, RELATION, SKIPPED, Form, Kind, Op, Question, Test

ADULT = 18
GROWN = 30
OWN_ACCOUNT = (Test(RELATION, Op.IS, (ONESELF,)), Test(BIRTH, Op.YOUNGER, (ADULT,)))
Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Way:
    """Ways to one point that the rest of the form cannot tell apart: what counts later, and the extremes so far."""

    live: Given
    shortest: tuple[int, Given]
    longest: tuple[int, Given]

    def key(self) -> str:
        """What later questions can see."""
        return repr(sorted(self.live.items()))


@dataclass
class Walk:
    """What was met on all ways: questions, `question.choice`, `question.document`; dead ends; the ends."""

    met: set[str] = field(default_factory=set)
    stuck: dict[str, Given] = field(default_factory=dict)
    ends: list[Way] = field(default_factory=list)


def walk(form: Form, today: date) -> Walk:
    """Every way through the form, from the first question to the review."""
    found = Walk()
    ways = [Way({}, (0, {}), (0, {}))]
    for place, question in enumerate(form.questions):
        later = deciding(form.questions[place + 1 :]) | {RELATION, BIRTH}
        tests = _tests_about(form, question.id)
        ways = _merged(next for way in ways for next in _onward(way, question, tests, later, found, today))
    found.ends = ways
    return found


def for_oneself(way: Way, today: date) -> bool:
    """Whether an adult asks for oneself."""
    young = agenda.younger(way.live.get(BIRTH, SKIPPED), ADULT, today)
    return way.live.get(RELATION, ONESELF) == ONESELF and not young


def comparisons(question: Question) -> Iterator[Test]:
    """Every single test in a question: in its own condition, its choices' and its papers'."""
    inner = (*(choice.when for choice in question.choices), *(document.when for document in question.documents))
    for condition in (question.when, *inner):
        for tests in condition:
            yield from tests


def deciding(questions: Iterable[Question]) -> set[str]:
    """The questions whose answers any of these look at."""
    return {test.field for question in questions for test in comparisons(question)}


def _tests_about(form: Form, id: str) -> tuple[Test, ...]:
    """What the form asks of that answer, and what the judge does: whether an adult asks for oneself."""
    every = (*(test for question in form.questions for test in comparisons(question)), *OWN_ACCOUNT)
    return tuple(dict.fromkeys(test for test in every if test.field == id))


def _onward(
    way: Way, question: Question, tests: tuple[Test, ...], later: set[str], found: Walk, today: date
) -> Iterator[Way]:
    if not _asked(question, way.live, today):
        yield _narrowed(way, later)
        return
    _note(question, way.live, found, today)
    for value in answers(question, tests, way.live, today):
        yield _narrowed(_longer(way, question.id, value), later)


def _asked(question: Question, live: Given, today: date) -> bool:
    wanted = not question.documents or bool(agenda.documents(question, live, today))
    return wanted and agenda.applies(question.when, live, today)


def _note(question: Question, live: Given, found: Walk, today: date) -> None:
    standing = agenda.choices(question, live, today)
    found.met.add(question.id)
    found.met.update(f"{question.id}.{choice.key}" for choice in standing)
    found.met.update(f"{question.id}.{document.key}" for document in agenda.documents(question, live, today))
    if question.kind in (Kind.CHOICE, Kind.CHOICES) and not standing:
        found.stuck.setdefault(question.id, live)


def _longer(way: Way, id: str, value: Any) -> Way:
    (least, brief), (most, full) = way.shortest, way.longest
    return Way({**way.live, id: value}, (least + 1, {**brief, id: value}), (most + 1, {**full, id: value}))


def _narrowed(way: Way, later: set[str]) -> Way:
    return Way({id: value for id, value in way.live.items() if id in later}, way.shortest, way.longest)


def _merged(ways: Iterable[Way]) -> list[Way]:
    kept: dict[str, Way] = {}
    for way in ways:
        other = kept.setdefault(way.key(), way)
        shortest = min(way.shortest, other.shortest, key=lambda each: each[0])
        longest = max(way.longest, other.longest, key=lambda each: each[0])
        kept[way.key()] = Way(way.live, shortest, longest)
    return list(kept.values())


def answers(question: Question, tests: tuple[Test, ...], live: Given, today: date) -> list[Any]:
    """One answer for each class of answers that the tests tell apart, and a skip where it may be skipped."""
    told_apart: dict[tuple[bool, ...], Any] = {}
    for value in _candidates(question, tests, live, today):
        outcome = tuple(agenda.holds(test, {question.id: value}, today) for test in tests)
        told_apart.setdefault(outcome, value)
    return [*told_apart.values(), *([SKIPPED] if question.optional else [])]


def _candidates(question: Question, tests: tuple[Test, ...], live: Given, today: date) -> list[Any]:
    keys = [choice.key for choice in agenda.choices(question, live, today)]
    match question.kind:
        case Kind.CHOICE:
            return list(keys)
        case Kind.CHOICES:
            return _sets(keys, tests)
        case Kind.YES_NO:
            return [True, False]
        case Kind.NUMBER | Kind.MONEY:
            return _amounts(question, tests)
        case Kind.DATE:
            return [_born(age, today) for age in _ages(tests)]
        case Kind.DOCUMENTS:
            return [{}]
    return [question.id]


def _sets(keys: list[str], tests: tuple[Test, ...]) -> list[Any]:
    """Sets of chosen keys, one for each outcome of the tests that some set has."""
    reached: dict[frozenset[int], list[str]] = {}
    for key in keys:
        alone = frozenset(place for place, test in enumerate(tests) if key in test.values)
        for outcome, chosen in [*reached.items(), (frozenset[int](), [])]:
            reached.setdefault(outcome | alone, [*chosen, key])
    return list(reached.values())


def _amounts(question: Question, tests: tuple[Test, ...]) -> list[Any]:
    least = question.least or 0
    bounds = {least, *(test.values[0] + more for test in tests if test.op is Op.ABOVE for more in (0, 1))}
    inside = [value for value in sorted(bounds) if least <= value and (question.most is None or value <= question.most)]
    return [str(value) for value in inside] if question.kind is Kind.MONEY else list(inside)


def _ages(tests: tuple[Test, ...]) -> list[int]:
    bounds = {test.values[0] for test in tests if test.op is Op.YOUNGER}
    ages = {GROWN, *bounds, *(bound - 1 for bound in bounds)}
    return sorted((age for age in ages if age >= 0), reverse=True)


def _born(age: int, today: date) -> str:
    """A birth date of somebody who has that age today; a leap day's child counts on the day before."""
    day = min(today.day, 28)
    return date(today.year - age, today.month, day).isoformat()
