"""The simulated world: one house that crashes and comes back, its vendors and phones, its bell, and its callers."""

import asyncio
import heapq
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from bot.household import Household, furnish
from bot.lines import Lines
from bot.post import Post, open_post
from conversations.acts import CASE_ACTS
from conversations.channels import Receipt
from conversations.effects import Remind
from conversations.events import Inbound, TimePassed
from conversations.failures import Interrupted
from handlers import WAYS
from services.turns import Taken
from storage.engine import Database
from tests.mind_world import NAMES, profiles
from tests.simulator.bell import pulse, rest
from tests.simulator.chance import Luck, drawn
from tests.simulator.eye import Eye, Step
from tests.simulator.fittings import LINES, TEMPLATES, Knowing, outlet, printed
from tests.simulator.loop import LoopClock, VirtualLoop
from tests.simulator.store import Store
from tests.simulator.vendor import Made, Phone, Vendor

T = TypeVar("T")
AFTERWARDS = (6.0, 63.0, 305.0, 625.0)  # when what is unknown or unseen is looked at
GATHERED = 4.0  # seconds for which what was said is gathered before it is delivered
SEALED_EVERY = timedelta(days=5)


class Down(Exception):
    """The house is not there, or went away before it answered."""


@dataclass(slots=True)
class World:
    """Everything there is. `disk` outlives the house that stands on it."""

    loop: VirtualLoop
    clock: LoopClock
    start: datetime
    disk: Database
    chance: Random
    luck: Luck
    eye: Eye = field(default_factory=Eye)
    phones: dict[str, Phone] = field(default_factory=dict)
    made: list[Made] = field(default_factory=list)
    taken: list[tuple[datetime, Inbound, Taken]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    crashes: list[datetime] = field(default_factory=list)
    store: Store = field(init=False)
    house: Household | None = None
    post: Post = field(init=False)
    inside: set[asyncio.Task[Any]] = field(default_factory=set)
    beside: set[asyncio.Task[Any]] = field(default_factory=set)
    moments: list[float] = field(default_factory=list)
    busy: bool = False
    due: datetime | None = None  # when the bell rings next; none where somebody may have changed it
    drained: int = -1  # the commits after which everything was delivered that could be
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    # The house.

    async def open(self) -> None:
        """A new process on the same disk: it has nothing in its memory, and finds what the last one left."""
        self.store = Store(self.disk, self.luck, self.eye, self._committed, self.trouble)
        self.drained = -1
        await self.store.open(NAMES)
        self.house = furnish(self.store, profiles(), self.clock, "https://wasl.example")
        self.house.turns._knowledge = Knowing()
        vendors = {(n, line): self._vendor(n, line) for n in NAMES for line in LINES}
        lines = Lines({place: outlet(vendor) for place, vendor in vendors.items()})
        self.post = open_post(self.house, lines, TEMPLATES, self.clock, chance=drawn(self.chance.random()).random)
        self.post.delivery._print = printed
        self.store.wakeups.listen(self._woken.set)
        self.store.faulty = self.busy
        await self.post.unknowns.find(alone=True)
        self.ring_at(*AFTERWARDS)
        self._keep(self.inside, self._bell())

    async def crash(self, away: float) -> None:
        """Drop the process in the middle of whatever it does, and open the house again after a while."""
        while self.store.committing:
            await asyncio.sleep(0)
        self.eye.note(f"{self.clock():%m-%d %H:%M:%S} CRASH")
        self.crashes.append(self.clock())
        house, self.house = self.house, None
        assert house is not None
        worker = house.reception._worker
        tasks = [*self.inside, *self.post.delivery._flying.values(), *([worker] if worker else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.inside.clear()
        if self.disk.path is not None:
            await self.disk.close()
            self.disk = Database(f"sqlite:///{self.disk.path}")
        await asyncio.sleep(away)
        await self.open()

    async def close(self) -> None:
        """Everything ends."""
        self.house = None
        for task in [*self.inside, *self.beside]:
            task.cancel()
        await asyncio.gather(*self.inside, *self.beside, return_exceptions=True)
        await self.disk.close()

    async def call(self, act: Callable[[Household], Coroutine[Any, Any, T]]) -> T:
        """Ask something of the house, as a caller from outside does; Down where it goes away meanwhile."""
        if self.house is None:
            raise Down
        task = asyncio.create_task(act(self.house))
        self.inside.add(task)
        await asyncio.wait({task})
        self.inside.discard(task)
        if task.cancelled():
            raise Down
        return task.result()

    async def until_done(self, act: Callable[[Household], Coroutine[Any, Any, T]], first: float = 3.0) -> T:
        """Ask until there is an answer, as a vendor or a browser does that hears an error."""
        wait = first
        while True:
            try:
                return await self.call(act)
            except Exception as error:
                self.eye.note(f"{self.clock():%m-%d %H:%M:%S} again after {type(error).__name__} {error}")
                await asyncio.sleep(wait)
                wait = min(wait * 2, 600.0)

    # What comes in.

    async def write(self, inbound: Inbound) -> Taken:
        """Carry a message in, perhaps late and perhaps twice; returns once the house has said that it has it."""
        rates = self.luck.rates
        if inbound.value is not None and not isinstance(inbound.event, TimePassed):
            self.phones.setdefault(inbound.value, Phone()).wrote = self.clock()
        if self.luck.happens(rates.inbound_late):
            await asyncio.sleep(self.luck.chance.uniform(1, 90))
        if self.luck.happens(rates.inbound_twice):
            self._keep(self.beside, self._again(inbound, self.luck.chance.choice((0.0, 0.5, 30.0, 5000.0, 200_000.0))))
        return await self._carried(inbound)

    async def _again(self, inbound: Inbound, after: float) -> None:
        await asyncio.sleep(after)
        await self._carried(inbound)

    async def _carried(self, inbound: Inbound) -> Taken:
        taken = await self.until_done(lambda house: house.reception.receive(inbound, WAYS[inbound.line]))
        self.taken.append((self.clock(), inbound, taken))
        return taken

    def tell(self, organisation: str, after: float, receipt: Receipt) -> None:
        """A vendor's callback, some time later."""
        self._keep(self.beside, self._told(organisation, after, receipt))

    async def _told(self, organisation: str, after: float, receipt: Receipt) -> None:
        await asyncio.sleep(after)
        await self.until_done(lambda _: self.post.receipts.take(organisation, [receipt]))

    # What is due.

    def ring_at(self, *after: float) -> None:
        """Look again at these moments from now on."""
        for seconds in after:
            at = (self.loop.time() + seconds) // 30 * 30 + 30
            if at not in self.moments:
                heapq.heappush(self.moments, at)
        self._woken.set()

    def trouble(self) -> None:
        """Something was cut: what it left unknown is looked at while it may be judged."""
        self.ring_at(*AFTERWARDS)

    async def _bell(self) -> None:
        sealed = self.clock()
        while True:
            self._woken.clear()
            try:
                await pulse(self)
                if self.clock() - sealed > SEALED_EVERY and self.house:
                    await self.house.evidence.seal_all()
                    sealed = self.clock()
                wait = await rest(self)
            except Exception as error:
                self.eye.note(f"{self.clock():%m-%d %H:%M:%S} bell: {type(error).__name__} {error}")
                if not isinstance(error, Interrupted):
                    self.errors.append(f"bell: {type(error).__name__} {error}")
                wait = 5.0
            try:
                async with asyncio.timeout(wait):
                    await self._woken.wait()
                await asyncio.sleep(GATHERED)
            except TimeoutError:
                continue

    def _committed(self, steps: list[Step]) -> None:
        if any(isinstance(effect, Remind) for step in steps for effect in step.effects):
            self.due = None
        if any(step.told and isinstance(step.event, (TimePassed, *CASE_ACTS)) for step in steps):
            self.ring_at(AFTERWARDS[-1])

    # How it is furnished.

    def _vendor(self, name: str, line: str) -> Vendor:
        luck = Luck(drawn(self.chance.random()), self.luck.rates)
        return Vendor(name, line, self.clock, luck, self.phones, self.made, self.tell, self.trouble)

    def keep(self, act: Coroutine[Any, Any, Any]) -> None:
        """Let somebody live beside the house."""
        self._keep(self.beside, act)

    def _keep(self, where: set[asyncio.Task[Any]], act: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(act)
        where.add(task)
        task.add_done_callback(lambda done: self._ended(where, done))

    def _ended(self, where: set[asyncio.Task[Any]], task: asyncio.Task[Any]) -> None:
        where.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.errors.append(f"{type(error).__name__}: {error}")
