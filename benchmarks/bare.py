"""The bare limit: the statements of the very same turns, 32 to a commit, through the plain driver and nothing else.

What the house says to its database during the common work is written down, statement by statement with its values
(they are sealed already), and said again to a copy of the database as it stood before: by `sqlite3`, or by `asyncpg`.
"""

import asyncio
import secrets
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from benchmarks.common_work import turns
from benchmarks.turns import crowd, opened
from storage.engine import parsed
from storage.pools import PRAGMAS
from tests.overheard import Heard, overheard

BATCH = 32
FIRST = 30_000_000  # numbers of people whom nobody else plays
Said = list[Heard]


@dataclass(frozen=True, slots=True)
class Bare:
    """CPU milliseconds a turn: the statements alone, and the whole turn in process; and statements a commit."""

    driver_ms: float
    turn_ms: float
    statements: float


async def measure_bare(url: str, people: int) -> Bare:
    """Play the work on this database while its statements are written down, then say them to the copy."""
    turn_ms = await _played(url, people)
    copy = await _copied(parsed(url))
    said = await _recorded(url, people)
    spoken = await _asyncpg(parsed(copy), said) if copy.startswith("postgresql") else _sqlite(copy, said)
    commits = sum(statement == "COMMIT" for statement, _, _ in said)
    return Bare(1000 * spoken / (people * turns()), turn_ms, len(said) / commits - 2)


async def _played(url: str, people: int) -> float:
    """The turn alone, after a crowd to warm up."""
    house = await opened(url)
    try:
        await crowd(house, range(FIRST, FIRST + BATCH), "telegram", BATCH)
        began = time.process_time()
        await crowd(house, range(FIRST + BATCH, FIRST + BATCH + people), "telegram", BATCH)
        return 1000 * (time.process_time() - began) / (people * turns())
    finally:
        await house.memory.close()


async def _recorded(url: str, people: int) -> Said:
    """What the house says while others take the same turns."""
    house = await opened(url)
    try:
        first = FIRST + BATCH + people
        with overheard(house.memory, whole=True) as said:
            await crowd(house, range(first, first + people), "telegram", BATCH)
            await house.reception.close()
        return said
    finally:
        await house.memory.close()


def _sqlite(path: str, said: Said) -> float:
    """Seconds of CPU that the driver takes for all of it."""
    line = sqlite3.connect(path, isolation_level=None)
    for name, value in PRAGMAS.items():
        line.execute(f"PRAGMA {name} = {value}")
    began = time.process_time()
    for statement, values, many in said:
        if many:
            line.executemany(statement, values)
        else:
            line.execute(statement, values).fetchall()
    spent = time.process_time() - began
    line.close()
    return spent


async def _asyncpg(url: URL, said: Said) -> float:
    line = await _connected(url)
    for kind in ("json", "jsonb"):
        await line.set_type_codec(kind, encoder=str, decoder=str, schema="pg_catalog", format="text")
    began = time.process_time()
    for statement, values, many in said:
        if many:
            await line.executemany(statement, values)
        else:
            await line.fetch(statement, *values)
    spent = time.process_time() - began
    await line.close()
    return spent


async def _connected(url: URL, database: str | None = None) -> Any:
    return await asyncpg.connect(user=url.username, host=url.query["host"], database=database or url.database)


async def _copied(url: URL) -> str:
    """The database as it stands, once more; a path for SQLite."""
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        copy = path.with_name("copy.db")
        await asyncio.to_thread(shutil.copy, path, copy)
        return str(copy)
    name = f"wasl_{secrets.token_hex(4)}"
    line = await _connected(url, "postgres")
    await line.execute(f"CREATE DATABASE {name} TEMPLATE {url.database}")
    await line.close()
    return url.set(database=name).render_as_string()
