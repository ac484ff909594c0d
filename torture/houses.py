"""The processes of the house as the run sees them: started, killed at once and started again, stopped."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from torture.scripts import KEY
from torture.zygote import HOST

ROOT = Path(__file__).resolve().parent.parent
AGAIN_S = 0.2
STOPPING_S = 60
MOST_IN_A_ROW = 200  # starts that were refused with nothing heard in between: it will not come up
KILLED = -signal.SIGKILL


@dataclass
class Houses:
    """Processes in numbered places on one port. One that ends by itself is counted, and started again."""

    folder: Path
    port: int
    places: int
    more: Mapping[str, str]
    up: asyncio.Event = field(default_factory=asyncio.Event)
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    kills: int = 0
    refused: int = 0
    pids: dict[int, int] = field(default_factory=dict)
    _zygote: Process | None = None
    _reading: asyncio.Task[None] | None = None
    _empty: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _row: int = 0

    @property
    def origin(self) -> str:
        """Where people and vendors reach it."""
        return f"http://localhost:{self.port}"

    async def open(self) -> None:
        """Start the parent, and a process in every place; returns when one takes calls."""
        command = (sys.executable, "-m", "torture.zygote")
        self._zygote = await asyncio.create_subprocess_exec(
            *command, cwd=self.folder, env=self.environment(), stdin=PIPE, stdout=PIPE, start_new_session=True
        )
        assert self._zygote.stdout is not None
        first = await self._zygote.stdout.readline()
        if first != b"ready\n":
            raise RuntimeError(f"the parent of the houses said {first!r}")
        self._reading = asyncio.create_task(self._read(self._zygote.stdout))
        for place in range(self.places):
            self._tell("start", place)
        await self.answers()
        self.up.set()

    def kill(self, place: int) -> None:
        """kill -9, and a new one at once."""
        self.kills += 1
        self._tell("again", place)

    def heard(self) -> None:
        """Somebody was answered, so it stands."""
        self._row = 0

    async def answers(self) -> None:
        """Wait until somebody takes calls."""
        while not self.failed.is_set():
            try:
                _, line = await asyncio.open_connection(HOST, self.port)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            line.close()
            return

    async def stop(self) -> None:
        """SIGTERM to all, and wait until they are gone."""
        self._stopping = True
        if self.pids:
            self._empty.clear()
            for place in list(self.pids):
                self._tell("stop", place)
            async with asyncio.timeout(STOPPING_S):
                await self._empty.wait()

    async def close(self) -> None:
        """End whatever is left."""
        self._stopping = True
        if self._zygote and self._zygote.stdin:
            self._zygote.stdin.close()
            await self._zygote.wait()
        if self._reading:
            await self._reading

    def _tell(self, verb: str, place: int) -> None:
        assert self._zygote is not None
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(f"{verb} {place}\n".encode())

    async def _read(self, stream: asyncio.StreamReader) -> None:
        while line := await stream.readline():
            word, place, number = line.decode().split()
            if word == "up":
                self.pids[int(place)] = int(number)
            else:
                self._died(int(place), int(number))

    def _died(self, place: int, status: int) -> None:
        self.pids.pop(place, None)
        if not self.pids:
            self._empty.set()
        if status != KILLED and not self._stopping:
            self.refused += 1
            self._row += 1
            if self._row > MOST_IN_A_ROW:
                self.failed.set()
            asyncio.get_running_loop().call_later(AGAIN_S, self._tell, "start", place)

    def environment(self) -> dict[str, str]:
        """The environment of every process."""
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "OPENBLAS_NUM_THREADS": "1",
            "PORT": str(self.port),
            "WASL_PUBLIC_URL": self.origin,
            "WASL_DATA_DIR": str(self.folder / "data"),
            "WASL_MASTER_KEYS": f"k1:{KEY}",
            "WASL_SECRET": "abcdefghijklmnopqrstuvwxyz0123456789",
            "WASL_LOG_LEVEL": "WARNING",
            **self.more,
        }
