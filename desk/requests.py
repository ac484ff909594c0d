"""The room of requests: the list with its views, the search by number, one request, and what is revealed of it."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.handling import Refuse
from desk.doors import DeskDoor, desk_of
from desk.pages import association_of, fragment, page, words
from desk.requests_shown import Sheet
from desk.rooms import DESK
from desk.site import Member
from services.dossiers import VERBS, Dossier
from services.requests import Show
from services.revealing import Revealed
from services.roles import Right

ROOM = f"{DESK}/requests"
CASE = f"{ROOM}/{{case}}"
# What is wrong in the form itself; anything else is that the request has gone on meanwhile.
FAULTS = frozenset({"reason", "note", "empty", "too_long", "item", "verdict", "scan"})
DONE = frozenset({*VERBS, "signed"})
CODES = FAULTS | {"state", "second", "case"}


async def room(request: Request, member: Member) -> Response:
    """The list."""
    return await _room(request, member)


async def rows(request: Request, member: Member) -> Response:
    """The rows of the list anew."""
    return fragment(request, member, "requests_list.html", **await _listing(request, member))


async def search(request: Request, member: Member) -> Response:
    """To the request of a reference number; the number stands in no address."""
    form = await request.form(max_fields=4, max_files=0)
    sought = str(form.get("q", ""))[:80]
    case = await desk_of(request).requests.find(member, sought)
    if case is None:
        return await _room(request, member, 404, sought=sought)
    return RedirectResponse(f"/desk/{member.organisation}/requests/{case}", 303)


async def one(request: Request, member: Member) -> Response:
    """One request."""
    return await opened(request, member)


async def news(request: Request, member: Member) -> Response:
    """Whether the request has changed since its page was opened."""
    found = await dossier_of(request, member)
    return fragment(request, member, "request_news.html", found=found, seen=request.query_params.get("seen", "")[:40])


async def reveal(request: Request, member: Member) -> Response:
    """The request with one hidden value shown, on this answer only."""
    form = await request.form(max_fields=4, max_files=0)
    field, reason = str(form.get("field", ""))[:80], str(form.get("reason", ""))
    case = request.path_params["case"]
    found = await desk_of(request).revealing.reveal(member, case, field, reason)
    if found is None:
        raise HTTPException(404)
    if found.fault:
        typed = {"reveal_reason": reason}
        return await opened(request, member, 422, refused=Refuse("reveal_reason"), typed=typed, reveal=field)
    return await opened(request, member, shown=found)


async def opened(
    request: Request,
    member: Member,
    status: int = 200,
    refused: Refuse | None = None,
    shown: Revealed | None = None,
    typed: dict[str, str] | None = None,
    reveal: str = "",
) -> Response:
    """The whole page of a request; `typed` is what stood in the form that was refused."""
    found = await dossier_of(request, member)
    asked = request.query_params
    done = asked.get("done", "")
    context: dict[str, Any] = {
        "found": found,
        "seen": found.mark,
        "v": sheet(request, member),
        "item": _item(found, asked.get("item", "")),
        "reveal": reveal or asked.get("reveal", ""),
        "shown": shown,
        "typed": typed or {},
        "fault_code": refused.code if refused else "",
        "fault": _fault(request, member, refused) if refused else "",
        "done": words(request, member)(f"desk.request.done.{done}") if done in DONE and not refused else "",
    }
    answer = page(request, member, "request.html", status=status, room="requests", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def dossier_of(request: Request, member: Member) -> Dossier:
    """The request of this address; 404 where the association has none such."""
    found: Dossier | None = await desk_of(request).requests.one(member, request.path_params["case"])
    if found is None:
        raise HTTPException(404)
    return found


def sheet(request: Request, member: Member) -> Sheet:
    """The words of this page."""
    return Sheet(words(request, member), desk_of(request).clock(), association_of(request).zone)


async def _room(request: Request, member: Member, status: int = 200, sought: str = "") -> Response:
    context = {**await _listing(request, member), "shows": tuple(Show), "sought": sought}
    answer = page(request, member, "requests.html", status=status, room="requests", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _listing(request: Request, member: Member) -> dict[str, Any]:
    """The list as the address asks for it."""
    show = request.query_params.get("show", "")
    shown = Show(show) if show in set(Show) else Show.OPEN
    after = request.query_params.get("after", "")[:80]
    listed = await desk_of(request).requests.listed(member, shown, after)
    return {"listed": listed, "show": shown, "after": after, "v": sheet(request, member)}


def _item(found: Dossier, key: str) -> str:
    """The item in hand, where the list has it."""
    return key if any(item.key == key for item in found.items) else ""


def _fault(request: Request, member: Member, refused: Refuse) -> str:
    code = refused.code if refused.code in CODES | {"reveal_reason"} else "other"
    return words(request, member)(f"desk.request.refused.{code}")


ROUTES = [
    DeskDoor(ROOM, room, Right.READ_REQUESTS),
    DeskDoor(ROOM, search, Right.READ_REQUESTS, "POST"),
    DeskDoor(f"{ROOM}/list", rows, Right.READ_REQUESTS),
    DeskDoor(CASE, one, Right.READ_REQUESTS),
    DeskDoor(f"{CASE}/news", news, Right.READ_REQUESTS),
    DeskDoor(f"{CASE}/reveal", reveal, Right.REVEAL, "POST"),
]
