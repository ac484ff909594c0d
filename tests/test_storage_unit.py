"""A unit of work commits whole or not at all, and speaks in rows."""

import asyncio
import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import Memory
from storage.inline import Inline
from tests.patience import STUCK_S
from tests.storage_world import NOW, Place, case, fresh, message, opened, seated, sender

LABAS = {"organisation": "labas"}


def due(id: str, **more: object) -> dict[str, object]:
    return LABAS | {"id": id, "kind": "remind", "case": "c", "at": NOW} | more


async def contacts(memory: Memory) -> int:
    async with memory.reading() as unit:
        return len(await unit.select("contacts", LABAS))


async def test_a_unit_is_committed_at_its_end_and_survives_a_restart(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))
        async with memory.unit() as unit:
            await unit.insert("messages", [message(seat, 1, {"text": "السلام عليكم"}, seq=1)])
            state = {"mode": "form", "prompt": 3}
            await unit.update(
                "contacts", [LABAS | {"contact": seat.contact, "state": state, "last_at": NOW, "told": 1}]
            )
    async with opened(place) as memory:
        (again,) = await seated(memory, sender("t"))
        async with memory.reading() as unit:
            (row,) = await unit.select("messages", LABAS | {"contact": seat.contact}, after={"seq": 0})
    assert not again.new and again.state == state and again.row["told"] == 1 and again.row["last_at"] == NOW
    assert row["content"] == {"text": "السلام عليكم"} and row["at"] == NOW


async def test_an_exception_rolls_the_whole_unit_back(place: Place) -> None:
    async with opened(place) as memory:
        with pytest.raises(RuntimeError, match="stumbled"):
            async with memory.unit() as unit:
                await unit.seat([sender("t")], NOW)
                raise RuntimeError("stumbled")
        assert await contacts(memory) == 0
        (seat,) = await seated(memory, sender("t"))
        assert seat.new and await contacts(memory) == 1


@pytest.mark.parametrize("kept", [True, False])
async def test_a_cancelled_unit_is_rolled_back_and_the_next_one_works(place: Place, kept: bool) -> None:
    async with opened(place if kept else None) as memory:
        (first,) = await seated(memory, sender("first"))
        inside = asyncio.Event()

        async def stuck() -> None:
            async with memory.unit() as unit:
                await unit.seat([sender("t")], NOW)
                inside.set()
                while True:
                    await unit.select("contacts", LABAS)

        task = asyncio.create_task(stuck())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (seat,) = await seated(memory, sender("t"))
        assert seat.new and await contacts(memory) == 2
        (again,) = await seated(memory, sender("first"))
        assert again.contact == first.contact


async def test_who_is_cancelled_during_a_commit_leaves_the_next_unit_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit goes on in its thread; were the connection lent meanwhile, it would commit half of another's work."""
    begun, released, commit = threading.Event(), threading.Event(), Inline._said

    def slow(self: Inline, statement: str) -> list[Any]:
        begun.set()
        released.wait(STUCK_S)
        return commit(self, statement)

    async with opened(tmp_path) as memory:
        await seated(memory, sender("first"))
        monkeypatch.setattr(Inline, "_said", slow)
        task = asyncio.create_task(seated(memory, sender("second")))
        await asyncio.to_thread(begun.wait, STUCK_S)
        task.cancel()

        async def other() -> None:
            async with memory.unit() as unit:
                released.set()
                await unit.seat([sender("third")], NOW)
                raise RuntimeError("undone")

        following = asyncio.create_task(other())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not task.done() and not released.is_set(), "the connection is not lent while its commit is under way"
        released.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(RuntimeError, match="undone"):
            await following
        monkeypatch.undo()
        assert await contacts(memory) == 2


