"""Play seeds: `python -m tests.simulator --seed 7` tells one story, `--seeds 1000 --from 0` plays many."""

import argparse
import gc
import sys
import time

import structlog

from tests.simulator.run import DAYS, play


def main() -> int:
    """Play what was asked for; 1 where an invariant was breached."""
    asked = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    asked.add_argument("--seed", type=int, help="play this one, and tell its whole story")
    asked.add_argument("--seeds", type=int, default=100, help="how many to play (100)")
    asked.add_argument("--from", type=int, default=0, dest="first", help="the first of them (0)")
    asked.add_argument("--days", type=int, default=DAYS, help="how many days each lasts (45)")
    given = asked.parse_args()
    return _one(given.seed, given.days) if given.seed is not None else many(given.seeds, given.first, given.days)


def _one(seed: int, days: int) -> int:
    _silent()
    run = play(seed, days=days)
    print(run.story(lines=4000))
    return 1 if run.breaches else 0


def _silent() -> None:
    """What goes wrong is meant to, and is not logged."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))


def many(seeds: int, first: int = 0, days: int = DAYS) -> int:
    """Play so many seeds from the first on, and say how it went; 1 where an invariant was breached."""
    _silent()
    begun, wrong, turns, calls, crashes = time.process_time(), 0, 0, 0, 0
    for seed in range(first, first + seeds):
        run = play(seed, days=days)
        turns, calls = turns + len(run.world.eye.steps), calls + len(run.world.made)
        crashes += len(run.world.crashes)
        if run.breaches:
            wrong += 1
            print(run.story(), flush=True)
        gc.collect()
    spent = time.process_time() - begun
    print(
        f"simulator: {seeds} seeds from {first}, {days} days, 20 people each; {turns} turns, {calls} calls to vendors, "
        f"{crashes} crashes; {wrong} seeds with breaches; {spent:.0f} s of CPU",
        flush=True,
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
