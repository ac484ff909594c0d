"""The room of staff: who is there, inviting, roles, who may come in no longer. For administrators."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.doors import DeskDoor, desk_of
from desk.forms import fields, sent
from desk.pages import association_of, page, words
from desk.rooms import DESK
from services.roles import Right
from services.staffing import Fault, Invited

ROOM = f"{DESK}/staff"
ONE = f"{ROOM}/{{staff}}"
DONE = frozenset({"roles", "disabled", "enabled", "sessions"})
Verb = Callable[[Any, str, str], Awaitable[Fault | None]]


async def room(request: Request, member: Any) -> Response:
    """Everybody, and a form to invite one more."""
    return await _room(request, member)


async def invite(request: Request, member: Any) -> Response:
    """A new member; their link is shown now and never again."""
    login, name = await fields(request, "login", "name")
    roles = [str(role) for role in (await sent(request)).getlist("roles")]
    staffing = desk_of(request).staffing
    made = await staffing.invite(member, member.organisation, login, name, roles)
    typed = {"login": login[:100], "name": name[:100], "roles": frozenset(roles)}
    if isinstance(made, Fault):
        return await _room(request, member, 422, fault=made, typed=typed)
    return await _invited(request, member, made)


async def invite_again(request: Request, member: Any) -> Response:
    """A new link for somebody who lost the old one, their password or their app."""
    made = await desk_of(request).staffing.invite_again(member, member.organisation, request.path_params["staff"])
    if isinstance(made, Fault):
        return await _refused(request, member, made)
    return await _invited(request, member, made)


async def change_roles(request: Request, member: Any) -> Response:
    """Other roles, from the member's next request on."""
    roles = [str(role) for role in (await sent(request)).getlist("roles")]
    staff = request.path_params["staff"]
    fault = await desk_of(request).staffing.set_roles(member, member.organisation, staff, roles)
    return await _refused(request, member, fault) if fault else _done(member, "roles")


def verb(name: str, done: str) -> Callable[[Request, Any], Awaitable[Response]]:
    """A form that does one thing to one member."""

    async def act(request: Request, member: Any) -> Response:
        does: Verb = getattr(desk_of(request).staffing, name)
        fault = await does(member, member.organisation, request.path_params["staff"])
        return await _refused(request, member, fault) if fault else _done(member, done)

    return act


async def _room(request: Request, member: Any, status: int = 200, **more: Any) -> Response:
    say, done = words(request, member), request.query_params.get("done", "")
    fault = more.pop("fault", None)
    context = {
        "colleagues": await desk_of(request).staffing.all(member.organisation),
        "roles": [(role, say(f"desk.role.{role}")) for role in association_of(request).roles],
        "role": lambda role: say(f"desk.role.{role}"),
        "state": lambda state: say(f"desk.staff.state.{state}"),
        "done": say(f"desk.staff.done.{done}") if done in DONE else "",
        "fault": (fault.value, say(f"desk.staff.fault.{fault}")) if fault else ("", ""),
        "typed": {"login": "", "name": "", "roles": frozenset()},
        "link": "",
        **more,
    }
    return page(request, member, "staff.html", status=status, room="staff", **context)


async def _invited(request: Request, member: Any, made: Invited) -> Response:
    link = f"{desk_of(request).public_url}/desk/{member.organisation}/join#k={made.token}"
    everybody = await desk_of(request).staffing.all(member.organisation)
    name = next(each.name for each in everybody if each.staff == made.staff)
    return await _room(request, member, link=link, invited=name)


async def _refused(request: Request, member: Any, fault: Fault) -> Response:
    """404 for whoever is not of this association; else the room with what is wrong."""
    if fault is Fault.GONE:
        raise HTTPException(404)
    return await _room(request, member, 422, fault=fault)


def _done(member: Any, what: str) -> Response:
    return RedirectResponse(f"/desk/{member.organisation}/staff?done={what}", 303)


ROUTES = [
    DeskDoor(ROOM, room, Right.MANAGE_STAFF),
    DeskDoor(ROOM, invite, Right.MANAGE_STAFF, "POST"),
    DeskDoor(f"{ONE}/roles", change_roles, Right.MANAGE_STAFF, "POST"),
    DeskDoor(f"{ONE}/disable", verb("disable", "disabled"), Right.MANAGE_STAFF, "POST"),
    DeskDoor(f"{ONE}/enable", verb("enable", "enabled"), Right.MANAGE_STAFF, "POST"),
    DeskDoor(f"{ONE}/sessions", verb("end_sessions", "sessions"), Right.MANAGE_STAFF, "POST"),
    DeskDoor(f"{ONE}/invite", invite_again, Right.MANAGE_STAFF, "POST"),
]
