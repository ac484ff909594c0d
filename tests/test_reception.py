"""Reception: order for each contact, a batch for all who wait, nothing lost at the end."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.reception import Busy, Reception
from services.seating import Arrival
from services.turns import Taken, Turns
from tests.turns_world import arrival, house, rows


class Watched:
    """Turns that are watched: which batches were taken, and a gate that holds them."""

    def __init__(self, turns: Turns | None = None) -> None:
        self.batches: list[list[Arrival]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.turns = turns

    async def take(self, arrivals: Sequence[Arrival]) -> list[Taken]:
        self.batches.append(list(arrivals))
        await self.gate.wait()
        if any(str(a.inbound.event).find("broken") >= 0 for a in arrivals):
            raise OSError("no database")
        return await self.turns.take(arrivals) if self.turns else [Taken("c", "a") for _ in arrivals]


def receive(reception: Reception, one: Arrival) -> "asyncio.Task[Taken]":
    return asyncio.create_task(reception.receive(one.inbound, one.channel))


def reception_of(watched: Watched, most: int = 64, waiting: int = 2_000) -> Reception:
    return Reception(watched, most, waiting)  # type: ignore[arg-type]


async def test_each_contacts_messages_keep_their_order_and_share_batches_with_others(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        watched = Watched(home.turns)
        reception = reception_of(watched, most=8)
        tasks = [receive(reception, arrival(f"{n}", f"g{n % 5}")) for n in range(60)]
        taken = await asyncio.gather(*tasks)
        assert all(t.told for t in taken)
        for n in range(5):
            contact = taken[n].contact
            heard = [m for m in await rows(home, "messages", contact=contact) if m["direction"] == "in"]
            texts = [m["content"]["text"] for m in sorted(heard, key=lambda m: int(m["number"]))]
            assert texts == [str(k) for k in range(n, 60, 5)]
    for batch in watched.batches:
        keys = [a.inbound.keys for a in batch]
        assert len(set(keys)) == len(keys) <= 8


async def test_whoever_waits_alone_does_not_wait_for_a_batch() -> None:
    watched = Watched()
    reception = reception_of(watched)
    await receive(reception, arrival("1", "a"))
    assert [len(b) for b in watched.batches] == [1]


async def test_what_arrives_while_a_batch_commits_goes_into_the_next_together() -> None:
    watched = Watched()
    watched.gate.clear()
    reception = reception_of(watched)
    first = receive(reception, arrival("1", "a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    rest = [receive(reception, arrival("1", f"b{n}")) for n in range(100)]
    await asyncio.sleep(0)
    watched.gate.set()
    await asyncio.gather(first, *rest)
    assert [len(b) for b in watched.batches] == [1, 64, 36]


async def test_one_who_writes_a_lot_holds_nobody_up() -> None:
    watched = Watched()
    reception = reception_of(watched)
    flood = [receive(reception, arrival(f"{n}", "flood")) for n in range(50)]
    calm = receive(reception, arrival("1", "calm"))
    await asyncio.gather(calm, *flood)
    assert len(watched.batches) == 50 and len(watched.batches[0]) == 2
    order = [str(a.inbound.event) for b in watched.batches for a in b if a.inbound.keys == ("flood",)]
    assert order == [str(arrival(f"{n}", "flood").inbound.event) for n in range(50)]


async def test_who_comes_when_too_many_wait_is_sent_away_and_nobody_else_is_harmed() -> None:
    watched = Watched()
    watched.gate.clear()
    reception = reception_of(watched, waiting=3)
    inside = [receive(reception, arrival("1", f"a{n}")) for n in range(3)]
    await asyncio.sleep(0)
    for n in range(3):
        inside.append(receive(reception, arrival("1", f"b{n}")))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await reception.receive(arrival("1", "late").inbound, arrival("1", "late").channel)
    watched.gate.set()
    assert len(await asyncio.gather(*inside)) == 6


async def test_a_batch_that_fails_as_a_whole_is_told_to_each_and_the_next_goes_on() -> None:
    watched = Watched()
    reception = reception_of(watched)
    with pytest.raises(OSError, match="no database"):
        await receive(reception, arrival("broken", "a"))
    assert not (await receive(reception, arrival("whole", "a"))).parked


async def test_a_caller_who_goes_away_does_not_take_the_event_along(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        gone = receive(home.reception, arrival("مرحبا", "a"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        await home.reception.close()
        assert len([m for m in await rows(home, "messages") if m["direction"] == "in"]) == 1


async def test_close_waits_until_all_that_was_let_in_is_committed(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        tasks = [receive(home.reception, arrival(f"{n}", f"g{n % 4}")) for n in range(20)]
        await asyncio.sleep(0)
        await home.reception.close()
        assert all(task.done() for task in tasks) or await asyncio.gather(*tasks)
        assert len([m for m in await rows(home, "messages") if m["direction"] == "in"]) == 20


async def test_a_house_that_was_never_visited_closes_at_once() -> None:
    watched = Watched()
    await reception_of(watched).close()
    assert watched.batches == []
