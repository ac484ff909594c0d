"""The whole house played: twenty people for forty-five days, faulty vendors, a faulty store and crashes, by seed.

`python -m tests.simulator --seed N` plays one again; docs/simulator.md says what is judged and what it has found.
"""

import pytest

from tests.simulator.run import play

GATE = 64  # as many as fit; `python -m tests.simulator --seeds 1000` plays more


@pytest.mark.parametrize("seed", range(GATE))
def test_a_seed_holds_every_invariant(seed: int) -> None:
    run = play(seed)
    assert not run.breaches, run.story()


def test_a_seed_is_the_same_story_each_time() -> None:
    first, second = (play(3, days=6) for _ in range(2))
    assert list(first.world.eye.short) == list(second.world.eye.short)
    assert [m.parcel.text for m in first.world.made] == [m.parcel.text for m in second.world.made]
