"""The engines: on SQLite one writing connection and separate readers, on PostgreSQL a pool."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from conversations.failures import Interrupted
from storage import pools
from storage.errors import StorageRefusedError
from storage.inline import Inline
from storage.link import Link
from storage.pooled import Pooled

OLDEST = (3, 35, 0)  # RETURNING
RACE = (3, 7, 0), (3, 51, 3)  # the WAL reset race of two writers; ours is one, so a warning is enough
FORM = "WASL_DATABASE_URL must begin with sqlite:/// or postgresql://."
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
log = logging.getLogger(__name__)


class Database:
    """Connections for writing units and reading units, whichever database stands behind the URL."""

    def __init__(self, url: str) -> None:
        full = parsed(url)
        self.dialect = full.get_backend_name()
        self.path = sqlite_file(full)
        self.in_memory = self.dialect == "sqlite" and self.path is None
        self.url = _shared(full) if self.in_memory else full
        self._turn = asyncio.Lock()
        self._writer: Inline | None = None
        self._keeper: Inline | None = None
        self._pool = pools.sqlite(self.url) if self.dialect == "sqlite" else pools.postgresql(self.url)
        self._only = pools.sqlite_inline(self.url, writing=True) if self.dialect == "sqlite" else None
        self._glances = pools.sqlite_inline(self.url, writing=False) if self.path else None
        self._idle: list[Inline] = []

    @property
    def engines(self) -> tuple[Engine, ...]:
        """What executes SQLAlchemy's own statements, for whoever listens to them."""
        return (self._pool.sync_engine, *(one for one in (self._only, self._glances) if one is not None))

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Link]:
        """A write transaction: committed at the end, rolled back on any exception."""
        if self._only is None:
            with _interrupted():
                async with self._pool.begin() as connection:
                    yield Pooled(connection)
            return
        async with self._turn:
            writer = self._only_writer(self._only)
            await writer.fetch("BEGIN IMMEDIATE")
            try:
                yield writer
                await writer.beside("COMMIT")
            except BaseException:
                await writer.rollback()
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Link]:
        """A read transaction: one snapshot, never a write."""
        if self.in_memory:
            async with self.writing() as connection:
                yield connection
            return
        with _interrupted():
            async with self._pool.connect() as connection:
                if self.dialect == "sqlite":
                    await connection.exec_driver_sql("BEGIN")
                else:
                    connection = await connection.execution_options(**SNAPSHOT)
                yield Pooled(connection)

    @asynccontextmanager
    async def glancing(self) -> AsyncIterator[Link]:
        """A read transaction for a few rows by their keys: from a file of SQLite's it is done where it is called."""
        if self._glances is None:
            async with self.reading() as connection:
                yield connection
            return
        reader = self._idle.pop() if self._idle else Inline(self._glances.connect())
        try:
            await reader.fetch("BEGIN")
            yield reader
        finally:
            await reader.rollback()
            self._idle.append(reader)

    async def truncate(self) -> bool:
        """Write the journal into the file and cut it to nothing; False where a reader still looks at an older state."""
        if self.path is None or self._only is None:
            return True
        async with self._turn:
            (told,) = await self._only_writer(self._only).beside("PRAGMA wal_checkpoint(TRUNCATE)")
        return not told[0]

    async def close(self) -> None:
        """Close every connection."""
        async with self._turn:
            for connection in (self._writer, self._keeper, *self._idle):
                if connection is not None:
                    await connection.close()
            self._writer = self._keeper = None
            self._idle.clear()
        await self._pool.dispose()
        if self._only is not None:
            self._only.dispose()

    def _only_writer(self, engine: Engine) -> Inline:
        if self.in_memory and self._keeper is None:
            self._keeper = Inline(engine.connect())  # a memory database lives as long as one connection to it
        if self._writer is None:
            self._writer = Inline(engine.connect())
        return self._writer


def parsed(url: str) -> URL:
    """The URL with an asynchronous driver, or a sentence."""
    try:
        full = make_url(url)
    except ArgumentError:
        raise StorageRefusedError(FORM) from None
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    if full.get_backend_name() not in drivers:
        raise StorageRefusedError(FORM)
    return full.set(drivername=drivers[full.drivername]) if full.drivername in drivers else full


def sqlite_file(url: URL) -> Path | None:
    """The SQLite file of the URL; None for a memory database and for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(url.database or "")


def make_file(path: Path) -> None:
    """Make the database's folder and file so that only its owner reads them; what SQLite puts beside follows it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def judge_version(version: tuple[int, int, int], *, to_file: bool = True) -> None:
    """Refuse a SQLite without RETURNING; one warning line for those with the WAL reset race."""
    shown = ".".join(map(str, version))
    if version < OLDEST:
        raise StorageRefusedError(f"SQLite {shown} is too old: 3.35 or newer is needed.")
    if to_file and RACE[0] <= version < RACE[1]:
        log.warning("SQLite %s has a known race of two writers; Wasl writes from one. Prefer 3.51.3.", shown)


async def assert_pragmas(connection: Link) -> None:
    """Read every pragma back; a memory database has no journal to speak of."""
    for name, wanted in pools.PRAGMAS.items():
        found = (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
        if found not in (wanted, "memory" if name == "journal_mode" else wanted):
            raise StorageRefusedError(f"SQLite did not accept PRAGMA {name} = {wanted}: it answers {found}.")


@contextmanager
def _interrupted() -> Iterator[None]:
    """A server that cannot be reached, or gives no connection in time, is a matter of the moment."""
    try:
        yield
    except (PoolTimeoutError, ConnectionError, FileNotFoundError, TimeoutError) as error:
        raise Interrupted(type(error).__name__) from error


def _shared(url: URL) -> URL:
    # A memory database of its own name, which several connections of this process may share.
    more = {"mode": "memory", "cache": "shared", "uri": "true"}
    return url.set(database=f"file:{secrets.token_hex(8)}", query=more)
