"""A request with everything that its evidence covers: answers of two persons, a paper, a message, a decision, seals."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from bot.household import Household, furnish
from conversations.acts import Checked, CommitteeAsked, SignedOnPaper, Voted
from conversations.effects import Accept
from conversations.events import Said
from conversations.fields import NEXT, UNDATED
from conversations.forms import Kind
from conversations.state import Mode
from services.papers import Kept
from services.proving import Proof, Proving
from storage import Memory
from storage.files import FileStore
from tests.casework_world import NORA, RAED
from tests.migrated import migrated
from tests.mind_world import NAMES, profiles
from tests.papers_world import picture
from tests.storage_world import url_of
from tests.turns_world import KEY, Clock, Guest, rows


@dataclass
class Giving(Guest):
    """Somebody who gives the first paper that is asked for, and brings the others later."""

    gave: str = ""

    async def good(self, **given: str) -> None:
        state = await self.state()
        if self.gave or state.mode is Mode.LINK or self.question(state).kind is not Kind.DOCUMENTS:
            return await super().good(**given)
        self.gave = await upload(self.home, self.contact)
        await self.send(Said(files=(self.gave,)))
        for tap in (NEXT, UNDATED):
            if any(o["id"].endswith(f"-{tap}") for o in self.words.options):
                await self.tap(tap)
        return None


async def upload(home: Household, contact: str, data: bytes = b"") -> str:
    """A paper of the contact's, by the page."""
    (address, *_) = await rows(home, "addresses", contact=contact)
    whose = "labas", contact, address["address"]
    kept = await home.papers.receive(*whose, str(uuid4()), "paper.jpg", data or picture())
    assert isinstance(kept, Kept)
    return kept.id


@dataclass
class Proven:
    """The house, the request, and the database's file to tamper with."""

    home: Household
    clock: Clock
    guest: Guest
    accept: Accept
    folder: Path

    @property
    def case(self) -> str:
        return self.accept.case

    @property
    def reference(self) -> str:
        return self.accept.reference

    @property
    def file(self) -> Path:
        return self.folder / "data" / "wasl.db"

    async def prove(self) -> Proof:
        """As the command does it: on a memory of its own, which knows no key yet."""
        memory = Memory(url_of(self.folder), KEY)
        proving = self.proving(memory)
        try:
            await memory.look()
            ((organisation, case),) = await proving.find(self.reference)
            return await proving.prove(organisation, case)
        finally:
            await memory.close()

    def proving(self, memory: Memory | None = None) -> Proving:
        """What proves, on the house's own memory unless another is given."""
        organisations = {name: profile.organisation for name, profile in profiles().items()}
        return Proving(memory or self.home.memory, FileStore(self.folder / "files"), organisations)

    def sql(self, statement: str, *values: Any) -> int:
        """Write into the file behind the house's back; how many rows were touched."""
        with sqlite3.connect(self.file) as raw:
            raw.execute("PRAGMA foreign_keys = 0")
            raw.execute("PRAGMA ignore_check_constraints = 1")
            touched = raw.execute(statement, values).rowcount
        raw.close()
        return touched

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Whatever is written inside is gone after."""
        with closing(sqlite3.connect(":memory:")) as copy, closing(sqlite3.connect(self.file)) as raw:
            raw.backup(copy)
            yield
            copy.backup(raw)

    def read(self, statement: str, *values: Any) -> list[Any]:
        with sqlite3.connect(self.file) as raw:
            found = raw.execute(statement, values).fetchall()
        raw.close()
        return found


@asynccontextmanager
async def proven(folder: Path) -> AsyncIterator[Proven]:
    """A request of somebody for somebody of the family, carried to its decision and sealed: a copy of the one that was
    carried so far once in this process of the run."""
    if not _carried:
        _carried.append(await _carry(TemporaryDirectory()))
    kept, original = _carried[0]
    shutil.copytree(kept.name, folder, dirs_exist_ok=True)
    clock = Clock(original.clock.now)
    async with _household(folder, clock) as home:
        yield Proven(home, clock, replace(original.guest, home=home), original.accept, folder)


_carried: list[tuple[TemporaryDirectory[str], Proven]] = []


async def _carry(kept: TemporaryDirectory[str]) -> tuple[TemporaryDirectory[str], Proven]:
    folder, clock = Path(kept.name), Clock()
    await migrated(url_of(folder))
    async with _household(folder, clock) as home:
        guest = Giving(home)
        taken = await guest.submit(who="2")
        (accept,) = [e for e in taken.effects if isinstance(e, Accept)]
        made = Proven(home, clock, guest, accept, folder)
        file = await upload(home, guest.contact, picture("PNG"))
        assert await home.casework.rule(NORA, uuid4().hex, SignedOnPaper(NORA.staff, accept.case, (file,))) is None
        await decide(made)
        await home.evidence.seal_all()
        return kept, made


@asynccontextmanager
async def _household(folder: Path, clock: Clock) -> AsyncIterator[Household]:
    memory = Memory(url_of(folder), KEY)
    await memory.open(NAMES)
    try:
        yield furnish(memory, profiles(), clock, "https://wasl.example", folder / "files")
    finally:
        await memory.close()


async def decide(made: Proven) -> None:
    """The committee says yes."""
    casework, case = made.home.casework, made.case
    assert await casework.rule(NORA, uuid4().hex, Checked(NORA.staff, case, "national_id", "matched")) is None
    assert await casework.rule(NORA, uuid4().hex, CommitteeAsked(NORA.staff, case)) is None
    for number in range(profiles()["labas"].organisation.quorum):
        voter = type(RAED)(RAED.organisation, f"{RAED.staff}{number}", RAED.name, RAED.roles)
        said = Voted(voter.staff, case, True, "تنطبق الشروط")
        assert await casework.rule(voter, uuid4().hex, said) is None
