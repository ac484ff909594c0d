"""What somebody sees where there is no such page, or where something broke; never what or whose."""

from collections.abc import Mapping

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.pages import plain

CODES = {400: "bad_request", 403: "foreign", 404: "not_found", 405: "bad_method", 413: "too_long", 415: "bad_kind"}
log = structlog.get_logger(__name__)


async def refused(request: Request, error: Exception) -> Response:
    """A door that is not there or does not open: a kind page for people, a code for machines."""
    headers = error.headers if isinstance(error, HTTPException) else None
    return _told(request, error.status_code if isinstance(error, HTTPException) else 500, headers)


def _told(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        return plain(request, status)
    return JSONResponse({"code": CODES.get(status, "failed")}, status, headers)


class Shelter:
    """Where something breaks the log has it and the visitor does not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; an error before the answer began becomes a kind page."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            log.error("web.failed", error=type(error).__name__, exc_info=error)
            if scope["type"] == "http" and not started:
                await _told(Request(scope), 500)(scope, receive, send)


HANDLERS = {HTTPException: refused}
