"""The two ways to load a house: as fast as it answers, and at a steady pace whatever it does."""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from benchmarks.callers import Caller
from benchmarks.common_work import played


@dataclass(slots=True)
class People:
    """Numbers of people who have not spoken yet."""

    _next: Iterator[int] = field(default_factory=lambda: count(1))

    def some(self, many: int) -> list[int]:
        """So many of them."""
        return [next(self._next) for _ in range(many)]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the time at which a call was due until the house said that the turn is kept."""

    p50: float
    p95: float
    p99: float


async def flat_out(caller: Caller, numbers: list[int], at_once: int) -> float:
    """Every person's turns, so many people at once, each answered before the next; the seconds it took."""
    waiting, began = iter(numbers), perf_counter()

    async def seat() -> None:
        for number in waiting:
            for at, turn in enumerate(played(number)):
                await caller.say(number, at, turn)
            await caller.end(number)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(seat())
    return perf_counter() - began


async def steady(caller: Caller, people: People, rate: int, seconds: float, crowd: int = 200) -> Latency:
    """So many turns a second, each begun when its time has come; whoever wrote longest ago is the next to write."""
    ready = deque((number, 0) for number in people.some(crowd))
    late: list[float] = []
    began = perf_counter()

    async def one(number: int, at: int, due: float) -> None:
        script = played(number)
        waited = max(0.0, perf_counter() - due)
        late.append(1000 * (waited + await caller.say(number, at, script[at])))
        if at + 1 < len(script):
            ready.append((number, at + 1))
        else:
            await caller.end(number)
            ready.append((people.some(1)[0], 0))

    async with asyncio.TaskGroup() as group:
        for turn in range(int(rate * seconds)):
            due = began + turn / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            number, at = ready.popleft() if ready else (people.some(1)[0], 0)
            group.create_task(one(number, at, due))
    late.sort()
    return Latency(*(late[int(len(late) * part)] for part in (0.5, 0.95, 0.99)))
