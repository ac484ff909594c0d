"""What holds for every kind: nothing raises, canonical values read as themselves, every sentence is listed."""

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import fields
from conversations.events import Said
from conversations.fields import Good, Wrong, complete, entry, read, shown
from conversations.forms import Kind
from conversations.messages import Code, Entry, Line, Money
from tests.fields_world import context, question, reading

LIKELY = st.text(
    st.sampled_from("0123456789٠١٢٣٤٥٦٧٨٩۰۵²①½-−+/.,٬٫،:؛ _هـمرجبريالنعملاSAsar+\u200f\u202e\u200c\0\ud800\ufdfa😀\n")
)
SOLID = st.text(alphabet="0123456789", min_size=8, max_size=26)
KINDS = st.sampled_from(list(Kind))
CANONICAL: list[tuple[Kind, Any, str]] = [
    (Kind.TEXT, "أحتاج إلى دواء", "أحتاج إلى دواء"),
    (Kind.NAME, "محمد علي", "محمد علي"),
    (Kind.NUMBER, 1_200, "1200"),
    (Kind.MONEY, "2500.50", "2500.50"),
    (Kind.DATE, "1990-05-01", "1990-05-01"),
    (Kind.PHONE, "+966551234567", "+966551234567"),
    (Kind.NATIONAL_ID, "1012345672", "1012345672"),
    (Kind.IBAN, "SA0380000000608010167519", "SA0380000000608010167519"),
    (Kind.PLACE, "القنفذة", "القنفذة"),
]


@given(KINDS, st.one_of(st.text(), LIKELY, SOLID))
def test_no_text_raises_and_what_is_understood_reads_as_itself(kind: Kind, text: str) -> None:
    got = reading(kind, text)
    if isinstance(got, Wrong):
        assert got.line.key in fields.WRONG
        assert got.sample is None or got.sample.key in fields.SAMPLES
    elif kind in {kind for kind, _, _ in CANONICAL}:
        again = reading(kind, str(got.value))
        assert isinstance(again, Good)
        assert again.value == got.value


@given(KINDS, st.lists(st.text()), st.lists(st.text()), st.text(), st.none() | st.dictionaries(st.text(), st.text()))
def test_no_tap_file_or_earlier_value_raises(
    kind: Kind, taps: list[str], files: list[str], text: str, partial: Any
) -> None:
    asked = question(kind)
    got = read(asked, Said(text, tuple(taps), tuple(files)), context(partial=partial))
    assert isinstance(got, Good) or got.line.key in fields.WRONG
    assert isinstance(complete(asked, partial, asked.documents), bool)
    assert shown(asked, partial) is not None


@pytest.mark.parametrize(("kind", "value", "typed"), CANONICAL)
def test_canonical_values_read_as_themselves(kind: Kind, value: Any, typed: str) -> None:
    assert reading(kind, typed) == Good(value, typed)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("text", ["9" * 20_000, "ا" * 20_000, "1 " * 10_000, "١،" * 10_000, "\ufdfa" * 10_000])
def test_a_flood_is_answered_like_anything_else(kind: Kind, text: str) -> None:
    got = reading(kind, text)
    assert isinstance(got, Wrong)
    assert len(str(got.line.params.get("read", ""))) < 100


@pytest.mark.parametrize(
    ("kind", "value", "param"),
    [
        (Kind.TEXT, "نص", "نص"),
        (Kind.NAME, "محمد علي", "محمد علي"),
        (Kind.PLACE, "بريدة", "بريدة"),
        (Kind.NUMBER, 5, 5),
        (Kind.MONEY, "2500.50", Money(Decimal("2500.50"))),
        (Kind.DATE, "1990-05-01", date(1990, 5, 1)),
        (Kind.PHONE, "+966551234567", Code("0551234567")),
        (Kind.PHONE, "+971501234567", Code("+971501234567")),
        (Kind.NATIONAL_ID, "1012345672", Code("1012345672")),
        (Kind.IBAN, "SA0380000000608010167519", Code("SA03 8000 0000 6080 1016 7519")),
        (Kind.CHOICE, "self", Line("choice.it.self")),
        (Kind.CHOICES, ["self", "work"], (Line("choice.it.self"), Line("choice.it.work"))),
        (Kind.YES_NO, True, Line("value.yes")),
        (Kind.YES_NO, False, Line("value.no")),
        (Kind.NUMBER, "قيمة قديمة", "قيمة قديمة"),
        (Kind.MONEY, "قيمة قديمة", "قيمة قديمة"),
        (Kind.DATE, 7, "7"),
        (Kind.CHOICES, 7, "7"),
    ],
)
def test_values_as_they_are_shown(kind: Kind, value: Any, param: Any) -> None:
    assert shown(question(kind), value) == param


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DOCUMENTS])
def test_any_value_completes_a_question_and_none_does_not(kind: Kind) -> None:
    assert complete(question(kind), False, ())
    assert not complete(question(kind), None, ())


def test_the_composer_suits_the_kind() -> None:
    special = {
        Kind.NUMBER: Entry.NUMBER,
        Kind.MONEY: Entry.NUMBER,
        Kind.NATIONAL_ID: Entry.NUMBER,
        Kind.PHONE: Entry.PHONE,
        Kind.DATE: Entry.DATE,
        Kind.DOCUMENTS: Entry.FILE,
    }
    assert {kind: entry(question(kind)) for kind in Kind} == dict.fromkeys(Kind, Entry.TEXT) | special


def test_every_listed_sentence_is_shown_by_a_table_of_inputs() -> None:
    """The tables beside this file name each code as they expect it."""
    literals = {
        node.value
        for path in Path(__file__).parent.glob("test_fields_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [key for key in fields.WRONG if not _spellings(key) & literals] == []
    assert len(set(fields.WRONG)) == len(fields.WRONG)


def _spellings(key: str) -> set[str]:
    return {key, key.removeprefix("wrong."), key.rpartition(".")[2]}
