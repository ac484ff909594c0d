"""The post room: what is sent on the lines of vendors, what they tell of it, and what is fetched from them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import random

from bot.household import Household
from bot.lines import Lines
from conversations.channels import Channel, Heard
from handlers import ways
from scheduler.bell import Bell
from services.claiming import Clerk, Templates
from services.consequences import Consequences
from services.delivery import Delivery
from services.fetching import Fetching
from services.intake import Acknowledges, Intake
from services.pacing import Pacing
from services.ports import Clock
from services.receipts import Receipts
from services.tenure import Tenure
from services.unknowns import Unknowns
from services.unseen import Unseen
from web.site import Hook

LOOK_EVERY_S = 1
UNSEEN_EVERY_S = 60
MISSED_EVERY_S = 300
RECEIPTS_EVERY_S = 3600


@dataclass(slots=True)
class Post:
    """Everything that talks with vendors, over one set of lines. `alone`: no other process works on this database."""

    lines: Lines
    delivery: Delivery
    receipts: Receipts
    unknowns: Unknowns
    unseen: Unseen
    intake: Intake
    fetching: Fetching
    organisations: tuple[str, ...]
    alone: bool = True
    begin: Callable[[], None] = lambda: None  # hears what other processes have for this one to send
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def hooks(self) -> dict[tuple[str, str], Hook]:
        """Who takes the calls of which vendor."""
        return {
            place: Hook(channel, self.intake.hear, self._owed(channel)) for place, channel in self.lines.hooks.items()
        }

    def ring(self, bell: Bell) -> None:
        """What is looked at again and again, for whatever a crash or a vendor's silence left."""
        bell.every(UNSEEN_EVERY_S, self.plan_again)
        if not self.lines.outlets:
            return
        bell.every(LOOK_EVERY_S, self.look)
        bell.every(LOOK_EVERY_S, self.fetching.ring)
        bell.every(MISSED_EVERY_S, self.intake.fetch_missed)
        bell.every(RECEIPTS_EVERY_S, lambda: self.receipts.sweep(self.organisations))

    async def look(self) -> None:
        """Find what was left, and judge what is unknown; what follows is sent at once."""
        if await self.unknowns.find() + await self.unknowns.judge():
            self.delivery.wake()

    async def plan_again(self) -> None:
        """Send by another way what nobody saw on its page."""
        if await self.unseen.judge():
            self.delivery.wake()

    async def start(self) -> None:
        """Find what the last run left, then send, poll and fetch."""
        if not self.lines.outlets:
            return
        self.begin()
        await self.unknowns.find(alone=self.alone)
        self.intake.start()
        self._keep(self.delivery.run())
        self._keep(self._missed())

    async def stop(self) -> None:
        """Hear no more of those who are polled, and write what became of the calls that were made."""
        if not self.lines.outlets:
            return
        await self.intake.stop()
        await self.fetching.stop()
        await self.delivery.stop()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def close(self) -> None:
        """Close the lines."""
        for close in self.lines.closing:
            await close()

    async def _missed(self) -> None:
        await self.intake.fetch_missed()

    def _owed(self, channel: Channel) -> Callable[[Heard], None]:
        """What is owed to a vendor after the commit is paid beside the answer."""

        def pay(heard: Heard) -> None:
            if isinstance(channel, Acknowledges):
                self._keep(channel.acknowledge(heard))

        return pay

    def _keep(self, act: Awaitable[None]) -> None:
        task = asyncio.ensure_future(act)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def open_post(
    household: Household,
    lines: Lines,
    templates: Templates,
    clock: Clock,
    *,
    alone: bool = True,
    chance: Callable[[], float] = random,
) -> Post:
    """Furnish the post room of a house."""
    memory, outlets = household.memory, lines.outlets
    pacing = Pacing(outlets)
    consequences = Consequences(pacing, chance)
    receipts = Receipts(memory, consequences, clock)
    schedules = {name: profile.organisation.schedule for name, profile in household.profiles.items()}
    clerk = Clerk(outlets, templates, schedules, pacing)
    printing = household.acceptances.paper
    tenure = Tenure(memory, sorted({house for house, _ in outlets}), clock, alone=alone)
    delivery = Delivery(memory, outlets, clerk, consequences, receipts, pacing, clock, printing, tenure)
    unknowns = Unknowns(memory, outlets, household.tongues, clock, delivery.in_hand)
    capabilities = ways().__getitem__
    intake = Intake(memory, outlets, household.reception, receipts, capabilities, clock, lines.prepared, alone=alone)
    fetching = Fetching(memory, household.papers, household.reception, outlets, capabilities, clock)
    if outlets:
        memory.wakeups.listen(delivery.wake)
    unseen = Unseen(memory, outlets, tuple(household.profiles), clock)
    return Post(
        lines,
        delivery,
        receipts,
        unknowns,
        unseen,
        intake,
        fetching,
        tuple(household.profiles),
        alone,
        memory.wakeups.begin,
    )
