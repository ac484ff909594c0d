"""Leases of the dead: what a process had taken when it was killed is another's a minute later, all of it, and once.

The clock is moved, nobody waits. `KILLS` is how many rows of the table of times are taken and left.
"""

import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.wiring import House
from handlers import way
from services import ringing
from services.polling import Leases
from services.tenure import Tenure
from torture.plan import Plan
from torture.posting import ORGANISATION, account
from torture.scripts import close, inbounds, open_calm, settled, spoken

MOST_S = 60
LINES_SAID = 6  # then a draft stands, and a time at which to remind of it
Keys = set[tuple[str, str]]


async def run(plan: Plan) -> list[str]:
    """Rows of time, the poll of a line, and the right to send."""
    folder = Path(tempfile.mkdtemp(prefix="wasl-torture-leases-"))
    house = await open_calm(settled(folder))
    try:
        return [*await _times(house, plan.kills), *await _rights(house)]
    finally:
        await close(house)


async def _times(house: House, wanted: int) -> list[str]:
    """Rows of time that somebody took and left: nobody's before the lease is over, all of them another's then."""
    number = 0
    later = datetime.now(UTC) + timedelta(days=400)
    while len(await _open(house, later)) < wanted:
        for _ in range(20):
            number += 1
            for text in spoken("telegram")[:LINES_SAID]:
                for one in inbounds(house, "telegram", account("telegram", number), text):
                    await house.household.reception.receive(one, way(one.line))
    left = await _taken(house, later)
    early = await _taken(house, later + timedelta(seconds=MOST_S - 1))
    after = await _taken(house, later + timedelta(seconds=MOST_S))
    print(f"{len(left)} rows of time were left, {len(early)} taken early, {len(after)} after {MOST_S} s", flush=True)
    return [
        *(["some were taken from the living"] if early else []),
        *(["some were not taken over"] if after != left else []),
    ]


async def _open(house: House, now: datetime) -> Keys:
    async with house.household.memory.reading() as unit:
        where = {"organisation": ORGANISATION, "done_at": None, "kind": list(ringing.KINDS)}
        return {(row["organisation"], row["id"]) for row in await unit.select("due", where, upto={"at": now})}


async def _taken(house: House, now: datetime) -> Keys:
    """Take all there is, as a ring does, and die over it."""
    found: Keys = set()
    while True:
        async with house.household.memory.unit() as unit:
            lease = now + ringing.LEASE
            rows = await unit.claim_due([ORGANISATION], list(ringing.KINDS), now, lease, ringing.BATCH)
        if not rows:
            return found
        found |= {(row["organisation"], row["id"]) for row in rows}


async def _rights(house: House) -> list[str]:
    """The right to poll and the right to send, held by one who dies."""
    now = [datetime.now(UTC)]
    memory = house.household.memory
    dead, heir = (Leases(memory, lambda: now[0], alone=False) for _ in range(2))
    await dead.take((ORGANISATION, "telegram"))
    seconds = {"poll": await _until(now, lambda: heir.take((ORGANISATION, "telegram")))}
    gone, next_one = (Tenure(memory, [ORGANISATION], lambda: now[0], alone=False) for _ in range(2))
    await gone.mine()
    seconds["send"] = await _until(now, next_one.mine)
    print(", ".join(f"the right to {name} was taken over after {s} s" for name, s in seconds.items()), flush=True)
    return [f"the right to {name} was taken over after {s} s" for name, s in seconds.items() if s > MOST_S]


async def _until(now: list[datetime], taken: Callable[[], Awaitable[object]]) -> int:
    """Move the clock second by second until it is taken."""
    for second in range(10 * MOST_S):
        if await taken():
            return second
        now[0] += timedelta(seconds=1)
    return 10 * MOST_S
