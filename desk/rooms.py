"""The rooms of the desk, in the order of its header; a room is shown where its door stands and to whom it opens."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.routing import BaseRoute

from services.roles import Right, may

DESK = "/desk/{organisation}"


@dataclass(frozen=True, slots=True)
class Room:
    """One room: its id, the path below the association's desk, the word on its door, its icon, and who may enter."""

    id: str
    word: str
    icon: str
    right: Right

    @property
    def door(self) -> str:
        """The path of its route."""
        return f"{DESK}/{self.id}"


ROOMS = (
    Room("inbox", "desk.nav.inbox", "inbox", Right.READ_INBOX),
    Room("requests", "desk.nav.requests", "list", Right.READ_REQUESTS),
    Room("staff", "desk.nav.staff", "people", Right.MANAGE_STAFF),
    Room("voices", "desk.nav.voices", "quote", Right.READ_VOICES),
    Room("interviews", "desk.nav.interviews", "clock", Right.INTERVIEWS),
    Room("people", "desk.nav.people", "person", Right.READ_PEOPLE),
    Room("knowledge", "desk.nav.knowledge", "book", Right.KNOWLEDGE),
)


def standing(routes: Iterable[BaseRoute]) -> tuple[Room, ...]:
    """The rooms that have a door among these routes."""
    doors = {getattr(route, "path", "") for route in routes}
    return tuple(room for room in ROOMS if room.door in doors)


def open_to(request: Request, roles: Iterable[str]) -> tuple[Room, ...]:
    """The rooms that somebody with these roles may enter."""
    held = frozenset(roles)
    return tuple(room for room in standing(request.app.routes) if may(held, room.right))
