"""The room of people: found by whole numbers or words of names; one of them, joined to others and parted again."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.doors import DeskDoor, desk_of
from desk.forms import fields
from desk.inbox_shown import CHANNELS
from desk.pages import page, words
from desk.requests import sheet
from desk.rooms import DESK
from desk.site import Member
from services.casework import PAPER
from services.consenting import PURPOSES
from services.merging import Fault
from services.people import Asked, Hit, Person
from services.requests import LISTED
from services.roles import Right

ROOM = f"{DESK}/people"
ONE = f"{ROOM}/{{person}}"
DONE = frozenset({"joined", "parted", "split"})
LONGEST = 80
Act = Callable[[Request, Member], Awaitable[Response]]


async def room(request: Request, member: Member) -> Response:
    """The search, and what one may search by."""
    return _room(request, member)


async def search(request: Request, member: Member) -> Response:
    """To the one who was found, or the list of all; what was typed stands in no address."""
    (typed,) = await fields(request, "q")
    found = await desk_of(request).people.find(member, typed[:LONGEST])
    if len(found) == 1:
        return RedirectResponse(f"/desk/{member.organisation}/people/{found[0].person}", 303)
    return _room(request, member, 200 if found else 404, typed[:LONGEST], found)


async def one(request: Request, member: Member) -> Response:
    """One person."""
    return await _opened(request, member)


def verb(name: str, done: str, *wanted: str) -> Act:
    """A form that changes what leads to a person; `wanted` are its fields."""

    async def act(request: Request, member: Member) -> Response:
        merging = desk_of(request).merging
        fault: Fault | None = await getattr(merging, name)(member, *(await fields(request, *wanted)))
        return await _after(request, member, fault, done)

    return act


async def join(request: Request, member: Member) -> Response:
    """Somebody else is this very person."""
    (other,) = await fields(request, "other")
    fault = await desk_of(request).merging.join_persons(member, request.path_params["person"], other[:LONGEST])
    return await _after(request, member, fault, "joined")


async def _after(request: Request, member: Member, fault: Fault | None, done: str) -> Response:
    if fault is Fault.NOT_YOURS:
        raise HTTPException(403)
    if fault is Fault.GONE:
        raise HTTPException(404)
    if fault is not None:
        return await _opened(request, member, fault)
    return RedirectResponse(f"/desk/{member.organisation}/people/{request.path_params['person']}?done={done}", 303)


async def _opened(request: Request, member: Member, fault: Fault | None = None) -> Response:
    found: Person | None = await desk_of(request).people.one(member, request.path_params["person"])
    if found is None:
        raise HTTPException(404)
    say, done = words(request, member), request.query_params.get("done", "")
    context: dict[str, Any] = {
        "found": found,
        "v": sheet(request, member),
        "channels": CHANNELS,
        "line": lambda line: say(_channel(line)),
        "purpose": lambda name: say(f"desk.rights.purpose.{name}") if name in PURPOSES else name,
        "forms": desk_of(request).behalf.forms(member.organisation),
        "opens": lambda asked: _opens(asked),
        "fault": say(f"desk.people.fault.{fault}") if fault in (Fault.SAME, Fault.HELD) else "",
        "done": say(f"desk.people.done.{done}") if done in DONE and fault is None else "",
    }
    answer = page(request, member, "person.html", status=409 if fault else 200, room="people", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _channel(line: str) -> str:
    """The words of a line; who is reached by no channel stands on a line of their own."""
    return "desk.people.line.paper" if line == PAPER else f"desk.inbox.line.{line if line in CHANNELS else 'other'}"


def _opens(asked: Asked) -> bool:
    """Whether the request has a page in the room of requests; a draft has none."""
    return asked.state in LISTED


def _room(
    request: Request, member: Member, status: int = 200, sought: str = "", hits: tuple[Hit, ...] = ()
) -> Response:
    context: dict[str, Any] = {"sought": sought, "hits": hits}
    answer = page(request, member, "people.html", status=status, room="people", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [
    DeskDoor(ROOM, room, Right.READ_PEOPLE),
    DeskDoor(ROOM, search, Right.READ_PEOPLE, "POST"),
    DeskDoor(ONE, one, Right.READ_PEOPLE),
    DeskDoor(f"{ONE}/join", join, Right.MERGE, "POST"),
    DeskDoor(f"{ONE}/part", verb("part_persons", "parted", "other"), Right.MERGE, "POST"),
    DeskDoor(f"{ONE}/join-chats", verb("join_contacts", "joined", "into", "other"), Right.MERGE, "POST"),
    DeskDoor(f"{ONE}/part-chats", verb("part_contacts", "parted", "other"), Right.MERGE, "POST"),
    DeskDoor(f"{ONE}/split", verb("split", "split", "address"), Right.MERGE, "POST"),
]
