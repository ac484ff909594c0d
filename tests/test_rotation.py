"""Changing the master key while the house works: nothing unreadable, nobody revived, and no key let go too early."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

import storage.examining as database
import storage.rewrapping as rewrapping
from bot.__main__ import app
from bot.settings import Settings
from conversations.findings import Level
from conversations.records import Seat
from storage import Memory, StorageRefusedError
from storage.rewrapping import UNKNOWN, Rewrapping, spots
from tests.doctor_world import in_trouble, told
from tests.patience import STUCK_S
from tests.real_house import furnished, open_house, settings
from tests.storage_world import HOUSES, NOW, OLD, Place, behind, change, message, opened, seated, sender, url_of

NEW = ("2027a", b"n" * 32)
BOTH = (NEW, OLD)
HELD = 2 * 3  # an association's own keys


async def talked(memory: Memory, people: int) -> list[Seat]:
    """So many people have written a line each."""
    seats = await seated(memory, *(sender(f"t{n}") for n in range(people)))
    async with memory.unit() as unit:
        await unit.insert("messages", [message(seat, 1, f"رسالة {n}") for n, seat in enumerate(seats)])
    return seats


async def lines(memory: Memory) -> list[str]:
    async with memory.reading() as unit:
        return sorted(row["content"] for row in await unit.select("messages", {"organisation": "labas"}))


def test_every_wrapped_key_of_every_table_is_gone_round() -> None:
    held = {spot.table.name: spot.columns for spot in spots()}
    assert held == {"contacts": ("key",), "persons": ("key",), "organisations": ("key", "index_key", "reference_key")}
    assert list(held)[-1] == "organisations"


async def test_after_it_the_old_key_may_go_and_before_it_the_house_does_not_start_without(place: Place) -> None:
    async with opened(place) as memory:
        await talked(memory, 20)
        before = await lines(memory)
    async with opened(place, BOTH) as memory:
        await seated(memory, sender("newcomer"))
        assert await memory.rewrapping.census() == {"2027a": 2, "2026a": 40 + HELD, UNKNOWN: 0}
    with pytest.raises(StorageRefusedError, match="'2026a', which WASL_MASTER_KEYS lacks"):
        await Memory(url_of(place), (NEW,)).open(HOUSES)
    async with opened(place, BOTH) as memory:
        assert await memory.rewrapping.finish() == 40 + HELD
        assert await memory.rewrapping.census() == {"2027a": 42 + HELD, "2026a": 0, UNKNOWN: 0}
        assert await memory.rewrapping.finish() == 0
    async with opened(place, (NEW,)) as memory:
        assert await lines(memory) == before
    with pytest.raises(StorageRefusedError, match="'2027a', which WASL_MASTER_KEYS lacks"):
        await Memory(url_of(place), (OLD,)).open(HOUSES)


async def test_one_old_wrapping_among_many_new_ones_stops_the_start(place: Place) -> None:
    async with opened(place) as memory:
        seats = await talked(memory, 3)
    async with opened(place, BOTH) as memory, behind(place) as connection:
        kept = (await connection.exec_driver_sql("SELECT contact, key FROM contacts")).all()
        left = next(row for row in kept if row.contact == seats[1].contact)
    async with opened(place, BOTH) as memory:
        await memory.rewrapping.finish()
    await change(place, f"UPDATE contacts SET key = {_literal(place, left.key)} WHERE contact = '{left.contact}'")
    with pytest.raises(StorageRefusedError, match="2026a"):
        await Memory(url_of(place), (NEW,)).open(HOUSES)


def _literal(place: Place, blob: bytes) -> str:
    return f"X'{blob.hex()}'" if isinstance(place, Path) else f"decode('{blob.hex()}', 'hex')"


async def test_who_is_stopped_in_the_middle_is_followed_by_the_next(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrapping, "PAGE", 3)
    async with opened(place) as memory:
        await talked(memory, 10)
    for _ in range(8):  # each process dies after one page
        async with opened(place, BOTH) as memory:
            await memory.rewrapping.page()
            await memory.rewrapping.page()
    async with opened(place, BOTH) as memory:
        counted = await memory.rewrapping.census()
        assert counted["2026a"] + counted["2027a"] == 20 + HELD
        assert 0 < counted["2026a"] < 20 + HELD, "some were done, and some were not"
        while (await memory.rewrapping.census())["2026a"]:
            await memory.rewrapping.ring()
        assert len(await lines(memory)) == 10


async def test_what_was_erased_while_its_page_was_read_stays_erased(place: Place) -> None:
    async with opened(place) as memory:
        seats = await talked(memory, 3)
    async with opened(place, BOTH) as memory:
        work, spot = memory.rewrapping, next(s for s in spots() if s.table.name == "persons")
        async with memory.database.reading() as connection:
            stale = [tuple(row) for row in await work._stale(connection, spot, ())]
        assert len(stale) == 3
        async with memory.unit() as unit:
            await unit.erase("labas", [seats[0].persons[0]], NOW)
        await work._wrap(spot, stale)
        async with behind(place) as connection:
            gone = await connection.exec_driver_sql("SELECT count(*) FROM persons WHERE key IS NULL")
            assert gone.scalar_one() == 1
        await work.finish()
        assert (await work.census())["2026a"] == 0


async def test_a_wrapping_that_was_altered_is_left_and_holds_up_no_other(place: Place) -> None:
    async with opened(place) as memory:
        seats = await talked(memory, 4)
        async with behind(place) as connection:
            found = await connection.exec_driver_sql("SELECT contact, key FROM contacts")
            key = {row.contact: row.key for row in found}[seats[2].contact]
    broken = _literal(place, key[:-1] + bytes([key[-1] ^ 1]))
    await change(place, f"UPDATE contacts SET key = {broken} WHERE contact = '{seats[2].contact}'")
    async with opened(place, BOTH) as memory:
        await memory.rewrapping.finish()
        assert (await memory.rewrapping.census())["2026a"] == 1


@dataclass
class Talk:
    """What people go on writing until it is done."""

    said: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def writing(self, memory: Memory, who: int) -> None:
        """Somebody known and somebody new, again and again."""
        while not self.done.is_set():
            fresh = f"n{who}-{self.said}"
            known, new = await seated(memory, sender(f"t{self.said % 12}"), sender(fresh))
            async with memory.unit() as unit:
                await unit.insert("messages", [message(new, 1, fresh)])
                await unit.select("messages", {"organisation": "labas", "contact": [known.contact, new.contact]})
            self.said += 1


async def _turning(first: Memory, second: Memory, talk: Talk) -> None:
    """Until all is wrapped anew but what a process with the older order goes on wrapping with the old key."""
    while talk.said < 400:
        left = (await second.rewrapping.census())["2026a"]
        if left <= (0 if first is second else talk.said):
            break
        await second.rewrapping.ring()
        await asyncio.sleep(0)
    talk.done.set()


async def test_people_write_on_while_two_processes_turn_the_keys_over(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL in the three steps that are written down: known to all, first for all, gone for all."""
    monkeypatch.setattr(rewrapping, "PAGE", 4)
    monkeypatch.setattr("storage.keys.KEPT", 1)  # every unit unwraps anew
    async with opened(place) as memory:
        await talked(memory, 12)
    orders = [BOTH] if isinstance(place, Path) else [(OLD, NEW), BOTH]
    first = Memory(url_of(place), orders[0])
    second = first if isinstance(place, Path) else Memory(url_of(place), BOTH)
    memories = list(dict.fromkeys((first, second)))
    for memory in memories:
        await memory.open(HOUSES)
    talk = Talk()
    await asyncio.gather(_turning(first, second, talk), *(talk.writing(m, n) for n, m in enumerate(memories)))
    for memory in memories:
        await memory.close()
    async with opened(place, BOTH) as memory:
        await memory.rewrapping.finish()
    async with opened(place, (NEW,)) as memory:
        assert len(await lines(memory)) == 12 + talk.said


