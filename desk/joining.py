"""Coming in by a one-time link: its token stands in the address's fragment and is sent after a tap."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desk.cookies import entered
from desk.doors import PublicDeskDoor, desk_of, visitor_of
from desk.forms import fields
from desk.pages import page, words
from desk.rooms import DESK
from services.access import Rule, admits
from services.signing import GONE, SignedIn

TOKEN = re.compile(r"(?:.*[#&]k=)?([A-Za-z0-9_-]{20,100})\s*")
GONE_HERE = 410


async def door(request: Request) -> Response:
    """A field for the token, which the page's script fills, and one button."""
    return page(request, None, "join.html", fault="")


async def join(request: Request) -> Response:
    """What the invitation is for; then the new member's password and first code; then in."""
    given, password, code = await fields(request, "k", "password", "code")
    found = TOKEN.fullmatch(given.strip())
    token, name = found[1] if found else "", request.path_params["organisation"]
    invited = await desk_of(request).signing.joining(name, token) if token else None
    if invited is None:
        return page(request, None, "join.html", status=GONE_HERE if given else 422, fault="gone" if given else "k")
    if invited.demo:
        return await _demo(request, token)
    if not password and not code:
        return _details(request, token, invited)
    came = await desk_of(request).signing.join(name, token, password, code)
    if isinstance(came, SignedIn):
        return entered(request, came.token)
    if came.reason == GONE:
        return page(request, None, "join.html", status=GONE_HERE, fault="gone")
    return _details(request, token, invited, came.reason)


async def _demo(request: Request, token: str) -> Response:
    """The demonstration's members come in by the link alone, at this machine and nowhere else."""
    if not admits(Rule.THIS_MACHINE, visitor_of(request)):
        return page(request, None, "join.html", status=403, fault="here_only")
    came = await desk_of(request).signing.redeem_demo(request.path_params["organisation"], token)
    if isinstance(came, SignedIn):
        return entered(request, came.token)
    return page(request, None, "join.html", status=GONE_HERE, fault="gone")


def _details(request: Request, token: str, invited: Any, reason: str = "") -> Response:
    picture = desk_of(request).qr(invited.address)
    status = 422 if reason else 200
    fault = words(request, None)(f"desk.password.{reason}") if reason else ""
    context = {"k": token, "invited": invited, "qr": picture, "fault": fault, "about": reason}
    return page(request, None, "join_details.html", status=status, **context)


ROUTES = [
    PublicDeskDoor(f"{DESK}/join", door, Rule.ANYONE),
    PublicDeskDoor(f"{DESK}/join", join, Rule.OWN_FORMS, "POST"),
]
