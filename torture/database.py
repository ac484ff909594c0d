"""The databases of a run: a file, or a PostgreSQL behind a proxy that is cut and a server that is restarted."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from storage import migrate
from tests import postgres
from torture.proxy import Proxy

OPEN = """SELECT count(*) FROM outbox WHERE seq IS NULL
    AND (state IN ('new', 'sending') OR (state = 'unknown' AND settled_at IS NULL))"""
# Nobody cuts the power here, but the server is killed: what it said to be committed must be written out by then.
HONEST = ("fsync = on", "synchronous_commit = on", "full_page_writes = on")


class Sqlite:
    """A file in the folder of the run."""

    name = "sqlite"
    proxy: Proxy | None = None

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data" / "wasl.db"
        self.path.parent.mkdir()
        self.settings: Mapping[str, str] = {}
        self.direct: Mapping[str, str] = {"WASL_DATA_DIR": str(self.path.parent)}

    async def prepare(self) -> None:
        """Make the tables."""
        await migrate(f"sqlite+aiosqlite:///{self.path}")

    async def unfinished(self) -> int:
        """How many calls are still to be made or judged."""
        with sqlite3.connect(f"file:{self.path}?mode=ro", uri=True) as line:
            return int(line.execute(OPEN).fetchone()[0])

    async def restart(self) -> None:
        """There is no server."""


class Postgres:
    """A server of this run's own; the house comes through the proxy, the checker does not."""

    name = "postgresql"

    def __init__(self, folder: Path, url: str, chance: random.Random) -> None:
        parts = urlsplit(url)
        self.socket = parse_qs(parts.query)["host"][0]
        self.database, self._url, self._chance = parts.path.lstrip("/"), url, chance
        (folder / "data").mkdir()
        ports = list(Path(self.socket).glob(".s.PGSQL.*[0-9]"))
        self.proxy = Proxy(str(ports[0]), chance)
        self.direct = {"WASL_DATA_DIR": str(folder / "data"), "WASL_DATABASE_URL": url}

    @property
    def settings(self) -> Mapping[str, str]:
        """Where the house finds it."""
        return {"WASL_DATABASE_URL": f"postgresql://postgres@127.0.0.1:{self.proxy.port}/{self.database}"}

    async def prepare(self) -> None:
        """Make the tables, open the proxy."""
        await migrate(self._url.replace("postgresql://", "postgresql+asyncpg://", 1))
        await self.proxy.open()

    async def unfinished(self) -> int:
        """How many calls are still to be made or judged."""
        line = await asyncpg.connect(host=self.socket, user="postgres", database=self.database)
        try:
            return int(await line.fetchval(OPEN))
        finally:
            await line.close()

    async def restart(self) -> None:
        """Stop the server, half the time without a word to anybody, and start it again."""
        how = self._chance.choice(("immediate", "fast"))
        await asyncio.to_thread(postgres.server().restart, how)


@asynccontextmanager
async def opened(database: str, folder: Path, chance: random.Random) -> AsyncIterator[Sqlite | Postgres]:
    """A fresh database of this kind, gone at the end."""
    if database == "sqlite":
        file = Sqlite(folder)
        await file.prepare()
        yield file
        return
    for setting in HONEST:
        postgres.server().sql(f"ALTER SYSTEM SET {setting};")
    postgres.server().sql("SELECT pg_reload_conf();")
    remote = Postgres(folder, await postgres.server().bare(), chance)
    try:
        await remote.prepare()
        yield remote
    finally:
        await remote.proxy.close()
        postgres.stop()
