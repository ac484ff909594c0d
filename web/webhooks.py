"""Webhooks: a vendor's call is believed only once it is shown to be the vendor's, and answered after the commit."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from conversations.channels import Call, CallRefused, Heard
from services.reception import Busy
from web.doors import site_of
from web.metrics import FRAMES
from web.site import Hook

MOST_BYTES = 1_000_000
AGAIN_S = "1"
log = structlog.get_logger(__name__)


async def twilio(request: Request) -> Response:
    """A message, or a receipt of one of ours."""
    return await _answered(request, "twilio")


async def telegram(request: Request) -> Response:
    """An update of the bot."""
    return await _answered(request, "telegram")


async def _answered(request: Request, vendor: str) -> Response:
    """Read the call, commit what it tells, answer; what goes wrong before the commit makes the vendor come again."""
    organisation = request.path_params["organisation"]
    hook = site_of(request).hooks.get((organisation, vendor))
    if hook is None:
        raise HTTPException(404)
    heard = await _heard(request, hook)
    try:
        await hook.hear(organisation, heard)
    except Exception as error:
        if not isinstance(error, Busy):
            log.error("webhook.failed", vendor=vendor, error=type(error).__name__, exc_info=error)
        raise HTTPException(503, headers={"Retry-After": AGAIN_S}) from None
    FRAMES.labels(vendor, "taken").inc(len(heard.inbounds))
    hook.acknowledge(heard)
    answer = hook.channel.answer()
    return Response(answer.body, answer.status, media_type=answer.media_type)


async def _heard(request: Request, hook: Hook) -> Heard:
    """What an authentic call holds; an HTTP error for any other."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in request.headers.raw}
    call = Call(_public_url(request), headers, await _body(request))
    try:
        hook.channel.authentic(call)
        return hook.channel.read(call)
    except CallRefused as refused:
        log.info("webhook.refused", line=hook.channel.line, status=refused.status)
        FRAMES.labels(hook.channel.line, "refused").inc()
        raise HTTPException(refused.status) from None


def _public_url(request: Request) -> str:
    """The address that the vendor called, by the settings and never by the call's own headers."""
    path: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return site_of(request).public_url + (path + (b"?" + query if query else b"")).decode("latin-1")


async def _body(request: Request) -> bytes:
    """The body, or 413 as soon as it is known to be too long."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:12]) > MOST_BYTES:
        raise HTTPException(413)
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) > MOST_BYTES:
            raise HTTPException(413)
    return bytes(held)