# The command and the doctor


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Memory]:
    """What a house holds while it serves, under its first key."""
    memory = Memory(settings(folder).database, (("k1", b"k" * 32),))
    await memory.open(("labas",))
    try:
        yield memory
    finally:
        await memory.close()


def changed(folder: Path, port: int = 8000, *names: str) -> Settings:
    text = ",".join(f"{n}:{base64.b64encode((n[0].encode()) * 32).decode()}" for n in names or ("n1", "k1"))
    return settings(folder, port).model_copy(update={"master_keys": SecretStr(text), "organisations": ("labas",)})


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> tuple[int, str]:
    monkeypatch.setattr("bot.reading.load", lambda: changed(folder, 8000, *names))
    result = CliRunner().invoke(app, ["rotate"])
    return result.exit_code, result.output


async def test_the_command_does_it_where_nothing_serves_and_else_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await furnished(tmp_path)
    async with serving(tmp_path):
        code, words = await asyncio.to_thread(run, monkeypatch, tmp_path)
        assert code == 3 and "«k1» still wraps 3" in words and "start it anew" in words
        found = await database.examine(settings(tmp_path).database, (("n1", b"n" * 32), ("k1", b"k" * 32)))
        assert in_trouble(told(found, "rotation"), Level.WARNING, "3 keys are still wrapped", "python -m bot rotate")
    code, words = await asyncio.to_thread(run, monkeypatch, tmp_path)
    assert code == 0 and "«n1» wraps 3 keys" in words and "«k1» wraps nothing any more" in words
    found = await database.examine(settings(tmp_path).database, (("n1", b"n" * 32), ("k1", b"k" * 32)))
    assert "may leave WASL_MASTER_KEYS" in told(found, "rotation").cause
    code, words = await asyncio.to_thread(run, monkeypatch, tmp_path, "n1")
    assert code == 0 and words.endswith("The master key «n1» wraps 3 keys.\n")
    code, words = await asyncio.to_thread(run, monkeypatch, tmp_path, "k1")
    assert code == 1 and "'n1', which WASL_MASTER_KEYS lacks" in words


async def test_the_house_that_serves_does_it_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await furnished(tmp_path)
    async with serving(tmp_path):
        pass
    over, real = asyncio.Event(), Rewrapping._round_over

    async def round_over(work: Rewrapping) -> None:
        await real(work)
        over.set()

    monkeypatch.setattr(Rewrapping, "_round_over", round_over)
    monkeypatch.setattr("bot.wiring.RING_EVERY_S", 0.01)
    async with open_house(tmp_path, made=changed) as (house, _), asyncio.timeout(STUCK_S):
        await over.wait()
        assert (await house.household.memory.rewrapping.census())["k1"] == 0
