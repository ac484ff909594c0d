"""The house as a process of its own, `python -m bot serve`, on a folder and a port of its own: to be stopped and killed."""

import asyncio
import base64
import os
import random
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.patience import STUCK_S
from tests.real_house import furnished

ROOT = Path(__file__).resolve().parent.parent
KEY = base64.b64encode(b"k" * 32).decode()
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # of those that share the tests of a run
LEAST_PORT = 20_000 + 1_000 * (WORKER % 10)  # a worker has its own ports, so that a killed house finds its one free
# Below the ports of outgoing calls: a caller must not come upon itself while nobody listens.
PORTS = range(LEAST_PORT, LEAST_PORT + 1_000)
STARTED = b"Wasl serves"


class Served:
    """One house; it may be started again on the same folder and port. `up` is set while it takes calls."""

    def __init__(self, folder: Path, more: Mapping[str, str]) -> None:
        self.data, self.port = folder / "data", _free_port()
        self.log = folder / "server.log"
        self.up = asyncio.Event()
        self.printed = b""
        self._more = more
        self._process: Process | None = None

    @property
    def origin(self) -> str:
        """Where the pages are."""
        return f"http://localhost:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it takes calls."""
        with self.log.open("ab") as log:
            command = (sys.executable, "-m", "bot", "serve")
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=self.log.parent, env=self._environment(), stdout=PIPE, stderr=log
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(STUCK_S):
            first = await self._process.stdout.readline()
        assert first.startswith(STARTED), self.log.read_text("utf-8")[-2000:]
        self.up.set()

    async def kill(self) -> None:
        """kill -9: no word, no cleaning up."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        self.up.clear()
        process.send_signal(how)
        assert process.stdout is not None
        self.printed += await process.stdout.read()
        return await process.wait()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PORT": str(self.port),
            "WASL_DATA_DIR": str(self.data),
            "WASL_MASTER_KEYS": f"k1:{KEY}",
            "WASL_SECRET": "abcdefghijklmnopqrstuvwxyz0123456789",
            **self._more,
        }


@asynccontextmanager
async def served(folder: Path, **more: str) -> AsyncIterator[Served]:
    """A served house on a fresh database in this folder, with more settings, gone at the end."""
    house = Served(folder, more)
    house.data.mkdir()
    await furnished(house.data)
    await house.start()
    try:
        yield house
    finally:
        await house.kill()


def _free_port() -> int:
    while True:
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port := random.choice(PORTS)))  # noqa: S311
            except OSError:
                continue
            return port
