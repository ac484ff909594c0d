"""Everybody of a run: who comes, by which channel, and what they saw of it at the end."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import aiohttp

from tests.visitors import Progress
from torture.history import Person
from torture.houses import Houses
from torture.people import Browser, Writer, browsed, browser
from torture.plan import Plan
from torture.posting import account, by_telegram, by_twilio
from torture.scripts import Calms, Script, script
from torture.vendors import Telegram, Twilio

SHARES = {"web": 40, "whatsapp": 25, "telegram": 25, "sms": 10}
WITHIN_S = 15  # what Twilio waits for an answer
Begin = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Vendors:
    """The vendors' servers, and whose account is whose."""

    telegram: Telegram
    twilio: Twilio
    writers: dict[str, Writer] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> "Vendors":
        """Both, in the weather of the plan's seed."""
        vendors: Vendors

        def saw(who: str, text: str) -> None:
            vendors.writers[who].saw(text)

        vendors = cls(Telegram(plan.chance("telegram"), saw), Twilio(plan.chance("twilio"), saw))
        return vendors

    def clear(self) -> None:
        """From now on the weather is good."""
        self.telegram.calm = self.twilio.calm = True


@dataclass
class Crowd:
    """The people of a run. `lines` is how many lines they say in all."""

    plan: Plan
    houses: Houses
    vendors: Vendors
    session: aiohttp.ClientSession
    progress: Progress = field(default_factory=Progress)
    scripts: list[tuple[str, Script]] = field(default_factory=list)
    browsers: list[tuple[str, Browser, Script]] = field(default_factory=list)
    writers: list[Writer] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many lines are said in all."""
        return sum(len(script.lines) for _, script in self.scripts)

    def come(self, calms: Calms) -> None:
        """Give out scripts until there are as many lines as the plan wants."""
        chance, left = self.plan.chance("scripts"), self.plan.messages
        while left > 0:
            (line,) = chance.choices(list(SHARES), list(SHARES.values()))
            given = script(line, calms, chance, self.plan.poison, left)
            self.scripts.append((account(line, len(self.scripts)), given))
            left -= len(given.lines)

    async def live(self) -> None:
        """So many at once; whoever is done makes room for the next."""
        waiting = iter(list(enumerate(self.scripts)))

        async def one_by_one() -> None:
            for number, (name, given) in waiting:
                await self._begin(number, name, given)

        async with asyncio.TaskGroup() as group:
            for _ in range(self.plan.people):
                group.create_task(one_by_one())

    async def _begin(self, number: int, name: str, given: Script) -> None:
        chance = self.plan.chance(f"person {number}")
        if given.line == "web":
            visitor = browser(given, self.houses, self.progress, chance)
            self.browsers.append((name, visitor, given))
            return await visitor.live()
        writer = self._writer(name, given, chance)
        self.vendors.writers[name] = writer
        self.writers.append(writer)
        await writer.live()

    def _writer(self, name: str, given: Script, chance: random.Random) -> Writer:
        call = partial(by_twilio, self.vendors.twilio, self.houses.origin, name)
        if given.line == "telegram":
            call = partial(by_telegram, name)
            self.vendors.telegram.chats.add(int(name))
        return Writer(name, given, call, self.houses, self.progress, chance, self.session)

    def lived(self) -> list[tuple[Person, Script]]:
        """What everybody did and saw."""
        pages = [(browsed(name, visitor, script.poison), script) for name, visitor, script in self.browsers]
        return [*pages, *((writer.lived(), writer.script) for writer in self.writers)]

    @property
    def repeats(self) -> int:
        """How many calls were made twice on purpose, and how many lines the page sent again."""
        return sum(w.repeats for w in self.writers) + sum(b.repeats for _, b, _ in self.browsers)
