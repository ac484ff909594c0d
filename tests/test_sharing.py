"""What several processes of one house share: the pace of a line, who sends for whom, and what one of them learnt."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.household import Household, furnish
from bot.lines import Lines
from bot.post import Post, open_post
from bot.sharing import share
from handlers import ways
from organisations import load_all
from services.outlets import Outlet, Pace
from services.tenure import FOR, Tenure
from storage import Memory
from tests import postgres
from tests.delivery_world import FAST, HOUSE, FakeChannel, MovedClock
from tests.patience import STUCK_S
from tests.processes_world import hears, opening
from tests.storage_world import OLD
from tests.turns_world import house


@pytest.fixture
async def url() -> str:
    """A fresh database."""
    return await postgres.server().database()


@asynccontextmanager
async def workers(url: str, pace: Pace, many: int = 2) -> AsyncIterator[tuple[list[Household], list[Post], Any]]:
    """So many processes on one database, as far as it can tell, and one vendor whom they all call."""
    clock = MovedClock()
    vendor = FakeChannel("telegram", clock)
    memories = [Memory(url, (OLD,)) for _ in range(many)]
    for memory in memories:
        await memory.open((HOUSE,))
    profiles = load_all((HOUSE,))
    homes = [furnish(memory, profiles, clock, "http://localhost:8000") for memory in memories]
    lines = Lines({(HOUSE, "telegram"): Outlet(vendor, pace, repeats=True)})
    posts = [open_post(home, lines, {}, clock, alone=False) for home in homes]
    yield homes, posts, vendor
    for memory in memories:
        await memory.close()


async def test_the_pace_of_a_line_holds_over_all_processes_and_through_a_change_of_hands(url: str) -> None:
    pace = Pace(per_second=5, to_one=10_000, at_once=10_000)
    async with workers(url, pace) as (homes, posts, vendor):
        for n in range(12):
            await homes[n % 2].reception.receive(opening(str(n)), ways()["telegram"])
        clock: MovedClock = vendor.clock
        for n in range(90):
            await asyncio.gather(*(post.delivery.round() for post in posts))
            for post in posts:
                await asyncio.gather(*post.delivery._flying.values())
            if n == 15:
                await posts[0].delivery.stop()
            clock.move(0.1)
        at = [when for when, _ in vendor.calls]
    assert len(at) == 24 and len({parcel.token for _, parcel in vendor.calls}) == 24
    assert all(after - before >= timedelta(seconds=1) for before, after in several_later(at, 5))


def several_later(at: list[datetime], apart: int) -> list[tuple[datetime, datetime]]:
    """Each time with the one so many later."""
    return list(zip(at, at[apart:], strict=False))


async def test_one_process_sends_for_an_association_and_another_when_it_is_gone(url: str) -> None:
    async with workers(url, FAST) as (homes, _, vendor):
        clock: MovedClock = vendor.clock
        one, two = (Tenure(home.memory, [HOUSE], clock, alone=False) for home in homes)
        taken: list[str] = []
        first, second = await one.mine(), await two.mine(taken.append)
        assert first == {HOUSE} and not second and not taken
        clock.move(FOR.total_seconds() - 1)
        assert await one.mine() == {HOUSE} and not await two.mine()
        clock.move(FOR.total_seconds() - 1)
        assert not await two.mine()  # it was renewed
        clock.move(2)
        assert await two.mine(taken.append) == {HOUSE} and taken == [HOUSE] and not await one.mine()
        await one.release()  # what is another's stays so
        clock.move(3)
        assert not await one.mine() and await two.mine()
        await two.release()
        clock.move(3)
        assert await one.mine() == {HOUSE}


async def test_what_one_process_learns_the_others_know(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(url) as here, house(url) as there:
        for home in (here, there):
            share(home)
            await home.knowledge.open()
            home.memory.wakeups.begin()
            await hears(home.memory)
        entry = here.knowledge.all("labas")[0]
        learnt, learn = asyncio.Event(), there.knowledge.learn

        async def noticed(organisation: str) -> None:
            await learn(organisation)
            learnt.set()

        monkeypatch.setattr(there.knowledge, "learn", noticed)
        async with here.memory.unit() as unit:
            await unit.update("entries", [{"organisation": "labas", "id": entry.id, "state": "draft"}])
        await here.knowledge.reload("labas")
        await asyncio.wait_for(learnt.wait(), STUCK_S)
        known = there.knowledge.one("labas", entry.id)
        assert known and known.state == "draft"
