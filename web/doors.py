"""Doors: routes that each declare the rule by which somebody may come in."""

from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from services.access import Rule, Visitor, admits
from services.roles import Right
from web.site import Site

Answer = Callable[[Request], Awaitable[Response]]
Talk = Callable[[WebSocket], Awaitable[None]]


class UndeclaredDoor(Exception):
    """A route that declares no rule; the house does not start with it."""


class Door(Route):
    """An HTTP route behind a rule."""

    def __init__(self, path: str, endpoint: Answer, rule: Rule, method: str = "GET") -> None:
        super().__init__(path, _guarded(endpoint, rule), methods=[method])
        self.rule = rule


class SocketDoor(WebSocketRoute):
    """A socket behind a rule; who may not come in is refused at the handshake."""

    def __init__(self, path: str, endpoint: Talk, rule: Rule) -> None:
        super().__init__(path, _guarded_socket(endpoint, rule))
        self.rule = rule


def require_rules(routes: Iterable[BaseRoute]) -> None:
    """Refuse to start where a route declares neither a rule of the house nor a right of its staff."""
    for route in routes:
        if not isinstance(getattr(route, "rule", None), Rule | Right):
            raise UndeclaredDoor(f"{getattr(route, 'path', route)} declares no rule of services/access.py.")


def site_of(connection: HTTPConnection) -> Site:
    """The house behind this connection."""
    return cast(Site, connection.app.state.site)


def _guarded(endpoint: Answer, rule: Rule) -> Answer:
    async def guarded(request: Request) -> Response:
        _require_association(request)
        if not admits(rule, _visitor(request)):
            raise HTTPException(404 if rule is Rule.THIS_MACHINE else 403)
        return await endpoint(request)

    return guarded


def _guarded_socket(endpoint: Talk, rule: Rule) -> Talk:
    async def guarded(socket: WebSocket) -> None:
        try:
            _require_association(socket)
        except HTTPException:
            await socket.send_denial_response(Response(status_code=404))
            return
        if not admits(rule, _visitor(socket)):
            await socket.send_denial_response(Response(status_code=403))
            return
        await endpoint(socket)

    return guarded


def _require_association(connection: HTTPConnection) -> None:
    name = connection.path_params.get("organisation")
    if name is not None and name not in site_of(connection).associations:
        raise HTTPException(404)


def _visitor(connection: HTTPConnection) -> Visitor:
    site = site_of(connection)
    association = site.associations.get(connection.path_params.get("organisation", ""))
    return Visitor(
        address=connection.client.host if connection.client else "",
        host=connection.headers.get("host", "").rpartition(":")[0] or connection.headers.get("host", ""),
        origin=connection.headers.get("origin"),
        origins=site.origins(association),
    )
