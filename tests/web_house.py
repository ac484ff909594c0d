"""A real server on a free port over a house whose services are played, for the rules of the socket and the pages."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bot.app import create_app
from bot.server import server
from conversations.events import Inbound, Opened, Said
from conversations.messages import Capabilities
from handlers import webchat as ear
from services.papers import Kept, Refusal
from services.presence import Standing
from services.reception import Busy
from services.tokens import Admission
from services.transcript import Mine, Passage, Told
from services.turns import Taken
from storage.wakeups import Wakeups
from tests.patience import STUCK_S
from web.site import Association, Site

AT = datetime(2026, 1, 8, 9, 30, tzinfo=UTC)
Frame = dict[str, Any]


@dataclass
class Drawer:
    """Papers in memory: whatever begins with a picture's first byte is taken, under its upload's own id."""

    kept: dict[str, tuple[str, Kept, bytes]] = field(default_factory=dict)
    slow: asyncio.Event | None = None

    async def receive(
        self, organisation: str, contact: str, address: str, upload: str, name: str, data: bytes
    ) -> Kept | Refusal:
        if self.slow:
            await self.slow.wait()
        file = sha256(f"{contact}|{upload}".encode()).hexdigest()[:32]
        if not data.startswith((b"\xff", b"%", b"\x89")):
            return Refusal("kind" if data else "empty")
        kind = "pdf" if data.startswith(b"%") else "image"
        return self.kept.setdefault(file, (contact, Kept(file, name, kind, len(data)), data))[1]

    async def own(self, organisation: str, contact: str, files: Sequence[str]) -> list[Kept]:
        return [self.kept[file][1] for file in files if file in self.kept and self.kept[file][0] == contact]

    async def opened(self, organisation: str, contact: str, file: str) -> tuple[Kept, bytes] | None:
        owner, kept, data = self.kept.get(file, ("", Kept("", "", "", 0), b""))
        return (kept, data) if owner == contact else None


@dataclass
class Played:
    """Reception, tokens and transcript of one association, in memory and under the test's hand."""

    wakeups: Wakeups = field(default_factory=Wakeups)
    contacts: dict[str, str] = field(default_factory=dict)
    told_lines: dict[str, list[Told]] = field(default_factory=dict)
    mine_lines: dict[str, list[Mine]] = field(default_factory=dict)
    ids: set[tuple[str, str]] = field(default_factory=set)
    events: list[Inbound] = field(default_factory=list)
    seen_up_to: list[int] = field(default_factory=list)
    used_tokens: list[str] = field(default_factory=list)
    busy: bool = False
    slow: asyncio.Event | None = None
    due: str | None = None
    standing: Standing = field(default_factory=Standing)
    links: dict[str, str] = field(default_factory=dict)
    drawer: Drawer = field(default_factory=Drawer)

    async def receive(self, inbound: Inbound, channel: Capabilities) -> Taken:
        """Commit the event: keep the line, answer it, wake whoever waits."""
        if self.busy:
            raise Busy
        if self.slow:
            await self.slow.wait()
        contact = self.contacts.setdefault(inbound.keys[0], f"c{len(self.contacts)}")
        if (contact, inbound.id) in self.ids:
            return Taken(contact, "a", repeat=True)
        self.ids.add((contact, inbound.id))
        self.events.append(inbound)
        self._keep(contact, inbound)
        self.wakeups.wake(inbound.organisation, contact)
        return Taken(contact, "a")

    def _keep(self, contact: str, inbound: Inbound) -> None:
        told = self.told_lines.setdefault(contact, [])
        if isinstance(inbound.event, Said):
            self.mine_lines.setdefault(contact, []).append(
                Mine(len(told), inbound.id, inbound.event.text, inbound.event.choices, AT, inbound.event.files)
            )
            self.tell(contact, f"وصل: {inbound.event.text}")
        elif isinstance(inbound.event, Opened):
            self.tell(contact, "السلام عليكم")

    def tell(self, contact: str, text: str) -> None:
        """One more line to the contact."""
        lines = self.told_lines.setdefault(contact, [])
        options = [{"id": f"{len(lines) + 1}-yes", "label": "نعم", "number": "1"}]
        words = {"text": text, "parts": [{"role": "say", "text": text}], "options": options}
        lines.append(Told(len(lines) + 1, AT, "bot", words, "one", "text", (1, 3)))

    async def admit(self, organisation: str, token: str | None) -> Admission:
        """A fresh token for null, the contact of a known one."""
        if token is None:
            return Admission(f"token-{len(self.contacts)}", None, accepted=True)
        contact = self.contacts.get(token)
        return Admission(token, contact, accepted=contact is not None)

    async def rotate(self, organisation: str, token: str) -> str | None:
        """The token that the test says is due, once."""
        fresh, self.due = self.due, None
        if fresh:
            self.contacts[fresh] = self.contacts[token]
        return fresh

    async def used(self, organisation: str, token: str) -> None:
        """A page came with the token."""
        self.used_tokens.append(token)

    async def forget(self, organisation: str, token: str) -> None:
        """The token is good no longer."""
        self.contacts.pop(token, None)

    async def redeem(self, organisation: str, token: str) -> str | None:
        """The chat token behind a link, once."""
        return self.links.pop(token, None)

    async def told(self, organisation: str, contact: str, after: int) -> list[Told]:
        """What the contact was told after that number."""
        return [line for line in self.told_lines.get(contact, []) if line.seq > after]

    async def since(self, organisation: str, contact: str, after: int, number: int | None = None) -> Passage:
        """What the contact was told after that seq, and its own lines that followed it; here lines alone are numbered."""
        lines = self.mine_lines.get(contact, [])
        mine = lines[number:] if number is not None else [line for line in lines if line.after >= after]
        return Passage(await self.told(organisation, contact, after), mine, len(lines))

    async def of(self, organisation: str, contact: str) -> Standing:
        """Who is there: the assistant."""
        return self.standing

    def shown(self, organisation: str, contact: str, seq: int) -> None:
        """Shown up to that number."""
        self.seen_up_to.append(seq)


