"""A member's own account: password, app, language, and the browsers they are signed in at."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.doors import DeskDoor, desk_of, token_of
from desk.forms import fields
from desk.pages import LANGUAGE, association_of, page, words
from desk.rooms import DESK
from services.roles import Right, may

ROOM = f"{DESK}/account"
DONE = frozenset({"password", "app", "sessions", "language"})


async def room(request: Request, member: Any) -> Response:
    """The account."""
    return await _room(request, member)


async def change_password(request: Request, member: Any) -> Response:
    """A new password, for whoever knows the old one."""
    current, new = await fields(request, "current", "password")
    accounts = desk_of(request).accounts
    reason = await accounts.change_password(member, token_of(request) or "", current, new)
    return await _room(request, member, {"password": reason}) if reason else _done(member, "password")


async def app(request: Request, member: Any) -> Response:
    """A QR code for a new app."""
    return await _app(request, member)


async def change_app(request: Request, member: Any) -> Response:
    """The new app instead of the old one, once it shows the right code."""
    current, code = await fields(request, "current", "code")
    reason = await desk_of(request).accounts.change_app(member, token_of(request) or "", current, code)
    return await _app(request, member, reason) if reason else _done(member, "app")


async def end_others(request: Request, member: Any) -> Response:
    """Sign out everywhere but here."""
    await desk_of(request).accounts.end_others(member, token_of(request) or "")
    return _done(member, "sessions")


async def speak(request: Request, member: Any) -> Response:
    """The language of the member's pages, on every machine."""
    (language,) = await fields(request, "language")
    if language not in association_of(request).languages:
        raise HTTPException(400)
    await desk_of(request).accounts.speak(member, language)
    response = _done(member, "language")
    response.delete_cookie(LANGUAGE, path=f"/desk/{member.organisation}")
    return response


async def _room(request: Request, member: Any, reasons: dict[str, str] | None = None) -> Response:
    desk, say, done = desk_of(request), words(request, member), request.query_params.get("done", "")
    languages = [(code, desk.language_name(code)) for code in association_of(request).languages]
    context = {
        "sessions": await desk.accounts.sessions(member, token_of(request) or ""),
        "languages": languages,
        "messenger": member.organisation in desk.binding and may(member.roles, Right.HOLD_CHATS),
        "done": say(f"desk.account.done.{done}") if done in DONE else "",
        "faults": {field: say(f"desk.password.{reason}") for field, reason in (reasons or {}).items()},
    }
    return page(request, member, "account.html", status=422 if reasons else 200, room="account", **context)


async def _app(request: Request, member: Any, reason: str = "") -> Response:
    if member.demo:
        raise HTTPException(404)
    secret, address = await desk_of(request).accounts.app(member)
    picture = desk_of(request).qr(address)
    fault = words(request, member)(f"desk.password.{reason}") if reason else ""
    context = {"secret": secret, "qr": picture, "fault": fault, "about": "code" if reason == "code" else "current"}
    return page(request, member, "account_app.html", status=422 if reason else 200, room="account", **context)


def _done(member: Any, what: str) -> Response:
    return RedirectResponse(f"/desk/{member.organisation}/account?done={what}", 303)


ROUTES = [
    DeskDoor(ROOM, room, Right.SIGNED_IN),
    DeskDoor(f"{ROOM}/password", change_password, Right.SIGNED_IN, "POST"),
    DeskDoor(f"{ROOM}/app", app, Right.SIGNED_IN),
    DeskDoor(f"{ROOM}/app", change_app, Right.SIGNED_IN, "POST"),
    DeskDoor(f"{ROOM}/sessions", end_others, Right.SIGNED_IN, "POST"),
    DeskDoor(f"{ROOM}/language", speak, Right.SIGNED_IN, "POST"),
]
