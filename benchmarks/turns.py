"""`python -m benchmarks.turns`: the common work in this process, and where its CPU goes.

Hundreds of people write at once; each event goes into Reception, and the next follows when it is committed. There is no
HTTP and nothing is sent: this is the turn alone, from the event to its commit. `--profile` prints the top lines of this
thread, by time of their own and by time with all that they called. The database's thread is not in it (its wake-up is
`put_nowait`), and watching doubles what a turn costs, so take figures from a run without it.
"""

import argparse
import asyncio
import cProfile
import pstats
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.common_work import HOUSE, played, profile, turns
from bot.household import Household, furnish
from conversations.events import Inbound, Said
from handlers import ways
from storage import Memory, migrate

KEYS = (("k1", b"k" * 32),)
TOP = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """What a run took."""

    turns: int
    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        per_core, wall = self.turns / self.cpu_s, self.turns / self.wall_s
        each = 1000 * self.cpu_s / self.turns
        return (
            f"{self.turns:,} turns: {per_core:,.0f} a second per core, {wall:,.0f} by the wall, {each:.3f} ms CPU each"
        )


async def person(house: Household, number: int, line: str, check: bool = False) -> None:
    """One person's turns, each after the one before is committed."""
    who, channel = f"p{number}", ways()[line]
    for at, turn in enumerate(played(number)):
        inbound = Inbound(HOUSE, line, (who,), f"{who}.{at}", Said(turn.says), who)
        taken = await house.reception.receive(inbound, channel)
        told = " ".join(one.words.text for one in taken.told) if check else turn.expects
        if taken.parked or taken.repeat or len(taken.told) != turn.replies or turn.expects not in told:
            raise SystemExit(f"turn {at + 1}, «{turn.says}», was answered with «{told}» and not «{turn.expects}»")


async def crowd(house: Household, numbers: Sequence[int], line: str, at_once: int) -> None:
    """All of them, so many at once."""
    waiting = iter(numbers)

    async def seat() -> None:
        for number in waiting:
            await person(house, number, line)

    await asyncio.gather(*(seat() for _ in range(at_once)))


async def opened(url: str) -> Household:
    """The benchmark's house on a migrated database."""
    memory = Memory(url, KEYS)
    await memory.open((HOUSE,))
    house = furnish(memory, {HOUSE: profile()}, lambda: datetime.now(UTC), "https://wasl.example")
    await house.knowledge.open()
    return house


async def measured(house: Household, people: int, line: str, at_once: int, profiler: cProfile.Profile | None) -> Figure:
    """Warm up with one person, whose answers are read, and a crowd; then time another crowd."""
    await person(house, 0, line, check=True)
    await crowd(house, range(people + 1, people + 1 + at_once), line, at_once)
    if profiler:
        profiler.enable()
    wall, cpu = time.perf_counter(), time.process_time()
    await crowd(house, range(1, people + 1), line, at_once)
    spent = Figure(people * turns(), time.perf_counter() - wall, time.process_time() - cpu)
    if profiler:
        profiler.disable()
    return spent


async def main(asked: argparse.Namespace) -> None:
    """Measure on a fresh SQLite file, or on the database that was named."""
    with tempfile.TemporaryDirectory(prefix="wasl-bench-") as folder:
        url = asked.database or f"sqlite:///{Path(folder) / 'wasl.db'}"
        await migrate(url)
        house = await opened(url)
        profiler = cProfile.Profile() if asked.profile else None
        try:
            print(await measured(house, asked.people, asked.line, asked.at_once, profiler))
        finally:
            await house.reception.close()
            await house.memory.close()
    if profiler:
        for order in ("tottime", "cumulative"):
            pstats.Stats(profiler).strip_dirs().sort_stats(order).print_stats(TOP)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=600)
    arguments.add_argument("--at-once", type=int, default=256)
    arguments.add_argument("--line", default="telegram", choices=sorted(ways()))
    arguments.add_argument("--database", help="postgresql://..., empty; unset: a SQLite file")
    arguments.add_argument("--profile", action="store_true")
    uvloop.run(main(arguments.parse_args()))
