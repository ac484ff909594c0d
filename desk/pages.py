"""Pages of the desk: a whole one in its frame, or a fragment of one, in the member's language."""

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from conversations.messages import Line, Param
from desk import showing
from desk.csp import desk_policy, fresh_nonce
from desk.rooms import open_to
from desk.site import Association, Desk, Member
from services.roles import Right, may

TEMPLATES = Path(__file__).parent / "pages"
KNOWN = (401, 403, 404, 409)
THEMES = ("auto", "light", "dark")
THEME, LANGUAGE = "wasl_theme", "wasl_language"  # cookies of this browser
SHOWN = {
    "number": showing.number,
    "code": showing.code,
    "reference": showing.reference,
    "phone": showing.phone,
    "masked_phone": showing.masked_phone,
    "masked": showing.masked,
    "lines": showing.lines,
    "act_id": lambda: str(uuid4()),
    "line": Line,
}
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.globals.update(SHOWN)


def page(
    request: Request, member: Member | None, template: str, /, *, status: int = 200, room: str = "", **context: Any
) -> Response:
    """A whole page; `room` is the id of the room it stands in. Without a member it is the page of a public door."""
    return _html(request, member, template, {"room": room, "fragment": False, **context}, status)


def fragment(request: Request, member: Member, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """A part of a page as htmx swaps it in; its template does not extend the layout."""
    return _html(request, member, template, {"room": "", "fragment": True, **context}, status)


def document(
    request: Request, member: Member | None, template: str, headers: Mapping[str, str], /, **context: Any
) -> Response:
    """A page that is given away: it stands alone, and leads nowhere."""
    language = language_of(request, member)
    frame = {"say": words(request, member), "language": language, "direction": _desk(request).direction(language)}
    return HTMLResponse(ENVIRONMENT.get_template(template).render({**frame, **context}), headers=dict(headers))


def error(request: Request, member: Member | None, status: int, key: str | Line | None = None) -> Response:
    """A page, or a fragment, that says what could not be done; `key` gives words that fit better than the status's."""
    known = status if status in KNOWN else 500 if status >= 500 else 400
    template = "error_fragment.html" if "hx-request" in request.headers else "error.html"
    context = {"room": "", "heading": f"desk.error.{known}", "text": f"desk.error.{known}_text", "key": key}
    return _html(request, member, template, context, status)


def signed_out(request: Request) -> Response:
    """For a form or a fragment that came after the session had ended."""
    return error(request, None, 401)


def language_of(request: Request, member: Member | None) -> str:
    """The language of the page: this browser's choice, else the member's, else the association's first."""
    languages = association_of(request).languages
    wanted = (request.query_params.get("lang"), request.cookies.get(LANGUAGE), member.language if member else None)
    return next((language for language in wanted if language in languages), languages[0])


def association_of(request: Request) -> Association:
    """The association whose desk this is."""
    return _desk(request).associations[request.path_params["organisation"]]


def words(request: Request, member: Member | None) -> Callable[..., str]:
    """`say(key, **values)` in the language of the page."""
    place = (association_of(request).name, language_of(request, member))

    def say(key: str | Line, **params: Param) -> str:
        return _desk(request).say(*place, key, **params)

    return say


def _desk(request: Request) -> Desk:
    return cast(Desk, request.app.state.desk)


def _frame(request: Request, member: Member | None) -> dict[str, Any]:
    """What every page of an association's desk shows."""
    desk, association, language = _desk(request), association_of(request), language_of(request, member)
    say, roles = words(request, member), member.roles if member else frozenset()
    theme = request.cookies.get(THEME, "")
    return {
        "member": member,
        "organisation": association.name,
        "base": f"/desk/{association.name}",
        "approved": association.approved,
        "language": language,
        "direction": desk.direction(language),
        "others": [(code, desk.language_name(code)) for code in association.languages if code != language],
        "theme": theme if theme in THEMES else "auto",
        "say": say,
        "short": say("organisation.short"),
        "rooms": open_to(request, roles),
        "counts": getattr(request.state, "counts", {}),
        "may": lambda right: may(roles, Right(right)),
        "hour": lambda moment: showing.hour(moment, association.zone),
        "asset": request.app.state.assets.url,
        "here": _here(request),
    }


def _here(request: Request) -> str:
    """Where to come back to: this page, or the desk's entrance where it is what became of a form."""
    if request.method != "GET":
        return f"/desk/{association_of(request).name}/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _html(request: Request, member: Member | None, template: str, context: Mapping[str, Any], status: int) -> Response:
    nonce = fresh_nonce()
    frame = {**_frame(request, member), "nonce": nonce}
    html = ENVIRONMENT.get_template(template).render({**frame, **context}).encode()
    headers = {"Content-Security-Policy": desk_policy(nonce), "Vary": "Accept-Encoding, Cookie, HX-Request"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        html, headers = gzip.compress(html, 6, mtime=0), {**headers, "Content-Encoding": "gzip"}
    return HTMLResponse(html, status, headers)
