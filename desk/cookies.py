"""The session's cookie: set as somebody comes in, gone as they leave."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from desk.doors import desk_of, session_cookie

HALF_A_DAY = 43_200


def entered(request: Request, token: str, to: str = "") -> Response:
    """On to the page that was asked for, or into the desk, with the session."""
    name, public_url = request.path_params["organisation"], desk_of(request).public_url
    response = RedirectResponse(own_path(to, f"/desk/{name}"), 303)
    secure = public_url.startswith("https:")
    response.set_cookie(
        session_cookie(public_url, name), token, HALF_A_DAY, path="/", secure=secure, httponly=True, samesite="strict"
    )
    return response


def left(request: Request) -> Response:
    """Back to the door, without a session; what the browser kept of the pages is thrown away."""
    name, public_url = request.path_params["organisation"], desk_of(request).public_url
    response = RedirectResponse(f"/desk/{name}/sign-in?out=1", 303, {"Clear-Site-Data": '"cache"'})
    secure = public_url.startswith("https:")
    cookie = session_cookie(public_url, name)
    response.delete_cookie(cookie, path="/", secure=secure, httponly=True, samesite="strict")
    return response


def own_path(asked: str, base: str) -> str:
    """A path of this desk and of no other place."""
    own = asked.startswith(f"{base}/") and "//" not in asked and "\\" not in asked and asked.isprintable()
    return asked if own else f"{base}/"
