"""kill -9 while many talk by Telegram: nothing lost, doubled or out of order at the person's end; every unknown listed."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.forked import forked
from tests.patience import STUCK_S
from tests.real_house import open_house
from tests.served import Served
from tests.vendors.telegram_person import Person
from tests.vendors.telegram_stub import TelegramStub, Trouble

HOUSE, KILLS, PERSONS = "qurainah", 5, 5
LINES = ("/start request", "1", "1", "سعد بن ناصر الحربي", "١٠٤٥٨٢٧٣٦٥", "١٥ رمضان ١٤١٠")
LOOK_S = 0.1
LEAD = "نعيد السؤال:\n"
Row = dict[str, Any]


@pytest.fixture
async def stub() -> AsyncIterator[TelegramStub]:
    async with TelegramStub() as opened:
        opened.trouble("sendMessage", *[Trouble(wait=0.05)] * 1_000)
        yield opened


async def talk(stub: TelegramStub, person: Person) -> None:
    """Say line after line, each once something came back for the last."""
    for line in LINES:
        seen = len(person.read)
        person.say(line)
        await stub.until(lambda seen=seen: len(person.read) > seen)  # type: ignore[misc]


async def kill(stub: TelegramStub, house: Served) -> None:
    """Kill the house in the middle of calls, at five points of the talk."""
    chance = random.Random(9)  # noqa: S311
    for number in range(1, KILLS + 1):
        threshold = number * PERSONS * len(LINES) // (KILLS + 1)
        await stub.until(lambda at=threshold: len(stub.taken("sendMessage")) >= at)  # type: ignore[misc]
        await asyncio.sleep(chance.random() * 0.08)
        await house.kill()
        await house.start()


async def quiet(house: Served) -> None:
    """Wait until nothing waits to go out, and whatever nobody knows of was asked again or listed."""
    waiting = (
        "SELECT count(*) FROM outbox WHERE state IN ('new', 'sending') OR state = 'unknown' AND settled_at IS NULL"
    )
    async with asyncio.timeout(STUCK_S):
        with closing(sqlite3.connect(f"file:{house.data / 'wasl.db'}?mode=ro", uri=True)) as database:
            while database.execute(waiting).fetchone() != (0,):
                await asyncio.sleep(LOOK_S)


def judge(read: Sequence[str], rows: Sequence[Row]) -> int:
    """What one person read against their rows in order: what is sent stands there once, what is unknown at most once."""
    at = unknown = 0
    for row in rows:
        assert row["state"] in ("sent", "unknown"), row["state"]
        there = at < len(read) and read[at] == row["content"]["text"]
        assert there or row["state"] == "unknown", (row["number"], row["attempt"])
        unknown += row["state"] == "unknown"
        at += there
    assert at == len(read), "nothing came that no row tells of"
    return unknown


async def test_five_kills_lose_double_and_reorder_nothing(tmp_path: Path, stub: TelegramStub) -> None:
    account = {"WASL_TELEGRAM_API_URL": stub.url, "WASL_ORG__QURAINAH__TELEGRAM_TOKEN": stub.token}
    people = [Person(stub, 7_000_000_000 + n) for n in range(PERSONS)]
    async with forked(tmp_path, **account, WASL_ORGANISATIONS=HOUSE) as house:
        killing = asyncio.create_task(kill(stub, house))
        await asyncio.gather(killing, *(talk(stub, person) for person in people))
        await quiet(house)
        await house.stop()
    assert stub.faults == []
    async with open_house(house.data) as (opened, _), opened.household.memory.reading() as unit:
        where = {"organisation": HOUSE}
        order = ["contact", "number", "piece", "attempt"]
        rows = await unit.select("outbox", where, order=order)
        addresses = await unit.select("addresses", where)
        tasks = await unit.select("tasks", {**where, "kind": "delivery"})
        assert len(await unit.select("inbox", where)) == PERSONS * len(LINES)
    unknown = 0
    for person in people:
        (own,) = [address for address in addresses if address["value"] == str(person.id)]
        mine = [row for row in rows if row["contact"] == own["contact"]]
        unknown += judge([message["text"] for message in person.read], mine)
    left = [row for row in rows if row["state"] == "unknown"]
    assert all(row["settled_at"] for row in left) and unknown == len(left)
    repeated = {(r["contact"], r["number"]) for r in rows if (r["content"] or {}).get("text", "").startswith(LEAD)}
    listed = {task["id"] for task in tasks}
    for row in left:
        was_repeated = (row["contact"], row["number"]) in repeated
        answered = any(r["contact"] == row["contact"] and r["number"] > row["number"] for r in rows)
        assert was_repeated or answered or f"delivery.{row['contact']}.{row['number']}" in listed
    print(f"{KILLS} kills, {len(rows)} rows, {unknown} unknown, {len(repeated)} asked again, {len(tasks)} tasks")
