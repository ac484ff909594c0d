"""Wake-ups: who holds a contact's socket hears that there is something new, and so does the desk.

Inside one process they ring at once; `others` carries them to the other processes of this database, where there are.
What is not about a contact is a sign, `kind:which`, for whoever keeps something in memory that another process changed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

Place = tuple[str, str]  # organisation, and a contact or a sign
MISSED = "*"  # a contact that nobody is: a watch looks at everything anew
SIGN = ":"  # no contact's id holds one
MOST_ECHOES = 32  # for a page that reads slowly


class Others(Protocol):
    """The other processes."""

    def begin(self) -> None:
        """Hear them from now on."""
        ...

    def tell(self, place: Place) -> None:
        """Let them know; returns at once."""
        ...


class Bell(asyncio.Event):
    """Rings for one contact, and holds what is known of each time: all that a turn of this process committed, or how
    far the contact had come, or None where only a look can tell."""

    def __init__(self) -> None:
        super().__init__()
        self._echoes: list[Any] = []

    def ring(self, echo: Any = None) -> None:
        """Set it; what was heard before a None, or too long ago, is found by the look as well."""
        blind = echo is None or self._echoes[:1] == [None] or len(self._echoes) >= MOST_ECHOES
        self._echoes = [None] if blind else [*self._echoes, echo]
        self.set()

    def taken(self) -> list[Any]:
        """What it rang for since this was last asked."""
        self.clear()
        echoes, self._echoes = self._echoes, []
        return echoes


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

    def __init__(self) -> None:
        self._bells: dict[Place, set[Bell]] = {}
        self._watches: dict[str, set[Watch]] = {}
        self._listeners: list[Callable[[], None]] = []
        self._kept: dict[str, Callable[[str, str], None]] = {}
        self._doubts: list[Callable[[], None]] = []
        self.others: Others | None = None

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this whenever anybody is woken, by this process or another; it must return at once."""
        self._listeners.append(listener)

    def keep(self, kind: str, changed: Callable[[str, str], None], doubted: Callable[[], None] | None = None) -> None:
        """Call `changed` with the organisation and the rest of a sign of this kind that another process gave, and
        `doubted` when signs may have been missed; both must return at once."""
        self._kept[kind] = changed
        if doubted:
            self._doubts.append(doubted)

    def begin(self) -> None:
        """Hear other processes from now on, whether or not anybody waits here."""
        if self.others:
            self.others.begin()

    @contextmanager
    def subscribe(self, organisation: str, contact: str) -> Iterator[Bell]:
        """A bell that is set when the contact is woken; take what it rang for, read what is new, wait again."""
        bell = Bell()
        bells = self._bells.setdefault((organisation, contact), set())
        bells.add(bell)
        self.begin()
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
        self.begin()
        try:
            yield watch
        finally:
            watches.discard(watch)

    def wake(self, organisation: str, contact: str, echo: Any = None) -> None:
        """Ring every bell of the contact, here and in other processes; call it after the commit."""
        self.ring(organisation, contact, echo)
        self._tell((organisation, contact))

    def sign(self, organisation: str, kind: str, which: str = "") -> None:
        """Let the other processes know that something of this kind was changed; call it after the commit."""
        self._tell((organisation, f"{kind}{SIGN}{which}"), here=False)

    def ring(self, organisation: str, contact: str, echo: Any = None) -> None:
        """Ring every bell of the contact in this process."""
        for bell in self._bells.get((organisation, contact), ()):
            bell.ring(echo)
        for watch in self._watches.get(organisation, ()):
            watch.woken.add(contact)
            watch.bell.set()

    def hear(self, organisation: str, said: str, reached: int | None = None) -> None:
        """Another process woke a contact, or gave a sign; `reached` is how far the contact has come, where known."""
        kind, sign, which = said.partition(SIGN)
        if not sign:
            self.ring(organisation, said, reached)
            self._listened()
        elif changed := self._kept.get(kind):
            changed(organisation, which)

    def missed(self) -> None:
        """Something may not have been heard."""
        for doubted in self._doubts:
            doubted()

    def ring_all(self) -> None:
        """Ring every bell that somebody waits for: nobody knows what was missed."""
        self.missed()
        for organisation, contact in list(self._bells):
            self.ring(organisation, contact)
        for organisation in self.houses:
            self.ring(organisation, MISSED)
        self._listened()

    def _tell(self, place: Place, *, here: bool = True) -> None:
        if here:
            self._listened()
        if self.others:
            self.others.tell(place)

    def _listened(self) -> None:
        for listener in self._listeners:
            listener()

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
