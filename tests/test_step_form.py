"""Inside the form: back and forward, skip, later, misses, persons kept apart, and what a change renews."""

import pytest

from conversations.effects import DropAnswer, PutAnswer, SetBeneficiary
from conversations.forms import About, Privacy
from conversations.handling import CallStaff
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES


def test_back_twice_and_forward_asks_nothing_in_between_again() -> None:
    mind = Mind().start().until("mobile").say("رجوع", "رجوع")
    assert mind.state.asking == "national_id"
    assert mind.say("1045827365").state.asking == "mobile"
    assert mind.draft.answers["national_id"] == "1045827365"


def test_whoever_went_back_to_look_passes_on_without_typing_it_again() -> None:
    mind = Mind().start().until("mobile").say("رجوع", "تخطي")
    assert mind.state.asking == "mobile"
    assert not mind.of(PutAnswer)


def test_there_is_nothing_before_the_first_question() -> None:
    mind = Mind().start().say("رجوع")
    assert mind.state.asking == "who" and "form.first" in mind.keys


def test_what_must_be_answered_is_not_skipped() -> None:
    mind = Mind().start().until("mobile").say("تخطي")
    assert mind.state.asking == "mobile" and "form.skipped_not_optional" in mind.keys


def test_what_may_be_skipped_is_skipped_by_word_or_tap_and_may_be_filled_later() -> None:
    for mind in (Mind().start().until("appointment").say("تخطي"), Mind().start().until("appointment").tap("skip")):
        assert mind.draft.answers["appointment"] == ""
        mind.review().say("تعديل تاريخ الموعد")
        assert mind.state.asking == "appointment"
        mind.good()
        assert mind.state.mode is Mode.REVIEW and mind.draft.answers["appointment"]


def test_the_third_miss_offers_a_person_or_later_and_the_question_comes_back_at_the_end() -> None:
    mind = Mind().start().until("mobile").say("abc", "123")
    assert "human" not in mind.live
    mind.say("لا أدري")
    assert "miss.third" in mind.keys and mind.live == ["human", "defer"]
    mind.tap("defer")
    assert mind.state.asking == "city" and "form.deferred" in mind.keys
    for _ in range(20):
        if mind.state.asking == "mobile":
            break
        assert mind.state.mode is Mode.FORM
        mind.good()
    assert {"papers", "condition"} <= set(mind.draft.answers)
    assert mind.good().state.mode is Mode.REVIEW


def test_the_person_who_is_called_at_the_third_miss_leaves_the_question_asked() -> None:
    mind = Mind().start().until("mobile").say("a", "b", "c").tap("human")
    assert mind.of(CallStaff) and mind.state.asking == "mobile"
    assert mind.say("موظف").of(CallStaff) == []
    assert "human.already" in mind.keys


def test_misses_count_anew_for_each_question() -> None:
    mind = Mind().start().until("full_name").say("سالم", "سالم").say("سالم بن محمد").say("x", "y")
    assert mind.state.misses == 2 and "human" not in mind.live


def test_an_adult_for_oneself_is_one_person() -> None:
    mind = Mind().start().review()
    assert mind.draft.beneficiary == mind.draft.applicant
    assert set(mind.draft.whose.values()) == {mind.draft.applicant}
    assert mind.relations == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["2", "3"])
def test_whoever_asks_for_another_is_kept_apart_from_them(name: str, who: str) -> None:
    mind = Mind(name).start().review(who=who)
    draft = mind.draft
    assert draft.beneficiary != draft.applicant
    for question in mind.form.questions:
        if question.id in draft.whose:
            person = draft.applicant if question.about is About.APPLICANT else draft.beneficiary
            assert draft.whose[question.id] == person
    assert {"applicant_name"} <= set(draft.answers)


@pytest.mark.parametrize("name", NAMES)
def test_a_child_who_asks_for_oneself_has_an_adult_beside_it(name: str) -> None:
    mind = Mind(name).start().until("birth_date").say("1/1/2015")
    assert [(e.relation) for e in mind.of(SetBeneficiary)] == ["minor"]
    filed_anew = {e.field for e in mind.of(PutAnswer)}
    assert filed_anew == {"full_name", "national_id", "birth_date"}
    assert {e.about for e in mind.of(PutAnswer)} == {About.BENEFICIARY}
    assert mind.state.asking == "applicant_name"
    assert "applicant_id" in mind.review().draft.answers
    assert "guardianship" in mind.draft.answers["papers"]


