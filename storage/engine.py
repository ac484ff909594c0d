"""The engines: on SQLite one writing connection and separate readers, on PostgreSQL a pool."""

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from conversations.failures import Interrupted
from storage.errors import StorageRefusedError

READERS = 4
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "secure_delete": 1,
    "busy_timeout": 5000,
    "fullfsync": 1,  # macOS: a sync that reaches the disk
    "checkpoint_fullfsync": 1,
    "temp_store": 2,  # in memory
}
OLDEST = (3, 35, 0)  # RETURNING
RACE = (3, 7, 0), (3, 51, 3)  # the WAL reset race of two writers; ours is one, so a warning is enough
FORM = "WASL_DATABASE_URL must begin with sqlite:/// or postgresql://."
# PostgreSQL: enough connections for the reception, the delivery, the bell and the pages of one process.
POOL = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 10}
CONNECT_S = 10
CONNECT: dict[str, Any] = {"timeout": CONNECT_S, "server_settings": {"application_name": "wasl", "jit": "off"}}
SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
# A connection that was lost, a server that goes or comes, two that waited for each other: once more may go well.
AGAIN = ("08", "40", "57P", "55P03")
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
        self._writer: AsyncConnection | None = None
        self._keeper: AsyncConnection | None = None
        self._engine = self._build(writing=True)
        self._readers = self._build(writing=False) if self.dialect == "sqlite" else self._engine

    def _build(self, *, writing: bool) -> AsyncEngine:
        more: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads, "hide_parameters": True}
        if self.dialect != "sqlite":
            engine = create_async_engine(self.url, connect_args=CONNECT, **POOL, **more)
            event.listen(engine.sync_engine, "checkout", _still_open)
            event.listen(engine.sync_engine, "handle_error", _judged)
            return engine
        more |= {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1 if writing else READERS, "max_overflow": 0}
        engine = create_async_engine(self.url, isolation_level="AUTOCOMMIT", **more)
        event.listen(engine.sync_engine, "connect", _prepare(writing=writing))
        return engine

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for listeners and migrations."""
        return self._engine

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed at the end, rolled back on any exception."""
        if self.dialect != "sqlite":
            with _interrupted():
                async with self._engine.begin() as connection:
                    yield connection
            return
        async with self._turn:
            connection = await self._only_writer()
            with self._dropped_when_broken(connection):
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    await asyncio.shield(connection.exec_driver_sql("COMMIT"))
                except BaseException:
                    await asyncio.shield(connection.rollback())
                    raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A read transaction: one snapshot, never a write."""
        if self.in_memory:
            async with self.writing() as connection:
                yield connection
            return
        with _interrupted():
            async with self._readers.connect() as connection:
                if self.dialect == "sqlite":
                    await connection.exec_driver_sql("BEGIN")
                else:
                    connection = await connection.execution_options(**SNAPSHOT)
                yield connection

    async def truncate(self) -> bool:
        """Write the journal into the file and cut it to nothing; False where a reader still looks at an older state."""
        if self.path is None:
            return True
        async with self._turn:
            connection = await self._only_writer()
            told = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
        return not told[0]

    async def close(self) -> None:
        """Close every connection."""
        async with self._turn:
            for connection in (self._writer, self._keeper):
                if connection is not None:
                    await connection.close()
            self._writer = self._keeper = None
        await self._readers.dispose()
        await self._engine.dispose()

    async def _only_writer(self) -> AsyncConnection:
        if self.in_memory and self._keeper is None:
            self._keeper = await self._readers.connect()  # a memory database lives as long as one connection to it
        if self._writer is None:
            self._writer = await self._engine.connect()
        return self._writer

    @contextmanager
    def _dropped_when_broken(self, connection: AsyncConnection) -> Iterator[None]:
        # A statement that was cancelled half-way invalidates its connection: the next unit opens another.
        try:
            yield
        finally:
            if connection.closed or connection.invalidated:
                self._writer = None


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


async def assert_pragmas(connection: AsyncConnection) -> None:
    """Read every pragma back; a memory database has no journal to speak of."""
    for name, wanted in PRAGMAS.items():
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


def _judged(context: ExceptionContext) -> None:
    # Say of an error that it was the connection's or the moment's, where it was, and not the statement's.
    error = context.original_exception
    code = str(getattr(error, "sqlstate", None) or "")
    if isinstance(error, Exception) and (context.is_disconnect or code.startswith(AGAIN)):
        raise Interrupted(code or type(error).__name__) from error


def _still_open(connection: Any, _record: Any, _proxy: Any) -> None:
    # asyncpg hears that its server has gone without asking it, so that a lost connection is never lent out.
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _prepare(*, writing: bool) -> Any:
    def connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        if not writing:
            cursor.execute("PRAGMA query_only = 1")
        cursor.close()

    return connect


def _shared(url: URL) -> URL:
    # A memory database of its own name, which several connections of this process may share.
    more = {"mode": "memory", "cache": "shared", "uri": "true"}
    return url.set(database=f"file:{secrets.token_hex(8)}", query=more)


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
