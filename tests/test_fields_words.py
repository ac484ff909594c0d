"""Texts, names and places in people's own words."""

import pytest

from conversations.events import Said
from conversations.fields import Good, Wrong, read
from conversations.forms import Kind
from tests.fields_world import context, outcome, question, reading, said_back

MARKUP = '<b>{{x}}</b> *م* =HYPERLINK("a")'


@pytest.mark.parametrize(
    "name",
    [
        "محمد عبدالله القرني",
        "مُحَمَّد القرني",
        "ﻣﺤﻤﺪ علي",
        "علی\u200cرضا حسینی",
        "Mary-Jane O'Neil",
        "José María",
        "राम क्\u200dष",
        "李 明",
        "د. سعد آل سعود",
        "محـمد علي",
    ],
)
def test_full_names_are_kept_as_typed(name: str) -> None:
    assert reading(Kind.NAME, name) == Good(name, name)


def test_a_name_loses_what_would_flip_the_screen() -> None:
    typed = "\u202eمحمد\u2069  علي\nالقرني"
    assert reading(Kind.NAME, typed) == Good("محمد علي القرني", typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("محمد", "single"),
        ("محمد -", "single"),
        ("محمد 2", "digits"),
        ("محمد علي ٢", "digits"),
        ("محمد علي ²", "digits"),
        ("1012345672", "digits"),
        ("محمد <علي>", "signs"),
        ("محمد علي 😀", "signs"),
        ("@محمد علي", "signs"),
        ("=محمد علي", "signs"),
        ("محمد علي " * 20, "long"),
    ],
)
def test_what_is_no_full_name(typed: str, code: str) -> None:
    assert outcome(Kind.NAME, typed) == f"name.{code}"


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("الرياض", "الرياض"),
        ("القنفذه", "القنفذة"),
        ("القنفدة", "القنفذة"),
        ("  بُرَيدة ", "بريدة"),
        ("مكه المكرمه", "مكة المكرمة"),
        ("قرية آل فلان", "قرية آل فلان"),
        ("مخطط ١٢، حي النور", "مخطط ١٢، حي النور"),
        ("Abha", "Abha"),
        ("جدي", "جدي"),
    ],
)
def test_places(typed: str, place: str) -> None:
    assert outcome(Kind.PLACE, typed) == place


@pytest.mark.parametrize(
    ("typed", "code"),
    [("12345", "format"), ("ا", "format"), ("<script>", "format"), ("=cmd|x", "format"), ("حي " * 60, "long")],
)
def test_what_is_no_place(typed: str, code: str) -> None:
    assert outcome(Kind.PLACE, typed) == f"place.{code}"


@pytest.mark.parametrize("text", ["أحتاج إلى دواء", MARKUP, "=1+1", "سطر\nوسطر", "عندي ٢ أطفال 😀", "ok"])
def test_texts_are_kept_as_typed(text: str) -> None:
    assert reading(Kind.TEXT, text) == Good(text, text)


def test_a_text_is_bounded_in_characters() -> None:
    assert outcome(Kind.TEXT, "م") == "text.short"
    assert outcome(Kind.TEXT, "م" * 1_000) == "م" * 1_000
    long = reading(Kind.TEXT, "م" * 10_000)
    assert isinstance(long, Wrong)
    assert long.line.key == "wrong.text.long"
    assert long.line.params == {"length": 10_000, "count": 1_000}
    assert outcome(Kind.TEXT, "أربعة", least=6) == "text.short"
    assert outcome(Kind.TEXT, "أربعة", most=4) == "text.long"


@pytest.mark.parametrize("typed", ["", "   ", "\n", ".", "😀", "😀😀 👍🏽", "؟!", "\u200f", "\0", "\ud800", "—"])
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DOCUMENTS])
def test_nothing_legible_is_asked_again(kind: Kind, typed: str) -> None:
    assert outcome(kind, typed) == "any.empty"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DOCUMENTS])
def test_a_file_alone_is_no_answer_in_words(kind: Kind) -> None:
    got = read(question(kind), Said(files=("f1",)), context())
    assert isinstance(got, Wrong)
    assert got.line.key == "wrong.any.file"


def test_what_is_said_back_is_cut_and_cannot_flip_the_sentence() -> None:
    assert said_back(reading(Kind.NAME, "\u2069\u202eمحمد")) == "محمد"
    assert len(said_back(reading(Kind.DATE, "كلام " * 100))) == 61