WORDS = {"organisation.name": "جمعية الاختبار", "organisation.short": "الاختبار"}
ASSOCIATION = Association(
    name="labas",
    languages=("ar", "en"),
    colours=("#0b6470", "#d8e6e8", "#7fc8d0", "#333d3a"),
    approved=False,
    policy={"ar": "# سياسة\n\n- بند <b>غامق</b>", "en": "# Policy"},
    privacy={"ar": "# خصوصية", "en": "# Privacy"},
    embedders=("https://labas.example",),
)


def say(organisation: str, language: str, key: str) -> str:
    """The words of a key, or the key itself."""
    return WORDS.get(key, f"{language}:{key}")


async def healthy() -> Mapping[str, bool]:
    """Everything is there."""
    return {"database": True, "migrations": True}


def site(played: Played, public_url: str = "http://localhost", built: Path = Path("nowhere")) -> Site:
    """A house of one association over played services."""
    services = cast(Any, played)
    return Site(
        public_url=public_url,
        associations={"labas": ASSOCIATION},
        direction=lambda language: "rtl" if language == "ar" else "ltr",
        language_name=lambda language: {"ar": "العربية", "en": "English"}[language],
        say=say,
        page_words=lambda organisation, language: {"page.send": f"{language}:send"},
        reception=services,
        tokens=services,
        transcript=services,
        presence=services,
        papers=cast(Any, played.drawer),
        wakeups=played.wakeups,
        ear=ear,
        ready=healthy,
        built=built,
    )


@dataclass
class Street:
    """A serving house as seen from outside."""

    port: int
    played: Played
    app: Starlette
    stop: asyncio.Event

    @property
    def origin(self) -> str:
        """The house's own origin."""
        return f"http://localhost:{self.port}"

    def socket(self, origin: str | None = "", organisation: str = "labas") -> connect:
        """A socket as a page of that origin opens it; the house's own unless told."""
        address = f"ws://127.0.0.1:{self.port}/chat/{organisation}/ws"
        return connect(address, origin=cast(Any, self.origin if origin == "" else origin), compression=None, proxy=None)


@asynccontextmanager
async def serving(played: Played, built: Path = Path("nowhere"), **changes: Any) -> AsyncIterator[Street]:
    """Serve the played house until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        app = create_app(replace(site(played, f"http://localhost:{port}", built), **changes))
        async with running(app, listener) as stop:
            yield Street(port, played, app, stop)


@asynccontextmanager
async def running(app: Starlette, listener: socket.socket) -> AsyncIterator[asyncio.Event]:
    """Run the server on this listener; setting the event stops it early."""
    runner = server(app, "127.0.0.1", listener.getsockname()[1])
    task = asyncio.create_task(runner._serve([listener]))
    stop = asyncio.Event()

    async def watch() -> None:
        await stop.wait()
        runner.should_exit = True

    watcher = asyncio.create_task(watch())
    async with asyncio.timeout(STUCK_S):
        while not runner.started:
            await asyncio.sleep(0)
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(watcher, task)


async def send(page: ClientConnection, kind: str, **fields: Any) -> None:
    """Send one frame."""
    await page.send(json.dumps({"type": kind, **fields}, ensure_ascii=False))


async def hear(page: ClientConnection, *kinds: str) -> Frame:
    """The next frame of one of these kinds; others before it are passed over."""
    async with asyncio.timeout(STUCK_S):
        while True:
            frame: Frame = json.loads(await page.recv())
            if not kinds or frame["type"] in kinds:
                return frame


async def hello(page: ClientConnection, token: str | None = None, **fields: Any) -> Frame:
    """Say hello and return the welcome."""
    await send(page, "hello", token=token, **{"last": 0, "language": None, "start": None, "mine": False, **fields})
    return await hear(page, "welcome")


async def closing(page: ClientConnection) -> int | None:
    """The code with which the house closes the socket."""
    async with asyncio.timeout(STUCK_S):
        with suppress(ConnectionClosed):
            while True:
                await page.recv()
    return page.close_code