async def test_a_failing_commit_leaves_nothing_and_a_key_made_for_it_is_not_remembered(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))
        keys = {"line": "web", "hash": b"h" * 16, "address": "nowhere"}
        with pytest.raises((IntegrityError, sqlite3.IntegrityError)):
            async with memory.unit() as unit:
                await unit.new_person("labas", seat.contact, "p" * 32)
                await unit.insert("address_keys", [LABAS | keys])  # deferred: it is the commit that fails
        async with memory.unit() as unit:
            assert await unit.select("persons", LABAS | {"person": "p" * 32}) == []
            await unit.new_person("labas", seat.contact, "p" * 32)
            mine = message(seat, 1, "سر", owner_kind="person", owner="p" * 32)
            await unit.insert("messages", [mine])
    async with opened(place) as memory, memory.reading() as unit:
        (row,) = await unit.select("messages", LABAS)
    assert row["content"] == "سر"


async def test_units_that_lock_a_row_wait_for_each_other_and_readers_wait_for_nobody(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))

        async def count() -> None:
            async with memory.unit() as unit:
                (row,) = await unit.select("contacts", LABAS | {"contact": seat.contact}, lock=True)
                await unit.update("contacts", [LABAS | {"contact": seat.contact, "told": row["told"] + 1}])

        async with memory.unit() as unit:
            await unit.update("contacts", [LABAS | {"contact": seat.contact, "told": 100}])
            async with memory.reading() as reader:
                (row,) = await reader.select("contacts", LABAS)
                assert row["told"] == 0
        await asyncio.gather(*(count() for _ in range(20)))
        async with memory.reading() as reader:
            (row,) = await reader.select("contacts", LABAS)
        assert row["told"] == 120


async def test_a_reading_unit_cannot_write(place: Place) -> None:
    async with opened(place) as memory:
        with pytest.raises(DBAPIError, match=r"read-?only"):
            async with memory.reading() as unit:
                await unit.connection.exec_driver_sql("DELETE FROM contacts")


async def test_only_new_keys_are_inserted_and_each_row_hears_whether_it_was(place: Place) -> None:
    def heard(*ids: bytes) -> list[dict[str, object]]:
        return [LABAS | {"line": "web", "hash": id, "at": NOW} for id in ids]

    async with opened(place) as memory:
        async with memory.unit() as unit:
            assert await unit.insert_new("inbox", heard(b"b", b"a", b"b")) == [True, True, False]
            assert await unit.insert_new("inbox", []) == []
        async with memory.unit() as unit:
            assert await unit.insert_new("inbox", heard(b"c", b"a")) == [True, False]
            other = [row | {"organisation": "kafl"} for row in heard(b"a")]
            assert await unit.insert_new("inbox", other) == [True]


async def test_an_upsert_replaces_by_primary_or_by_another_unique_key(place: Place) -> None:
    async with opened(place) as memory, memory.unit() as unit:
        await unit.upsert("due", [due("1", done_at=NOW), due("2", kind="lapse")])
        await unit.upsert("due", [due("1", at=NOW + timedelta(days=1))])
        await unit.upsert("due", [due("3", at=NOW + timedelta(days=2))], by=("organisation", "kind", "case"))
        rows = await unit.select("due", LABAS, order=("-at",))
    assert [(row["id"], row["at"], row["done_at"]) for row in rows] == [
        ("1", NOW + timedelta(days=2), None),
        ("2", NOW, None),
    ]


async def test_an_answer_given_again_is_replaced_and_can_be_dropped(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))
        key = LABAS | {"case": fresh(), "field": "income"}
        async with memory.unit() as unit:
            await unit.insert("cases", [case(seat, key["case"])])
            for value in ("2500", "2600"):
                await unit.upsert(
                    "answers", [key | {"person": seat.persons[0], "value": value, "typed": value, "at": NOW}]
                )
            (row,) = await unit.select("answers", LABAS | {"case": [key["case"]]})
            assert row["value"] == row["typed"] == "2600"
            await unit.delete("answers", [key])
            assert await unit.select("answers", LABAS) == []


