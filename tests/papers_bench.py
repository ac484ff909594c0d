"""A house on a folder, a vendor's shelf under the test's hand, and papers on their way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from bot.household import Household, furnish
from conversations.channels import Channel, SendFailed
from conversations.events import Media, MediaKind, Said
from conversations.failures import Failure
from conversations.forms import Kind
from handlers import WAYS
from services.fetching import Fetching
from services.outlets import Outlet, Pace
from services.papers import Papers
from services.ports import Row
from storage import FileStore, Memory
from storage.judging import Rebuilt, judge
from tests.migrated import migrated
from tests.mind_world import NAMES, profiles
from tests.turns_world import KEY, Clock, Guest, rows

PACE = Pace(1_000, 1_000, 1_000)


class Table:
    """Judges papers in this process: quicker, and as strict."""

    async def judge(self, data: bytes) -> Rebuilt | str:
        return judge(data)


@dataclass
class Shelf:
    """A vendor's files by their names: bytes, or failures and then bytes."""

    files: dict[str, list[bytes | SendFailed | Exception]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)

    async def fetch(self, media: Media) -> bytes:
        self.asked.append(media.ref)
        lying = self.files.get(media.ref, [SendFailed(Failure.MEDIA, "404")])
        found = lying.pop(0) if len(lying) > 1 else lying[0]
        if isinstance(found, Exception):
            raise found
        return found

    async def discard(self, media: Media) -> bool:
        self.discarded.append(media.ref)
        return True


@dataclass
class Bench:
    """The house, its clock, the shelf, and who fetches from it."""

    home: Household
    clock: Clock
    shelf: Shelf
    fetching: Fetching
    store: FileStore

    async def rings(self, seconds: float = 0, times: int = 2) -> None:
        """Time passes, and the bell rings."""
        self.clock.now += timedelta(seconds=seconds)
        for _ in range(times):
            await self.fetching.ring()
            await self.fetching.settled()

    async def files(self, name: str = "qurainah", **where: Any) -> list[Row]:
        """The rows of files, as they came."""
        return sorted(await rows(self.home, "files", name, **where), key=lambda row: row["at"])

    def guest(self, key: str = "900", line: str = "telegram", name: str = "qurainah") -> Guest:
        """Somebody on a line."""
        return Guest(self.home, name, line, key)


@asynccontextmanager
async def bench(folder: Path, clock: Clock | None = None, shelf: Shelf | None = None) -> AsyncIterator[Bench]:
    """A house on this folder; a second one finds what the first left."""
    url, clock, shelf = f"sqlite:///{folder / 'data' / 'wasl.db'}", clock or Clock(), shelf or Shelf()
    if not (folder / "data").exists():
        await migrated(url)
    memory, store = Memory(url, KEY), FileStore(folder / "data" / "files")
    await memory.open(NAMES)
    home = furnish(memory, profiles(), clock, "https://wasl.example")
    papers = Papers(memory, store, Table(), clock, NAMES)
    object.__setattr__(home, "papers", papers)
    fetching = fetcher(home, clock, shelf)
    try:
        yield Bench(home, clock, shelf, fetching, store)
    finally:
        await fetching.stop()
        await home.reception.close()
        await memory.close()


def fetcher(home: Household, clock: Clock, shelf: Shelf) -> Fetching:
    """A process that fetches for this house from this shelf."""
    outlet = Outlet(cast(Channel, shelf), PACE)
    outlets = {(name, line): outlet for name in NAMES for line in ("telegram", "whatsapp")}
    return Fetching(home.memory, home.papers, home.reception, outlets, WAYS.__getitem__, clock)


async def at_the_papers(guest: Guest) -> Guest:
    """Good answers until the papers are asked for."""
    await guest.start()
    for _ in range(60):
        if guest.question(await guest.state()).kind is Kind.DOCUMENTS:
            return guest
        await guest.good()
    raise AssertionError("there is no question of papers")


def sent(*refs: str, group: str = "", kind: MediaKind = MediaKind.PAPER, text: str = "") -> Said:
    """A message with attachments."""
    return Said(text, media=tuple(Media(kind, ref, f"{ref}.jpg", None, group) for ref in refs))