def test_a_birth_date_that_becomes_an_adults_joins_the_persons_and_drops_the_guardian() -> None:
    mind = Mind().start().until("birth_date").say("1/1/2015").review()
    applicant = mind.draft.applicant
    mind.say("تعديل تاريخ الميلاد").say("1/5/1990")
    assert [e.relation for e in mind.of(SetBeneficiary)] == ["self"]
    assert {e.field for e in mind.of(DropAnswer)} == {"applicant_name", "applicant_id"}
    assert set(mind.draft.whose.values()) == {applicant}
    assert mind.state.mode is Mode.REVIEW


def test_a_birth_date_that_becomes_a_childs_asks_only_for_the_adult_and_the_proof() -> None:
    mind = Mind().start().review()
    before = dict(mind.draft.answers)
    mind.say("تعديل تاريخ الميلاد").say("1/1/2015")
    asked = []
    while mind.state.mode is Mode.FORM:
        asked.append(mind.asked.id)
        mind.good()
    assert asked == ["applicant_name", "applicant_id", "papers"]
    after = mind.draft.answers
    assert {k: v for k, v in before.items() if k not in ("birth_date", "papers")}.items() <= after.items()


def test_another_relation_renews_what_is_about_the_other_person_and_nothing_of_ones_own() -> None:
    mind = Mind().start().review(who="2")
    own = {q.id for q in mind.form.questions if q.about is About.APPLICANT} & set(mind.draft.answers)
    kept = {k: mind.draft.answers[k] for k in own - {"who", "kinship"}}
    mind.say("تعديل 1").tap("guardian")
    assert [e.relation for e in mind.of(SetBeneficiary)] == ["guardian"]
    assert mind.relations[mind.draft.id] == "guardian"
    assert mind.draft.answers == {"who": "guardian", **kept}
    mind.review()
    assert "kinship" not in mind.draft.answers


def test_a_childs_own_request_that_becomes_one_for_family_says_so() -> None:
    mind = Mind().start().until("birth_date").say("1/1/2015").say("رجوع", "رجوع", "رجوع", "رجوع")
    assert mind.state.asking == "who"
    mind.tap("family")
    assert mind.relations[mind.draft.id] == "family"


def test_the_same_answer_given_again_renews_nothing() -> None:
    mind = Mind().start().review(who="2")
    before = mind.draft.answers
    mind.say("تعديل 1").tap("family")
    assert mind.draft.answers == before and mind.state.mode is Mode.REVIEW


def test_a_change_of_what_is_needed_asks_only_what_depends_on_it() -> None:
    mind = Mind("qurainah").start().review(kind="1")
    mind.tap("change:kind").tap("marriage")
    assert {e.field for e in mind.of(DropAnswer)} == {"members"}
    assert mind.state.asking == "iban"
    assert mind.good().state.mode is Mode.REVIEW


@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_the_review_is_changed_by_tap_by_number_and_by_its_name(name: str) -> None:
    mind = Mind(name).start().review()
    rows = [key.removeprefix("change:") for key in mind.live if key.startswith("change:")]
    assert rows == [q.id for q in mind.form.questions if q.id in mind.draft.answers]
    for number, row in enumerate(rows, 1):
        label = next(label for label, id in mind.facts().questions.items() if id == row)
        for act in (f"تعديل {number}", f"{number}", f"عدل {label}", label):
            assert mind.wait(minutes=1).say(act).state.asking == row, act
            mind.good().review()
        assert mind.tap(f"change:{row}").state.asking == row
        mind.good().review()


def test_a_change_of_nothing_known_shows_the_review_again() -> None:
    mind = Mind().start().review()
    for line in ("تعديل 99", "تعديل", "0", "كلام", "", "👍"):
        mind.say(line)
        assert mind.state.mode is Mode.REVIEW and "review.which" in mind.keys


def test_every_answer_carries_the_class_its_question_declares() -> None:
    mind = Mind("kafl").start().review()
    filed = {e.field: e.privacy for e in mind.every if isinstance(e, PutAnswer)}
    assert filed["relation"] is Privacy.SENSITIVE
    assert all(filed[q.id] is q.privacy for q in mind.form.questions if q.id in filed)


def test_the_place_falls_only_by_going_back() -> None:
    mind = Mind("kafl").start()
    steps = []
    while mind.state.mode is Mode.FORM:
        (told,) = mind.told[-1:]
        assert told.progress is not None and told.progress.step <= told.progress.of
        steps.append(told.progress.step)
        mind.good()
    assert steps == sorted(steps)
    assert mind.told[-1].progress is None
