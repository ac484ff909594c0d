"""Reference numbers: none collides, none is taken for a mobile, none tells how many there are."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import reference as spoken
from storage.references import LEFT, RIGHT, eight, reference
from tests.storage_world import Place, opened

KEY = b"r" * 32


def test_two_hundred_thousand_counters_never_collide_and_keep_the_shape() -> None:
    seen = {eight(KEY, index) for index in range(100_000)} | {
        eight(KEY, 79_999_999 - index) for index in range(100_000)
    }
    assert len(seen) == 200_000
    assert all(10_000_000 <= number <= 99_999_999 and number // 10_000_000 not in (0, 5) for number in seen)


@given(st.sets(st.integers(0, LEFT * RIGHT - 1), min_size=2, max_size=50), st.binary(min_size=32, max_size=32))
def test_under_any_key_different_counters_give_different_numbers(indexes: set[int], key: bytes) -> None:
    assert len({eight(key, index) for index in indexes}) == len(indexes)


def test_neighbours_are_strangers_and_another_key_gives_others() -> None:
    numbers = [eight(KEY, index) for index in range(1000)]
    near = sum(abs(a - b) < 100_000 for a, b in pairwise(numbers))
    assert near < 20
    assert len(set(numbers) & {eight(b"s" * 32, index) for index in range(1000)}) < 5


def test_the_numbers_spread_over_every_first_digit() -> None:
    firsts = [eight(KEY, index) // 10_000_000 for index in range(4000)]
    assert set(firsts) == {1, 2, 3, 4, 6, 7, 8, 9}
    assert all(400 < firsts.count(digit) < 600 for digit in set(firsts))


@pytest.mark.parametrize("counter", [0, LEFT * RIGHT + 1])
def test_a_counter_outside_is_refused(counter: int) -> None:
    with pytest.raises(ValueError, match="used up"):
        reference(KEY, counter)


async def test_the_counter_is_committed_and_each_organisation_has_its_own(place: Place) -> None:
    async with opened(place) as memory, memory.unit() as unit:
        first, second, other = await unit.number("labas"), await unit.number("labas"), await unit.number("kafl")
    async with opened(place) as memory, memory.unit() as unit:
        third = await unit.number("labas")
    assert len({first, second, third, other}) == 4
    assert all(spoken.valid(number) and len(number) == 9 for number in (first, second, third, other))
