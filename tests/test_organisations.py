"""The shipped associations: all read, all judged clean among each other, each its own."""

from datetime import date

import pytest

from organisations import BadProfile, judge, load, load_all, names, unready
from organisations.colours import GROUNDS, LEAST, contrast
from organisations.walking import walk

FIVE = {"labas", "qurainah", "kafl", "qalb", "ishraqa"}
SOFT = {  # as the look's table of tokens gives them
    "qurainah": ("#e2e6db", "#3b3d2e"),
    "labas": ("#d8e6e8", "#333d3a"),
    "kafl": ("#dee4ed", "#393b3f"),
    "qalb": ("#eddde2", "#423433"),
    "ishraqa": ("#ece3d6", "#433a2a"),
}


def test_the_five_are_there() -> None:
    assert set(names()) >= FIVE


@pytest.mark.parametrize("name", names())
def test_each_is_judged_clean_among_the_others(name: str) -> None:
    everyone = load_all()
    assert [problem.sentence for problem in judge(everyone[name], everyone.values())] == []


@pytest.mark.parametrize("name", names())
def test_every_question_of_a_form_is_met_by_the_walk(name: str) -> None:
    for form in load(name).organisation.forms.values():
        found = walk(form, date(2027, 3, 1))
        assert found.met >= {question.id for question in form.questions}


@pytest.mark.parametrize(("name", "soft"), SOFT.items())
def test_soft_colours_are_computed_as_the_look_gives_them(name: str, soft: tuple[str, str]) -> None:
    look = load(name).look
    assert (look.soft_light, look.soft_dark) == soft
    assert contrast(look.accent_light, GROUNDS["light"]["sunk"]) >= LEAST
    assert contrast(look.accent_dark, look.soft_dark) >= LEAST


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_no_two_forms_ask_the_same() -> None:
    asked = [tuple(q.id for q in p.organisation.forms["support"].questions) for p in load_all().values()]
    assert len(set(asked)) == len(asked)


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadProfile, match="known are ishraqa, kafl"):
        load("nobody")
    with pytest.raises(BadProfile) as refused:
        load_all(["nobody", "somebody"])
    assert len(refused.value.sentences) == 2


def test_the_samples_of_an_unapproved_profile_are_named() -> None:
    sentences = unready(load("qurainah"))
    assert sentences[0] == "qurainah: the association has not approved this profile (approved = false)."
    assert "qurainah: schedule is a sample." in sentences
    assert "qurainah: question housing is a sample." in sentences
    assert not any("channels" in sentence or "full_name" in sentence for sentence in sentences)


def test_the_gendered_words_of_the_association_replace_the_common_ones_wholly() -> None:
    words = load("qurainah").wording["ar"]
    assert words["question.city.example"] == "القرينة"
    assert words["choice.who.guardian@feminine"] != words["choice.who.guardian"]
