"""The room of interview times: what stands, whose it is, and how more are kept."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.doors import DeskDoor, desk_of
from desk.forms import fields
from desk.pages import page, words
from desk.requests import sheet
from desk.rooms import DESK
from desk.site import Member
from services.roles import Right
from services.slots import KINDS

ROOM = f"{DESK}/interviews"
DONE = frozenset({"added", "closed"})


async def room(request: Request, member: Member) -> Response:
    """The times to come."""
    return await _room(request, member)


async def add(request: Request, member: Member) -> Response:
    """Keep more of them."""
    kind, day, first, minutes, count = await fields(request, "kind", "day", "first", "minutes", "count")
    numbers = [int(n) if n.isascii() and n.isdigit() and len(n) < 5 else 0 for n in (minutes, count)]
    fault = await desk_of(request).slots.add(member, kind, day, first, *numbers)
    if fault:
        typed = {"kind": kind, "day": day, "first": first, "minutes": minutes, "count": count}
        return await _room(request, member, 422, fault, typed)
    return RedirectResponse(f"/desk/{member.organisation}/interviews?done=added", 303)


async def close(request: Request, member: Member) -> Response:
    """Offer one to nobody any more."""
    fault = await desk_of(request).slots.close(member, request.path_params["slot"])
    if fault == "gone":
        raise HTTPException(404)
    if fault:
        return await _room(request, member, 409, fault)
    return RedirectResponse(f"/desk/{member.organisation}/interviews?done=closed", 303)


async def _room(
    request: Request, member: Member, status: int = 200, fault: str = "", typed: dict[str, str] | None = None
) -> Response:
    say, done = words(request, member), request.query_params.get("done", "")
    context: dict[str, Any] = {
        "coming": await desk_of(request).slots.coming(member),
        "kinds": [(kind, say(f"choice.interview_kind.{kind}")) for kind in KINDS],
        "typed": typed or {},
        "fault": say(f"desk.interviews.fault.{fault}") if fault else "",
        "done": say(f"desk.interviews.done.{done}") if done in DONE and not fault else "",
        "v": sheet(request, member),
    }
    answer = page(request, member, "interviews.html", status=status, room="interviews", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [
    DeskDoor(ROOM, room, Right.INTERVIEWS),
    DeskDoor(ROOM, add, Right.INTERVIEWS, "POST"),
    DeskDoor(f"{ROOM}/{{slot}}/close", close, Right.INTERVIEWS, "POST"),
]
