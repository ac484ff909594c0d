"""Choices by tap, number, label and near label; yes and no."""

import pytest

from conversations import arabic
from conversations.events import Said
from conversations.fields import Good, Wrong, read
from conversations.forms import Kind
from conversations.messages import Line
from tests.fields_world import context, outcome, question, reading


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1", "self"),
        ("٢", "family"),
        ("３", "guardian"),
        ("1.", "self"),
        ("1)", "self"),
        ("1️⃣", "self"),
        ("لنفسي", "self"),
        ("لِنَفسي", "self"),
        ("Myself.", "self"),
        ("بصفتي وليا", "guardian"),
        ("بصفتى وليّاً", "guardian"),
        ("لاحد افراد اسرتى", "family"),
        ("لأحد أفراد اسرنتي", "family"),
        ("1 - لنفسي", "self"),
        ("دراسة وتدريب", "work"),
    ],
)
def test_one_choice_in_every_spelling(typed: str, key: str) -> None:
    assert reading(Kind.CHOICE, typed) == Good(key, typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "number"),
        ("5", "number"),
        ("٩٩", "number"),
        ("5" * 200, "number"),
        ("5" * 5_000, "unknown"),
        ("²", "unknown"),
        ("①", "unknown"),
        ("½", "unknown"),
        ("1e999", "unknown"),
        ("nan", "unknown"),
        ("شيء آخر", "unknown"),
        ("1-3", "unknown"),
        ("1 و 2", "several"),
        ("لنفسي ولأحد أفراد أسرتي", "several"),
    ],
)
def test_what_is_no_one_choice(typed: str, code: str) -> None:
    assert outcome(Kind.CHOICE, typed) == f"choice.{code}"


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("1 و 3", ["self", "guardian"]),
        ("٣ و ١", ["self", "guardian"]),
        ("1،3", ["self", "guardian"]),
        ("1,3", ["self", "guardian"]),
        ("1و3", ["self", "guardian"]),
        ("1 3", ["self", "guardian"]),
        ("1\n3\n1", ["self", "guardian"]),
        ("1 and 3", ["self", "guardian"]),
        ("لنفسي", ["self"]),
        ("لنفسي، وظيفة", ["self", "work"]),
        ("وظيفة ولنفسي", ["self", "work"]),
        ("لنفسي ووظيفة", ["self", "work"]),
        ("دراسة وتدريب ولنفسي", ["self", "work"]),
        ("لنفسي و بصفتي ولياً و 4", ["self", "guardian", "work"]),
        ("لأحد أفراد اسرنتي وبصفتي وليا", ["family", "guardian"]),
    ],
)
def test_several_choices_in_every_spelling(typed: str, keys: list[str]) -> None:
    assert reading(Kind.CHOICES, typed) == Good(keys, typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1 و 7", "number"),
        ("13", "number"),
        ("لنفسي وغير ذلك", "unknown"),
        ("1-3", "unknown"),
        ("²", "unknown"),
        ("و", "unknown"),
        ("1 " * 200, "unknown"),
    ],
)
def test_what_is_not_among_the_choices(typed: str, code: str) -> None:
    assert outcome(Kind.CHOICES, typed) == f"choices.{code}"


@pytest.mark.parametrize(("kind", "code"), [(Kind.CHOICE, "choice.ambiguous"), (Kind.CHOICES, "choices.ambiguous")])
def test_a_slip_between_two_labels_is_asked_again(kind: Kind, code: str) -> None:
    labels = {arabic.fold("علاج نفسي"): "self", arabic.fold("التدريب"): "work", arabic.fold("التدريج"): "family"}
    got = read(question(kind), Said("التدريت"), context(labels))
    assert isinstance(got, Wrong)
    assert got.line.key == f"wrong.{code}"
    assert got.line.params["choices"] == (Line("choice.it.family"), Line("choice.it.work"))


def test_the_number_out_of_the_list_is_named_with_the_last_one() -> None:
    got = reading(Kind.CHOICES, "1 و ٧")
    assert isinstance(got, Wrong)
    assert got.line.params["most"] == 4


def test_taps() -> None:
    one, many = question(Kind.CHOICE), question(Kind.CHOICES)
    assert read(one, Said(choices=("family",)), context()) == Good("family", "family")
    assert read(one, Said("لأحد أفراد أسرتي", choices=("family",)), context()) == Good("family", "لأحد أفراد أسرتي")
    assert read(many, Said(choices=("work", "self", "work")), context()) == Good(["self", "work"], "work, self, work")
    for kind, taps, code in (
        (one, ("gone",), "choice.unknown"),
        (one, ("self", "work"), "choice.several"),
        (many, ("self", "gone"), "choices.unknown"),
    ):
        got = read(kind, Said(choices=taps), context())
        assert isinstance(got, Wrong)
        assert got.line.key == f"wrong.{code}"


def test_a_label_of_a_choice_that_does_not_apply_is_no_answer() -> None:
    assert read(question(Kind.CHOICE), Said("غيره"), context({"غيره": "gone"})) != Good("gone", "غيره")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("نعم", True),
        ("نَعَم.", True),
        ("ايه نعم", True),
        ("YES", True),
        ("1", True),
        ("١", True),
        ("لا", False),
        ("لأ", False),
        ("لا لا", False),
        ("لا شكراً", False),
        ("٢", False),
        ("نعم لا", "yes_no.unknown"),
        ("ربما", "yes_no.unknown"),
        ("3", "yes_no.unknown"),
        ("²", "yes_no.unknown"),
        ("نعم" * 2_000, "yes_no.unknown"),
    ],
)
def test_yes_and_no(typed: str, answer: bool | str) -> None:
    assert outcome(Kind.YES_NO, typed) == answer


def test_yes_and_no_by_tap_and_by_the_label_of_the_button() -> None:
    asked = question(Kind.YES_NO)
    assert read(asked, Said(choices=("yes",)), context()) == Good(True, "yes")
    assert read(asked, Said(choices=("no",)), context()) == Good(False, "no")
    assert read(asked, Said("آمنة"), context({arabic.fold("آمنة"): "yes"})) == Good(True, "آمنة")
    for taps in (("yes", "no"), ("self",)):
        assert isinstance(read(asked, Said(choices=taps), context()), Wrong)
