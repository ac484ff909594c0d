"""The open sockets of this process, so that the pages of one person agree on their token."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

MOST = 16


class Crowded(Exception):
    """One conversation has more open pages than anybody needs."""


class Seat(Protocol):
    """An open socket: whose it is, the token it came with, and the newer one it was offered."""

    place: tuple[str, str]
    token: str
    offered: str | None


class Sockets:
    """Who sits where: open sockets by organisation and contact."""

    def __init__(self) -> None:
        self._seats: dict[tuple[str, str], set[Seat]] = defaultdict(set)

    @contextmanager
    def seated(self, seat: Seat) -> Iterator[None]:
        """Hold a seat; others that were offered the token this one came with take it too."""
        taken = self._seats[seat.place]
        if len(taken) >= MOST:
            raise Crowded
        for other in taken:
            other.token = seat.token if other.offered == seat.token else other.token
        taken.add(seat)
        try:
            yield
        finally:
            self._leave(seat)

    def _leave(self, seat: Seat) -> None:
        self._seats[seat.place].discard(seat)
        if not self._seats[seat.place]:
            del self._seats[seat.place]

    def sharing(self, seat: Seat) -> list[Seat]:
        """The other sockets of the same browser: same contact, same token."""
        return [other for other in self._seats[seat.place] if other is not seat and other.token == seat.token]

    def __len__(self) -> int:
        return sum(map(len, self._seats.values()))
