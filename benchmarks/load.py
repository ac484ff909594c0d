"""The two ways to load a house: as fast as it answers, and at a steady pace whatever it does."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter

from websockets.exceptions import WebSocketException

from benchmarks.callers import Caller, WrongAnswer
from benchmarks.common_work import played

SETTLING_S = 0.5
TROUBLES = (OSError, TimeoutError, WebSocketException)


@dataclass(slots=True)
class People:
    """Numbers of people who have not spoken yet, and how many have come to the end."""

    finished: int = 0
    _next: Iterator[int] = field(default_factory=lambda: count(1))

    def some(self, many: int) -> list[int]:
        """So many of them."""
        return [next(self._next) for _ in range(many)]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the time at which a call was due until the house said that the turn is kept; and how many turns
    went wrong, because it could not keep up."""

    p50: float
    p95: float
    p99: float
    wrong: int


async def flat_out(caller: Caller, people: People, many: int, at_once: int) -> float:
    """Every person's turns, so many people at once, each answered before the next; the seconds it took."""
    waiting, began = iter(people.some(many)), perf_counter()

    async def seat() -> None:
        for number in waiting:
            for at, turn in enumerate(played(number)):
                await caller.say(number, at, turn)
            await caller.end(number)
            people.finished += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(seat())
    return perf_counter() - began


async def _under_way(caller: Caller, numbers: Iterable[int]) -> list[tuple[int, int]]:
    """People as a house has them at any moment, each at another place of the talk; nobody begins together."""

    async def brought(number: int, upto: int) -> tuple[int, int]:
        for at, turn in enumerate(played(number)[:upto]):
            await caller.say(number, at, turn)
        return number, upto

    crowd = await asyncio.gather(*(brought(number, number % len(played(number))) for number in numbers))
    await asyncio.sleep(SETTLING_S)  # what they left to do is done
    return crowd


async def steady(caller: Caller, people: People, rate: int, seconds: float, crowd: int = 200) -> Latency:
    """So many turns a second, each begun when its time has come; whoever wrote longest ago is the next to write."""
    ready = deque(await _under_way(caller, people.some(crowd)))
    late: list[float] = []
    wrong: list[Exception] = []
    began = perf_counter()

    async def one(number: int, at: int, due: float) -> None:
        script, waited = played(number), perf_counter() - due
        try:
            late.append(1000 * (waited + await caller.say(number, at, script[at])))
            if at + 1 < len(script):
                return ready.append((number, at + 1))
            await caller.end(number)
            people.finished += 1
        except (*TROUBLES, WrongAnswer) as error:
            wrong.append(error)
        ready.append((people.some(1)[0], 0))

    async with asyncio.TaskGroup() as group:
        for turn in range(int(rate * seconds)):
            due = began + turn / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            number, at = ready.popleft() if ready else (people.some(1)[0], 0)
            group.create_task(one(number, at, due))
    late.sort()
    p50, p95, p99 = (late[int(len(late) * part)] for part in (0.5, 0.95, 0.99))
    return Latency(p50, p95, p99, len(wrong))
