"""The door of the desk: signing in and out, and the list of desks for whoever sits at this machine."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk.cookies import entered, left, own_path
from desk.csp import desk_policy, fresh_nonce
from desk.doors import DeskDoor, PublicDeskDoor, desk_of, token_of, visitor_of
from desk.forms import fields
from desk.pages import ENVIRONMENT, page
from desk.rooms import DESK
from services.access import Rule
from services.roles import Right
from services.signing import LATER, SignedIn

FIRST = "ar"


async def door(request: Request) -> Response:
    """The form; whoever is signed in already goes on to where they wanted."""
    to, name = request.query_params.get("to", ""), request.path_params["organisation"]
    token = token_of(request)
    if token and await desk_of(request).staffing.member_of(name, token):
        return RedirectResponse(own_path(to, f"/desk/{name}"), 303)
    if not token and visitor_of(request).site == "cross-site" and to:
        # A strict cookie does not come along from another site's link: once more, from a page of ours.
        return page(request, None, "onward.html", to=own_path(to, f"/desk/{name}"))
    return _form(request, to=to, out="out" in request.query_params)


async def sign_in(request: Request) -> Response:
    """A session for whoever knows the password and has the app; the same answer to everybody else."""
    login, password, code, to = await fields(request, "login", "password", "code", "to")
    name, address = request.path_params["organisation"], visitor_of(request).address
    came = await desk_of(request).signing.sign_in(name, login, password, code, address)
    if not isinstance(came, SignedIn):
        return _form(request, 429 if came.reason == LATER else 401, to=to, login=login[:200], refused=came.reason)
    if old := token_of(request):
        await desk_of(request).signing.sign_out(name, old)
    return entered(request, came.token, to)


async def sign_out(request: Request, member: Any) -> Response:
    """End this browser's session."""
    await desk_of(request).signing.sign_out(member.organisation, token_of(request) or "")
    return left(request)


async def houses(request: Request) -> Response:
    """The desks of this house, by name."""
    desk = desk_of(request)
    names = [(name, desk.say(name, FIRST, "organisation.name")) for name in desk.associations]
    frame = {"language": FIRST, "direction": desk.direction(FIRST), "asset": request.app.state.assets.url}
    title = desk.say(names[0][0], FIRST, "desk.houses.title")
    html = ENVIRONMENT.get_template("houses.html").render(**frame, names=names, title=title)
    return HTMLResponse(html, headers={"Content-Security-Policy": desk_policy(fresh_nonce())})


def _form(request: Request, status: int = 200, **shown: Any) -> Response:
    context = {"to": "", "login": "", "refused": "", "out": False, **shown}
    return page(request, None, "sign_in.html", status=status, **context)


ROUTES = [
    PublicDeskDoor("/desk", houses, Rule.THIS_MACHINE),
    PublicDeskDoor(f"{DESK}/sign-in", door, Rule.ANYONE),
    PublicDeskDoor(f"{DESK}/sign-in", sign_in, Rule.OWN_FORMS, "POST"),
    DeskDoor(f"{DESK}/sign-out", sign_out, Right.SIGNED_IN, "POST"),
]
