"""A member's account in the staff's group of a messenger: a code binds it, and it can be unbound."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.doors import DeskDoor, desk_of
from desk.pages import page
from desk.rooms import DESK
from services.roles import Right

ROOM = f"{DESK}/account/messenger"


async def room(request: Request, member: Any) -> Response:
    """Whether an account is bound."""
    return await _room(request, member)


async def code(request: Request, member: Any) -> Response:
    """A new code, shown in the answer and kept nowhere."""
    return await _room(request, member, await _binding(request).code(member))


async def unbind(request: Request, member: Any) -> Response:
    """The account may do nothing more."""
    await _binding(request).unbind(member)
    return RedirectResponse(f"/desk/{member.organisation}/account/messenger", 303)


async def _room(request: Request, member: Any, fresh: str = "") -> Response:
    bound = await _binding(request).bound(member)
    return page(request, member, "account_messenger.html", room="account", bound=bound, code=fresh)


def _binding(request: Request) -> Any:
    """The service; a house without a group has no such page."""
    binding = desk_of(request).binding.get(request.path_params["organisation"])
    if binding is None:
        raise HTTPException(404)
    return binding


ROUTES = [
    DeskDoor(ROOM, room, Right.HOLD_CHATS),
    DeskDoor(ROOM, code, Right.HOLD_CHATS, "POST"),
    DeskDoor(f"{ROOM}/unbind", unbind, Right.HOLD_CHATS, "POST"),
]
