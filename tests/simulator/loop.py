"""An event loop without time of its own: where nothing can be done now, the next moment comes at once."""

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

TICK = timedelta(microseconds=1)


class Deadlock(Exception):
    """Nobody waits for a moment, and nobody has anything to do: whoever still waits does so for ever."""


class _Instant(selectors.SelectSelector):
    """A selector that never waits: it moves the loop's time instead."""

    ahead: Callable[[float], None]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Deadlock
        self.ahead(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time is only counted; threads are not asked for anything, so that a seed is played the same."""

    def __init__(self) -> None:
        selector = _Instant()
        selector.ahead = self._move
        self._virtual = 0.0
        super().__init__(selector)
        self._clock_resolution = 1e-6

    def _move(self, seconds: float) -> None:
        self._virtual += max(0.0, seconds)

    def time(self) -> float:
        return self._virtual

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """What would be given to a thread is done here and now."""
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


class LoopClock:
    """The house's clock: the loop's time from a beginning on, and never the same moment twice."""

    def __init__(self, loop: asyncio.AbstractEventLoop, start: datetime) -> None:
        self._loop = loop
        self._start = start
        self._asked = 0

    def __call__(self) -> datetime:
        self._asked += 1
        return self._start + timedelta(seconds=self._loop.time()) + self._asked * TICK
