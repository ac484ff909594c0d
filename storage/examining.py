"""Examining the database: whether it opens, its version and pragmas, its revision, and whether our keys open it."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from conversations.failures import Interrupted
from conversations.findings import Finding, ok, problem, warning
from storage.engine import OLDEST, RACE, Database, assert_pragmas, parsed, sqlite_file
from storage.errors import SealBrokenError, StorageRefusedError
from storage.keys import MasterKeys
from storage.link import Link
from storage.lockfile import LockFile
from storage.migrations import HEAD
from storage.rewrapping import UNKNOWN, census

PATIENCE_S = 5.0
KEYS_BACK = "Put the master keys of this house back into WASL_MASTER_KEYS, from your copy."
Keys = tuple[tuple[str, bytes], ...]


def serving(url: str) -> bool:
    """Whether a house holds the lock of this database now; looking changes nothing."""
    path = sqlite_file(parsed(url))
    if path is None:
        return False
    try:
        file = os.open(f"{path}.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(file)
    return False


async def examine(url: str, keys: Keys, patience: float = PATIENCE_S) -> list[Finding]:
    """How the database stands. Nothing is made or migrated; while a house serves, it is only read."""
    path = sqlite_file(parsed(url))
    if path is None:
        return await _elsewhere(url, keys, patience) if parsed(url).get_backend_name() == "postgresql" else []
    if not path.exists():
        return [problem("database", "There is no database yet.", "Make it: python -m bot migrate")]
    database = Database(url)
    try:
        async with asyncio.timeout(patience), _opened(database, path) as (how, connection):
            return [how, *_version(connection), *await _inside(connection, keys)]
    except TimeoutError:
        return [_unopened(f"it did not answer within {patience:g} seconds and seems locked")]
    except sqlite3.Error as error:
        return [_unopened(str(error))]
    except SQLAlchemyError as error:
        return [_unopened(str(getattr(error, "orig", None) or type(error).__name__))]
    finally:
        await database.close()


async def _elsewhere(url: str, keys: Keys, patience: float) -> list[Finding]:
    """A PostgreSQL is only read: other processes may serve from it."""
    database = Database(url)
    try:
        async with asyncio.timeout(patience), database.reading() as connection:
            shown = (await connection.exec_driver_sql("SHOW server_version")).scalar_one()
            return [ok("database", f"PostgreSQL {shown} answers."), *await _tables(connection, keys)]
    except (TimeoutError, Interrupted, SQLAlchemyError):
        fix = "Start it, or mend the address, the name and the password in WASL_DATABASE_URL."
        return [problem("database", "PostgreSQL cannot be reached or lets us not in.", fix)]
    finally:
        await database.close()


def _unopened(reason: str) -> Finding:
    fix = "Give file and folder to this user, or restore the last backup."
    if "locked" in reason:
        fix = "Close whatever else has the database open, then examine again."
    return problem("database", f"The database cannot be opened: {reason}.", fix)


@asynccontextmanager
async def _opened(database: Database, path: Path) -> AsyncIterator[tuple[Finding, Link]]:
    """A writing transaction under the house's lock, where nobody holds it; else a reading one."""
    lock = LockFile(path)
    try:
        lock.take()
    except StorageRefusedError:
        async with database.reading() as connection:
            yield ok("database", "A house serves from it now, so it was only read."), connection
        return
    try:
        async with database.writing() as connection:
            yield ok("database", "It opens for reading and writing; no house serves from it now."), connection
    finally:
        lock.release()


def _version(connection: Any) -> Iterator[Finding]:
    version = connection.dialect.dbapi.sqlite_version_info
    shown = ".".join(map(str, version))
    if version < OLDEST:
        yield problem("sqlite", f"SQLite {shown} is too old.", "Run a Python that brings SQLite 3.35 or newer.")
    elif RACE[0] <= version < RACE[1]:
        cause = f"SQLite {shown} has a known race of two writers; Wasl writes from one process only."
        yield warning("sqlite", cause, "Let no other program write to the file; prefer SQLite 3.51.3 or newer.")
    else:
        yield ok("sqlite", f"SQLite {shown}.")


async def _inside(connection: Link, keys: Keys) -> list[Finding]:
    """The pragmas, and what stands in the tables."""
    return [await _pragmas(connection), *await _tables(connection, keys)]


async def _tables(connection: Link, keys: Keys) -> list[Finding]:
    """The revision, and behind that the seals."""
    revision = await _revision(connection)
    if revision == HEAD:
        return [ok("migrations", f"The tables are of this version ({HEAD})."), *await _seals(connection, keys)]
    if revision is None:
        cause = "The database has no tables of ours."
    else:
        cause = f"The database stands at revision {revision}, this version needs {HEAD}."
    return [problem("migrations", cause, "Stop the house and run: python -m bot migrate")]


async def _pragmas(connection: Link) -> Finding:
    try:
        await assert_pragmas(connection)
    except StorageRefusedError as refusal:
        fix = "Put the data folder on a local disk, where SQLite can keep its log beside the file."
        return problem("pragmas", str(refusal), fix)
    return ok("pragmas", "SQLite writes its log ahead, syncs in full, and overwrites what is deleted.")


async def _revision(connection: Link) -> str | None:
    if not await connection.run_sync(lambda sync: sync.dialect.has_table(sync, "alembic_version")):
        return None
    found = (await connection.exec_driver_sql("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


async def _seals(connection: Link, keys: Keys) -> list[Finding]:
    """Whether the master keys open what each association's rows are sealed with."""
    if not keys:
        return []
    found = await connection.exec_driver_sql("SELECT organisation, index_key FROM organisations")
    rows = [tuple(row) for row in found]
    try:
        master = MasterKeys(keys)
        for name, blob in rows:
            master.unwrap(blob, name, "organisations", "index_key")
    except StorageRefusedError as refusal:
        return [problem("seals", str(refusal), KEYS_BACK)]
    except SealBrokenError:
        return [problem("seals", "The master keys do not open what this database holds.", KEYS_BACK)]
    opened = f"The master keys open the data of {len(rows)} associations." if rows else "Nothing is sealed yet."
    return [ok("seals", opened), *_rotation(await census(connection, master), master.names)]


def _rotation(counted: Mapping[str, int], names: Sequence[str]) -> Iterator[Finding]:
    """How far the keys of persons and conversations are under the first master key."""
    if counted[UNKNOWN]:
        yield problem("seals", f"{counted[UNKNOWN]} keys are wrapped with a master key that is not there.", KEYS_BACK)
    for name in names[1:]:
        if counted[name]:
            cause = f"{counted[name]} keys are still wrapped with the master key {name!r}, which must stay."
            yield warning("rotation", cause, "A house that serves goes on by itself; else run: python -m bot rotate")
        else:
            cause = f"Nothing is wrapped with the master key {name!r} any more: it may leave WASL_MASTER_KEYS."
            yield ok("rotation", f"{cause} Keep it with your copies for as long as archives made under it.")
