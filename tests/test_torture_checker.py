"""The torture's checker finds each thing that must not be, planted one at a time into a history where all is well."""

from dataclasses import replace

import pytest

from torture.checker import judged, unknowns
from torture.history import Call, Calm, Kept, Kind, Lived, Person
from torture.plan import parsed

EFFECTS = {"answers": (("name", "سعد"),), "tasks": ()}
SENT = ("a", "b", "c")
TOLD = ((1, "one"), (2, "two"), (3, "three"), (4, "four"))


def call(number: int, text: str, state: str = "delivered", **more: object) -> Call:
    return replace(Call(number, 0, 0, state, text), **more)  # type: ignore[arg-type]


CALLS = tuple(call(number, text) for number, text in TOLD)
SEEN = tuple(text for _, text in TOLD)


def life(line: str = "telegram") -> Lived:
    """Three lines of which one is poison, four answers; all is as it should be."""
    seen = SEEN if line != "web" else ()
    person = Person("سعد", line, SENT, frozenset(SENT), frozenset({"b"}), seen, dict(TOLD) if line == "web" else {})
    kept = Kept(SENT, TOLD, EFFECTS, CALLS if line != "web" else (), parked=1)
    return Lived(person, kept, Calm(3, EFFECTS))


def kinds(life: Lived) -> set[Kind]:
    return {anomaly.kind for anomaly in judged([life])}


def kept(line: str = "telegram", **changed: object) -> Lived:
    well = life(line)
    return replace(well, kept=replace(well.kept, **changed))  # type: ignore[arg-type]


def person(line: str = "telegram", **changed: object) -> Lived:
    well = life(line)
    return replace(well, person=replace(well.person, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("line", ["telegram", "web"])
def test_a_good_history_has_no_anomaly(line: str) -> None:
    assert judged([life(line)]) == []


def test_what_was_not_accepted_may_be_missing() -> None:
    lost = kept(heard=("a", "b"))
    assert kinds(replace(lost, person=replace(lost.person, accepted=frozenset({"a", "b"})))) == set()


UNKNOWN = call(2, "two", "unknown", settled=True)
AGAIN = call(2, "two", attempt=1, reason="retry")
ANOMALIES = {
    "an accepted line is missing": (kept(heard=("a", "b")), Kind.LOST),
    "a line stands twice": (kept(heard=("a", "b", "b", "c")), Kind.DOUBLED),
    "a line stands that nobody sent": (kept(heard=("a", "b", "c", "d")), Kind.DOUBLED),
    "lines changed places": (kept(heard=("b", "a", "c")), Kind.ORDER),
    "an effect happened twice": (kept(effects={"answers": EFFECTS["answers"] * 2, "tasks": ()}), Kind.EFFECTS),
    "an effect is missing": (kept(effects={}), Kind.EFFECTS),
    "an effect came that was not due": (kept(effects={**EFFECTS, "tasks": (("x", "y"),)}), Kind.EFFECTS),
    "a line was answered twice": (kept(told=(*TOLD, (5, "four"))), Kind.TWICE),
    "a line was not answered": (kept(told=TOLD[:3]), Kind.UNANSWERED),
    "poison vanished": (kept(parked=0), Kind.POISON),
    "poison is parked twice": (kept(parked=2), Kind.POISON),
    "the page was not shown an answer": (person("web", told=dict(TOLD[:3])), Kind.UNSEEN),
    "the page was shown other words": (person("web", told={**dict(TOLD), 4: "five"}), Kind.SEEN_TWICE),
    "the page saw a rule broken": (person("web", faults=("2 after 4",)), Kind.FAULT),
    "an answer came twice": (person(seen=(*SEEN, "four")), Kind.SEEN_TWICE),
    "an answer never came": (person(seen=SEEN[:3]), Kind.UNSEEN),
    "answers changed places": (person(seen=("two", "one", "three", "four")), Kind.SEEN_ORDER),
    "a call was never made": (kept(calls=(*CALLS[:3], call(4, "four", "new"))), Kind.UNFINISHED),
    "a call was given up in the air": (kept(calls=(*CALLS[:3], call(4, "four", "sending"))), Kind.UNFINISHED),
    "a refusal was swallowed": (kept(calls=(*CALLS[:3], call(4, "four", "failed"))), Kind.UNSEEN),
    "a taken call was made again": (kept(calls=(*CALLS, AGAIN)), Kind.BLIND),
    "an unknown call was made again": (kept(calls=(CALLS[0], UNKNOWN, AGAIN, *CALLS[2:])), Kind.BLIND),
    "an unknown is nowhere listed": (kept(calls=(CALLS[0], UNKNOWN, *CALLS[2:])), Kind.UNLISTED),
    "an unknown was never judged": (
        kept(calls=(CALLS[0], replace(UNKNOWN, settled=False, listed=True), *CALLS[2:])),
        Kind.UNLISTED,
    ),
}


@pytest.mark.parametrize("name", list(ANOMALIES))
def test_each_anomaly_is_found(name: str) -> None:
    planted, kind = ANOMALIES[name]
    assert kind in kinds(planted)


@pytest.mark.parametrize("how", [{"listed": True}, {"overtaken": True}])
def test_an_unknown_that_somebody_knows_of_is_none(how: dict[str, bool]) -> None:
    listed = kept(calls=(CALLS[0], replace(UNKNOWN, **how), *CALLS[2:]))  # type: ignore[arg-type]
    assert kinds(listed) == set(), "it reached the person"
    never = replace(listed, person=replace(listed.person, seen=("one", "three", "four")))
    assert kinds(never) == set(), "it did not"
    assert len(unknowns([never])) == 1
    twice = replace(listed, person=replace(listed.person, seen=("one", "two", "two", "three", "four")))
    assert kinds(twice) == {Kind.SEEN_TWICE}


def test_an_unknown_question_may_be_asked_again_as_a_repeat() -> None:
    repeat = call(2, "again: two", attempt=1, reason="repeat")
    asked = kept(calls=(CALLS[0], UNKNOWN, repeat, *CALLS[2:]))
    for seen in (("one", "two", "again: two", "three", "four"), ("one", "again: two", "three", "four")):
        assert kinds(replace(asked, person=replace(asked.person, seen=seen))) == set()


def test_a_repeat_that_was_refused_is_tried_again_as_a_repeat() -> None:
    refused = call(2, "again: two", "failed", attempt=1, reason="repeat")
    retried = call(2, "again: two", attempt=2, reason="retry")
    asked = kept(calls=(CALLS[0], UNKNOWN, refused, retried, *CALLS[2:]))
    assert kinds(replace(asked, person=replace(asked.person, seen=("one", "again: two", "three", "four")))) == set()


def test_the_same_words_may_be_told_twice() -> None:
    calls = (*CALLS[:2], UNKNOWN, call(3, "two"), CALLS[3])
    same = replace(life(), kept=replace(life().kept, calls=tuple(replace(c, listed=True) for c in calls)))
    assert kinds(replace(same, person=replace(same.person, seen=("one", "two", "two", "four")))) == set()


def test_a_run_says_how_to_play_it_again() -> None:
    part, plan = parsed(["--database", "postgresql", "--kills", "20", "--messages", "1000", "--seed", "7"])
    assert part == "kill"
    words = "DATABASE=postgresql KILLS=20 MESSAGES=1000 SEED=7 PROCESSES=4 CUTS=50 RESTARTS=2"
    assert plan.command.startswith(f"make torture {words}")
    assert plan.chance("kills").random() == plan.chance("kills").random() != plan.chance("people").random()
