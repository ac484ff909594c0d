"""A small proxy before PostgreSQL: connections are cut, also between a COMMIT and its answer."""

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import cast

from torture.zygote import HOST

COMMIT = b"COMMIT"


class Half(asyncio.Protocol):
    """One end of a connection; what comes goes to the other end."""

    def __init__(self, pair: "Pair", *, ours: bool) -> None:
        self.pair, self.ours = pair, ours
        self.line: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the line; a new caller is led to the server."""
        self.line = cast(asyncio.Transport, transport)
        if self.ours:
            self.pair.begin()

    def data_received(self, data: bytes) -> None:
        """Pass it on; a line that waits for a COMMIT lets it through and is cut before the answer."""
        other = self.pair.server if self.ours else self.pair.client
        if other.line is None:
            self.pair.early.append(data)
            return
        if not other.line.is_closing():
            other.line.write(data)
        if self.ours and self.pair.armed and COMMIT in data:
            self.pair.after_commit()

    def connection_lost(self, _: Exception | None) -> None:
        """One end is gone, so the other goes."""
        self.pair.end()


@dataclass(eq=False)
class Pair:
    """A caller and the server."""

    proxy: "Proxy"
    armed: bool = False
    early: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client, self.server = Half(self, ours=True), Half(self, ours=False)

    def begin(self) -> None:
        """Call the server; a caller whom nobody answers is cut off."""
        self.proxy.pairs.append(self)
        self.proxy.keep(self._call())

    async def _call(self) -> None:
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: self.server, self.proxy.path)
        except OSError:
            return self.end()
        assert self.server.line is not None
        for data in self.early:
            self.server.line.write(data)
        self.early.clear()

    def after_commit(self) -> None:
        """The server gets its COMMIT; nobody hears what became of it."""
        self.proxy.commits_cut += 1
        if self.client.line:
            self.client.line.abort()
        if self.server.line:
            self.server.line.close()

    def end(self) -> None:
        """Cut both ends."""
        for half in (self.client, self.server):
            if half.line and not half.line.is_closing():
                half.line.abort()
        if self in self.proxy.pairs:
            self.proxy.pairs.remove(self)


class Proxy:
    """Listens on the loopback and leads to the server's socket at `path`."""

    def __init__(self, path: str, chance: random.Random) -> None:
        self.path, self.port, self.commits_cut, self.cuts = path, 0, 0, 0
        self.pairs: list[Pair] = []
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Pair(self).client, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Cut a connection: at once, or between its next COMMIT and the answer."""
        if not self.pairs:
            return
        pair, self.cuts = self._chance.choice(self.pairs), self.cuts + 1
        if self._chance.random() < 0.5:
            pair.armed = True
        else:
            pair.end()

    async def close(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.close()
        for pair in list(self.pairs):
            pair.end()

    def keep(self, act: Coroutine[object, object, None]) -> None:
        """Keep a task from being forgotten."""
        task = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
