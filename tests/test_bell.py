"""The bell rings, goes on after a failure, and stops."""

import asyncio

from scheduler.bell import Bell
from tests.patience import STUCK_S


async def test_it_rings_again_after_a_failure() -> None:
    rung: list[int] = []
    twice = asyncio.Event()

    async def act() -> None:
        rung.append(1)
        if len(rung) == 2:
            twice.set()
        raise RuntimeError

    bell = Bell()
    bell.every(0.01, act)
    bell.start()
    async with asyncio.timeout(STUCK_S):
        await twice.wait()
    bell.stop()
    assert len(rung) >= 2


async def test_a_bell_that_never_rang_stops_too() -> None:
    bell = Bell()
    bell.stop()
    bell.start()
    bell.stop()
    assert bell is not None
