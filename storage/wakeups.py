"""Wake-ups: who holds a contact's socket hears that there is something new, and so does the desk.

Inside one process they ring at once; `others` carries them to the other processes of this database, where there are.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

Place = tuple[str, str]  # organisation, contact


class Others(Protocol):
    """The other processes."""

    def begin(self) -> None:
        """Hear them from now on."""
        ...

    def tell(self, place: Place) -> None:
        """Let them know; returns at once."""
        ...


@dataclass(eq=False, slots=True)
class Watch:
    """The contacts of one association that were woken since one last looked."""

    bell: asyncio.Event = field(default_factory=asyncio.Event)
    woken: set[str] = field(default_factory=set)

    def __aiter__(self) -> "Watch":
        return self

    async def __anext__(self) -> frozenset[str]:
        """Those woken since the last look, as soon as there is one."""
        await self.bell.wait()
        self.bell.clear()
        woken, self.woken = frozenset(self.woken), set()
        return woken


class Wakeups:
    """Bells by (organisation, contact)."""

    def __init__(
        self, heard: Callable[[str, str], None] = lambda *_: None, missed: Callable[[], None] = lambda: None
    ) -> None:
        self._heard = heard
        self.missed = missed  # for whoever knows that something was not heard
        self._bells: dict[Place, set[asyncio.Event]] = {}
        self._watches: dict[str, set[Watch]] = {}
        self._listeners: list[Callable[[], None]] = []
        self.others: Others | None = None

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this whenever anybody is woken by this process; it must return at once."""
        self._listeners.append(listener)

    @contextmanager
    def subscribe(self, organisation: str, contact: str) -> Iterator[asyncio.Event]:
        """A bell that is set when the contact is woken; clear it, read what is new, wait again."""
        bell = asyncio.Event()
        bells = self._bells.setdefault((organisation, contact), set())
        bells.add(bell)
        self._begin()
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells:
                self._bells.pop((organisation, contact), None)

    @asynccontextmanager
    async def watch(self, organisation: str) -> AsyncIterator[AsyncIterator[frozenset[str]]]:
        """Every contact of an association that is woken, in sets."""
        watch = Watch()
        watches = self._watches.setdefault(organisation, set())
        watches.add(watch)
        self._begin()
        try:
            yield watch
        finally:
            watches.discard(watch)

    def wake(self, organisation: str, contact: str) -> None:
        """Ring every bell of the contact, here and in other processes; call it after the commit."""
        self.ring(organisation, contact)
        for listener in self._listeners:
            listener()
        if self.others:
            self.others.tell((organisation, contact))

    def ring(self, organisation: str, contact: str) -> None:
        """Ring every bell of the contact in this process."""
        for bell in self._bells.get((organisation, contact), ()):
            bell.set()
        for watch in self._watches.get(organisation, ()):
            watch.woken.add(contact)
            watch.bell.set()

    def hear(self, organisation: str, contact: str) -> None:
        """Another process woke the contact."""
        self._heard(organisation, contact)
        self.ring(organisation, contact)

    def ring_all(self) -> None:
        """Ring every bell that somebody waits for: nobody knows what was missed."""
        self.missed()
        for organisation, contact in list(self._bells):
            self.ring(organisation, contact)

    def _begin(self) -> None:
        if self.others:
            self.others.begin()

    @property
    def places(self) -> list[Place]:
        """The contacts that are listened for."""
        return list(self._bells)

    @property
    def houses(self) -> list[str]:
        """The associations whose every contact is listened for."""
        return [house for house, watches in self._watches.items() if watches]

    @property
    def waiting(self) -> int:
        """How many contacts are listened for."""
        return len(self._bells)
