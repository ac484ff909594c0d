"""Wake-ups inside one process: who holds a contact's socket hears that there is something new."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Wakeups:
    """Bells by (organisation, contact)."""

    def __init__(self) -> None:
        self._bells: dict[tuple[str, str], set[asyncio.Event]] = {}
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this whenever anybody is woken; it must return at once."""
        self._listeners.append(listener)

    @contextmanager
    def subscribe(self, organisation: str, contact: str) -> Iterator[asyncio.Event]:
        """A bell that is set when the contact is woken; clear it, read what is new, wait again."""
        bell = asyncio.Event()
        bells = self._bells.setdefault((organisation, contact), set())
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells:
                self._bells.pop((organisation, contact), None)

    def wake(self, organisation: str, contact: str) -> None:
        """Ring every bell of the contact; call it after the commit."""
        for bell in self._bells.get((organisation, contact), ()):
            bell.set()
        for listener in self._listeners:
            listener()

    @property
    def waiting(self) -> int:
        """How many contacts are listened for."""
        return len(self._bells)
