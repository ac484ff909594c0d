"""Whether the process lives, and whether it can do its work."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from web.doors import site_of


async def alive(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


async def ready(request: Request) -> Response:
    """The database answers and its tables are of this version; else 503 with what is missing."""
    found = await site_of(request).ready()
    return JSONResponse(dict(found), 200 if all(found.values()) else 503)
