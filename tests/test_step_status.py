"""Status by one's own list and by number, and withdrawal: what each hears, and what nobody hears."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from conversations.acts import CaseClosed, Checked, CommitteeAsked, ItemsReturned, Registered, ReleaseAsked, Voted
from conversations.effects import DropAnswer, Forget, Withdraw
from conversations.events import Opened, Said
from conversations.facts import Case, CaseState, Found
from conversations.handling import CallStaff
from conversations.lookup import BY_BIRTH, BY_ID
from conversations.reference import shown
from conversations.state import Mode
from tests.cases_world import HIND, NOURA, REASON, SAAD, at_committee, back, case, checked, decided, id_of, ring, sent
from tests.mind import Mind
from tests.mind_world import NAMES, NOW, WHATSAPP

OTHER = "100000006"  # a number that is nobody's own here
GROUPED = "100 000 006"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
BIRTH, ID = (OTHER, BY_BIRTH, "1990-05-01"), (OTHER, BY_ID, "5672")


def stranger(name: str = "labas") -> Mind:
    return Mind(name).send(Opened("ar"))


def found(state: CaseState = CaseState.SUBMITTED, **more: object) -> Found:
    times = {"accepted_at": NOW, "floor_at": NOW + timedelta(days=14)}
    return Found(case=Case("f" * 32, "support", "1", state, NOW, "p" * 32, "p" * 32, OTHER, **{**times, **more}))  # type: ignore[arg-type]


def knows(mind: Mind, answer: Found, *proofs: tuple[str, str, str]) -> Mind:
    mind.proofs = dict.fromkeys(proofs or (BIRTH, ID), answer)
    return mind


# One's own list.


def test_one_request_can_be_withdrawn_from_its_status_and_several_are_offered_to_be_opened() -> None:
    mind = sent().say("حالة طلبي")
    assert mind.keys == ["case.line"] and mind.live == [f"withdraw:{id_of(mind)}", "menu"]
    mind.say("القائمة").tap("request")
    mind = (mind.tap("new") if mind.state.mode is Mode.WHO else mind).review().tap("confirm").tap("accept")
    mind.say("حالة طلبي")
    first, second = mind.cases.values()
    assert mind.live == [f"case:{first.id}", f"case:{second.id}", "menu"] and mind.keys == ["case.line"] * 2
    mind.say("2")
    assert mind.keys == ["case.line"] and shown(second.reference or "") in mind.text
    assert mind.live == [f"withdraw:{second.id}", "menu"]


def test_who_has_no_request_is_offered_to_give_a_number() -> None:
    mind = stranger().say("وين طلبي")
    assert mind.keys == ["case.none"] and mind.live == ["lookup", "menu"]
    mind.tap("lookup")
    assert mind.state.mode is Mode.LOOKUP and mind.keys[0] == "lookup.reference"
    assert mind.say("القائمة").state.mode is Mode.MENU


@pytest.mark.parametrize(
    "write", [str, shown, lambda n: shown(n).translate(ARABIC), lambda n: f"وش صار على {shown(n)}؟"]
)
@pytest.mark.parametrize("where", ["", "القائمة", "حالة طلبي", "سؤال", "إيقاف"])
def test_an_own_number_in_any_digits_opens_the_whole_of_it(where: str, write: Callable[[str], str]) -> None:
    mind = sent()
    mind = mind.tap("question") if where == "سؤال" and "question" in mind.live else mind.say(where) if where else mind
    mind.say(write(case(mind).reference or ""))
    assert mind.keys == ["case.line"] and mind.state.mode is Mode.MENU


def test_a_told_decision_is_opened_by_its_number_in_full_on_the_own_page() -> None:
    mind = decided("ishraqa")
    mind.now = case(mind).floor_at or NOW
    ring(mind, "floor").say(case(mind).reference or "")
    assert REASON in mind.text and mind.live == ["menu"]


def test_a_number_inside_a_form_is_an_answer_and_no_question_of_status() -> None:
    mind = Mind().start().until("full_name").say(GROUPED)
    assert mind.state.mode is Mode.FORM and "lookup.factor" not in mind.keys


# A number that is not one's own.


@pytest.mark.parametrize("words", [OTHER, GROUPED, GROUPED.translate(ARABIC), "السلام عليكم رقم طلبي 100-000-006"])
def test_of_any_other_number_the_second_factor_is_asked_also_of_somebody_new(words: str) -> None:
    for mind in (Mind(), stranger(), stranger().say("حالة طلبي").tap("lookup"), sent().say("القائمة")):
        mind.say(words)
        assert mind.state.mode is Mode.LOOKUP and mind.state.sought == OTHER
        assert "lookup.factor" in mind.keys and "label" not in mind.keys


@pytest.mark.parametrize("line", ["100 000 009", "١٠٠٠٠٠٠٠٩"])
def test_a_number_whose_check_digit_does_not_fit_is_none_and_costs_no_try(line: str) -> None:
    for mind in (stranger(), stranger().say("حالة طلبي").tap("lookup")):
        mind.say(line)
        assert mind.keys[0] == "lookup.misread" and mind.state.mode is Mode.LOOKUP and not mind.state.sought


@pytest.mark.parametrize(
    ("line", "sought"),
    [
        ("1/5/1990", BIRTH),
        ("٠١/٠٥/١٩٩٠", BIRTH),
        ("6 شوال 1410", BIRTH),
        ("1990-05-01", BIRTH),
        ("5672", ID),
        ("٥٦٧٢", ID),
        ("1012345672", ID),
    ],
)
def test_the_second_factor_is_a_birth_date_in_either_calendar_or_the_last_of_an_id(
    line: str, sought: tuple[str, str, str]
) -> None:
    mind = knows(stranger().say(GROUPED), found(), sought)
    mind.say(line)
    assert mind.keys == ["lookup.line", "value", "lookup.note"] and mind.state.mode is Mode.MENU
    assert mind.state.sought == ""


def test_whatever_was_wrong_the_words_are_the_same() -> None:
    told = set()
    for number in (OTHER, "200000005"):
        for factor in ("1/5/1991", "0000"):
            mind = stranger().say(number)
            asked = mind.text.replace(shown(number), "")
            mind.say(factor)
            told.add((asked, mind.text.replace(shown(number), ""), tuple(mind.live)))
    assert len(told) == 1
    assert "lookup.wrong" in mind.keys and mind.state.mode is Mode.LOOKUP and mind.live == ["human", "menu"]


@pytest.mark.parametrize("line", ["12", "abc 12", "31/2/1990", "²²²²", "👍", "1/5/2090"])
def test_what_is_no_second_factor_is_asked_again_and_costs_no_try(line: str) -> None:
    mind = knows(stranger().say(GROUPED), Found(until=NOW), BIRTH, ID)
    mind.say(line)
    assert mind.keys[:2] == ["lookup.unread", "lookup.factor"] and mind.state.sought == OTHER


def test_another_number_may_be_written_instead_and_a_question_is_answered() -> None:
    mind = stranger().say(GROUPED).say("200 000 005")
    assert mind.state.sought == "200000005"
    assert "inquiry.none" in mind.say("هل عندكم فرع في جدة؟").keys and mind.state.mode is Mode.INQUIRY


def test_after_too_many_tries_a_person_is_offered_and_the_clock_says_when_again() -> None:
    mind = knows(stranger().say(GROUPED), Found(until=NOW + timedelta(minutes=61)), BIRTH).say("1/5/1990")
    assert mind.keys == ["lookup.too_many"] and "13:01" in mind.text
    assert mind.live == ["human", "menu"] and mind.state.mode is Mode.MENU
    assert mind.tap("human").of(CallStaff)


@pytest.mark.parametrize("state", [s for s in CaseState if s not in (CaseState.DRAFT, CaseState.LAPSED)])
@pytest.mark.parametrize("name", NAMES)
def test_even_then_only_neutral_words_of_state_are_told(name: str, state: CaseState) -> None:
    secret = {"verdict": False, "reason": REASON, "told_at": NOW}
    mind = knows(stranger(name).say(GROUPED), found(state, **secret), BIRTH).say("1/5/1990")
    assert mind.keys[0] == "lookup.line" and REASON not in mind.text
    keys = {
        line.key
        for m in mind.told
        for p in m.parts
        for line in (p.line, *p.line.params.values())
        if hasattr(line, "key")
    }
    assert not {k for k in keys if k.startswith(("form.", "case.", "decision."))}
    for word in ("قبول", "رفض", "لجنة", "صحي", "سجين"):
        assert word not in mind.text
    assert mind.live == ["menu"]


def test_a_decision_that_is_held_reads_as_if_there_were_none() -> None:
    texts = set()
    for state in (CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.COMMITTEE, CaseState.DECIDED):
        texts.add(knows(stranger().say(GROUPED), found(state), ID).say("5672").text)
    assert len(texts) == 1
    late = knows(stranger().say(GROUPED), found(floor_at=NOW), ID).say("5672")
    assert "ما زالت الدراسة جارية" in late.text and "ليس قبل" not in late.text


def test_the_language_and_help_leave_the_number_where_it_stood() -> None:
    mind = stranger().say(GROUPED).say("مساعدة")
    assert mind.state.sought == OTHER and mind.keys[-3:] == [
        "lookup.factor",
        "lookup.factor.why",
        "lookup.factor.example",
    ]
    mind.say("English")
    assert mind.state.mode is Mode.LOOKUP and "date of birth" in mind.text


# Withdrawal.


BEFORE: dict[str, Callable[[], Mind]] = {
    "submitted": sent,
    "verifying": lambda: checked(sent()),
    "returned": lambda: back(sent()),
    "committee": at_committee,
    "decided": decided,
}


@pytest.mark.parametrize("state", list(BEFORE))
def test_until_the_decision_is_told_a_request_can_be_withdrawn_and_then_nothing_is_done_with_it(state: str) -> None:
    mind = BEFORE[state]()
    assert case(mind).state == state
    id, number = id_of(mind), shown(case(mind).reference or "")
    mind.say("ابغى اسحب طلبي")
    assert mind.keys == ["withdraw.what", "withdraw.sure"] and number in mind.text and mind.live == ["withdraw", "keep"]
    mind.tap("withdraw")
    assert mind.of(Withdraw) == [Withdraw(id, "withdraw", sent=True)]
    assert mind.of(Forget) == [Forget(id, ("draft", "returned", "floor", "ceiling"))]
    assert mind.keys == ["withdraw.done"] and len(mind.told) == 1 and "22 نوفمبر 2026" in mind.text
    assert case(mind).state is CaseState.WITHDRAWN and not mind.state.leaving
    acts = (
        Checked(NOURA, id, "full_name", "matched"),
        ItemsReturned(NOURA, id, (("full_name", "", "غير كامل"),)),
        CommitteeAsked(NOURA, id),
        Voted(HIND, id, True, REASON),
        ReleaseAsked(SAAD, id, "عاجل"),
        Registered(NOURA, id),
        CaseClosed(NOURA, id),
    )
    for act in acts:
        assert mind.send(act).refused == "state"
    for kind in ("floor", "ceiling", "returned", "draft"):
        assert ring(mind.wait(days=20), kind).last == ()
    assert "سُحب بطلب مقدمه" in mind.say("حالة طلبي").text and mind.live == ["menu"]
    assert mind.say("انسحاب").keys[0] == "withdraw.none"


@pytest.mark.parametrize("line", ["نعم", "ok", "تمام", "انسحاب", "سحب الطلب", "👍", "أقر"])
def test_less_than_an_explicit_yes_withdraws_nothing(line: str) -> None:
    mind = sent().say("انسحاب").say(line)
    assert not mind.of(Withdraw) and mind.state.mode is Mode.WITHDRAW and "withdraw.sure" in mind.keys


@pytest.mark.parametrize("line", ["1", "١", "نعم، أسحب الطلب"])
def test_the_option_its_number_and_its_words_are_an_explicit_yes(line: str) -> None:
    assert sent().say("انسحاب").say(line).of(Withdraw)


@pytest.mark.parametrize("line", ["لا", "2", "يبقى الطلب كما هو", "القائمة", "إلغاء"])
def test_whoever_keeps_it_keeps_it(line: str) -> None:
    mind = sent().say("انسحاب").say(line)
    assert case(mind).state is CaseState.SUBMITTED and mind.state.mode is Mode.MENU


def test_once_the_decision_is_told_it_is_too_late_also_between_the_question_and_the_yes() -> None:
    mind = decided().say("انسحاب")
    mind.now = case(mind).floor_at or NOW
    ring(mind, "floor").tap("withdraw")
    assert mind.keys[0] == "withdraw.none" and case(mind).state is CaseState.REJECTED
    assert "withdraw" not in "".join(mind.say("حالة طلبي").live)


def test_a_draft_is_withdrawn_with_its_answers_and_is_spoken_of_no_more() -> None:
    mind = Mind().start().until("mobile")
    id, fields = mind.draft.id, set(mind.draft.answers)
    mind.say("انسحاب")
    assert mind.keys[0] == "withdraw.what_draft" and mind.state.asking is None
    mind.tap("withdraw")
    assert {e.field for e in mind.of(DropAnswer)} == fields and mind.of(Withdraw) == [
        Withdraw(id, "withdraw", sent=False)
    ]
    assert (mind.cases[id].state, mind.cases[id].answers) == (CaseState.WITHDRAWN, {})
    assert "case.none" in mind.say("حالة طلبي").keys
    assert mind.say("إكمال").keys[0] == "form.no_draft"


def test_whoever_keeps_a_draft_goes_on_where_it_stood() -> None:
    mind = Mind().start().until("mobile")
    answers = dict(mind.draft.answers)
    mind.say("انسحاب").tap("keep")
    assert mind.state.asking == "mobile" and mind.draft.answers == answers and "withdraw.kept" in mind.keys


def test_of_several_it_is_asked_which_and_the_one_in_hand_is_meant_inside_a_form() -> None:
    mind = sent().say("القائمة").tap("request")
    mind = (mind.tap("new") if mind.state.mode is Mode.WHO else mind).until("mobile")
    first, second = mind.cases.values()
    mind.say("انسحاب")
    assert mind.state.leaving == second.id
    mind.say("القائمة").say("انسحاب")
    assert mind.keys == ["withdraw.which"]
    assert mind.live == [f"withdraw:{first.id}", f"withdraw:{second.id}", "menu"]
    mind.say("1").tap("withdraw")
    assert [c.state for c in mind.cases.values()] == [CaseState.WITHDRAWN, CaseState.DRAFT]


def test_somebody_without_a_request_withdraws_none_whatever_number_was_proven() -> None:
    mind = knows(stranger().say(GROUPED), found(), ID).say("5672")
    assert mind.say("انسحاب").keys[0] == "withdraw.none" and not mind.of(Withdraw)


# What came back: nothing else changes, by any path.


@pytest.mark.parametrize("channel", [None, WHATSAPP])
@pytest.mark.parametrize("line", ["غير 4", "تعديل 4", "غيّر ٤", "تعديل المدينة", "4", "رجوع"])
def test_nothing_but_what_came_back_can_be_changed(line: str, channel: object) -> None:
    mind = back(sent())
    mind.channel = channel or mind.channel  # type: ignore[assignment]
    before = dict(case(mind).answers)
    mind.send(Said(choices=("start:fix",)))
    for _ in range(2):
        mind.say(line)
        after = case(mind).answers
        assert {f: v for f, v in after.items() if f != "full_name"} == {
            f: v for f, v in before.items() if f != "full_name"
        }
        assert mind.state.asking in (None, "full_name")
        mind = mind.say("خالد بن سالم العتيبي") if mind.state.asking else mind
        assert mind.state.mode is Mode.REVIEW


def test_the_option_of_another_row_changes_nothing_either() -> None:
    mind = back(sent())
    mind.send(Said(choices=("start:fix",))).say("خالد بن سالم العتيبي")
    rows = [key for key in mind.live if key.startswith("change:") and key != "change:full_name"]
    assert rows
    for row in rows:
        assert "returned.only" in mind.tap(row).keys and mind.state.mode is Mode.REVIEW


def test_an_own_number_is_recognised_when_it_was_asked_for_too() -> None:
    mind = sent().say("القائمة").say(GROUPED)
    assert mind.state.sought == OTHER
    mind.say(case(mind).reference or "")
    assert mind.keys == ["case.line"] and mind.state.mode is Mode.MENU


def test_a_lapsed_request_of_ones_own_is_no_own_number() -> None:
    mind = sent()
    mind.cases[id_of(mind)] = replace(case(mind), reference=None)
    assert mind.say("القائمة").say(GROUPED).state.mode is Mode.LOOKUP
