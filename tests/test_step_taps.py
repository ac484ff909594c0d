"""Answers chosen: by tap, by number in any digits, by label or nearly so; and taps that are old or foreign."""

import pytest

from conversations.effects import PutAnswer
from conversations.events import Said
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES, WHATSAPP


def value(mind: Mind) -> tuple[str, object]:
    (put,) = mind.of(PutAnswer)
    return put.field, put.value


@pytest.mark.parametrize(
    "typed", ["2", "٢", "۲", "２", " 2 ", "2.", "(2)", "لأحد أفراد أسرتي", "لاحد افراد اسرتي", "لأحد أفراد اسرتى"]
)
def test_a_choice_is_named_by_number_in_any_digits_or_by_its_label(typed: str) -> None:
    assert value(Mind().start().say(typed)) == ("who", "family")


def test_a_choice_is_tapped() -> None:
    assert value(Mind().start().tap("guardian")) == ("who", "guardian")


@pytest.mark.parametrize("typed", ["²", "٤", "0", "1_0", "9" * 5000, "½", "١٢٣"])
def test_a_number_that_names_nothing_is_asked_again(typed: str) -> None:
    mind = Mind().start().say(typed)
    assert not mind.of(PutAnswer)
    assert mind.state.asking == "who" and mind.live


@pytest.mark.parametrize(
    "choice", ["999-self", "0-self", "x", "-", "", "1-", "-self", "٣-self", "3-change:who", "start", "12-self-3"]
)
def test_a_foreign_tap_says_so_and_changes_nothing(choice: str) -> None:
    mind = Mind().start()
    case = mind.draft
    mind.send(Said(choices=(choice,)))
    assert mind.told and not mind.of(PutAnswer)
    assert mind.draft == case and mind.state.asking == "who"


def test_a_door_can_be_tapped_by_its_name_and_an_unknown_one_is_the_menu() -> None:
    assert Mind().send(Said(choices=("start:request",))).state.mode is Mode.NOTICE
    assert Mind().send(Said(choices=("start:nothing",))).state.mode is Mode.MENU
    assert Mind().start().send(Said(choices=("start:human",))).state.asking == "who"


def test_the_other_device_hears_that_it_was_answered_and_may_change_it() -> None:
    mind = Mind().start()
    old = mind.option("family")
    mind.tap("self").send(Said(choices=(old,)))
    assert "form.answered_before" in mind.keys
    assert not mind.of(PutAnswer)
    assert mind.draft.answers["who"] == "self"
    mind.tap("change:who")
    assert mind.state.asking == "who"
    assert value(mind.tap("family")) == ("who", "family")


def test_the_other_device_may_keep_the_answer_and_the_form_goes_on() -> None:
    mind = Mind().start()
    old = mind.option("family")
    mind.tap("self").send(Said(choices=(old,))).tap("keep")
    assert mind.state.asking == "full_name"
    assert mind.draft.answers == {"who": "self"}


def test_an_old_tap_after_a_question_without_options_belongs_to_its_own_question() -> None:
    mind = Mind("labas").start().until("kind")
    old = mind.option("medicine")
    mind.tap("treatment")
    assert mind.asked.id == "hospital" and mind.live == []
    mind.send(Said(choices=(old,)))
    assert mind.told[0].parts[0].line.params["label"].key == "question.kind.label"  # type: ignore[union-attr]
    mind = Mind("labas").start().until("kind")
    old = mind.option("medicine")
    mind.tap("treatment").good().send(Said(choices=(old,)))
    assert "form.closed_option" in mind.keys
    assert not mind.of(PutAnswer)


def test_a_number_typed_at_a_question_without_options_is_no_older_option() -> None:
    mind = Mind("labas").start().until("appointment").tap("skip")
    assert mind.asked.id == "condition"
    mind.say("1")
    assert "form.skipped_not_optional" not in mind.keys
    assert not mind.of(PutAnswer)


def test_numbers_offered_beside_a_question_that_counts_are_never_its_answer() -> None:
    mind = Mind("kafl").start().until("provider")
    old = mind.option("father")
    mind.tap("mother")
    assert mind.asked.id == "children"
    mind.send(Said(choices=(old,)))
    assert [o.number for o in mind.told[0].options] == [None, None]
    assert value(mind.say("2")) == ("children", 2)


@pytest.mark.parametrize("name", NAMES)
def test_a_double_tap_of_the_acceptance_is_told_kindly(name: str) -> None:
    mind = Mind(name).declared()
    accept = mind.option("accept")
    mind.tap("accept").send(Said(choices=(accept,)))
    assert "form.closed_option" in mind.keys and "menu.lost" not in mind.keys
    assert len(mind.cases) == 1


def test_two_options_of_a_question_that_takes_one_are_asked_again() -> None:
    mind = Mind().start()
    mind.send(Said(choices=(mind.option("self"), mind.option("family"))))
    assert not mind.of(PutAnswer) and mind.state.asking == "who"


def test_several_options_of_a_question_that_takes_many_are_filed_together() -> None:
    mind = Mind("qurainah").start().until("income_sources").tap("salary", "pension")
    assert value(mind) == ("income_sources", ["salary", "pension"])
    mind = Mind("qurainah").start().until("income_sources").say("١ و ٣ وقرايبي")
    assert not mind.of(PutAnswer)
    assert value(mind.say("١ و٣")) == ("income_sources", ["salary", "social_security"])


def test_a_label_that_is_also_a_command_means_what_stands_on_the_button() -> None:
    mind = Mind("labas").start().until("papers").say("إحضارها لاحقًا")
    assert value(mind)[0] == "papers"
    assert value(Mind("labas").start().until("papers").say("لاحقا"))[0] == "papers"


def test_a_greeting_is_no_name_and_costs_no_miss() -> None:
    mind = Mind().start().until("full_name").say("السلام عليكم", "صباح الخير", "السلام عليكم ورحمة الله وبركاته")
    assert "full_name" not in mind.draft.answers
    assert (mind.state.asking, mind.state.misses) == ("full_name", 0)
    assert "question.full_name.ask" in mind.keys


def test_on_a_channel_with_numbered_lines_the_numbers_go_on_at_the_third_miss() -> None:
    mind = Mind("labas", WHATSAPP).start().until("kind").say("؟؟", "شيء", "لا أدري")
    assert mind.live == ["treatment", "medicine", "device", "travel", "human", "defer"]
    assert mind.say("6").state.deferred == ("kind",)
