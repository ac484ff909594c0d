"""Several processes over one PostgreSQL, as pools of their own: order, sharing, wake-ups, and connections that are cut."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from bot.household import Household
from conversations.effects import Accept
from conversations.failures import Interrupted
from conversations.findings import Level
from storage import Memory, StorageRefusedError
from storage.examining import examine
from storage.exchange import MOST, Exchange, payloads
from storage.news import news
from storage.wakeups import Place, Wakeups
from tests import postgres
from tests.patience import STUCK_S
from tests.storage_world import HOUSES, NOW, OLD, behind, message, seated, sender
from tests.turns_world import Clock, Guest, arrival, house, rows

LABAS = {"organisation": "labas"}
KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def url() -> str:
    """A fresh database."""
    return await postgres.server().database()


@pytest.fixture
async def homes(url: str) -> AsyncIterator[list[Household]]:
    """Two processes, as far as the database can tell."""
    clock = Clock()
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(house(url, clock)) for _ in range(2)]


@pytest.fixture
async def memories(url: str) -> AsyncIterator[list[Memory]]:
    """Two memories over one database."""
    two = [Memory(url, (OLD,)) for _ in range(2)]
    for memory in two:
        await memory.open(HOUSES)
    yield two
    for memory in two:
        await memory.close()


async def heard(home: Household) -> dict[str, list[str]]:
    """What each contact wrote, in the order of its transcript; its numbers have no gap."""
    found: dict[str, list[str]] = {}
    contacts = {row["contact"]: row for row in await rows(home, "contacts")}
    for row in sorted(await rows(home, "messages"), key=lambda row: int(row["number"])):
        found.setdefault(row["contact"], []).append(row)  # type: ignore[arg-type]
    for contact, own in found.items():
        listed: list[Any] = own
        assert [row["number"] for row in listed] == list(range(1, contacts[contact]["message_number"] + 1))
        found[contact] = [row["content"]["text"] for row in listed if row["direction"] == "in"]
    return found


async def test_a_whole_request_goes_through(url: str) -> None:
    async with house(url) as home:
        guest = Guest(home)
        taken = await guest.submit()
        (accept,) = [effect for effect in taken.effects if isinstance(effect, Accept)]
        (case,) = await rows(home, "cases")
        assert (case["state"], case["reference"]) == ("submitted", accept.reference)
        assert await home.evidence.seal("labas") and not await home.evidence.seal("labas")
        assert not await home.evidence.verify("labas")


async def test_the_doctor_reads_it_and_names_one_that_is_not_there(url: str) -> None:
    found = await examine(url, (OLD,))
    assert [finding.about for finding in found] == ["database", "migrations", "seals"]
    assert all(finding.level is Level.OK for finding in found)
    (bare,) = [f for f in await examine(await postgres.server().bare(), (OLD,)) if f.about == "migrations"]
    assert bare.level is Level.PROBLEM and "python -m bot migrate" in bare.fix
    (lost,) = await examine("postgresql://nobody@127.0.0.1:1/none", (OLD,))
    assert lost.level is Level.PROBLEM and "WASL_DATABASE_URL" in lost.fix


async def test_a_database_that_is_not_of_this_version_is_refused() -> None:
    with pytest.raises(StorageRefusedError, match="python -m bot migrate"):
        await Memory(await postgres.server().bare(), (OLD,)).open(HOUSES)


async def test_two_processes_take_the_events_of_one_contact_in_order_and_each_once(homes: list[Household]) -> None:
    async def speak(home: Household, name: str) -> None:
        for n in range(12):
            await home.turns.take([arrival(f"{name}{n}", "guest", id=f"{name}{n}"), arrival("مرحبا", f"{name}-other")])

    await asyncio.gather(speak(homes[0], "a"), speak(homes[1], "b"), speak(homes[0], "a"), speak(homes[1], "a"))
    (texts,) = [own for own in (await heard(homes[0])).values() if "a0" in own]
    assert [text for text in texts if text[0] == "a"] == [f"a{n}" for n in range(12)]
    assert [text for text in texts if text[0] == "b"] == [f"b{n}" for n in range(12)]
    assert not await rows(homes[0], "parked")


async def test_batches_that_meet_in_many_contacts_never_wait_for_each_other_for_ever(homes: list[Household]) -> None:
    names = [f"g{n}" for n in range(16)]
    batches = [
        homes[n % 2].turns.take([arrival(f"{n}", name) for name in (names if n % 3 else reversed(names))])
        for n in range(12)
    ]
    taken = await asyncio.gather(*batches)
    assert not [one for batch in taken for one in batch if one.parked or one.repeat]
    found = await heard(homes[0])
    assert len(found) == 16 and all(len(texts) == 12 for texts in found.values())


async def test_what_is_due_is_claimed_by_one(memories: list[Memory]) -> None:
    async with memories[0].unit() as unit:
        due = [LABAS | {"id": str(n), "kind": "remind", "case": str(n), "at": NOW} for n in range(60)]
        await unit.insert("due", due)

    async def claim(memory: Memory) -> list[str]:
        async with memory.unit() as unit:
            found = await unit.claim_due(["labas"], ["remind"], NOW, NOW + timedelta(minutes=1), 10)
        return [row["id"] for row in found]

    claimed = await asyncio.gather(*(claim(memories[n % 2]) for n in range(6)))
    claimed += [await claim(memories[0]) for _ in range(6)]  # what was locked just then is left for later
    ids = [id for one in claimed for id in one]
    assert len(ids) == len(set(ids)) == 60 and all(len(one) <= 10 for one in claimed)


async def test_what_waits_to_be_sent_is_claimed_by_one_and_in_order(memories: list[Memory]) -> None:
    seats = await seated(memories[0], *(sender(str(n), line="telegram", value=str(n)) for n in range(20)))
    async with memories[0].unit() as unit:
        await unit.insert("messages", [message(seat, 1, "?") for seat in seats])
        to = [{"contact": s.contact, "address": s.address, "message": 1, "turn": 1, "at": NOW} for s in seats]
        await unit.insert("outbox", [LABAS | one | {"number": n, "state": "new"} for one in to for n in (1, 2)])

    async def claim(memory: Memory) -> list[tuple[str, int]]:
        async with memory.unit() as unit:
            found = await unit.claim(NOW, NOW, {("labas", "telegram"): 64}, most=6)
            names = ("organisation", "contact", "number", "piece", "attempt")
            await unit.update("outbox", [{n: row[n] for n in names} | {"state": "sending"} for row in found])
        return [(row["contact"], row["number"]) for row in found]

    claimed = await asyncio.gather(*(claim(memories[n % 2]) for n in range(4)))
    claimed += [await claim(memories[1]) for _ in range(4)]
    keys = [key for one in claimed for key in one]
    assert sorted(keys) == sorted((seat.contact, 1) for seat in seats)


async def test_reference_numbers_of_two_processes_differ(memories: list[Memory]) -> None:
    async def number(memory: Memory) -> str:
        async with memory.unit() as unit:
            return await unit.number("labas")

    numbers = await asyncio.gather(*(number(memories[n % 2]) for n in range(20)))
    assert len(set(numbers)) == 20


async def test_a_page_is_told_what_another_process_answered(homes: list[Household]) -> None:
    here, there = homes
    guest = await Guest(there).start()
    already = len(await here.transcript.told("labas", guest.contact, 0))
    async with here.memory.wakeups.watch("labas") as desk:
        with here.memory.wakeups.subscribe("labas", guest.contact) as bell:
            await listening(here.memory)
            bell.clear()
            await guest.say("2")
            await asyncio.wait_for(bell.wait(), STUCK_S)
            assert len(await here.transcript.told("labas", guest.contact, 0)) > already
        assert guest.contact in await asyncio.wait_for(anext(desk), STUCK_S)


async def test_a_listener_that_was_cut_off_listens_again_and_looks_at_what_it_missed(
    memories: list[Memory], url: str
) -> None:
    here, there = memories
    with here.wakeups.subscribe("labas", "c") as bell:
        await listening(here)
        bell.clear()
        async with behind(url) as connection:
            await connection.exec_driver_sql(KILL)
        assert await asyncio.wait_for(bell.wait(), STUCK_S)
        await listening(here)
        bell.clear()
        there.wakeups.wake("labas", "c")
        assert await asyncio.wait_for(bell.wait(), STUCK_S)


async def test_the_poll_finds_what_nobody_told(memories: list[Memory]) -> None:
    here, there = memories
    (seat,) = await seated(there, sender("t"))
    wakeups = Wakeups()

    async def look() -> dict[Place, Any]:
        async with here.database.reading() as connection:
            return await news(connection, wakeups.places, wakeups.houses)

    exchange = Exchange(here.database.url, wakeups, look, every_s=0.01)
    with wakeups.subscribe("labas", seat.contact) as bell:
        exchange.begin()
        await asyncio.wait_for(bell.wait(), STUCK_S)
        await asyncio.wait_for(exchange.listening.wait(), STUCK_S)
        bell.clear()
        async with there.unit() as unit:
            await unit.update("contacts", [LABAS | {"contact": seat.contact, "message_number": 7}])
        await asyncio.wait_for(bell.wait(), STUCK_S)
    async with wakeups.watch("labas") as desk:
        async with there.unit() as unit:
            stands = {"number": 1, "state": "waiting", "role": "relations", "reason": "asked", "line": "web"}
            await unit.insert("handovers", [LABAS | {"contact": seat.contact, "since": NOW} | stands])
        assert await asyncio.wait_for(anext(desk), STUCK_S) == {seat.contact}
    await exchange.close()


def test_a_notify_stays_within_its_bytes() -> None:
    woken = {("qurainah", f"{n:032}") for n in range(MOST * 2 + 1)}
    told = list(payloads("m" * 16, woken))
    assert len(told) == 3 and all(len(one.encode()) < 8000 for one in told)
    assert sum(one.count("\n") for one in told) == len(woken)


async def test_connections_that_are_cut_lose_nothing_and_double_nothing(homes: list[Household], url: str) -> None:
    done = asyncio.Event()

    async def cut() -> None:
        while not done.is_set():
            async with behind(url) as connection:
                await connection.exec_driver_sql(KILL)
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), 0.1)

    async def speak(name: str, logged: list[Any]) -> int:
        """As a vendor would: once more where nobody answered that it was taken. How many rounds it was."""
        n = 0
        while n < 6 or len(logged) < 3:
            arrivals = [arrival(f"{n}", f"{name}-{k}", id=f"{name}{n}{k}") for k in range(4)]
            with suppress(Interrupted):
                await homes[n % 2].turns.take(arrivals)
                n += 1
        return n

    cutting = asyncio.create_task(cut())
    with capture_logs() as logged:
        rounds = await asyncio.gather(*(speak(name, logged) for name in "abc"))
    done.set()
    await cutting
    assert {entry["event"] for entry in logged} == {"turn.interrupted"}
    async with house(url) as after:
        found, parked = list((await heard(after)).values()), await rows(after, "parked")
    assert sorted(found) == sorted([f"{n}" for n in range(many)] for many in rounds for _ in range(4))
    assert not parked


async def listening(memory: Memory) -> None:
    """Until this memory hears the others."""
    exchange = memory.wakeups.others
    assert isinstance(exchange, Exchange)
    async with asyncio.timeout(STUCK_S):
        await exchange.listening.wait()


async def test_a_statement_of_the_driver_alone_is_part_of_its_unit_and_tells_the_moments_fault(
    memories: list[Memory],
) -> None:
    here, _ = memories
    (seat,) = await seated(here, sender("t"))
    told = [LABAS | {"contact": seat.contact, "told": 7}]

    async def undone(words: str) -> None:
        async with here.unit() as unit:
            await unit.select("contacts", LABAS)
            await unit.update("contacts", told)
            await unit.connection.fetch(words)

    with pytest.raises(asyncpg.UndefinedTableError):
        await undone("SELECT 1 FROM nowhere")
    with pytest.raises(Interrupted):
        await undone("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(Interrupted, match="40001"):
        await undone("DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '40001'; END $$")
    async with here.reading() as unit:
        assert [row["told"] for row in await unit.select("contacts", LABAS)] == [0]
    async with here.unit() as unit:
        await unit.update("contacts", told)
    async with here.reading() as unit:
        assert [row["told"] for row in await unit.select("contacts", LABAS)] == [7]


async def test_of_two_who_write_one_code_at_once_in_two_processes_one_is_joined(homes: list[Household]) -> None:
    web = await Guest(homes[0]).start()
    await web.say("1")
    for round_ in range(3):
        await web.say("ربط")
        (code,) = re.findall(r"\d{4} \d{4}", web.told[-1])
        others = [Guest(home, line="telegram", key=f"{n}{round_}") for n, home in enumerate(homes)]
        await asyncio.gather(*(other.say(f"ربط {code}") for other in others))
        joined = [row for row in await rows(homes[0], "contacts") if row["merged_into"] == web.contact]
        assert len(joined) == round_ + 1
    (root,) = await rows(homes[0], "contacts", contact=web.contact)
    assert sorted(root["kin"]) == sorted(row["contact"] for row in joined)
