"""Items come back to the applicant: only those are asked for, and the floor never moves."""

import pytest

from conversations.effects import Accept, Forget, PutAnswer, Remind
from conversations.events import Said
from conversations.facts import CaseState
from conversations.handling import AskStaff, PutVerdict, SetCase
from conversations.state import Mode
from tests.cases_world import DAY, back, case, fixed, ring, sent
from tests.mind_world import NAMES, NOW, WHATSAPP


@pytest.mark.parametrize("name", NAMES)
def test_only_what_came_back_is_asked_for_and_the_floor_never_moves(name: str) -> None:
    mind = sent(name).wait(days=2)
    before = case(mind)
    back(mind, ("full_name", "", "الاسم غير كامل"), ("city", "", "المدينة غير واضحة"))
    id = before.id
    assert mind.of(SetCase) == [SetCase(id, "returned", stopped=True)] and mind.keys == ["case.update"]
    assert mind.of(Forget) == [Forget(id, ("ceiling",))] and mind.of(Remind) == [Remind("returned", id, mind.now + DAY)]
    fixed(mind.wait(days=3))
    assert "الاسم غير كامل" in mind.text and mind.state.asking == "full_name"
    mind.say("خالد بن سالم العتيبي")
    assert mind.of(PutVerdict) == [PutVerdict(id, "full_name", answered=True)] and mind.state.asking == "city"
    assert "المدينة غير واضحة" in mind.text
    mind.good()
    assert (mind.state.mode, case(mind).returned) == (Mode.REVIEW, ())
    mind.tap("confirm").tap("accept")
    (accept,) = mind.of(Accept)
    assert accept.renewed and (accept.reference, accept.floor) == (before.reference, before.floor_at)
    assert before.ceiling_at is not None and accept.ceiling == before.ceiling_at + 3 * DAY
    assert mind.of(SetCase) == [SetCase(id, "verifying", stopped=False, ceiling=accept.ceiling)]
    assert mind.of(Remind) == [Remind("ceiling", id, accept.ceiling)] and mind.of(Forget) == [Forget(id, ("returned",))]
    assert {"returned.done", "returned.floor"} <= set(mind.keys) and mind.state.mode is Mode.MENU
    after = case(mind)
    assert (after.accepted_at, after.stopped_at, after.state) == (before.accepted_at, None, CaseState.VERIFYING)
    assert after.answers == {**before.answers, "full_name": "خالد بن سالم العتيبي"}
    assert mind.state.mended == ()


def test_nothing_else_can_be_changed_and_what_was_given_again_can() -> None:
    mind = fixed(back(sent())).say("خالد بن سالم العتيبي")
    number = next(p.number for m in mind.told for p in m.parts if p.option and p.option.endswith("change:city"))
    for line in (f"تعديل {number}", "غير المدينة"):
        assert "returned.only" in mind.say(line).keys and mind.state.mode is Mode.REVIEW
    assert mind.tap("change:full_name").state.asking == "full_name"
    assert "returned.only" in mind.say("رجوع").keys and mind.state.asking == "full_name"
    assert mind.good().state.mode is Mode.REVIEW


def test_a_renewed_answer_asks_again_for_what_depends_on_it_only() -> None:
    mind = sent("qurainah", NOW)
    held = dict(case(mind).answers)
    fixed(back(mind, ("who", "", "من مقدم الطلب")))
    assert mind.state.asking == "who"
    mind.say("1")
    assert mind.state.mode is Mode.REVIEW and case(mind).answers == held
    other = fixed(back(sent("qurainah"), ("who", "", "من مقدم الطلب"))).say("2")
    assert other.state.mode is Mode.FORM and other.state.asking not in held
    assert not [p for p in other.of(PutAnswer) if p.field in held and p.value != held[p.field] and p.field != "who"]
    assert other.review().tap("confirm").tap("accept").of(Accept)[0].renewed


def test_one_paper_comes_back_and_the_others_stay() -> None:
    mind = sent("qurainah")
    (papers,) = [q for q in mind.form.questions if q.documents]
    states = case(mind).answers[papers.id]
    key = next(iter(states))
    fixed(back(mind, (papers.id, key, "الصورة غير واضحة")))
    assert mind.state.asking == papers.id and "الصورة غير واضحة" in mind.text
    mind.send(Said(files=("f" * 32,)))
    assert mind.state.asking == papers.id and not mind.of(PutVerdict)
    assert case(mind).answers[papers.id][key]["files"] == ["f" * 32]
    while mind.state.mode is not Mode.REVIEW:
        mind.tap(mind.live[0])
    assert key not in {r.document for r in case(mind).returned}
    after = case(mind).answers[papers.id]
    assert after[key]["files"] == ["f" * 32] and {k: v for k, v in after.items() if k != key} == {
        k: v for k, v in states.items() if k != key
    }


def test_what_came_back_stands_among_the_drafts_and_does_not_lapse() -> None:
    mind = back(sent())
    assert mind.say("القائمة").live[0] == "resume"
    mind.tap("request")
    assert mind.live[:2] == ["draft1", "new"] and "drafts.returned" in [o.label.key for o in mind.told[-1].options]
    assert mind.tap("draft1").state.asking == "full_name"
    assert mind.say("احفظ واخرج").keys == ["returned.left"]
    assert mind.say("إكمال").state.asking == "full_name"
    mind.good().tap("confirm").tap("refuse")
    assert mind.keys == ["returned.refused"] and case(mind).state is CaseState.RETURNED
    assert "returned.complete" in mind.say("إكمال").keys and mind.state.mode is Mode.REVIEW
    assert ring(mind.wait(days=30), "draft").last == ()


def test_on_an_open_channel_a_sensitive_item_is_asked_behind_a_link() -> None:
    mind = sent("ishraqa")
    secret = next(q.id for q in mind.form.questions if q.privacy.value == "sensitive" and q.id in case(mind).answers)
    mind.channel = WHATSAPP
    fixed(back(mind, (secret, "", "وصف غير واضح")))
    assert mind.state.mode is Mode.LINK and "وصف غير واضح" not in mind.text
    assert "وصف غير واضح" in mind.redeem().text and mind.state.asking == secret


def test_returned_items_are_called_to_mind_then_staff_see_to_it_and_the_bell_rests() -> None:
    mind, said = back(sent()), []
    for _ in range(6):
        (remind,) = mind.of(Remind) or [None]
        if remind is None:
            break
        mind.now = remind.at
        ring(mind, "returned")
        said.append((mind.now - NOW, mind.keys, [e.reason for e in mind.of(AskStaff)]))
    assert said == [
        (DAY, ["remind.returned"], []),
        (3 * DAY, ["remind.returned"], []),
        (14 * DAY, [], ["returned_waits"]),
    ]
    fixed(mind).good().tap("confirm").tap("accept")
    assert ring(mind, "returned").last == ()


def test_a_receipt_after_the_floor_names_no_day_that_has_passed() -> None:
    mind = fixed(back(sent()).wait(days=20)).good().tap("confirm").tap("accept")
    assert "returned.passed" in mind.keys and "returned.floor" not in mind.keys
    assert "case.next.soon" not in mind.keys and "ليس قبل" not in mind.say("حالة طلبي").text
