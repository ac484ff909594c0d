"""Doors of the desk: each declares the right it asks of whoever is signed in, or the rule of a public one."""

from collections.abc import Awaitable, Callable
from typing import Any, cast
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.pages import error, signed_out
from desk.site import Desk
from services.access import Decision, Rule, Visitor, admits, decide
from services.roles import Right

SAFE = frozenset({"GET", "HEAD"})
Endpoint = Callable[[Request, Any], Awaitable[Response]]  # (request, services.staffing.Member)
Answer = Callable[[Request], Awaitable[Response]]
log = structlog.get_logger(__name__)


class DeskDoor(Route):
    """A route for members who have the right."""

    def __init__(self, path: str, endpoint: Endpoint, right: Right, method: str = "GET") -> None:
        super().__init__(path, _guarded(endpoint, right), methods=[method])
        self.rule = right


class PublicDeskDoor(Route):
    """A route of the desk for whoever is not signed in yet."""

    def __init__(self, path: str, endpoint: Answer, rule: Rule, method: str = "GET") -> None:
        super().__init__(path, _admitting(endpoint, rule), methods=[method])
        self.rule = rule


def desk_of(request: Request) -> Desk:
    """The house behind this request."""
    return cast(Desk, request.app.state.desk)


def token_of(request: Request) -> str | None:
    """The session's token that the browser sent."""
    return request.cookies.get(session_cookie(desk_of(request).public_url, request.path_params["organisation"]))


def session_cookie(public_url: str, organisation: str) -> str:
    """The name of the cookie that holds an association's session: locked to this host wherever the way is sealed."""
    return f"{'__Host-' if public_url.startswith('https:') else ''}wasl-{organisation}"


def is_fragment(request: Request) -> bool:
    """Whether a script of the page asks, not the person's browser by itself."""
    return "hx-request" in request.headers


def _guarded(endpoint: Endpoint, right: Right) -> Answer:
    async def guarded(request: Request) -> Response:
        _require_own_page(request)
        member = await _member(request)
        decision = decide(member, request.path_params["organisation"], right)
        if decision is Decision.SIGN_IN:
            return _to_sign_in(request)
        if decision is not Decision.ENTER:
            return error(request, member, 403 if decision is Decision.NOT_YOURS else 404)
        if request.method in SAFE and not is_fragment(request):
            request.state.counts = await desk_of(request).counts(member)
        return await _sheltered(endpoint, request, member)

    return guarded


async def _sheltered(endpoint: Endpoint, request: Request, member: Any) -> Response:
    """The endpoint's answer; what it refuses, or breaks over, is told in the desk's frame."""
    try:
        return await endpoint(request, member)
    except HTTPException as refused:
        return error(request, member, refused.status_code)
    except Exception as broken:
        log.error("desk.failed", error=type(broken).__name__, exc_info=broken)
        return error(request, member, 500)


def _admitting(endpoint: Answer, rule: Rule) -> Answer:
    async def admitting(request: Request) -> Response:
        _require_own_page(request)
        if not admits(rule, visitor_of(request)):
            raise HTTPException(404 if rule is Rule.THIS_MACHINE else 403)
        return await endpoint(request)

    return admitting


def _require_own_page(request: Request) -> None:
    """404 for an association that is not here; 403 for a form that no page of ours sent."""
    name = request.path_params.get("organisation")
    if name is not None and name not in desk_of(request).associations:
        raise HTTPException(404)
    if request.method not in SAFE and not admits(Rule.OWN_FORMS, visitor_of(request)):
        raise HTTPException(403)


async def _member(request: Request) -> Any:
    token = token_of(request)
    if not token:
        return None
    staffing, alone = desk_of(request).staffing, is_fragment(request) and request.method in SAFE
    return await staffing.member_of(request.path_params["organisation"], token, active=not alone)


def _to_sign_in(request: Request) -> Response:
    if request.method not in SAFE or is_fragment(request):
        return signed_out(request)
    came_to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    sign_in = f"/desk/{request.path_params['organisation']}/sign-in"
    return RedirectResponse(f"{sign_in}?to={quote(came_to)}", 303)


def visitor_of(request: Request) -> Visitor:
    """Whoever asks, as far as rules look at them."""
    return Visitor(
        address=request.client.host if request.client else "",
        host=request.headers.get("host", "").partition(":")[0],
        origin=request.headers.get("origin"),
        origins=desk_of(request).origins,
        site=request.headers.get("sec-fetch-site"),
    )
