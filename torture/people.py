"""The people of a run: on the page, and at vendors who post what they write and repeat it until it is accepted."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import aiohttp

from tests.served import Served
from tests.visitors import Progress, Role, Step, Visitor
from torture.history import Person
from torture.houses import Houses
from torture.posting import ORGANISATION, Posted
from torture.scripts import Script
from torture.zygote import HOST

TRIES = 5  # Twilio's: five, then the same on the fallback URL
AGAIN_S = 0.1
READS_S = 2.0
TWICE, LATE_TWICE, WAITS = 0.05, 0.1, 0.6


class Browser(Visitor):
    """A visitor who takes a breath between two tries."""

    async def visit(self, reload: bool = False) -> None:
        """One line to the house; a door that is shut or busy is tried again in a moment."""
        await super().visit(reload)
        if not self.done:
            await asyncio.sleep(AGAIN_S / 2)


def browser(script: Script, houses: Houses, progress: Progress, chance: random.Random) -> Browser:
    """Somebody on the page who says the script."""
    told = ("",) * (script.calm.told + len(script.poison))
    role = Role(ORGANISATION, "ar", tuple(Step({"text": text}, 0) for text in script.lines), told)
    ahead, reloads = chance.choice((1, 1, 3)), chance.random() < 0.3
    return Browser(role, cast(Served, houses), progress, ahead=ahead, reloads=reloads)


def browsed(name: str, visitor: Browser, poison: frozenset[int]) -> Person:
    """What a visitor did, for the checker."""
    faults = tuple(fault for fault in visitor.faults if fault != "busy")
    marked = frozenset(id for at, id in enumerate(visitor.sent) if at in poison)
    accepted = frozenset(visitor.acked)
    return Person(name, "web", tuple(visitor.sent), accepted, marked, (), dict(visitor.told), faults)


@dataclass
class Writer:
    """Somebody at a vendor; `call` makes the vendor's post of a line, which may come twice, at once or later."""

    name: str
    script: Script
    call: Callable[[str], Posted]
    houses: Houses
    progress: Progress
    chance: random.Random
    session: aiohttp.ClientSession
    sent: list[str] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)
    tries: int = 0
    repeats: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    later: list[asyncio.Task[int]] = field(default_factory=list)

    def saw(self, text: str) -> None:
        """The vendor showed them a message."""
        self.seen.append(text)
        self.news.set()

    async def live(self) -> None:
        """Say line after line; most wait a moment for what comes back."""
        for text in self.script.lines:
            self.news.clear()
            await self._say(self.call(text))
            self.progress.grow()
            if self.chance.random() < WAITS:
                await self._read()
        await asyncio.gather(*self.later)

    def lived(self) -> Person:
        """What they did, for the checker."""
        marked = frozenset(id for at, id in enumerate(self.sent) if at in self.script.poison)
        return Person(self.name, self.script.line, tuple(self.sent), frozenset(self.accepted), marked, tuple(self.seen))

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(READS_S):
                await self.news.wait()
        except TimeoutError:
            return

    async def _say(self, posted: Posted) -> None:
        self.sent.append(posted.id)
        throw = self.chance.random()
        for attempt in count():
            self.tries += 1
            both = [self._post(posted) for _ in range(2 if throw < TWICE else 1)]
            self.repeats += len(both) - 1
            if 200 in await asyncio.gather(*both):
                break
            await asyncio.sleep(AGAIN_S * 2 ** min(attempt % TRIES, 4) * (0.5 + self.chance.random()))
        self.accepted.add(posted.id)
        if throw > 1 - LATE_TWICE:
            self.repeats += 1
            self.later.append(asyncio.create_task(self._late(posted)))

    async def _late(self, posted: Posted) -> int:
        await asyncio.sleep(self.chance.random() * 5)
        return await self._post(posted)

    async def _post(self, posted: Posted) -> int:
        try:
            url = f"http://{HOST}:{self.houses.port}{posted.path}"
            async with self.session.post(url, data=posted.body, headers=posted.headers) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0
