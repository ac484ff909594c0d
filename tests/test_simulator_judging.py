"""Every invariant of the simulator is shown to catch the fault that it is there for, planted in what a seed left."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conversations.acts import TakenOver
from conversations.effects import AskSurvey, PutAnswer, Remind, Say, SetMessages
from conversations.events import Said, TimePassed
from conversations.handling import TellDecision
from conversations.messages import Line, Outbound, Part, Role
from conversations.state import Mode
from services import voices
from tests.simulator import run as running
from tests.simulator.eye import Step
from tests.simulator.judge import INVARIANTS, breaches
from tests.simulator.record import Record, recorded

SEED, DAYS = 1, 24
Plant = Callable[[Record], None]


@pytest.fixture(scope="module")
def left() -> tuple[Record, Record]:
    """What one seed left, without a breach; and the same once evidence was altered and nothing hides a complaint."""
    kept: list[Record] = []

    async def keep(run: running.Run) -> list[str]:
        kept.append(await recorded(run))
        async with run.world.store.unit() as unit:
            (link, *_) = await unit.select("evidence", {"organisation": "labas"})
            key = {name: link[name] for name in ("organisation", "chain", "number")}
            await unit.update("evidence", [{**key, "hash": b"x" * 32}])
        patch.setattr(voices, "hidden", nobody_hides)
        kept.append(await recorded(run))
        return breaches(kept[0])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "judge", keep)
        assert running.play(SEED, days=DAYS).breaches == []
    return kept[0], kept[1]


@pytest.fixture
def whole(left: tuple[Record, Record]) -> Record:
    return left[0]


async def nobody_hides(*_: object) -> frozenset[str]:
    return frozenset()


def first(record: Record, fits: Callable[[Step], bool]) -> tuple[int, Step]:
    """The first step that fits."""
    return next((n, step) for n, step in enumerate(record.steps) if fits(step))


def has(kind: type[Any]) -> Callable[[Step], bool]:
    return lambda step: any(isinstance(effect, kind) for effect in step.effects)


def told_too_early(record: Record) -> None:
    n, step = first(record, lambda one: isinstance(one.event, TimePassed) and has(TellDecision)(one))
    record.steps[n] = replace(step, at=step.at - timedelta(days=8))


def rung_too_early(record: Record) -> None:
    n, step = first(record, lambda one: isinstance(one.event, TimePassed))
    record.steps[n] = replace(step, at=step.at - timedelta(hours=2))


def rung_twice(record: Record) -> None:
    n, step = first(record, lambda one: isinstance(one.event, TimePassed) and not has(Remind)(one))
    record.steps.insert(n + 1, step)


def never_rung(record: Record) -> None:
    n, _ = first(record, lambda one: isinstance(one.event, TimePassed) and one.event.kind == "draft")
    record.steps[n:] = [s for s in record.steps[n:] if not isinstance(s.event, TimePassed)]


def told_twice(record: Record) -> None:
    _n, step = first(record, has(TellDecision))
    record.steps.append(replace(step, event=Said("")))


def asked_again(record: Record) -> None:
    n, step = first(record, lambda one: has(PutAnswer)(one) and one.after.mode is Mode.FORM)
    record.steps.insert(n + 2, replace(record.steps[n], effects=(asks(step.before.asking or ""),), event=Said("نعم")))


def asks(field: str) -> Say:
    return Say(Outbound((Part(Role.ASK, Line(f"question.{field}.ask")),)))


def spoken_to_while_held(record: Record) -> None:
    n, step = first(record, lambda one: isinstance(one.event, TakenOver) and one.after.mode is Mode.STAFF)
    record.steps.insert(n + 1, replace(step, before=step.after, event=Said("؟"), effects=(asks("city"),)))


def taken_twice(record: Record) -> None:
    record.taken.append(next(one for one in record.taken if not one[4].repeat))


def lost(record: Record) -> None:
    record.rows["messages"] = [row for row in record.rows["messages"] if row["direction"] != "in"]


def a_hole(record: Record) -> None:
    row = next(row for row in record.rows["messages"] if row["seq"] == 2)
    record.rows["messages"].remove(row)


def evaluated_against_their_will(record: Record) -> None:
    n, step = first(record, lambda one: isinstance(one.event, Said))
    record.steps[n] = replace(step, effects=(*step.effects, AskSurvey("case", "c" * 32)))
    who = {"organisation": step.who[0], "contact": step.who[1]}
    record.rows["consents"].append({**who, "purpose": "survey", "given": False, "at": step.at - timedelta(days=1)})


def parked(record: Record) -> None:
    record.rows["parked"].append({"organisation": "labas", "reason": "ZeroDivisionError", "at": record.end})


def at_night(record: Record) -> None:
    n = next(n for n, (_, row) in enumerate(record.made) if row and not row["interactive"])
    made, row = record.made[n]
    record.made[n] = replace(made, at=made.at.replace(hour=22)), row


def of_no_row(record: Record) -> None:
    record.made.append((record.made[0][0], None))


def called_twice(record: Record) -> None:
    record.made.append(record.made[0])


def shown_twice(record: Record) -> None:
    made, row = next((made, row) for made, row in record.made if made.taken and row)
    assert row is not None
    record.made += [(made, {**row, "attempt": row["attempt"] + more}) for more in (7, 8)]


def written_to_after_a_stop(record: Record) -> None:
    _made, row = next((made, row) for made, row in record.made if row and not row["interactive"])
    assert row is not None
    who = row["organisation"], row["contact"]
    n, step = first(record, lambda one: one.who == who and isinstance(one.event, Said))
    effects = (*step.effects, SetMessages(allowed=False))
    record.steps[n] = replace(step, address=row["address"], effects=effects)


def failed_unseen(record: Record) -> None:
    row = next(row for row in record.rows["outbox"] if row["seq"] is None and row["state"] == "delivered")
    row |= {"state": "failed", "failure": "filtered", "attempt": 9}


def never_judged(record: Record) -> None:
    row = next(row for row in record.rows["outbox"] if row["seq"] is None and row["state"] == "delivered")
    row |= {"state": "unknown", "settled_at": None}


def stuck(record: Record) -> None:
    row = next(row for row in record.rows["outbox"] if row["seq"] is None and row["state"] == "delivered")
    row |= {"state": "sending"}


def out_of_order(record: Record) -> None:
    replies = [n for n, (_, row) in enumerate(record.made) if row and row["interactive"] and not row["attempt"]]
    same = [n for n in replies if record.made[n][0].parcel.to == record.made[replies[0]][0].parcel.to]
    record.made[same[0]], record.made[same[-1]] = record.made[same[-1]], record.made[same[0]]


def to_another(record: Record) -> None:
    made, row = record.made[0]
    other = "labas" if made.organisation != "labas" else "kafl"
    record.made[0] = replace(made, organisation=other), row


def named_another(record: Record) -> None:
    row = next(r for r in record.rows["messages"] if r["direction"] == "out" and r["organisation"] == "labas")
    row["content"]["words"]["text"] = "أهلا بكم في كفل"


PLANTED: tuple[tuple[str, Plant], ...] = (
    ("floor", told_too_early),
    ("promises", rung_too_early),
    ("promises", rung_twice),
    ("promises", never_rung),
    ("once", told_twice),
    ("asked twice", asked_again),
    ("silence", spoken_to_while_held),
    ("one effect", taken_twice),
    ("one effect", lost),
    ("transcripts", a_hole),
    ("consents", evaluated_against_their_will),
    ("parked", parked),
    ("quiet hours", at_night),
    ("known", of_no_row),
    ("known", called_twice),
    ("doubled", shown_twice),
    ("stopped", written_to_after_a_stop),
    ("ends", failed_unseen),
    ("ends", never_judged),
    ("ends", stuck),
    ("order", out_of_order),
    ("apart", to_another),
    ("apart", named_another),
)


@pytest.mark.parametrize(("name", "plant"), PLANTED, ids=[plant.__name__ for _, plant in PLANTED])
def test_a_planted_fault_is_caught(whole: Record, name: str, plant: Plant) -> None:
    record = copy.copy(whole)
    record.steps, record.made, record.taken = list(whole.steps), list(whole.made), list(whole.taken)
    record.chains, record.told_of = list(whole.chains), list(whole.told_of)
    record.rows = copy.deepcopy(whole.rows)
    plant(record)
    assert any(one.startswith(f"{name}: ") for one in breaches(record))


def test_every_invariant_has_a_planted_fault() -> None:
    assert {name for name, _ in PLANTED} | {"evidence", "complaints"} == set(INVARIANTS)


@pytest.mark.parametrize("name", ["evidence", "complaints"])
def test_a_fault_planted_in_the_house_is_caught(left: tuple[Record, Record], name: str) -> None:
    assert any(one.startswith(f"{name}: ") for one in breaches(left[1]))
