"""A real house on a real SQLite file, and vendors that obey a script."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.household import Household, furnish
from bot.lines import Lines
from bot.post import Post, open_post
from conversations.channels import Answer, Call, Heard, Parcel, SendFailed, Sent
from conversations.events import Event, Inbound, Media, Opened, Said
from conversations.failures import Failure
from conversations.messages import Capabilities, Words
from handlers import ways
from handlers.fitting import fit
from organisations import load_all
from services.outlets import Outlet, Pace
from services.planner import Template
from services.ports import Row
from services.turns import Taken
from storage import Memory
from tests.migrated import migrated
from tests.patience import STUCK_S
from tests.storage_world import OLD, Place, url_of

NOON = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUSE = "qurainah"
FAST = Pace(per_second=10_000, to_one=10_000, at_once=10_000)
Act = Callable[[Parcel], Awaitable[Sent]]


class MovedClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Now."""
        return self.now

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeChannel:
    """A vendor. `script` holds what comes of the next calls, in order: a failure, an act, or nothing for success."""

    line: str
    clock: Callable[[], datetime]
    capabilities: Capabilities = field(init=False)
    script: list[SendFailed | Act | None] = field(default_factory=list)
    calls: list[tuple[datetime, Parcel]] = field(default_factory=list)
    found: list[Sent | SendFailed | None] = field(default_factory=list)
    asked: list[Parcel] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.capabilities = ways()[self.line]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until that holds; it is looked at after every call."""
        async with asyncio.timeout(STUCK_S):
            while not holds():
                self.news.clear()
                await self.news.wait()

    @property
    def texts(self) -> list[str]:
        """What it was asked to send, in order."""
        return [parcel.text for _, parcel in self.calls]

    def authentic(self, call: Call) -> None:
        """Everybody is."""

    def read(self, call: Call) -> Heard:
        """Nothing."""
        return Heard()

    def answer(self) -> Answer:
        """A status."""
        return Answer()

    def parcels(self, to: str, words: Words, token: str) -> Sequence[Parcel]:
        """The texts, as real channels cut them."""
        texts = fit(words, self.capabilities)
        return [Parcel(to, text.text, tuple((b.id, b.label) for b in text.buttons), token) for text in texts]

    async def send(self, parcel: Parcel) -> Sent:
        """What the script says, else success."""
        self.calls.append((self.clock(), parcel))
        self.news.set()
        act = self.script.pop(0) if self.script else None
        if isinstance(act, SendFailed):
            raise act
        return await act(parcel) if act else Sent(f"{self.line}-{len(self.calls)}")

    async def fetch(self, media: Media) -> bytes:
        """Nothing lies here."""
        raise SendFailed(Failure.MEDIA)

    async def look_up(self, parcel: Parcel, since: datetime) -> Sent | None:
        """What the script says was found."""
        self.asked.append(parcel)
        found = self.found.pop(0) if self.found else None
        if isinstance(found, SendFailed):
            raise found
        return found


@dataclass
class World:
    """The house, its post room, its vendors and its clock."""

    memory: Memory
    household: Household
    post: Post
    clock: MovedClock
    vendors: dict[str, FakeChannel]

    async def write(self, who: str, event: Event | str, line: str = "telegram") -> Taken:
        """Somebody writes on a line."""
        said = Said(event) if isinstance(event, str) else event
        inbound = Inbound(HOUSE, line, (who,), uuid4().hex, said, value=who)
        return await self.household.reception.receive(inbound, ways()[line])

    async def open(self, who: str = "900", line: str = "telegram") -> Taken:
        """Somebody comes for the first time and chooses Arabic: one turn, two messages."""
        return await self.write(who, Opened("ar"), line)

    async def rows(self, **where: Any) -> list[Row]:
        """The outbox in order."""
        async with self.memory.reading() as unit:
            order = ["contact", "number", "piece", "attempt"]
            return await unit.select("outbox", {"organisation": HOUSE, **where}, order=order)

    async def states(self, **where: Any) -> list[str]:
        """The states of the outbox in order."""
        return [row["state"] for row in await self.rows(**where)]

    async def tasks(self) -> list[tuple[str, str]]:
        """The kinds and reasons of staff's tasks."""
        async with self.memory.reading() as unit:
            return [(t["kind"], t["reason"]) for t in await unit.select("tasks", {"organisation": HOUSE}, order=["at"])]

    async def change(self, table: str, key: Row, **columns: Any) -> None:
        """Change a row by hand."""
        async with self.memory.unit() as unit:
            await unit.update(table, [{"organisation": HOUSE, **key, **columns}])

    async def unasked(self, taken: Taken, text: str = "تذكير", key: str = "status.changed") -> None:
        """The house says something by itself, as the bell will."""
        async with self.memory.unit() as unit:
            (contact,) = await unit.select("contacts", {"organisation": HOUSE, "contact": taken.contact})
            number, out = contact["message_number"] + 1, contact["outbox_number"] + 1
            who = {"organisation": HOUSE, "contact": taken.contact}
            words = {"text": text, "parts": [], "options": []}
            keys = {"parts": [{"role": "say", "key": key, "params": {"reference": {"code": "472193807"}}}]}
            said = {"content": {"keys": keys, "words": words}, "owner_kind": "contact", "owner": taken.contact}
            way = {"direction": "out", "by": "bot", "at": self.clock(), "address": taken.address}
            await unit.insert("messages", [{**who, "number": number, **said, **way}])
            plain = {"message": number, "turn": out, "state": "new", "at": self.clock(), "interactive": False}
            await unit.insert("outbox", [{**who, "number": out, "address": taken.address, **plain}])
            await unit.update("contacts", [{**who, "message_number": number, "outbox_number": out}])

    async def second_address(self, taken: Taken, line: str, to: str, **more: Any) -> str:
        """The contact can be reached on another line too."""
        address = uuid4().hex
        row = {"organisation": HOUSE, "address": address, "contact": taken.contact, "line": line, "value": to}
        async with self.memory.unit() as unit:
            await unit.insert("addresses", [{**row, "proven_at": self.clock(), **more}])
        return address


