"""One open socket of a contact: it hears the page's frames and tells what the transcript holds."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import structlog

from services.presence import Standing
from services.reception import Busy
from services.turns import Taken
from web.ear import Frame
from web.metrics import FRAMES
from web.site import Association, Site
from web.telling import Telling
from web.uploads import MOST_BYTES
from web.wire import AGAIN, BREACH, DONE, TOKEN, Gone, Hangup, Wire

MOST_WRONG = 20
TYPING_AFTER_S = 0.3
BUSY_MS = 1000
ROTATE_EVERY_S = 3600
log = structlog.get_logger(__name__)


class Session:
    """The life of a socket after its hello."""

    def __init__(self, site: Site, association: Association, wire: Wire, token: str, contact: str) -> None:
        self.site, self.association, self.wire = site, association, wire
        self.place = (association.name, contact)
        self.token = token
        self.offered: str | None = None
        self.language = association.languages[0]
        self._turn = asyncio.Lock()
        self._wrong = 0
        self._rotate_at = 0.0
        self._standing: Standing | None = None

    async def run(self, hello: Frame, last: int) -> None:
        """Welcome, then hear and tell until one of both ends."""
        self.language = hello.language if hello.language in self.association.languages else self.language
        await self._welcome()
        telling = Telling(self.site, self.wire, self.place, last, hello.mine, self._turn, self._present)
        self._telling = telling
        tasks = (asyncio.create_task(telling.run()), asyncio.create_task(self._hear_on()))  # who is there is said first
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    async def _welcome(self) -> None:
        name = self.association.name
        limits = {"text": self.site.ear.TEXT_LIMIT, "file": MOST_BYTES}
        await self.send(
            "welcome",
            token=self.token,
            name=self.site.say(name, self.language, "organisation.name"),
            language=self.language,
            direction=self.site.direction(self.language),
            limits=limits,
        )

    async def _present(self, now: Standing | None) -> None:
        """Say who is there, where that is news; without one told, look."""
        now = now or await self.site.presence.of(*self.place)
        if now.joined or (self._standing and self._standing.joined):
            await self._begin_anew()
        if now == self._standing:
            return
        self._standing = now
        coming = now.next.isoformat().replace("+00:00", "Z") if now.next else None
        await self.send("presence", state=now.state, name=now.name or None, ahead=now.ahead or None, next=coming)

    async def _begin_anew(self) -> None:
        """Where the conversation was joined to another, or parted from it, the page comes back with a new token."""
        if fresh := await self.site.tokens.moved(self.association.name, self.token, self.place[1]):
            await self.send("token", token=fresh, again=True)
            raise Hangup(AGAIN)

    async def send(self, kind: str, **fields: object) -> None:
        """Write one frame."""
        await self.wire.send(self.site.ear.write(kind, **fields))

    async def _hear_on(self) -> None:
        while True:
            await self._rotate()
            frame = self.site.ear.read(await self.wire.read())
            if frame.wrong:
                await self._refuse(frame.wrong, frame.id)
            else:
                await self._hear(frame)

    async def _hear(self, frame: Frame) -> None:
        self._wrong = 0
        match frame.kind:
            case "message":
                await (self._message(frame) if await self._owns(frame) else self._refuse("bad_file", frame.id))
            case "language":
                await self._switch(frame)
            case "seen":
                self._seen(frame.seq)
            case "end":
                await self._end()
            case "hello":
                raise Hangup(BREACH)

    async def _owns(self, frame: Frame) -> bool:
        """Whether every file that the message names is this contact's own, once."""
        if not frame.files:
            return True
        found = await self.site.papers.own(*self.place, frame.files)
        return len(set(frame.files)) == len(found) == len(frame.files)

    async def _message(self, frame: Frame) -> None:
        id = frame.id or ""
        self._telling.own(id)
        async with self._turn:
            if taken := await self._receive(frame, id):
                await self.send("ack", id=id, repeat=taken.repeat)

    async def _switch(self, frame: Frame) -> None:
        if frame.language in self.association.languages:
            self.language = frame.language
            async with self._turn:
                await self._receive(frame, str(uuid4()))

    async def _receive(self, frame: Frame, id: str) -> Taken | None:
        """Hand the frame's event in and wait for its commit; none where the house is too busy for it now."""
        key = self.site.ear.scoped(self.place[1], id)
        inbound = self.site.ear.inbound(self.association.name, self.token, frame, key)
        if inbound is None:
            return None
        try:
            with self._typing():
                taken = await self.site.reception.receive(inbound, self.site.ear.WEB)
        except Busy:
            await self._refuse("busy", frame.id, BUSY_MS)
            return None
        FRAMES.labels("web", "repeat" if taken.repeat else "parked" if taken.parked else "taken").inc()
        return taken

    @contextmanager
    def _typing(self) -> Iterator[None]:
        """Show that an answer is coming, where it takes longer than a moment."""
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Task[None]] = set()
        timer = loop.call_later(TYPING_AFTER_S, lambda: tasks.add(loop.create_task(self._show_typing())))
        try:
            yield
        finally:
            timer.cancel()

    async def _show_typing(self) -> None:
        try:
            await self.send("typing", **{"from": "bot"})
        except (Gone, Hangup):
            log.debug("webchat.gone_while_typing")

    def _seen(self, seq: int) -> None:
        if self._telling.shown(seq):
            self.site.transcript.shown(*self.place, seq)

    async def _end(self) -> None:
        await self.site.tokens.forget(self.association.name, self.token)
        for other in self.site.sockets.sharing(self):
            if isinstance(other, Session):
                await other.wire.close(TOKEN)
        raise Hangup(DONE)

    async def _rotate(self) -> None:
        """Ask now and then whether a new token is due; the old one stays in use until a page comes with the new."""
        now = asyncio.get_running_loop().time()
        if now < self._rotate_at:
            return
        self._rotate_at = now + ROTATE_EVERY_S
        if fresh := await self.site.tokens.rotate(self.association.name, self.token):
            self.offered = fresh
            await self.send("token", token=fresh)

    async def _refuse(self, code: str, id: str | None, retry_ms: int | None = None) -> None:
        FRAMES.labels("web", code).inc()
        self._wrong += code != "busy"
        if self._wrong > MOST_WRONG:
            raise Hangup(BREACH)
        text = self.site.say(self.association.name, self.language, f"web.error.{code}")
        await self.send("error", code=code, text=text, id=id, retry_ms=retry_ms)
