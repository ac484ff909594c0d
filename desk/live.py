"""What changed, as server-sent events: never text, never a name. The page then fetches what it shows anew."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from desk.doors import DeskDoor, desk_of, token_of
from desk.rooms import DESK
from desk.site import Desk
from desk.streams import TooManyStreams
from services.roles import Right

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
BEAT = ": here\n\n"
NOBODY = ""  # woken where a session ended: every stream looks whether its own still stands
EVERYTHING = "*"  # woken where the news of other processes may have been missed
Check = Callable[[], Awaitable[bool]]


async def live(request: Request, member: Any) -> Response:
    """A stream that lasts as long as the page and the session do; 429 when the session has too many."""
    desk, token = desk_of(request), token_of(request) or ""

    async def still_signed_in() -> bool:
        now = await desk.staffing.member_of(member.organisation, token)
        return now is not None and now.roles == member.roles

    held = desk.streams.hold(token)
    try:
        held.__enter__()
    except TooManyStreams:
        return Response(status_code=429)
    return _Stream(_news(desk, member.organisation, still_signed_in), held)


class _Stream(StreamingResponse):
    """A stream that gives its place back however it ends, even if it never began."""

    def __init__(self, content: AsyncGenerator[str, None], held: AbstractContextManager[None]) -> None:
        super().__init__(content, media_type="text/event-stream", headers=HEADERS)
        self._content, self._held = content, held

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Stream until the page goes."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._held.__exit__(None, None, None)
            await self._content.aclose()


async def _news(desk: Desk, organisation: str, still_signed_in: Check) -> AsyncGenerator[str, None]:
    """`fresh` at the beginning (whatever happened while nobody listened), then a beat or what was woken."""
    if desk.wakeups is None:
        return
    async with desk.wakeups.watch(organisation) as woken:
        yield _event("fresh")
        async with aclosing(_paced(woken, desk)) as paced:
            async for contacts in paced:
                if not await still_signed_in():
                    return
                yield _told(contacts - {NOBODY})


async def _paced(woken: AsyncIterator[Iterable[str]], desk: Desk) -> AsyncGenerator[frozenset[str], None]:
    """Each set of contacts as it is woken, an empty one where a beat passed; ends when the house closes."""
    closing = asyncio.ensure_future(desk.streams.closed.wait())
    coming = asyncio.ensure_future(_next(woken))
    try:
        while True:
            await asyncio.wait({closing, coming}, timeout=desk.streams.beat_s, return_when=asyncio.FIRST_COMPLETED)
            if closing.done():
                return
            if not coming.done():
                yield frozenset()
                continue
            yield coming.result()
            await asyncio.sleep(desk.streams.rest_s)
            coming = asyncio.ensure_future(_next(woken))
    finally:
        closing.cancel()
        coming.cancel()
        await asyncio.gather(closing, coming, return_exceptions=True)


async def _next(woken: AsyncIterator[Iterable[str]]) -> frozenset[str]:
    return frozenset(await anext(woken))


def _told(contacts: frozenset[str]) -> str:
    if not contacts:
        return BEAT
    if EVERYTHING in contacts:
        return _event("fresh")
    return _event("inbox") + "".join(_event("chat", contact) for contact in sorted(contacts))


def _event(name: str, data: str = "") -> str:
    return f"event: {name}\ndata: {data}\n\n"


ROUTES = [DeskDoor(f"{DESK}/live", live, Right.SIGNED_IN)]
