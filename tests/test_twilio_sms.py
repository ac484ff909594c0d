"""In how many parts an SMS goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.twilio.sms import BASIC, EXTENDED, parts


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 8, 2),
        # An escape is not torn from its letter: 152 septets and the sign does not fit the first part.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("🌙" * 35, 1),
        ("🌙" * 36, 2),
        ("م" * 66 + "🌙" + "م" * 66, 3),
        ("a" * 70 + "،", 2),
        ("`", 1),
        ("a" * 69 + "`", 1),
        ("a" * 70 + "`", 2),
        ("رقم طلبكم 472 193 807", 1),
    ],
)
def test_parts_are_counted_as_the_networks_do(text: str, count: int) -> None:
    assert parts(text) == count


def test_the_alphabet_is_whole() -> None:
    assert len(BASIC) == 127 and len(EXTENDED) == 10  # the 128th sign is the escape itself
    assert not BASIC & EXTENDED


@given(st.text(max_size=400))
def test_more_text_never_needs_fewer_parts(text: str) -> None:
    assert 1 <= parts(text) <= parts(text + "م") <= parts(text + "م" * 68)


@given(st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=500))
def test_septets_stay_within_their_bounds(text: str) -> None:
    septets = sum(2 if letter in EXTENDED else 1 for letter in text)
    assert septets <= parts(text) * 160 and (septets <= 160) == (parts(text) == 1)
