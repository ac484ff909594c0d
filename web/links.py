"""One-time links: the page posts the token that stood in the address's fragment, after a tap."""

import json
import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.doors import site_of
from web.tongue import wanted

MOST_BYTES = 1024
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


async def redeem(request: Request) -> Response:
    """A chat token for a link's token, once; 410 where it was used, has expired or never was."""
    token = _token(await _body(request))
    site, organisation = site_of(request), request.path_params["organisation"]
    fresh = await site.tokens.redeem(organisation, token) if token else None
    if fresh is None:
        language = wanted(request, site.associations[organisation].languages)
        return JSONResponse({"code": "gone", "text": site.say(organisation, language, "web.gone.text")}, 410)
    return JSONResponse({"token": fresh})


async def _body(request: Request) -> bytes:
    """The body, if it is JSON and small."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413)
    return body


def _token(body: bytes) -> str | None:
    try:
        token = json.loads(body)["token"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise HTTPException(400) from None
    return token if isinstance(token, str) and TOKEN.fullmatch(token) else None
