"""Replays: every message comes one to five times, shuffled, also after a restart; what is kept is that of a single run.

The first of each keeps its place among its person's, as vendors deliver them; its repeats come whenever they like, and
once more altogether when the house was closed and opened again. `MESSAGES` is how many different ones there are.
"""

import asyncio
import random
import tempfile
from pathlib import Path

from bot.wiring import House
from conversations.events import Inbound
from handlers import way
from torture.history import Kept
from torture.keeping import each, kept_of
from torture.plan import Plan
from torture.posting import LINES, ORGANISATION, account
from torture.scripts import close, inbounds, open_calm, settled, spoken

AT_ONCE = 200
Shape = tuple[object, ...]


async def run(plan: Plan) -> list[str]:
    """The single run and the repeated one, compared person by person."""
    once, often = (Path(tempfile.mkdtemp(prefix=f"wasl-torture-{name}-")) for name in ("once", "often"))
    chance = plan.chance("replay")
    house = await open_calm(settled(once))
    said = _said(house, plan.messages)
    await _live(house, said)
    single = await _shapes(house)
    await close(house)
    repeated = [_repeated(lines, chance) for lines in said]
    house, count = await open_calm(settled(often)), sum(map(len, repeated))
    await _live(house, repeated)
    await close(house)
    house = await open_calm(settled(often))
    await _live(house, [chance.sample(lines, len(lines)) for lines in said])
    shapes = await _shapes(house)
    await close(house)
    messages = sum(map(len, said))
    print(f"{messages} messages, came {count} times before a restart and {messages} after it", flush=True)
    return [f"{who} differs" for who in single.keys() | shapes.keys() if single.get(who) != shapes.get(who)]


def _said(house: House, messages: int) -> list[list[Inbound]]:
    """What people say, each in their order, until there are so many."""
    found: list[list[Inbound]] = []
    while messages > 0:
        line = LINES[len(found) % len(LINES)]
        who, texts = account(line, len(found)), spoken(line)[:messages]
        found.append([one for text in texts for one in inbounds(house, line, who, text)])
        messages -= len(texts)
    return found


def _repeated(lines: list[Inbound], chance: random.Random) -> list[Inbound]:
    """Each line in its place, and up to four times more anywhere behind it."""
    found = list(lines)
    for line in lines:
        for _ in range(chance.randrange(5)):
            found.insert(chance.randint(found.index(line) + 1, len(found)), line)
    return found


async def _live(house: House, said: list[list[Inbound]]) -> None:
    """Many persons at once, each line of theirs after the one before."""
    waiting = iter(said)

    async def one_by_one() -> None:
        for lines in waiting:
            for one in lines:
                await house.household.reception.receive(one, way(one.line))

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_by_one())


async def _shapes(house: House) -> dict[str, Shape]:
    """What is kept of each person, by the first thing they said, without what differs from run to run."""
    found = {}
    async with house.household.memory.reading() as unit:
        async for contact, tables in each(unit, ORGANISATION):
            kept = kept_of(contact, tables)
            found[next(iter(kept.heard), contact)] = _shape(kept)
    return found


def _shape(kept: Kept) -> Shape:
    calls = [(call.number, call.piece, call.attempt, call.state) for call in kept.calls]
    return kept.heard, [seq for seq, _ in kept.told], kept.effects, calls, kept.parked
