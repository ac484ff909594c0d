"""The socket of the chat page: handshake, hello, and the session after it; the protocol stands in the docs."""

import asyncio

import structlog
from starlette.websockets import WebSocket

from services.reception import Busy
from web.doors import site_of
from web.ear import Frame
from web.metrics import SOCKETS
from web.session import BUSY_MS, Session
from web.site import Association, Site
from web.sockets import Crowded
from web.wire import BREACH, LATER, TOKEN, Gone, Hangup, Wire

HELLO_WITHIN_S = 10
log = structlog.get_logger(__name__)


async def chat(socket: WebSocket) -> None:
    """One socket from handshake to close."""
    site = site_of(socket)
    association = site.associations[socket.path_params["organisation"]]
    await socket.accept()
    wire = Wire(socket)
    with SOCKETS.labels("web").track_inprogress():
        await wire.close(await _ending(site, association, wire))


async def _ending(site: Site, association: Association, wire: Wire) -> int:
    """Run the conversation and return the code to close with."""
    try:
        await _converse(site, association, wire)
    except Hangup as hangup:
        log.info("webchat.closed", code=hangup.code)
        return hangup.code
    except Crowded:
        return LATER
    except Gone:
        return 1000
    except Exception:
        log.exception("webchat.failed")
        return LATER
    return 1000


async def _converse(site: Site, association: Association, wire: Wire) -> None:
    hello = await _hello(site, wire)
    language = hello.language if hello.language in association.languages else association.languages[0]
    admission = await site.tokens.admit(association.name, hello.token)
    if not admission.accepted:
        await _error(site, association, wire, language, "bad_token")
        raise Hangup(TOKEN)
    if admission.contact:
        await site.tokens.used(association.name, admission.token)
    contact = admission.contact or await _opened(site, association, wire, admission.token, hello, language)
    session = Session(site, association, wire, admission.token, contact)
    with site.sockets.seated(session):
        await session.run(hello, max(hello.last, admission.since) if admission.contact else 0)


async def _hello(site: Site, wire: Wire) -> Frame:
    """The first frame, which comes soon and is a hello, or the socket is closed."""
    try:
        async with asyncio.timeout(HELLO_WITHIN_S):
            frame = site.ear.read(await wire.read())
    except TimeoutError:
        raise Hangup(BREACH) from None
    if frame.wrong or frame.kind != "hello":
        raise Hangup(BREACH)
    return frame


async def _opened(site: Site, association: Association, wire: Wire, token: str, hello: Frame, language: str) -> str:
    """Commit the opening of a new conversation; only then is its token worth keeping."""
    opening = site.ear.inbound(association.name, token, hello, site.ear.opening(token))
    if opening is None:
        raise Hangup(BREACH)
    try:
        return (await site.reception.receive(opening, site.ear.WEB)).contact
    except Busy:
        await _error(site, association, wire, language, "busy", BUSY_MS)
        raise Hangup(LATER) from None


async def _error(
    site: Site, association: Association, wire: Wire, language: str, code: str, retry_ms: int | None = None
) -> None:
    text = site.say(association.name, language, f"web.error.{code}")
    await wire.send(site.ear.write("error", code=code, text=text, retry_ms=retry_ms))
