"""The inbox: the list, one conversation beside it, and who the person is."""

from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from desk.doors import DeskDoor, desk_of, is_fragment
from desk.inbox_shown import ROLES, Shown, hold_key
from desk.pages import association_of, fragment, page, words
from desk.rooms import DESK
from desk.site import Member
from services.inbox import Show
from services.roles import Right

ROOM = f"{DESK}/inbox"
CHAT = f"{ROOM}/{{contact}}"
# What stood in the form that was refused; nothing, where none was.
BLANK = {"fault": "", "typed": "", "typed_kind": "", "typed_record": "", "writing": False}


async def room(request: Request, member: Member) -> Response:
    """The list, and nothing chosen yet."""
    return page(request, member, "inbox.html", room="inbox", thread=None, **await listing(request, member))


async def rows(request: Request, member: Member) -> Response:
    """The list anew."""
    return fragment(request, member, "inbox_list.html", **await listing(request, member))


async def chat(request: Request, member: Member) -> Response:
    """One conversation in its room; to the page's script only the older rows it asks for."""
    before = number(request, "before")
    if is_fragment(request) and before:
        thread = await _thread(request, member, before=before)
        return fragment(request, member, "inbox_older.html", thread=thread, v=shown(request, member))
    return await opened(request, member, before=before, writing=not {"wrote", "took"}.isdisjoint(request.query_params))


async def opened(
    request: Request, member: Member, status: int = 200, before: int | None = None, **more: Any
) -> Response:
    """The whole page of a conversation; `more` are a fault, and what was typed."""
    thread = await _thread(request, member, before=before)
    person = await desk_of(request).threads.acquaintance(member, thread.contact)
    told: dict[str, Any] = {**BLANK, "before": before, **more}
    told["tools"] = association_of(request).tools
    context = {**await listing(request, member), "person": person, "key": hold_key(thread.hold), "roles": ROLES}
    return page(request, member, "inbox.html", status=status, room="inbox", thread=thread, **context, **told)


async def news(request: Request, member: Member) -> Response:
    """The rows after a number anew, with whatever else of the conversation is not as the page has it."""
    thread = await _thread(request, member, after=number(request, "after") or 0)
    key = hold_key(thread.hold)
    person = await desk_of(request).threads.acquaintance(member, thread.contact)
    context: dict[str, Any] = {"thread": thread, "person": person, "key": key, "roles": ROLES}
    context["v"] = shown(request, member)
    changed = request.query_params.get("held") != key
    told: dict[str, Any] = {**BLANK, "changed": changed}
    return fragment(request, member, "inbox_news.html", **context, **told)


async def listing(request: Request, member: Member) -> dict[str, Any]:
    """The list as the address asks for it."""
    asked = request.query_params
    show, line = asked.get("show", ""), asked.get("line", "")[:20]
    show = show if show in set(Show) else Show.ALL.value
    at = request.path_params.get("contact") or asked.get("at", "")
    after = asked.get("from", "")[:80]
    listed = await desk_of(request).inbox.listed(member, Show(show), line, after)
    asked_for = {"show": show, "line_shown": line, "at": at, "after": after}
    return {"listed": listed, **asked_for, "v": shown(request, member)}


def shown(request: Request, member: Member) -> Shown:
    """The words of this page."""
    desk, zone = desk_of(request), association_of(request).zone
    return Shown(words(request, member), desk.clock(), zone, member.staff, desk.language_name, view_of(request))


def view_of(request: Request) -> str:
    """The view of the list, as addresses carry it on."""
    asked = request.query_params
    kept = {name: asked[name][:20] for name in ("show", "line") if asked.get(name)}
    return f"?{urlencode(kept)}" if kept else ""


def number(request: Request, name: str) -> int | None:
    """A number of the address, where it is one."""
    value = request.query_params.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


async def _thread(request: Request, member: Member, **part: int | None) -> Any:
    found = await desk_of(request).threads.thread(member, request.path_params["contact"], **part)
    if found is None:
        raise HTTPException(404)
    return found


ROUTES = [
    DeskDoor(ROOM, room, Right.READ_INBOX),
    DeskDoor(f"{ROOM}/list", rows, Right.READ_INBOX),
    DeskDoor(CHAT, chat, Right.READ_INBOX),
    DeskDoor(f"{CHAT}/news", news, Right.READ_INBOX),
]
