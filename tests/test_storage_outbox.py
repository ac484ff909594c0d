"""The outbox of the memory: whose turn it is, and states that only move forward."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from conversations.failures import FORWARD, Delivery
from conversations.records import Seat
from storage import Memory
from tests.overheard import overheard
from tests.storage_world import NOW, Place, message, opened, seated, sender

LINE = "telegram"
LINES = {("labas", LINE): 64, ("kafl", LINE): 64}
KEY = ("organisation", "contact", "number", "piece", "attempt")
MINUTE = timedelta(seconds=60)


@pytest.fixture
async def memory(place: Place) -> AsyncIterator[Memory]:
    """A memory on a file."""
    async with opened(place) as memory:
        yield memory


async def person(memory: Memory, key: str, house: str = "labas") -> Seat:
    (seat,) = await seated(memory, sender(key, house=house, line=LINE, value=key))
    async with memory.unit() as unit:
        await unit.insert("messages", [message(seat, 1, {"text": "?"})])
    return seat


def row(seat: Seat, number: int, **more: Any) -> Mapping[str, Any]:
    key = {"organisation": seat.organisation, "contact": seat.contact, "number": number}
    return key | {"address": seat.address, "message": 1, "turn": 1, "state": "new", "at": NOW} | more


async def put(memory: Memory, *rows: Mapping[str, Any]) -> None:
    async with memory.unit() as unit:
        for one in rows:
            await unit.insert("outbox", [one])


async def claimed(memory: Memory, now: datetime = NOW, **more: Any) -> list[tuple[int, int]]:
    async with memory.unit() as unit:
        rows = await unit.claim(now, now - MINUTE, more.pop("lines", LINES), **more)
        marks = {"state": "sending", "claimed_at": now, "changed_at": now}
        await unit.update("outbox", [{name: row[name] for name in KEY} | marks for row in rows])
    return [(row["number"], row["piece"]) for row in rows]


async def told(memory: Memory, seat: Seat, number: int, state: Delivery, at: datetime = NOW, **more: Any) -> int:
    key = {"organisation": seat.organisation, "contact": seat.contact, "number": number, "piece": 0, "attempt": 0}
    async with memory.unit() as unit:
        return await unit.advance(state, [key | {"changed_at": at} | more])


async def test_the_replies_to_one_contact_leave_one_after_the_other(memory: Memory) -> None:
    seat = await person(memory, "1")
    await put(memory, row(seat, 1), row(seat, 2), row(seat, 3, turn=3))
    assert await claimed(memory) == [(1, 0)]
    assert await claimed(memory) == []
    await told(memory, seat, 1, Delivery.SENT)
    assert await claimed(memory) == [(2, 0)]
    await told(memory, seat, 2, Delivery.FAILED)
    assert await claimed(memory) == [(3, 0)]


async def test_contacts_do_not_wait_for_each_other(memory: Memory) -> None:
    for name in range(70):
        seat = await person(memory, str(name), ("labas", "kafl")[name % 2])
        await put(memory, row(seat, 1), row(seat, 2))
    assert len(await claimed(memory)) == 64
    assert len(await claimed(memory)) == 6
    assert len(await claimed(memory)) == 0


async def test_an_unknown_holds_its_followers_for_a_minute_or_until_it_is_settled(memory: Memory) -> None:
    seat = await person(memory, "1")
    await put(memory, row(seat, 1), row(seat, 2), row(seat, 3))
    await claimed(memory)
    await told(memory, seat, 1, Delivery.UNKNOWN)
    assert await claimed(memory, NOW + MINUTE - timedelta(seconds=1)) == []
    assert await claimed(memory, NOW + MINUTE) == [(2, 0)]
    await told(memory, seat, 2, Delivery.UNKNOWN, NOW + MINUTE, settled_at=NOW + MINUTE)
    assert await claimed(memory, NOW + MINUTE) == [(3, 0)]


async def test_a_reply_that_is_tried_again_holds_and_a_proactive_message_does_not(memory: Memory) -> None:
    seat = await person(memory, "1")
    later = NOW + timedelta(hours=1)
    await put(memory, row(seat, 1, at=later), row(seat, 2))
    assert await claimed(memory) == []
    other = await person(memory, "2")
    proactive = {"interactive": False}
    await put(memory, row(other, 1, at=later, holds=False, attempt=1, **proactive), row(other, 2, **proactive))
    assert await claimed(memory) == [(2, 0)]


async def test_what_nobody_asked_for_keeps_its_order_and_is_overtaken_by_replies(memory: Memory) -> None:
    seat = await person(memory, "1")
    await put(memory, *(row(seat, n, turn=turn, interactive=False) for n, turn in ((1, 1), (2, 1), (3, 3))))
    await put(memory, row(seat, 4, turn=4))
    assert await claimed(memory) == [(4, 0), (1, 0)]


async def test_what_is_due_later_holds_nobody_now(memory: Memory) -> None:
    seat = await person(memory, "1")
    later = NOW + timedelta(hours=9)
    await put(memory, *(row(seat, n, turn=1, interactive=False, at=later) for n in (1, 2)))
    await put(memory, row(seat, 3, turn=3, interactive=False))
    assert await claimed(memory) == [(3, 0)]
    assert await claimed(memory, later) == [(1, 0)]


async def test_the_pieces_of_a_message_go_before_the_next_message(memory: Memory) -> None:
    seat = await person(memory, "1")
    await put(memory, row(seat, 1), row(seat, 2), row(seat, 1, piece=100), row(seat, 1, piece=200))
    order = []
    for _ in range(4):
        ((number, piece),) = await claimed(memory)
        order.append((number, piece))
        key = {"organisation": "labas", "contact": seat.contact, "number": number, "piece": piece, "attempt": 0}
        async with memory.unit() as unit:
            assert await unit.advance(Delivery.SENT, [key]) == 1
    assert order == [(1, 0), (1, 100), (1, 200), (2, 0)]


async def test_only_open_lines_and_free_addresses_are_written_to(memory: Memory) -> None:
    one, two = await person(memory, "1"), await person(memory, "2", "kafl")
    await put(memory, row(one, 1), row(two, 1))
    assert await claimed(memory, lines={("labas", "whatsapp"): 9}) == []
    assert await claimed(memory, lines={("kafl", LINE): 9}, held=[two.address]) == []
    assert await claimed(memory, held=[one.address]) == [(1, 0)]
    assert await claimed(memory, most=0) == []


async def test_of_each_line_no_more_is_claimed_than_it_takes(memory: Memory) -> None:
    for name in range(6):
        seat = await person(memory, str(name), ("labas", "kafl")[name % 2])
        await put(memory, row(seat, 1, turn=name))
    narrow = {("labas", LINE): 1, ("kafl", LINE): 2}
    assert [len(await claimed(memory, lines=narrow)) for _ in range(3)] == [3, 2, 1]


async def test_what_was_not_called_waits_again_and_what_ended_meanwhile_stays_ended(memory: Memory) -> None:
    one, two = await person(memory, "1"), await person(memory, "2")
    await put(memory, row(one, 1), row(two, 1))
    await claimed(memory)
    await told(memory, two, 1, Delivery.UNKNOWN)
    async with memory.unit() as unit:
        keys = {"number": 1, "piece": 0, "attempt": 0}
        await unit.put_back([{"organisation": "labas", "contact": s.contact, **keys} for s in (one, two)], NOW)
        rows = await unit.select("outbox", {"organisation": "labas", "state": "unknown"})
    assert [row["contact"] for row in rows] == [two.contact]
    assert await claimed(memory) == [(1, 0)]


async def test_what_is_told_in_web_chat_or_due_later_is_not_claimed(memory: Memory) -> None:
    seat = await person(memory, "1")
    await put(memory, row(seat, 1, seq=1), row(seat, 2, at=NOW + timedelta(seconds=1)))
    assert await claimed(memory) == []
    async with memory.reading() as unit:
        assert await unit.next_at(["labas"]) == NOW + timedelta(seconds=1)
    assert await claimed(memory, NOW + timedelta(seconds=1)) == [(2, 0)]


async def test_states_only_move_forward(memory: Memory) -> None:
    for start, target in product(Delivery, Delivery):
        seat = await person(memory, f"{start} {target}")
        await put(memory, row(seat, 1, state=start.value))
        assert await told(memory, seat, 1, target) == (target in FORWARD[start])
        async with memory.reading() as unit:
            (found,) = await unit.select("outbox", {"organisation": "labas", "contact": seat.contact})
        assert found["state"] == (target if target in FORWARD[start] else start), (start, target)


async def test_what_was_left_half_done_is_found(memory: Memory) -> None:
    seat = await person(memory, "1")
    await put(memory, row(seat, 1), row(seat, 2))
    await claimed(memory)
    async with memory.reading() as unit:
        assert await unit.unfinished(["labas"], Delivery.SENDING, NOW - MINUTE) == []
        (left,) = await unit.unfinished(["labas"], Delivery.SENDING, NOW)
        assert (left["number"], left["state"], left["claimed_at"]) == (1, "sending", NOW)
        assert await unit.unfinished(["kafl"], Delivery.SENDING, NOW) == []
        assert await unit.unfinished(["labas"], Delivery.UNKNOWN, NOW) == []


async def test_one_lines_long_queue_does_not_keep_another_lines_rows_waiting(memory: Memory) -> None:
    crowd = [await person(memory, str(name)) for name in range(12)]
    (other,) = await seated(memory, sender("other", line="sms", value="other"))
    async with memory.unit() as unit:
        await unit.insert("messages", [message(other, 1, {"text": "?"})])
    await put(memory, *(row(seat, 1, at=NOW - MINUTE) for seat in crowd), row(other, 7))
    rooms = {("labas", LINE): 2, ("labas", "sms"): 2}
    assert await claimed(memory, lines=rooms, most=4) == [(1, 0), (1, 0), (7, 0)]


async def test_the_claim_goes_along_the_index_from_contact_to_contact_whatever_the_statistics_say(
    memory: Memory,
) -> None:
    """Where they are of a time at which nothing waited, PostgreSQL would compare everybody's rows with everybody's."""
    seats = await seated(memory, *(sender(str(name), line=LINE, value="x") for name in range(200)))
    async with memory.unit() as unit:
        await unit.insert("messages", [message(seat, 1, {"text": "?"}) for seat in seats])
        await unit.connection.exec_driver_sql("ANALYZE")
    async with memory.unit() as unit:
        await unit.insert("outbox", [{"piece": 0, **row(seat, n)} for n in range(1, 6) for seat in seats])
    with overheard(memory) as heard:
        assert len(await claimed(memory)) == 64
    words, params, _ = next(one for one in heard if "FROM outbox AS o" in one.words)
    async with memory.unit() as unit:
        explain = "EXPLAIN" if memory.database.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
        plan = await unit.connection.exec_driver_sql(f"{explain} {words}", params)
        steps = " ".join(str(step[-1]) for step in plan)
    assert "ix_outbox_ready" in steps and "ix_outbox_open" in steps, steps
    assert "contact" in steps.split("ix_outbox_open")[1], steps
    assert not [way for way in ("Seq Scan on outbox", "Sort", "TEMP B-TREE", "Hash") if way in steps], steps