TEMPLATES = {HOUSE: {"status.changed": Template("HX" + "1" * 32, ("reference",))}}


@asynccontextmanager
async def world(
    place: Place,
    clock: MovedClock | None = None,
    pace: Pace = FAST,
    lines: Sequence[str] = ("telegram", "whatsapp", "sms"),
) -> AsyncIterator[World]:
    """A house with three vendors on a folder's or another database; a second one there finds what the first left."""
    clock = clock or MovedClock()
    if not isinstance(place, str):
        await migrated(url_of(place))
    memory = Memory(url_of(place), (OLD,))
    await memory.open((HOUSE,))
    household = furnish(memory, load_all((HOUSE,)), clock, "http://localhost:8000")
    vendors = {line: FakeChannel(line, clock) for line in lines}
    manners = {
        "telegram": Outlet(vendors["telegram"], pace, repeats=True),
        "whatsapp": Outlet(vendors["whatsapp"], pace, window=timedelta(hours=24)),
        "sms": Outlet(vendors["sms"], pace),
    }
    opened = Lines({(HOUSE, line): manners[line] for line in lines})
    post = open_post(household, opened, TEMPLATES, clock, chance=lambda: 0.0)
    try:
        yield World(memory, household, post, clock, vendors)
    finally:
        await household.reception.close()
        await memory.close()


def slow(parcel: Parcel, seconds: float = 0.05) -> Awaitable[Sent]:
    """A vendor that needs a moment."""

    async def act() -> Sent:
        await asyncio.sleep(seconds)
        return Sent(uuid4().hex)

    return act()


def failed(failure: Failure, code: str = "", retry_after: float | None = None) -> SendFailed:
    """A failure for a script."""
    return SendFailed(failure, code, retry_after)
