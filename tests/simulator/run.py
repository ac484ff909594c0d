"""One seed played from its first to its last day, and judged."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from services import turns
from storage.engine import Database
from tests.migrated import migrated
from tests.mind_world import NAMES
from tests.simulator.chance import CALM, STORM, Luck, Rates, drawn
from tests.simulator.characters import EVERYBODY
from tests.simulator.judge import judge
from tests.simulator.loop import LoopClock, VirtualLoop
from tests.simulator.person import Person
from tests.simulator.seeding import seeded
from tests.simulator.staff import Office
from tests.simulator.world import World

DAYS = 45
ON_A_FILE = 6  # every so many seeds stand on a real file, which a crash leaves as it is; the others in memory
# Beginnings with Eid, the founding day and the national day in their forty-five days, and plain ones.
STARTS = ((2026, 2, 10), (2026, 3, 1), (2026, 5, 1), (2026, 8, 30), (2026, 11, 22), (2027, 1, 25))
SHARES = (("web", 9), ("telegram", 4), ("whatsapp", 5), ("sms", 2))


@dataclass(slots=True)
class Run:
    """What became of a seed: the world as it stands at the end, who lived in it, and every breach that was found."""

    seed: int
    world: World
    people: list[Person]
    offices: list[Office]
    breaches: list[str] = field(default_factory=list)

    def story(self, lines: int = 40) -> str:
        """What was breached, the last of what happened, and how to play it again."""
        short = "\n".join(list(self.world.eye.short)[-lines:])
        found = "\n".join(self.breaches[:12])
        return f"seed {self.seed}:\n{found}\n\n{short}\n\nagain: python -m tests.simulator --seed {self.seed}"


def play(seed: int, *, days: int = DAYS, rates: Rates | None = None, people: int = 20) -> Run:
    """Play a seed and judge it; the same seed is always the same story."""
    chance = drawn(seed)
    loop = VirtualLoop()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        url = _disk(seed, folder)
        with seeded(drawn(chance.random())):
            told = _played(loop, url, seed, chance, days, rates or _rates(seed), people, patch)
            try:
                return loop.run_until_complete(told)
            finally:
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.close()


def _disk(seed: int, folder: str) -> str:
    """Where a seed stands: on a file of its own, or in memory."""
    if seed % ON_A_FILE != ON_A_FILE - 1:
        return "sqlite://"
    url = f"sqlite:///{folder}/data/wasl.db"
    asyncio.run(migrated(url))
    return url


def _rates(seed: int) -> Rates:
    """One seed of five meets no fault at all, so that what people do alone is judged too, and one meets a storm."""
    return CALM if seed % 5 == 0 else STORM if seed % 5 == 3 else Rates()


async def _played(
    loop: VirtualLoop,
    url: str,
    seed: int,
    chance: Random,
    days: int,
    rates: Rates,
    count: int,
    patch: pytest.MonkeyPatch,
) -> Run:
    if url != "sqlite://":
        patch.setattr(Database, "reading", Database.glancing)  # a reader of a file, without a thread
    start = datetime(*STARTS[seed % len(STARTS)], 6, 0, tzinfo=UTC)
    luck = Luck(drawn(chance.random()), rates)
    world = World(loop, LoopClock(loop, start), start, Database(url), drawn(chance.random()), luck)
    patch.setattr(turns, "step", world.eye.step)
    await world.open()
    try:
        run = Run(seed, world, _people(world, chance, count), _offices(world, chance))
        await _live(run, chance, days)
        run.breaches += await judge(run)
        return run
    finally:
        await world.close()


async def _live(run: Run, chance: Random, days: int) -> None:
    """Everybody at once, and the crashes; then a quiet day on which all that waits is settled."""
    world = run.world
    for office in run.offices:
        await office.keep_times()
        world.keep(office.live())
    world.busy = world.store.faulty = True
    characters = chance.sample(EVERYBODY, len(run.people))
    for person, character in zip(run.people, characters, strict=True):
        world.keep(_lived(person, character, chance.uniform(0.3, 0.8)))
    for _ in range(world.luck.rates.crashes):
        world.keep(_crashed(world, chance.uniform(0, days) * 86_400, chance.choice((0.5, 20.0, 4000.0))))
    await asyncio.sleep(days * 86_400)
    await _settled(world)


async def _lived(person: Person, character: Any, after: float) -> None:
    await person.days(after, after)
    await character(person)


async def _crashed(world: World, after: float, away: float) -> None:
    await asyncio.sleep(after)
    while world.house is None:
        await asyncio.sleep(60)
    await world.crash(away)


async def _settled(world: World) -> None:
    """No more people and no more faults: whatever waits has two days to come to its end."""
    for task in list(world.beside):
        if (task.get_coro().__name__ if hasattr(task.get_coro(), "__name__") else "") in ("live", "_lived", "_crashed"):  # type: ignore[union-attr]
            task.cancel()
    while world.house is None:
        await asyncio.sleep(60)
    world.luck.rates = CALM
    for vendor in [outlet.channel for outlet in world.post.lines.outlets.values()]:
        vendor.luck.rates = CALM  # type: ignore[attr-defined]
    await asyncio.sleep(2.2 * 86_400)


def _people(world: World, chance: Random, count: int) -> list[Person]:
    lines = [line for line, share in SHARES for _ in range(share)][:count]
    chance.shuffle(lines)
    return [
        Person(world, NAMES[n % len(NAMES)], line, f"{NAMES[n % len(NAMES)]}.{line}.{n}", drawn(chance.random()))
        for n, line in enumerate(lines)
    ]


def _offices(world: World, chance: Random) -> list[Office]:
    return [Office(world, name, drawn(chance.random()), chance.choice((0.05, 0.2, 0.6))) for name in NAMES]
