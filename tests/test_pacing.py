"""Pacing: no vendor is written to faster than it allows, nor before the time it named."""

import asyncio
from datetime import timedelta
from pathlib import Path

from conversations.channels import Parcel, Sent
from conversations.events import Opened
from conversations.failures import Failure
from services.outlets import Pace
from tests.delivery_world import HOUSE, NOON, MovedClock, World, failed, slow, world

TELEGRAM = Pace(per_second=30, to_one=1, at_once=3)
SECOND = timedelta(seconds=1)


async def run_for(here: World, seconds: float, step: float = 0.1) -> None:
    """Let the house deliver while time passes."""
    for _ in range(int(seconds / step)):
        await here.post.delivery.drain()
        here.clock.move(step)


async def test_one_chat_hears_a_few_at_once_and_then_one_a_second(tmp_path: Path) -> None:
    async with world(tmp_path, pace=TELEGRAM) as here:
        taken = await here.open()
        for number in range(8):
            await here.unasked(taken, f"رسالة {number}")
        await run_for(here, 12)
        times = [at for at, _ in here.vendors["telegram"].calls]
        assert len(times) == 10
        for begun in times:
            assert sum(begun <= at < begun + SECOND for at in times) <= 3 + 1
        assert times[-1] - times[0] >= 6 * SECOND
        assert [r["state"] for r in await here.rows()] == ["sent"] * 10


async def test_a_line_is_written_on_no_faster_than_its_vendor_allows(tmp_path: Path) -> None:
    async with world(tmp_path, pace=TELEGRAM) as here:
        await asyncio.gather(*(here.write(str(n), Opened("ar")) for n in range(80)))
        await run_for(here, 8)
        times = [at for at, _ in here.vendors["telegram"].calls]
        assert len(times) == 160
        for begun in times:
            assert sum(begun <= at < begun + SECOND for at in times) <= 30


async def test_nothing_is_claimed_that_is_not_called_at_once(tmp_path: Path) -> None:
    async with world(tmp_path, pace=TELEGRAM) as here:
        vendor = here.vendors["telegram"]
        vendor.script = [lambda parcel: slow(parcel, 60)] * 99
        await asyncio.gather(*(here.write(str(n), Opened("ar")) for n in range(20)))
        for seconds, due in ((0, 6), (0.01, 6), (0.1, 8), (60, 14)):
            here.clock.move(seconds)
            await here.post.delivery.round()
            await vendor.until(lambda due=due: len(vendor.calls) == due)  # type: ignore[misc]
            assert (await here.states()).count("sending") == len(vendor.calls)
        await here.post.delivery.stop()
        assert (await here.states()).count("unknown") == 14


async def test_what_was_claimed_when_its_line_was_paused_waits_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.open()
        await here.post.delivery.round()
        here.post.delivery._pacing.pause((HOUSE, "telegram"), NOON + 9 * SECOND)
        await here.post.delivery.drain()
        (row, _) = await here.rows()
        assert (row["state"], row["attempt"], row["claimed_at"], row["token_hash"]) == ("new", 0, None, None)
        assert not here.vendors["telegram"].calls
        here.clock.move(9)
        await here.post.delivery.drain()
        assert await here.states() == ["sent", "sent"]


async def test_ten_minutes_of_refusal_lose_nothing_and_nobody_calls_before_the_time(tmp_path: Path) -> None:
    clock = MovedClock()
    until = NOON + timedelta(minutes=10)

    async def refuses(parcel: Parcel) -> Sent:
        left = (until - clock()).total_seconds()
        if left > 0:
            raise failed(Failure.BUSY, "429", retry_after=min(left, 120))
        return Sent(parcel.token)

    async with world(tmp_path, clock) as here:
        vendor = here.vendors["telegram"]
        vendor.script = [refuses] * 5_000
        takens = [await here.open(str(n)) for n in range(30)]
        await here.post.delivery.round()
        await here.post.delivery.drain()
        for taken in takens:
            for number in range(3):
                await here.unasked(taken, f"{number}")
        for _ in range(11 * 60):
            early = len(vendor.calls)
            await here.post.delivery.drain()
            if clock() < until and (clock() - NOON).total_seconds() % 120:
                assert len(vendor.calls) == early, "a call came before the time that was named"
            clock.move(1)
        states = [row["state"] for row in await here.rows()]
        assert states.count("sent") == 30 * 5 and set(states) <= {"sent", "failed"}
        for person in {parcel.to for _, parcel in vendor.calls}:
            texts = [p.text for at, p in vendor.calls if p.to == person and at >= until]
            assert sorted(text for text in texts if len(text) == 1) == ["0", "1", "2"]
            assert len(texts) == len(set(texts)), "and nobody heard anything twice"
