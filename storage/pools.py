"""Where connections come from: what every connection is told when it is made, and how its errors are judged."""

from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool

from conversations.failures import Interrupted

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
# 8 MiB of pages: what lies above the leaves is read once, and not again for each newcomer among a million.
WRITERS = "PRAGMA cache_size = -8192"
# PostgreSQL: enough connections for the reception, the delivery, the bell and the pages of one process.
POOL = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 10}
CONNECT_S = 10
# Lists of every length up to a power of two: some three hundred statements, each parsed once by a connection.
CONNECT: dict[str, Any] = {
    "timeout": CONNECT_S,
    "statement_cache_size": 512,
    "server_settings": {"application_name": "wasl", "jit": "off"},
}
# A connection that was lost, a server that goes or comes, two that waited for each other: once more may go well.
AGAIN = ("08", "40", "57P", "55P03")


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()


VALUES: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads, "hide_parameters": True}
# The writer's commit comes from another thread, while its own does nothing else with the connection.
ANY_THREAD: dict[str, Any] = {"check_same_thread": False}


def postgresql(url: URL) -> AsyncEngine:
    """Connections for writing and reading units alike."""
    engine = create_async_engine(url, connect_args=CONNECT, **POOL, **VALUES)
    event.listen(engine.sync_engine, "checkout", _still_open)
    event.listen(engine.sync_engine, "handle_error", _judged)
    return engine


def sqlite(url: URL) -> AsyncEngine:
    """The readers, each in a thread of its own."""
    how = {"poolclass": AsyncAdaptedQueuePool, "pool_size": READERS, "max_overflow": 0, "isolation_level": "AUTOCOMMIT"}
    engine = create_async_engine(url, **how, **VALUES)
    event.listen(engine.sync_engine, "connect", _prepare(writing=False))
    return engine


def sqlite_inline(url: URL, *, writing: bool) -> Engine:
    """The one writer, or those who glance; see `storage.inline`."""
    own = url.set(drivername="sqlite+pysqlite")
    engine = create_engine(own, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=ANY_THREAD, **VALUES)
    event.listen(engine, "connect", _prepare(writing=writing))
    return engine


def interrupted(error: BaseException, *, lost: bool) -> Interrupted | None:
    """What to say of an error that was the connection's (`lost`) or the moment's; None of one of the statement's."""
    code = str(getattr(error, "sqlstate", None) or "")
    return Interrupted(code or type(error).__name__) if lost or code.startswith(AGAIN) else None


def _judged(context: ExceptionContext) -> None:
    error = context.original_exception
    reason = interrupted(error, lost=bool(context.is_disconnect))
    if isinstance(error, Exception) and reason is not None:
        raise reason from error


def _still_open(connection: Any, _record: Any, _proxy: Any) -> None:
    # asyncpg hears that its server has gone without asking it, so that a lost connection is never lent out.
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _prepare(*, writing: bool) -> Any:
    def connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
        cursor.execute(WRITERS if writing else "PRAGMA query_only = 1")
        cursor.close()

    return connect
