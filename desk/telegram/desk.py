"""The desk in a messenger while the house stands: it posts when it is woken, and polls what staff do."""

import asyncio
from contextlib import suppress
from typing import Protocol

import structlog
from aiogram import Dispatcher
from aiogram.types import Update

from desk.site import Wakeups
from desk.telegram.client import Client, Wait, outcome_of
from desk.telegram.hearing import Group, dispatcher
from desk.telegram.posting import Poster
from services.binding import Binding
from services.casework import Casework
from services.mirroring import Mirroring
from services.polling import Leases
from services.ports import Clock

LINE = "desk_telegram"
LOOK_EVERY_S = 1.0
OTHERS_S = 5.0  # another process polls
PAUSE_S = 2.0
TRIES = 3
log = structlog.get_logger(__name__)


class House(Protocol):
    """What the desk needs of the house; `bot` furnishes it."""

    @property
    def casework(self) -> Casework: ...
    @property
    def mirroring(self) -> Mirroring: ...
    @property
    def binding(self) -> Binding: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def wakeups(self) -> Wakeups: ...
    @property
    def clock(self) -> Clock: ...


class TelegramDesk:
    """The staff's group of one association."""

    def __init__(self, organisation: str, token: str, chat: int, api_url: str, house: House) -> None:
        self.organisation = organisation
        self.binding = house.binding
        self._house = house
        self._client = Client(token, chat, api_url)
        self._poster = Poster(organisation, house.mirroring, self._client, house.clock)
        group = Group(organisation, self._client, house.casework, house.mirroring, house.binding)
        self._heard: Dispatcher = dispatcher(group)
        self._bell = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False  # a library on the way may lose that a task was cancelled

    async def start(self) -> None:
        """Judge what a crash left, then post and poll."""
        await self._house.mirroring.posting.recover(self.organisation, alone=self._house.leases.alone)
        self._tasks = [asyncio.create_task(task()) for task in (self._listen, self._post, self._poll)]

    async def stop(self) -> None:
        """Post and poll no more."""
        self._ended = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._house.leases.release()
        await self._client.close()

    async def _listen(self) -> None:
        async with self._house.wakeups.watch(self.organisation) as woken:
            async for _ in woken:
                self._bell.set()

    async def _post(self) -> None:
        """Post when woken, and every second what waited; whatever goes wrong, the rows stay."""
        while not self._ended:
            self._bell.clear()
            try:
                await self._poster.work()
            except Exception as error:
                log.error("desk_telegram.posting", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._bell.wait()

    async def _poll(self) -> None:
        """Take what staff did; the offset moves only after its effect is committed."""
        while not self._ended:
            try:
                await self._take()
            except Exception as error:
                outcome = outcome_of(error)
                log.warning("desk_telegram.polling", error=type(error).__name__)
                await asyncio.sleep(outcome.seconds if isinstance(outcome, Wait) else PAUSE_S)

    async def _take(self) -> None:
        lease = await self._house.leases.take((self.organisation, LINE))
        if lease is None:
            return await asyncio.sleep(OTHERS_S)
        updates = await self._client.updates(lease.position)
        for update in updates:
            await self._hear(update)
        if updates:
            await self._house.leases.move(lease, updates[-1].update_id + 1)
            self._bell.set()

    async def _hear(self, update: Update) -> None:
        """One update has one effect, for its acts are named after it; one that fails thrice is left behind."""
        for _ in range(TRIES):
            try:
                await self._heard.feed_update(self._client.bot, update)
            except Exception as error:
                log.error("desk_telegram.update", error=type(error).__name__)
            else:
                return
