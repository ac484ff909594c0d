"""Numbers and amounts as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.fields import Wrong
from conversations.forms import Kind
from conversations.messages import Money
from tests.fields_world import outcome, reading, said_back

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("5", 5),
        ("٥", 5),
        ("۵", 5),
        ("５", 5),
        ("+5", 5),
        ("5.", 5),
        ("5.0", 5),
        ("007", 7),
        ("\u200f٥\u200e", 5),
        ("«٧»", 7),
        ("١٬٢٠٠", 1_200),
        ("1,200", 1_200),
        ("١،٢٠٠", 1_200),
        ("１，２００", 1_200),
        ("1 200", 1_200),
        ("1\u00a0200", 1_200),
        ("1'200", 1_200),
        ("12,345,678", 12_345_678),
        (" 12\n", 12),
    ],
)
def test_whole_numbers_in_every_spelling(typed: str, number: int) -> None:
    assert outcome(Kind.NUMBER, typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("خمسة", "words"),
        ("خمسة آلاف", "words"),
        ("5 آلاف", "words"),
        ("five thousand", "words"),
        ("nan", "words"),
        ("Infinity", "words"),
        ("0x10", "format"),
        ("1_000", "format"),
        ("1e999", "format"),
        ("5" * 5_000, "format"),
        ("5" * 40, "large"),
        ("5²", "format"),
        ("²", "format"),
        ("①", "format"),
        ("½", "format"),
        ("5-6", "format"),
        ("5/6", "format"),
        ("3 4", "format"),
        ("1,20", "format"),
        ("1,200 300", "format"),
        ("1.200.000", "format"),
        ("5%", "format"),
        ("$5", "format"),
        ("=1+1", "format"),
        ("١٢٫٥", "fraction"),
        ("12.5", "fraction"),
        ("-1", "small"),
        ("−1", "small"),
        ("1000000000", "large"),
    ],
)
def test_what_is_no_whole_number(typed: str, code: str) -> None:
    assert outcome(Kind.NUMBER, typed) == f"number.{code}"


@pytest.mark.parametrize(("typed", "found"), [("0", "number.small"), ("1", 1), ("20", 20), ("21", "number.large")])
def test_the_question_bounds_its_number(typed: str, found: int | str) -> None:
    assert outcome(Kind.NUMBER, typed, least=1, most=20) == found


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("2500", "2500"),
        ("٢٬٥٠٠", "2500"),
        ("2,500 ريال", "2500"),
        ("ريال 2500", "2500"),
        ("2500 ريال سعودي.", "2500"),
        ("2500 ريالًا", "2500"),
        ("SAR 2500", "2500"),
        ("2500sr", "2500"),
        ("٢٥٠٠ ر.س", "2500"),
        ("ر.س.٢٥٠٠", "2500"),
        ("2500﷼", "2500"),
        ("١٢٫٥", "12.50"),
        ("2500.5", "2500.50"),
        ("2500.50", "2500.50"),
        ("2,500.05 ريال", "2500.05"),
        ("2500.00", "2500"),
        ("1.200", "1.20"),
        ("0", "0"),
        ("-0", "0"),
    ],
)
def test_amounts_in_riyals(typed: str, amount: str) -> None:
    assert outcome(Kind.MONEY, typed) == amount


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("خمسة آلاف ريال", "words"),
        ("5 آلاف ريال", "words"),
        ("2500 دولار", "words"),
        ("$2500", "format"),
        ("2500 - 3000", "format"),
        ("ريال_2500", "words"),
        ("1_000", "format"),
        ("½", "format"),
        ("12.345", "fraction"),
        ("-5 ريال", "small"),
        ("1" * 35, "large"),
        ("1" * 41, "format"),
    ],
)
def test_what_is_no_amount(typed: str, code: str) -> None:
    assert outcome(Kind.MONEY, typed) == f"money.{code}"


def test_the_sentence_names_what_was_read_and_the_bound() -> None:
    small = reading(Kind.MONEY, "٥٠ ريال", least=100)
    assert isinstance(small, Wrong)
    assert small.line.params == {"read": "٥٠ ريال", "least": Money(Decimal(100))}
    assert small.sample is not None
    assert small.sample.key == "example.money"
    assert said_back(reading(Kind.NUMBER, "9" * 5_000)) == "9" * 60 + "…"


@given(st.integers(0, 999_999_999))
def test_a_number_reads_the_same_with_separators_and_in_eastern_digits(number: int) -> None:
    for typed in (str(number), f"{number:,}", f"{number:,}".replace(",", "٬").translate(EASTERN)):
        assert outcome(Kind.NUMBER, typed) == number
        assert outcome(Kind.MONEY, f"{typed} ريال") == str(number)


@given(st.decimals(0, 999_999, places=2))
def test_an_amount_is_read_back_as_it_is_kept(amount: Decimal) -> None:
    kept = outcome(Kind.MONEY, str(amount))
    assert Decimal(kept) == amount
    assert outcome(Kind.MONEY, kept) == kept
