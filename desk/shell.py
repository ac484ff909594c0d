"""What belongs to no room: the way in, the association's colours, and this browser's theme and language."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.cookies import own_path
from desk.doors import DeskDoor, PublicDeskDoor
from desk.pages import LANGUAGE, THEME, THEMES, association_of, error
from desk.rooms import DESK, open_to
from services.access import Rule
from services.roles import Right

AN_HOUR = "public, max-age=3600"
A_YEAR = 31_536_000


async def entrance(request: Request, member: Any) -> Response:
    """On to the first room that the member may enter; to their account where there is none."""
    rooms = open_to(request, member.roles)
    return RedirectResponse(f"/desk/{member.organisation}/{rooms[0].id if rooms else 'account'}", 303)


async def nowhere(request: Request, member: Any) -> Response:
    """Where no room stands."""
    return error(request, member, 404)


async def colours(request: Request) -> Response:
    """The association's four colours as custom properties; the desk's stylesheet chooses by theme."""
    names = ("--accent-light", "--soft-light", "--accent-dark", "--soft-dark")
    values = zip(names, association_of(request).colours, strict=True)
    css = ":root { " + " ".join(f"{name}: {value};" for name, value in values) + " }\n"
    return Response(css, media_type="text/css", headers={"Cache-Control": AN_HOUR})


async def choose(request: Request) -> Response:
    """Keep the theme or the language that was chosen, and go back to where one was."""
    form = await request.form(max_fields=4, max_files=0)
    base = f"/desk/{request.path_params['organisation']}"
    response = RedirectResponse(own_path(str(form.get("to", "")), base), 303)
    for field, cookie, known in (
        ("theme", THEME, THEMES),
        ("language", LANGUAGE, association_of(request).languages),
    ):
        if (value := form.get(field)) in known:
            secure = request.url.scheme == "https"
            response.set_cookie(cookie, str(value), A_YEAR, path=base, secure=secure, httponly=True, samesite="lax")
    return response


ROUTES = [
    DeskDoor(f"{DESK}/", entrance, Right.SIGNED_IN),
    DeskDoor(DESK, entrance, Right.SIGNED_IN),
    PublicDeskDoor(f"{DESK}/colours.css", colours, Rule.ANYONE),
    PublicDeskDoor(f"{DESK}/choices", choose, Rule.OWN_FORMS, "POST"),
]
LAST = [DeskDoor(f"{DESK}/{{rest:path}}", nowhere, Right.SIGNED_IN)]
