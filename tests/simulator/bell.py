"""What is rung for in the simulated house: what is due, what was left, what may leave, and when there is more of it."""

import heapq
from datetime import timedelta
from typing import TYPE_CHECKING

from conversations import calendar
from services.ringing import KINDS
from tests.mind_world import NAMES, profiles

if TYPE_CHECKING:
    from tests.simulator.world import World


async def pulse(world: "World") -> None:
    """What the scheduler rings for every second or minute."""
    assert world.house is not None
    while world.due is None or world.due <= world.clock():
        if not (rung := await world.house.ringing.ring()):
            break
        world.eye.note(f"{world.clock():%m-%d %H:%M:%S} rang {len(rung)}")
    past = [heapq.heappop(world.moments) for _ in list(world.moments) if world.moments[0] <= world.loop.time()]
    if past:
        await world.post.look()
        await world.post.plan_again()
    await _deliver(world)


async def _deliver(world: "World") -> None:
    """Whatever may leave now; nothing is asked where nothing was committed since, and nothing waits."""
    waiting, commits = world.post.delivery._next, world.store.commits
    if commits != world.drained or (waiting is not None and waiting <= world.clock()):
        await world.post.delivery.drain()
        world.drained = commits


async def rest(world: "World") -> float:
    """Until something may be due: a row, a look, the opening of the sending window."""
    now, waiting = world.clock(), world.post.delivery._next
    if world.due is None or world.due <= now:
        async with world.store.reading() as unit:
            world.due = await unit.next_due(NAMES, KINDS) or now + timedelta(days=400)
    found = [world.due]
    if waiting:
        opens = calendar.next_sending(profiles()[NAMES[0]].organisation.schedule, now)
        found.append(waiting if waiting > now else opens if opens > now else now + timedelta(seconds=20))
    waits = [(at - now).total_seconds() for at in found] + [m - world.loop.time() for m in world.moments[:1]]
    return max(1.0, min(waits))
