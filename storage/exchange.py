"""Wake-ups between processes on PostgreSQL: NOTIFY tells what was woken here, LISTEN hears others, a poll is the net.

What is told is which contact, never what. Whatever gathers while one NOTIFY is on its way goes with the next. The
listening connection must be direct: behind a pooler that lends connections by the transaction nothing is heard, which
is noticed, and then the poll alone brings what is new.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.wakeups import SIGN, Place, Wakeups

CHANNEL = "wasl_woken"
MOST = 100  # contacts in one NOTIFY, whose bytes are limited to 8,000
POLL_S = 5.0
ALONE_S = 1.0  # between polls while nothing is heard
ECHO_S = 5.0
AGAIN_S = 1.0
LAST_WORDS_S = 0.2
log = logging.getLogger(__name__)
Poll = Callable[[], Any]


class Exchange:
    """Begins with the first who waits or wakes; `poll` reads how far each contact has come that somebody waits for."""

    def __init__(self, url: URL, wakeups: Wakeups, poll: Poll, every_s: float = POLL_S) -> None:
        self._url = url
        self._wakeups = wakeups
        self._poll = poll
        self._every_s = every_s
        self._me = secrets.token_hex(8)
        self._woken: set[Place] = set()
        self._news = asyncio.Event()
        self._told = asyncio.Event()
        self._heard_me = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._seen: Mapping[Place, object] = {}
        self.listening = asyncio.Event()

    def begin(self) -> None:
        """Listen and poll from now on."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(task()) for task in (self._listen, self._look)]

    def tell(self, place: Place) -> None:
        """Let the other processes know; returns at once."""
        self._woken.add(place)
        self._told.clear()
        self._news.set()
        self.begin()

    async def close(self) -> None:
        """Tell what is still to be told, and hear no more."""
        if self._woken and self.listening.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), LAST_WORDS_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _listen(self) -> None:
        while True:
            try:
                await self._connected()
            except Exception as error:
                log.warning("The wake-ups of other processes are not heard now: %s", type(error).__name__)
            finally:
                self.listening.clear()
            await asyncio.sleep(AGAIN_S)

    async def _connected(self) -> None:
        engine = create_async_engine(self._url, poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                driver.add_termination_listener(lambda _: self._news.set())
                await driver.add_listener(CHANNEL, self._heard)
                await self._settle(driver)
                while not driver.is_closed():
                    await self._tell(driver)
        finally:
            await engine.dispose()

    async def _settle(self, driver: Any) -> None:
        """Judge by our own echo whether anything is heard; what was missed until now is looked at."""
        self._heard_me.clear()
        await driver.execute("SELECT pg_notify($1, $2)", CHANNEL, self._me)
        try:
            async with asyncio.timeout(ECHO_S):
                await self._heard_me.wait()
        except TimeoutError:
            log.warning("Nothing is heard on WASL_DATABASE_LISTEN_URL: it must lead past the pooler. Polling instead.")
        else:
            self.listening.set()
        self._wakeups.ring_all()
        self._news.set()

    async def _tell(self, driver: Any) -> None:
        await self._news.wait()
        self._news.clear()
        woken, self._woken = self._woken, set()
        try:
            for payload in payloads(self._me, woken):
                await driver.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
        except BaseException:
            self._woken |= woken  # the next connection tells it
            raise
        if not self._woken:
            self._told.set()

    def _heard(self, _driver: Any, _pid: int, _channel: str, payload: str) -> None:
        who, *places = payload.split("\n")
        if who == self._me:
            self._heard_me.set()
            return
        for place in places:
            organisation, _, said = place.partition(" ")
            self._wakeups.hear(organisation, said)

    async def _look(self) -> None:
        """The net: whoever died between commit and NOTIFY, and whoever was not heard."""
        while True:
            await asyncio.sleep(self._every_s if self.listening.is_set() else min(ALONE_S, self._every_s))
            if not self.listening.is_set():
                self._wakeups.missed()
            try:
                await self._compare()
            except Exception as error:
                log.warning("The poll for wake-ups failed: %s", type(error).__name__)

    async def _compare(self) -> None:
        now: Mapping[Place, object] = await self._poll()
        for place in {*now, *self._seen}:
            first = SIGN in place[1] and place not in self._seen  # it was read as this process began
            if now.get(place) != self._seen.get(place) and not first:
                self._wakeups.hear(*place, _reached(now.get(place)))
        self._seen = now


def _reached(mark: object) -> int | None:
    """How far a contact has come that only its messages moved; where more may have changed nothing is said of it."""
    match mark:
        case (int(number),):
            return number
    return None


def payloads(me: str, woken: set[Place]) -> Iterator[str]:
    """What is told, in pieces that a NOTIFY can carry."""
    lines = [f"{organisation} {contact}" for organisation, contact in sorted(woken)]
    for first in range(0, len(lines), MOST):
        yield "\n".join([me, *lines[first : first + MOST]])
