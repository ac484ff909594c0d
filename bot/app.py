"""The web application: every public door and every door of the desk, each with its rule."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from desk.routes import routes as desk_routes
from desk.site import Desk
from web.assets import Assets
from web.csp import Manners
from web.doors import require_rules
from web.failures import HANDLERS, Shelter
from web.routes import health
from web.routes import routes as public_routes
from web.site import Site

Leave = Callable[[], Awaitable[None]]
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def create_app(
    site: Site,
    open_house: Lifespan | None = None,
    more: Iterable[BaseRoute] = (),
    desk: Desk | None = None,
    *,
    leave: Leave | None = None,
    closed: bool = False,
) -> Starlette:
    """The application; `UndeclaredDoor` where a route has no rule. `open_house` holds while it serves, `leave` is
    called as soon as it is told to stop. A `closed` one has no doors but those that tell how it stands."""
    doors = health() if closed else [*public_routes(), *more, *(desk_routes() if desk else ())]
    require_rules(doors)
    app = Starlette(
        routes=doors,
        middleware=[Middleware(Manners), Middleware(Shelter)],
        exception_handlers=HANDLERS,
        lifespan=open_house,
    )
    app.state.site = site
    app.state.desk = desk
    app.state.leave = leave
    app.state.assets = Assets(site.built)
    return app
