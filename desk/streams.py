"""How many live streams each session holds open."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 6


class TooManyStreams(Exception):
    """One session has as many pages open as it may have."""


class Streams:
    """Counts open streams by session; a browser with more pages than that has the others still, without news."""

    def __init__(self, most: int = MOST) -> None:
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

    def __len__(self) -> int:
        return self._open.total()