async def test_a_select_compares_orders_and_limits(place: Place) -> None:
    async with opened(place) as memory, memory.unit() as unit:
        rows = [due(str(n), case=str(n), at=NOW + timedelta(hours=n), contact=None if n % 2 else "x") for n in range(6)]
        await unit.insert("due", rows)

        async def ids(where: dict[str, object], **how: object) -> str:
            found = await unit.select("due", LABAS | where, **{"order": ("id",), **how})  # type: ignore[arg-type]
            return "".join(row["id"] for row in found)

        assert await ids({"contact": None}) == "135"
        assert await ids({"case": ["2", "4", "9"]}) == await ids({"case": {"2", "4"}}) == "24"
        assert await ids({"case": []}) == ""
        assert await ids({}, upto={"at": NOW + timedelta(hours=2)}) == "012"
        assert await ids({}, after={"at": NOW}, upto={"at": NOW + timedelta(hours=2)}) == "12"
        assert await ids({}, order=("-at",), limit=2) == "54"
        assert await ids({"organisation": ["labas", "kafl"], "contact": "x"}, claim=True) == "024"


async def test_what_is_misspelt_or_unsafe_is_refused(place: Place) -> None:
    async with opened(place) as memory, memory.unit() as unit:
        with pytest.raises(KeyError, match="contacts has no column nmae"):
            await unit.select("contacts", LABAS | {"nmae": 1})
        with pytest.raises(KeyError, match="key"):
            await unit.select("contacts", LABAS | {"key": b""})
        with pytest.raises(ValueError, match="organisation"):
            await unit.select("contacts", {"contact": "c"})
        with pytest.raises(ValueError, match="sealed"):
            await unit.select("answers", LABAS | {"value": "2500"})
        with pytest.raises(KeyError, match="names its applicant"):
            await unit.update("cases", [LABAS | {"case": "c", "reference": "472193807"}])
        with pytest.raises(ValueError, match="same columns"):
            await unit.update("contacts", [LABAS | {"contact": "a", "told": 1}, LABAS | {"contact": "b"}])
        with pytest.raises(ValueError, match="own a key"):
            await unit.insert_new("persons", [LABAS | {"person": "p", "created_at": NOW}])
        with pytest.raises(ValueError, match="own a key"):
            await unit.upsert("contacts", [LABAS | {"contact": "c", "created_at": NOW}])
        with pytest.raises(ValueError, match="without a zone"):
            await unit.insert("due", [due("1", at=datetime(2026, 1, 1))])  # noqa: DTZ001


async def test_wrapped_keys_are_never_read_out(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))
        async with memory.reading() as unit:
            (contact,) = await unit.select("contacts", LABAS)
            (house,) = await unit.select("organisations", LABAS)
    assert "key" not in contact and "key" not in seat.row
    assert set(house) == {"organisation", "reference_counter", "seal_number", "seal_head"}


async def test_a_time_of_any_zone_comes_back_as_the_same_moment_in_utc(place: Place) -> None:
    riyadh = NOW.astimezone(timezone(timedelta(hours=3)))
    async with opened(place) as memory, memory.unit() as unit:
        await unit.insert("due", [due("1", at=riyadh)])
        (row,) = await unit.select("due", LABAS, upto={"at": riyadh})
    assert row["at"] == NOW and row["at"].tzinfo is UTC


async def test_a_new_person_joins_the_contact_last(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"), now=NOW)
        for n in range(3):
            async with memory.unit() as unit:
                await unit.seat([sender("t")], NOW + timedelta(hours=n + 1))
                await unit.new_person("labas", seat.contact, str(3 - n) * 32)
        (again,) = await seated(memory, sender("t"))
    assert again.persons == (*seat.persons, "3" * 32, "2" * 32, "1" * 32)


async def test_a_memory_database_needs_no_migration_and_reads_what_it_wrote() -> None:
    async with opened(None) as memory:
        (seat,) = await seated(memory, sender("t"))
        async with memory.unit() as unit:
            await unit.insert("messages", [message(seat, 1, "مرحبا")])
        async with memory.reading() as unit:
            rows = await unit.select("messages", LABAS)
    assert [row["content"] for row in rows] == ["مرحبا"]
