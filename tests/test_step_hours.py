"""Only «a person» looks at the clock: working hours, the Saudi weekend, holidays, the next opening."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from conversations import calendar
from conversations.handling import CallStaff
from conversations.organisation import Hours, Schedule
from tests.mind import Mind
from tests.mind_world import NAMES, profiles

RIYADH = ZoneInfo("Asia/Riyadh")


def at(moment: str) -> datetime:
    """A moment on the clock of Riyadh."""
    return datetime.fromisoformat(moment).replace(tzinfo=RIYADH).astimezone(UTC)


@pytest.mark.parametrize("moment", ["2026-11-22T08:00", "2026-11-22T15:59", "2026-11-26T12:00"])
def test_within_the_hours_a_person_is_there(moment: str) -> None:
    mind = Mind("kafl", now=at(moment)).start().say("موظف")
    assert "human.open" in mind.keys and len(mind.of(CallStaff)) == 1


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-22T07:59", "2026-11-22T08:00"),
        ("2026-11-22T16:00", "2026-11-23T08:00"),
        ("2026-11-26T16:00", "2026-11-29T08:00"),  # Thursday, then the weekend
        ("2026-11-27T10:00", "2026-11-29T08:00"),  # Friday
        ("2026-11-28T10:00", "2026-11-29T08:00"),  # Saturday
        ("2026-09-23T10:00", "2026-09-24T08:00"),  # the national day
        ("2026-05-25T17:00", "2026-05-31T08:00"),  # three holidays, then the weekend
        ("2026-12-31T16:30", "2027-01-03T08:00"),  # over the year's end
    ],
)
def test_outside_the_hours_the_next_opening_is_told(moment: str, opening: str) -> None:
    mind = Mind("kafl", now=at(moment)).start().say("موظف")
    (line,) = [p.line for m in mind.told for p in m.parts if p.line.key == "human.closed"]
    assert line.params["opening"] == at(opening)
    assert len(mind.of(CallStaff)) == 1
    assert mind.state.asking == "who"


@pytest.mark.parametrize("name", NAMES)
def test_a_person_is_called_once_and_the_second_time_it_is_said_so(name: str) -> None:
    mind = Mind(name).say("موظف")
    assert len(mind.of(CallStaff)) == 1
    for line in ("موظف", "ابي اكلم موظف", "human"):
        mind.wait(hours=20).say(line)
        assert "human.already" in mind.keys and not mind.of(CallStaff)


def test_the_call_names_the_draft_in_hand() -> None:
    mind = Mind().start().say("موظف")
    assert mind.of(CallStaff)[0].case == mind.draft.id


@pytest.mark.parametrize("day", range(1, 366, 11))
def test_the_next_opening_lies_ahead_and_is_one(day: int) -> None:
    schedule = profiles()["labas"].organisation.schedule
    for hour in range(0, 24, 5):
        now = datetime(2026, 1, 1, hour, 30, tzinfo=UTC) + timedelta(days=day)
        opening = calendar.next_opening(schedule, now)
        assert opening is not None and opening > now
        assert calendar.staff_present(schedule, opening)


def test_a_house_without_hours_promises_no_moment() -> None:
    bare = Schedule("Asia/Riyadh", (), frozenset(), time(9), time(21), time(14))
    assert calendar.next_opening(bare, at("2026-11-22T10:00")) is None
    assert not calendar.staff_present(bare, at("2026-11-22T10:00"))


def test_two_openings_a_day_and_a_holiday_on_the_day_itself() -> None:
    hours = (Hours(6, time(8), time(12)), Hours(6, time(16), time(20)))
    split = Schedule("Asia/Riyadh", hours, frozenset({date(2026, 11, 29)}), time(9), time(21), time(14))
    assert calendar.next_opening(split, at("2026-11-22T13:00")) == at("2026-11-22T16:00")
    assert calendar.next_opening(split, at("2026-11-22T20:00")) == at("2026-12-06T08:00")
    assert not calendar.staff_present(split, at("2026-11-29T09:00"))
