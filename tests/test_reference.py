"""The reference number and its check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import reference

EIGHTS = st.integers(10_000_000, 99_999_999).filter(lambda eight: str(eight)[0] != "5")


@given(EIGHTS)
def test_every_number_is_nine_digits_valid_and_read_back_as_it_is_shown(eight: int) -> None:
    number = reference.number(eight)
    assert len(number) == 9
    assert number.startswith(str(eight))
    assert reference.valid(number)
    assert reference.read(reference.shown(number)) == number


@given(EIGHTS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(eight: int, place: int, shift: int) -> None:
    number = reference.number(eight)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert not reference.valid(wrong)


@given(EIGHTS, st.integers(0, 7))
def test_two_swapped_neighbours_are_always_found(eight: int, place: int) -> None:
    number = reference.number(eight)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not reference.valid(swapped)


@given(st.text())
def test_reading_never_raises_and_gives_only_valid_numbers(text: str) -> None:
    found = reference.read(text)
    assert found is None or reference.valid(found)


def test_shown_in_threes() -> None:
    assert reference.shown("472193807") == "472 193 807"


@pytest.mark.parametrize("shape", ["{}", "  {} ", "رقم الطلب {}", "#{}", "\u200f{}\u200f"])
def test_read_in_any_digits_and_spacing(shape: str) -> None:
    number = reference.number(47219380)
    for spelling in (number, reference.shown(number), "-".join((number[:3], number[3:6], number[6:]))):
        arabic_indic = spelling.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        persian = spelling.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        for digits in (spelling, arabic_indic, persian):
            assert reference.read(shape.format(digits)) == number


@pytest.mark.parametrize("text", ["", "472", "0551234567", "1012345672", "47219380²", "472193800 472193807 1"])
def test_other_numbers_are_not_taken_for_one(text: str) -> None:
    assert reference.read(text) is None


@pytest.mark.parametrize("eight", [0, 1_234_567, 51_234_567, 100_000_000, -47_219_380])
def test_numbers_that_could_be_a_mobile_or_have_another_length_are_not_made(eight: int) -> None:
    with pytest.raises(ValueError, match="eight digits"):
        reference.number(eight)
