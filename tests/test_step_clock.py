"""What the mind tells unasked: reminders of drafts, their last day and their lapse, and decisions that take too long."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from conversations.calendar import next_sending
from conversations.effects import Forget, Lapse, Remind, Say, SetMessages
from conversations.events import TimePassed
from conversations.facts import CaseState
from conversations.handling import AskStaff
from conversations.state import Conversation, Mode
from tests.mind import Mind
from tests.mind_world import NAMES, NOW, WHATSAPP, profiles

DAY = timedelta(days=1)


def draft(name: str = "labas", now: datetime = NOW) -> Mind:
    """Somebody left a request half-way."""
    return Mind(name, now=now).start().good().say("احفظ واخرج")


def ring(mind: Mind, kind: str = "draft", case: str = "") -> Mind:
    """The bell rings for the contact's first case."""
    return mind.send(TimePassed(kind, case or next(iter(mind.cases))))


def due(mind: Mind) -> datetime:
    (at,) = {e.at for e in mind.of(Remind)}
    return at  # type: ignore[no-any-return]


def walk(mind: Mind, kind: str = "draft") -> list[tuple[datetime, list[str]]]:
    """Ring whenever it is due, until nothing is; what was said and when."""
    told = []
    for _ in range(20):
        ring(mind, kind)
        if mind.keys:
            told.append((mind.now, mind.keys))
        if not mind.of(Remind):
            return told
        assert due(mind) > mind.now
        mind.now = due(mind)
    raise AssertionError("the bell never rests")


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_is_called_to_mind_after_one_and_three_days_warned_and_lapses_on_day_14(name: str) -> None:
    mind = draft(name)
    assert walk(mind) == [
        (NOW + 1 * DAY, ["remind.draft"]),
        (NOW + 3 * DAY, ["remind.draft"]),
        (NOW + 13 * DAY, ["remind.last"]),
        (NOW + 14 * DAY, ["remind.lapsed"]),
    ]
    (case,) = mind.cases.values()
    assert case.state is CaseState.LAPSED and mind.of(Lapse) == [Lapse(case.id)]
    assert mind.of(Forget) == [Forget(case.id, ("draft",))]


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_unasked_bears_the_short_name_and_names_no_service(name: str) -> None:
    profile, mind = profiles()[name], draft(name)
    said = []
    for days in (1, 13, 14):
        mind.now = NOW + days * DAY
        said.append(ring(mind).text)
    other = Mind(name).declared().tap("accept").wait(days=30)
    said.append(ring(other, "ceiling").text)
    short, full = (profile.wording["ar"][f"organisation.{part}"] for part in ("short", "name"))
    title = profile.wording["ar"][f"form.{profile.organisation.request}.title"]
    for words in said:
        assert short in words and full not in words and title not in words


def test_the_last_day_is_told_with_its_date() -> None:
    mind = draft().wait(days=13)
    (line,) = [p.line for m in ring(mind).told for p in m.parts]
    assert line.params["until"] == date(2026, 12, 6)
    assert due(mind) == NOW + 14 * DAY


def test_who_wrote_meanwhile_is_left_in_peace_until_a_day_after() -> None:
    mind = draft().wait(hours=22).say("إكمال").wait(hours=2)
    assert ring(mind).keys == [] and due(mind) == NOW + timedelta(hours=22) + DAY
    mind.now = due(mind)
    assert ring(mind).keys == ["remind.draft"]


def test_a_reminder_leaves_the_open_question_and_its_options_as_they_were() -> None:
    mind = Mind().start()
    before = mind.state
    assert ring(mind.wait(days=1)).state == before
    assert mind.tap("self").state.asking != before.asking


