"""People by the million: rows of a few real ones, written again under other ids straight into the tables.

Each copy of a person is given sixteen random digits with which all of its ids begin, so that its rows name each other
as the first one's do; its hashes begin with the same eight bytes. What is sealed is the real row's bytes: a copy could
not be opened, and nobody opens it, for those who write in a measurement are others.

The database copies by itself, a statement a table, in the order of the ids, so that every index is written from left to
right; and in two rounds, the second of which splits what the first left full. So pages end as loose as they are where
ids come at random, for a page that is full, or was split a moment ago, would cost the next newcomer other than it does.
"""

import re
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

ROUNDS = (0.6, 0.4)  # so much of everybody in each
OF_PERSON = "(SELECT min(p.contact) FROM contact_persons p WHERE p.person = t.person)"
OF_ADDRESS = "(SELECT a.contact FROM addresses a WHERE a.address = t.address)"
OF_CASE = '(SELECT c.contact FROM cases c WHERE c."case" = substr({}, 1, 32))'
# The tables that grow with people, and how a row of each leads to its contact.
TABLES = {
    **dict.fromkeys(("contacts", "contact_persons", "addresses", "cases", "inbox", "messages", "outbox"), "t.contact"),
    **dict.fromkeys(("consents", "notices", "due"), "t.contact"),
    **dict.fromkeys(("persons", "person_keys"), OF_PERSON),
    "address_keys": OF_ADDRESS,
    "answers": OF_CASE.format('t."case"'),
    "evidence": f"coalesce({OF_CASE.format('t.chain')}, t.chain)",
}
NUMBERED = {"inbox": "hash", "messages": "number", "outbox": "number"}  # the talk, of which as much as is wanted
ID = re.compile(r"[0-9a-f]{32}(\.\w+)?")
HASHES = ("hash", "token_hash", "vendor_hash", "reference_hash")
# What copies have otherwise: their evidence was sealed long ago, all of theirs was delivered, and nothing is due yet.
OTHERWISE = {
    ("evidence", "at"): "{long_ago}",
    ("evidence", "code"): "nullif(t.code, t.code)",
    ("outbox", "state"): "'delivered'",
    ("outbox", "token_hash"): "{random}",
    ("outbox", "vendor_hash"): "{random}",
    ("due", "at"): "{far}",
}
SQLITE = {
    "random": "randomblob(16)",
    "long_ago": "'2026-01-01 00:00:00.000000'",
    "far": "'2050-01-01 00:00:00.000000'",
    "bytes": "CAST(m.bytes || substr(t.{0}, 9) AS BLOB)",
    "join": "CROSS JOIN",  # in this order: people as they come, and of each the rows
}
POSTGRESQL = {
    "random": "uuid_send(gen_random_uuid())",
    "long_ago": "timestamptz '2026-01-01 00:00:00Z'",
    "far": "timestamptz '2050-01-01 00:00:00Z'",
    "bytes": "m.bytes || substr(t.{0}, 9)",
    "join": "JOIN",
}
LOADING = ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "locking_mode = EXCLUSIVE")
ROOM = "cache_size = -1000000"
AT_ONCE = 100_000  # people whose digits are drawn and written together


def kept(table: str, columns: Sequence[str], messages: int, words: dict[str, str]) -> str:
    """The rows that are copied, with their contact: of the talk what belongs to so many messages of each."""
    most = messages if table == "messages" else messages // 2
    named = [f"{OTHERWISE.get((table, c), f't.{quoted(c)}').format(**words)} AS {quoted(c)}" for c in columns]
    numbered = f"row_number() OVER (PARTITION BY t.contact ORDER BY t.{NUMBERED.get(table, '')}) AS place"
    place = numbered if table in NUMBERED else "0 AS place"
    chosen = f"SELECT {', '.join(named)}, {TABLES[table]} AS whose, {place} FROM {table} t"  # noqa: S608
    return f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM ({chosen}) AS t WHERE place <= {most}"  # noqa: S608


def copied(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], words: dict[str, str]) -> str:
    """The statement that copies them for everybody of a round, in the order of the ids."""
    ids = {
        column
        for row in rows
        for column, value in zip(columns, row, strict=False)
        if isinstance(value, str) and ID.fullmatch(value)
    }
    made = [_made(column, column in ids, words) for column in columns]
    names = ", ".join(quoted(column) for column in columns)
    join = f"FROM masks m {words['join']} kept_{table} t ON t.whose = m.whose WHERE m.round = {{round}}"
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(made)} {join}"


