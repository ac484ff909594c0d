"""The live streams that are open: how many each session holds, and that all end when the house closes."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 6
BEAT_S = 15.0
REST_S = 0.25  # between two pieces of news; what comes meanwhile comes together


class TooManyStreams(Exception):
    """One session has as many pages open as it may have."""


class Streams:
    """Counts open streams by session; a browser with more pages than that has the others still, without news."""

    def __init__(self, most: int = MOST, beat_s: float = BEAT_S, rest_s: float = REST_S) -> None:
        self.beat_s, self.rest_s = beat_s, rest_s
        self.closed = asyncio.Event()
        self._most = most
        self._open: Counter[str] = Counter()

    @contextmanager
    def hold(self, session: str) -> Iterator[None]:
        """One more stream of this session while the block lasts."""
        if self._open[session] >= self._most:
            raise TooManyStreams
        self._open[session] += 1
        try:
            yield
        finally:
            self._open[session] -= 1
            self._open += Counter()

    def close(self) -> None:
        """End every stream; the server waits for open answers before it stops."""
        self.closed.set()

    def __len__(self) -> int:
        return self._open.total()
