"""The review, the declaration and what follows it: nothing short of an explicit word is an acceptance."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from conversations import calendar
from conversations.effects import Accept, Forget, PutAnswer, Remind
from conversations.events import Said
from conversations.handling import CallStaff
from conversations.messages import Line, Role
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES, WHATSAPP, profiles

RIYADH = ZoneInfo("Asia/Riyadh")


@pytest.mark.parametrize(
    "line", ["ok", "OK", "تمام", "نعم", "أوافق", "موافق", "طيب", "👍", "", "صح", "yes", "agree", "4", "أ ق ر"]
)
def test_less_than_the_declarations_own_word_is_no_acceptance(line: str) -> None:
    mind = Mind().declared().say(line)
    assert not mind.of(Accept)
    assert mind.state.mode is Mode.DECLARATION
    assert "declaration.explicit" in mind.keys and "accept" in mind.live


@pytest.mark.parametrize("line", ["أقر", "أُقِرُّ وأوافق", "اقر و اوافق", "1", "١", "نعم أقر"])
def test_the_declaration_is_accepted_by_its_own_word_or_number(line: str) -> None:
    mind = Mind().declared().say(line)
    (accept,) = mind.of(Accept)
    assert accept.phrase == line
    assert mind.state.mode is Mode.MENU and mind.state.case is None


@pytest.mark.parametrize("name", NAMES)
def test_the_declaration_is_accepted_by_a_tap_and_names_who_answers_for_it(name: str) -> None:
    mind = Mind(name).declared(who="2", applicant_name="خالد بن سعد الشهري")
    (oath,) = [p.line for m in mind.told for p in m.parts if p.role is Role.OATH]
    assert oath.params["name"] == "خالد بن سعد الشهري"
    (accept,) = mind.tap("accept").of(Accept)
    assert accept.declaration == oath
    assert accept.version == mind.organisation.declaration_version
    assert [e for e in mind.of(Forget) if "draft" in e.kinds]
    assert {e.kind: e.at for e in mind.of(Remind)} == {"floor": accept.floor, "ceiling": accept.ceiling}


@pytest.mark.parametrize("line", ["لا", "أرفض", "لا أوافق", "2", "مو موافق"])
def test_a_refusal_keeps_the_draft(line: str) -> None:
    mind = Mind().declared().say(line)
    assert not mind.of(Accept)
    assert mind.keys == ["declaration.refused"] and mind.state.mode is Mode.MENU
    assert mind.say("إكمال").state.mode is Mode.REVIEW


def test_back_from_the_declaration_is_the_review_and_a_change_is_heard_there() -> None:
    assert Mind().declared().say("رجوع").state.mode is Mode.REVIEW
    assert Mind().declared().say("تعديل المدينة").state.asking == "city"


def test_a_yes_at_the_review_leads_to_the_declaration_and_no_further() -> None:
    mind = Mind().start().review().say("نعم")
    assert mind.state.mode is Mode.DECLARATION
    assert Mind().start().review().say("أقر").state.mode is Mode.REVIEW


def test_who_went_away_to_a_person_or_another_language_comes_back_to_the_declaration() -> None:
    mind = Mind().declared().say("موظف")
    assert mind.of(CallStaff) and mind.state.mode is Mode.DECLARATION and "accept" in mind.live
    mind.say("English")
    assert (mind.state.language, mind.state.mode) == ("en", Mode.DECLARATION)
    assert mind.say("I declare and accept" if "accept" not in mind.live else "1").of(Accept)


def test_a_declaration_that_was_worded_anew_is_read_before_it_is_accepted() -> None:
    mind = Mind().declared()
    mind.organisation = replace(mind.organisation, declaration_version="2")
    mind.tap("accept")
    assert not mind.of(Accept) and "declaration.text" in mind.keys
    assert mind.tap("accept").of(Accept)[0].version == "2"


def test_what_was_accepted_is_accepted_once() -> None:
    mind = Mind().declared()
    accept = mind.option("accept")
    mind.tap("accept")
    for event in (Said(choices=(accept,)), Said("أقر"), Said("1"), Said("نعم")):
        assert not mind.send(event).of(Accept)


def test_an_open_channel_shows_no_sensitive_answer_in_the_review_or_the_receipt() -> None:
    mind = Mind("kafl", WHATSAPP).start().review()
    mind.channel = WHATSAPP
    mind.say("كلام")
    rows = {p.option.partition(":")[2]: p.line.params["value"] for m in mind.told for p in m.parts if p.option}
    assert rows["relation"] == rows["papers"] == Line("link.hidden")
    assert rows["full_name"] == mind.draft.answers["full_name"]
    mind.tap("confirm").tap("accept")
    assert "receipt.papers_count" in mind.keys and "receipt.papers" not in mind.keys


def test_a_private_channel_shows_every_answer() -> None:
    mind = Mind("kafl").start().review()
    values = [p.line.params["value"] for m in mind.told for p in m.parts if p.role is Role.ROW]
    assert Line("link.hidden") not in values and len(values) == len(mind.draft.answers)


@pytest.mark.parametrize("days", range(0, 400, 7))
def test_the_floor_is_never_below_fourteen_times_a_day_and_lies_in_the_sending_window(days: int) -> None:
    schedule = profiles()["kafl"].organisation.schedule
    for hour in range(0, 24, 3):
        accepted = datetime(2026, 1, 1, hour, 17, tzinfo=UTC) + timedelta(days=days + hour)
        floor = calendar.floor(schedule, accepted, 14)
        here = floor.astimezone(RIYADH)
        assert floor - accepted >= timedelta(hours=14 * 24)
        assert here.date() not in schedule.holidays
        assert schedule.send_from <= here.time() < schedule.send_until
        assert here.weekday() != 4 or here.time() >= schedule.friday_from


@pytest.mark.parametrize(
    ("accepted", "floor"),
    [
        ("2026-11-22T12:00", "2026-12-06T12:00"),
        ("2026-11-20T10:00", "2026-12-04T14:00"),  # a Friday before two
        ("2026-11-20T22:00", "2026-12-05T09:00"),  # a Friday night
        ("2026-09-09T10:00", "2026-09-24T09:00"),  # falls on the national day
        ("2026-05-12T20:59", "2026-05-29T14:00"),  # holidays and then a Friday
        ("2028-02-16T00:00", "2028-03-01T09:00"),  # over a leap day, at midnight
    ],
)
def test_the_earliest_day_is_told_as_it_falls(accepted: str, floor: str) -> None:
    now = datetime.fromisoformat(accepted).replace(tzinfo=RIYADH).astimezone(UTC)
    mind = Mind("kafl", now=now).declared()
    (accept,) = mind.tap("accept").of(Accept)
    assert accept.floor.astimezone(RIYADH).replace(tzinfo=None).isoformat(timespec="minutes") == floor
    assert accept.ceiling == now + timedelta(days=30)
    told = [p.line.params["earliest"] for m in mind.told for p in m.parts if p.line.key == "receipt.notice"]
    assert [str(day) for day in told] == [floor[:10]]


def test_no_answer_is_filed_after_the_acceptance() -> None:
    mind = Mind().declared().tap("accept")
    for line in ("0512345678", "تعديل 2", "رجوع", "محمد بن سالم"):
        assert not mind.say(line).of(PutAnswer)