def _made(column: str, id: bool, words: dict[str, str]) -> str:
    own = f"t.{quoted(column)}"
    if column in HASHES:
        return words["bytes"].format(column)
    return f"CASE WHEN length({own}) < 32 THEN {own} ELSE m.digits || substr({own}, 17) END" if id else own


def quoted(column: str) -> str:
    """A column's name as both databases take it, whatever it means to them."""
    return f'"{column}"'


def masks(contacts: Sequence[str], count: int) -> Iterator[list[tuple[str, bytes, str, int]]]:
    """For so many copies of each of these: the digits, their bytes, whose copy, in which round; by the digits."""
    total, dice = count * len(contacts), secrets.SystemRandom()
    width, whose = 2**64 // max(total, 1), list(contacts)
    for first in range(0, total, AT_ONCE):  # each somewhere in a stretch of its own, so that they come sorted
        some = []
        for number in range(first, min(first + AT_ONCE, total)):
            if number % len(whose) == 0:
                dice.shuffle(whose)
            bytes_ = (number * width + secrets.randbelow(width)).to_bytes(8, "big")
            some.append((bytes_.hex(), bytes_, whose[number % len(whose)], int(dice.random() > ROUNDS[0])))
        yield some


def clone_sqlite(path: str, count: int, messages: int) -> None:
    """Copy everybody who stands in this file so many times. Nobody else may have it open; a cut leaves it broken."""
    line = sqlite3.connect(path, isolation_level=None)
    for pragma in (*LOADING, ROOM):
        line.execute(f"PRAGMA {pragma}")
    statements = []
    for table in TABLES:
        columns = [row[1] for row in line.execute(f"PRAGMA table_info({table})")]
        line.execute(kept(table, columns, messages, SQLITE))
        line.execute(f"CREATE INDEX temp.of_{table} ON kept_{table} (whose)")
        statements.append(copied(table, columns, line.execute(f"SELECT * FROM kept_{table}"), SQLITE))  # noqa: S608
    line.execute("CREATE TEMP TABLE masks (digits TEXT, bytes BLOB, whose TEXT, round INTEGER)")
    contacts = [row[0] for row in line.execute("SELECT contact FROM contacts")]
    for some in masks(contacts, count):
        line.executemany("INSERT INTO masks VALUES (?, ?, ?, ?)", some)
    for statement in _in_rounds(statements):
        line.execute(statement)
    line.execute("PRAGMA locking_mode = NORMAL")
    line.execute("PRAGMA journal_mode = WAL")
    line.close()


def _in_rounds(statements: Sequence[str]) -> list[str]:
    return [statement.format(round=number) for number in range(len(ROUNDS)) for statement in statements]


async def clone_postgresql(url: URL, count: int, messages: int) -> None:
    """The same; then what autovacuum would do in its own time, perhaps while it is measured."""
    line: Any = await asyncpg.connect(user=url.username, host=url.query["host"], database=url.database)
    settings = ("session_replication_role = replica", "synchronous_commit = off")  # no foreign keys, no syncs
    for setting in (*settings, "enable_mergejoin = off", "enable_nestloop = off", "work_mem = '256MB'"):
        await line.execute(f"SET {setting}")
    statements = [await _ready(line, table, messages) for table in TABLES]
    await line.execute("CREATE TEMP TABLE masks (digits text, bytes bytea, whose text, round integer)")
    contacts = [row[0] for row in await line.fetch("SELECT contact FROM contacts")]
    for some in masks(contacts, count):
        await line.copy_records_to_table("masks", records=some)
    await line.execute("ANALYZE masks")
    for statement in _in_rounds(statements):
        await line.execute(statement)
    await line.execute("VACUUM (FREEZE, ANALYZE)")
    await line.execute("CHECKPOINT")
    await line.close()


async def _ready(line: Any, table: str, messages: int) -> str:
    named = "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position"
    columns = [row[0] for row in await line.fetch(named, table)]
    await line.execute(kept(table, columns, messages, POSTGRESQL))
    await line.execute(f"ANALYZE kept_{table}")
    return copied(table, columns, await line.fetch(f"SELECT * FROM kept_{table}"), POSTGRESQL)  # noqa: S608
