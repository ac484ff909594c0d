"""Intake: one poller a bot, offsets that move only after the commit, and what was missed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conversations.channels import Heard, SendFailed
from conversations.events import Inbound, Said
from conversations.failures import Failure
from services.intake import Intake
from services.outlets import Outlet
from services.polling import Leases
from services.reception import WAITING, Busy
from tests.delivery_world import FAST, HOUSE, NOON, FakeChannel, World, failed, world

PLACE = (HOUSE, "telegram")


@dataclass
class Polled(FakeChannel):
    """A vendor with a queue of updates by number."""

    updates: list[tuple[int, str]] = field(default_factory=list)
    offsets: list[int | None] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    missing: list[Inbound] = field(default_factory=list)
    since: list[datetime] = field(default_factory=list)
    trouble: list[SendFailed] = field(default_factory=list)

    async def pull(self, offset: int | None) -> tuple[Heard, int | None]:
        """What waits from there on."""
        self.offsets.append(offset)
        if self.trouble:
            raise self.trouble.pop()
        waiting = [u for u in self.updates if offset is None or u[0] >= offset]
        if not waiting:
            await asyncio.sleep(0)
            return Heard(), offset
        return Heard(tuple(written(str(n), text) for n, text in waiting)), waiting[-1][0] + 1

    async def acknowledge(self, events: Heard) -> None:
        """Note how many were committed."""
        self.acknowledged.append(len(events.inbounds))
        self.news.set()

    async def missed(self, since: datetime) -> Sequence[Inbound]:
        """What was left in the list."""
        self.since.append(since)
        if self.trouble:
            raise self.trouble.pop()
        return self.missing


def written(id: str, text: str) -> Inbound:
    return Inbound(HOUSE, "telegram", ("900",), id, Said(text), value="900")


def intake(here: World, channel: Polled, **more: Any) -> Intake:
    outlets = {PLACE: Outlet(channel, FAST, repeats=True, polled=True)}
    ways = {"telegram": channel.capabilities}.__getitem__
    reception = more.pop("reception", here.household.reception)
    return Intake(
        here.memory, outlets, reception, here.post.receipts, ways, here.clock, more.pop("prepared", {}), **more
    )


async def said(here: World) -> list[str]:
    async with here.memory.reading() as unit:
        rows = await unit.select("messages", {"organisation": HOUSE, "direction": "in"}, order=["number"])
    return [row["content"]["text"] for row in rows]


async def test_the_offset_follows_the_commit_and_what_comes_again_has_no_effect(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        channel = Polled("telegram", here.clock, updates=[(7, "السلام عليكم"), (8, "1")])
        hearing = intake(here, channel)
        for _ in range(2):
            assert await hearing.poll(PLACE)
        assert (channel.offsets, channel.acknowledged) == ([None, 9], [2, 0])
        assert await said(here) == ["السلام عليكم", "1"]
        again = intake(here, channel)
        assert await again.poll(PLACE)
        assert channel.offsets[-1] == 9, "the position outlives the process"
        channel.updates, channel.offsets = [(3, "2")], []
        channel.updates.append((9, "السلام عليكم"))
        await again.poll(PLACE)
        assert len(await said(here)) == 3


async def test_what_could_not_be_committed_is_fetched_again(tmp_path: Path) -> None:
    class Full:
        async def receive(self, *_: object) -> None:
            raise Busy

    async with world(tmp_path) as here:
        channel = Polled("telegram", here.clock, updates=[(7, "السلام عليكم")])
        broken = intake(here, channel, reception=Full())
        with pytest.raises(Busy):
            await broken.poll(PLACE)
        assert (await said(here), channel.acknowledged) == ([], [])
        assert await intake(here, channel).poll(PLACE)
        assert (channel.offsets, await said(here)) == ([None, None], ["السلام عليكم"])


async def test_one_process_polls_and_another_takes_over_when_it_is_gone(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, second = (Leases(here.memory, here.clock, alone=False) for _ in range(2))
        assert await first.take(PLACE) is not None
        assert await second.take(PLACE) is None
        here.clock.move(44)
        assert await second.take(PLACE) is None
        here.clock.move(1)
        lease = await second.take(PLACE)
        assert lease is not None and lease.position is None
        await second.move(lease, 2**40)
        assert await first.take(PLACE) is None
        await second.release()
        taken = await first.take(PLACE)
        assert taken is not None and taken.position == 2**40


async def test_a_process_that_works_alone_takes_the_lease_of_the_dead_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        assert await Leases(here.memory, here.clock, alone=True).take(PLACE)
        assert await Leases(here.memory, here.clock, alone=True).take(PLACE)


async def test_a_lease_is_renewed_while_it_is_used(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, second = (Leases(here.memory, here.clock, alone=False) for _ in range(2))
        for _ in range(5):
            assert await first.take(PLACE)
            assert await second.take(PLACE) is None
            here.clock.move(30)


async def test_a_line_is_prepared_before_it_is_polled_and_trouble_only_slows_it_down(tmp_path: Path) -> None:
    acts: list[str] = []
    polled = asyncio.Event()

    async def prepare() -> None:
        acts.append("prepare")
        if len(acts) == 1:
            raise failed(Failure.BUSY, retry_after=0.0)

    async with world(tmp_path) as here:
        channel = Polled("telegram", here.clock, updates=[(1, "السلام عليكم")], trouble=[failed(Failure.BUSY, "", 0.0)])
        hearing = intake(here, channel, prepared={PLACE: prepare})
        hearing.start()
        await channel.until(lambda: bool(channel.acknowledged))
        polled.set()
        await hearing.stop()
        assert (acts, channel.offsets[:2], await said(here)) == (["prepare"] * 2, [None, None], ["السلام عليكم"])


async def test_staff_hear_once_of_a_bot_whose_token_is_refused(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        refused = [failed(Failure.CREDENTIALS, "401", 0.0)] * 3
        channel = Polled("telegram", here.clock, updates=[(1, "السلام عليكم")], trouble=refused)
        hearing = intake(here, channel)
        hearing.start()
        await channel.until(lambda: bool(channel.acknowledged))
        await hearing.stop()
        assert await here.tasks() == [("delivery", "line_down:telegram")]


async def test_what_was_missed_is_fetched_once_and_from_where_it_was_left(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        channel = Polled("telegram", here.clock, missing=[written("a", "السلام عليكم"), written("b", "1")])
        hearing = intake(here, channel)
        assert await hearing.fetch_missed() == 2
        here.clock.move(3600)
        assert await hearing.fetch_missed() == 2
        assert await said(here) == ["السلام عليكم", "1"]
        assert channel.since == [NOON - timedelta(minutes=5), NOON - timedelta(minutes=2)]
        channel.trouble = [failed(Failure.BUSY)]
        here.clock.move(3600)
        assert await hearing.fetch_missed() == 0
        await hearing.fetch_missed()
        assert channel.since[-1] == channel.since[-2] == NOON + timedelta(minutes=58)


async def test_more_was_missed_than_reception_lets_wait_at_once(tmp_path: Path) -> None:
    at_once = [0, 0]

    class Crowded:
        async def receive(self, *_: object) -> None:
            at_once[0] += 1
            at_once[1] = max(at_once)
            await asyncio.sleep(0)
            at_once[0] -= 1

    async with world(tmp_path) as here:
        channel = Polled("telegram", here.clock, missing=[written(str(n), "السلام عليكم") for n in range(WAITING + 1)])
        assert await intake(here, channel, reception=Crowded()).fetch_missed() == WAITING + 1
        assert at_once[1] < WAITING // 2