@pytest.mark.parametrize(
    ("opened", "told"),
    [
        (datetime(2026, 11, 22, 20, 30, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),  # night
        (datetime(2026, 11, 22, 18, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),  # 21:00 is past
        (datetime(2026, 11, 26, 7, 0, tzinfo=UTC), datetime(2026, 11, 27, 11, 0, tzinfo=UTC)),  # Friday morning
    ],
)
def test_nothing_leaves_at_night_or_on_friday_morning(opened: datetime, told: datetime) -> None:
    mind = draft(now=opened).wait(days=1)
    assert ring(mind).keys == [] and due(mind) == told
    mind.now = told
    assert ring(mind).keys == ["remind.draft"]


def test_nothing_leaves_on_a_holiday_and_two_reminders_become_one() -> None:
    mind = draft()
    schedule = mind.organisation.schedule
    feast = frozenset(date(2026, 11, 23) + n * DAY for n in range(4))
    mind.organisation = replace(mind.organisation, schedule=replace(schedule, holidays=feast))
    told = walk(mind.wait(days=1))
    assert told[0] == (datetime(2026, 11, 27, 11, 0, tzinfo=UTC), ["remind.draft"])
    assert [keys for _, keys in told] == [["remind.draft"], ["remind.last"], ["remind.lapsed"]]


def test_the_last_day_is_told_a_day_before_also_where_holidays_move_it() -> None:
    mind = draft()
    feast = frozenset({date(2026, 12, 5), date(2026, 12, 6), date(2026, 12, 7)})
    mind.organisation = replace(
        mind.organisation, schedule=replace(mind.organisation.schedule, holidays=feast, friday_from=time(14))
    )
    (_, _, (warned, _), (lapsed, _)) = walk(mind)
    assert warned == datetime(2026, 12, 8, 6, 0, tzinfo=UTC) and lapsed - warned == DAY


def test_a_late_ring_is_made_up_once_and_not_at_night() -> None:
    mind = draft().wait(days=5, hours=12)
    assert ring(mind).keys == [] and due(mind) == datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
    mind.now = due(mind)
    assert ring(mind).keys == ["remind.draft"] and due(mind) == NOW + 13 * DAY


@pytest.mark.parametrize("jump", [-DAY, -timedelta(hours=2), timedelta(hours=2)])
def test_a_clock_that_jumps_makes_nothing_early_and_nothing_twice(jump: timedelta) -> None:
    mind = draft().wait(days=1)
    ring(mind)
    first, mind.now = due(mind), mind.now + jump
    ring(mind)
    assert due(mind) <= first
    mind.now = first
    assert ring(mind).keys == ["remind.draft"]


def test_two_drafts_are_spoken_for_by_one_message_and_lapse_together() -> None:
    mind = draft().tap("menu").tap("request").tap("new").good().say("احفظ واخرج").wait(days=1)
    ring(mind)
    assert mind.keys == ["remind.draft"] and {e.case for e in mind.of(Remind)} == set(mind.cases)
    ring(mind.wait(days=13))
    assert mind.keys == ["remind.lapsed"] and len(mind.of(Lapse)) == 2
    assert {c.state for c in mind.cases.values()} == {CaseState.LAPSED}


def test_who_stopped_messages_hears_nothing_and_the_draft_lapses_all_the_same() -> None:
    mind = draft().say("إيقاف")
    assert mind.of(SetMessages)
    mind.contact = replace(mind.contact, stopped=True)
    assert walk(mind) == []
    assert next(iter(mind.cases.values())).state is CaseState.LAPSED


def test_a_lapsed_draft_is_gone_from_the_menu_and_its_person_begins_anew() -> None:
    mind = Mind().start().until("mobile").wait(days=14)
    ring(mind)
    mind.say("0512345678")
    assert mind.keys[0] == "form.no_draft" and mind.state.mode is Mode.MENU and "resume" not in mind.live
    assert mind.tap("request").state.asking == "who" and len(mind.cases) == 2


@pytest.mark.parametrize("kind", ["draft", "ceiling", "floor", "unheard-of"])
def test_a_ring_for_what_is_no_more_does_nothing(kind: str) -> None:
    mind = Mind().declared().tap("accept").wait(days=40)
    id = next(iter(mind.cases))
    mind.cases[id] = replace(mind.cases[id], state=CaseState.WITHDRAWN)
    for case in (id, "f" * 32):
        assert ring(mind, kind, case).last == ()


def test_no_decision_in_time_is_told_once_and_a_supervisor_is_called() -> None:
    mind = Mind(channel=WHATSAPP).start().review().tap("confirm").tap("accept").wait(days=30)
    ring(mind, "ceiling")
    id, case = next(iter(mind.cases.items()))
    assert mind.keys == ["case.longer"] and case.reference is not None
    assert mind.of(AskStaff) == [AskStaff("supervisor", "ceiling", id)]
    assert f"{case.reference[:3]} {case.reference[3:6]} {case.reference[6:]}" in mind.text
    assert not mind.of(Remind)


def test_the_ceiling_waits_for_the_morning_and_who_stopped_is_not_told_but_staff_are() -> None:
    mind = Mind().declared().tap("accept").wait(days=30, hours=10)
    ring(mind, "ceiling")
    assert not mind.of(Say) and not mind.of(AskStaff)
    assert due(mind) == next_sending(mind.organisation.schedule, mind.now)
    mind.now, mind.contact = due(mind), replace(mind.contact, stopped=True)
    ring(mind, "ceiling")
    assert not mind.of(Say) and mind.of(AskStaff)


def test_a_ring_is_no_message_of_the_person_and_counts_for_no_limit() -> None:
    mind = draft()
    mind.state = replace(mind.state, minute=int(NOW.timestamp() // 60), burst=1000)
    before: Conversation = mind.state
    assert ring(mind).state == before
