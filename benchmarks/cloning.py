"""People by the million: rows of a few real ones, written again under other ids straight into the tables.

An id becomes another by one mask for each copy, so that a copy's rows name each other as the first one's do, and lie
as scattered as ids do. Hashes too become others. What is sealed is the real row's bytes: a copy could not be opened,
and nobody opens it, for those who write in a measurement are others.
"""

import csv
import io
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

PEOPLE = ("persons", "contacts", "contact_persons", "addresses", "address_keys", "person_keys", "cases", "answers")
TABLES = (*PEOPLE, "inbox", "messages", "outbox", "consents", "notices", "evidence", "due")
ID = re.compile(r"([0-9a-f]{32})(\.\w+)?")
HASHES = ("hash", "token_hash", "vendor_hash", "reference_hash")
# What copies have otherwise: their evidence is older than the newest seal looks at, and none of their messages waits.
OTHERWISE = {
    ("evidence", "at"): "2026-01-01 00:00:00.000000",
    ("evidence", "code"): None,
    ("outbox", "state"): "delivered",
}
AT_ONCE = 50  # of each
Mark = tuple[int, Callable[[int], Any]]


@dataclass(frozen=True, slots=True)
class Original:
    """One row: its values, and those that every copy has otherwise."""

    values: Sequence[Any]
    marks: Sequence[Mark]

    def copy(self, mask: int) -> list[Any]:
        """The row under another mask."""
        row = list(self.values)
        for place, made in self.marks:
            row[place] = made(mask)
        return row


def original(table: str, columns: Sequence[str], values: Sequence[Any]) -> Original:
    """The row with what changes in it."""
    plain = [OTHERWISE.get((table, name), value) for name, value in zip(columns, values, strict=True)]
    made = ((place, _mark(name, value)) for place, (name, value) in enumerate(zip(columns, plain, strict=True)))
    return Original(plain, [(place, mark) for place, mark in made if mark])


def _mark(name: str, value: Any) -> Callable[[int], Any] | None:
    if name in HASHES and isinstance(value, bytes):
        first, rest = int.from_bytes(value[:16], "big"), value[16:]
        return lambda mask: (first ^ mask).to_bytes(16, "big") + rest
    if name in HASHES and isinstance(value, str):  # PostgreSQL's own words for bytes
        start, end = int(value[2:34], 16), value[34:]
        return lambda mask: f"\\x{start ^ mask:032x}{end}"
    if isinstance(value, str) and (found := ID.fullmatch(value)):
        id, suffix = int(found[1], 16), found[2] or ""
        return lambda mask: f"{id ^ mask:032x}{suffix}"
    return None


def kept(table: str, rows: Iterable[Sequence[Any]], columns: Sequence[str], messages: int) -> Iterator[Original]:
    """The rows of a table, of the talk only what belongs to so many messages of each contact."""
    most = {"inbox": messages // 2, "messages": messages, "outbox": messages // 2}.get(table)
    seen: dict[Any, int] = {}
    contact = columns.index("contact") if "contact" in columns else 0
    for row in rows:
        seen[row[contact]] = seen.get(row[contact], 0) + 1
        if most is None or seen[row[contact]] <= most:
            yield original(table, columns, row)


def copies(originals: Mapping[str, Sequence[Original]], count: int) -> Iterator[dict[str, list[list[Any]]]]:
    """So many copies of everybody, some at a time."""
    for first in range(0, count, AT_ONCE):
        masks = [secrets.randbits(128) for _ in range(first, min(first + AT_ONCE, count))]
        yield {table: [row.copy(mask) for mask in masks for row in rows] for table, rows in originals.items()}


def clone_sqlite(path: str, count: int, messages: int) -> None:
    """Copy everybody who stands in this file so many times."""
    line = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
        line.execute(f"PRAGMA {pragma}")
    originals, insert = {}, {}
    for table in TABLES:
        columns = [row[1] for row in line.execute(f"PRAGMA table_info({table})")]
        originals[table] = list(kept(table, line.execute(f"SELECT * FROM {table}").fetchall(), columns, messages))  # noqa: S608
        insert[table] = f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
    for rows in copies(originals, count):
        line.execute("BEGIN")
        for table, some in rows.items():
            line.executemany(insert[table], some)
        line.execute("COMMIT")
    line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    line.close()


async def clone_postgresql(url: URL, count: int, messages: int) -> None:
    """The same, by COPY; then the statistics that autovacuum would gather in its own time."""
    line: Any = await asyncpg.connect(user=url.username, host=url.query["host"], database=url.database)
    for setting in ("session_replication_role = replica", "synchronous_commit = off"):  # no foreign keys, no syncs
        await line.execute(f"SET {setting}")
    originals = {table: await _read(line, table, messages) for table in TABLES}
    for rows in copies(originals, count):
        async with line.transaction():
            for table, some in rows.items():
                await line.copy_to_table(table, source=_text(some), format="csv", null="\\N")
    await line.execute("ANALYZE")
    await line.close()


async def _read(line: Any, table: str, messages: int) -> list[Original]:
    named = await line.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position", table
    )
    columns = [row[0] for row in named]
    words = ", ".join(f'"{name}"::text' for name in columns)
    rows = [tuple(row) for row in await line.fetch(f"SELECT {words} FROM {table}")]  # noqa: S608
    return list(kept(table, rows, columns, messages))


async def _text(rows: Sequence[Sequence[Any]]) -> AsyncIterator[bytes]:
    held = io.StringIO()
    csv.writer(held).writerows([["\\N" if value is None else value for value in row] for row in rows])
    yield held.getvalue().encode()
