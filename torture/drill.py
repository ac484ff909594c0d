"""The drill: archives taken while people write, each brought into an empty house, and everything that must hold there.

`python -m torture.drill --database postgresql --people 40 --messages 4000 --archives 100`; the gate runs a small one.
"""

import argparse
import asyncio
import base64
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.household import Household
from bot.keys import parse_master_keys
from bot.lines import PACES
from bot.settings import OrganisationSettings, Settings
from bot.wiring import House, real_clock
from services.erasing import Fault
from services.outlets import Pace
from services.ports import Clock
from storage.backup import Kept, back_up, restore
from tests import erasing_world, postgres, real_house
from tests.migrated import migrated
from tests.turns_world import Guest
from tests.vendors.twilio_signing import SID, TOKEN, signed_post
from tests.vendors.twilio_stub import WHATSAPP_FROM, Message, Stub, Trouble, serving
from torture.drilled import Ahead, Brought, judge

HOUSE = "qurainah"
HOUSES = (HOUSE, erasing_world.HOUSE)
KEYS = {name: f"{name}:{base64.b64encode(letter * 32).decode()}" for name, letter in (("k1", b"k"), ("k2", b"n"))}
BEFORE, SINCE = KEYS["k1"], f"{KEYS['k2']},{KEYS['k1']}"  # the house turns to a new master key while it is backed up
WHY = "طلبت محو بياناتها"


@dataclass(frozen=True, slots=True)
class Share:
    """How much is done."""

    database: str = "sqlite"
    people: int = 4
    messages: int = 60
    archives: int = 2


@dataclass
class Said:
    """What people wrote, and which of it was answered with 200, in order."""

    written: list[Message] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def reached(self, count: int) -> None:
        """Wait until so many were taken."""
        async with self.news:
            await self.news.wait_for(lambda: len(self.taken) >= count)


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive: what was certainly there before it, what certainly was not, and which keys its house had."""

    path: Path
    kept: Kept
    before: frozenset[str]
    after: int  # from this written one on, nothing can be in it
    keys: str


@dataclass
class Drill:
    """What came out: for each archive what was wrong, and how long it took to bring it back."""

    archives: list[Brought] = field(default_factory=list)
    taken: int = 0
    lost: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that did not hold."""
        return self.lost + [f"archive {n}: {fault}" for n, one in enumerate(self.archives) for fault in one.faults]


async def drill(share: Share, folder: Path) -> Drill:
    """Take the archives under load, lose the house, and bring every archive back."""
    found, said = Drill(), Said()
    await asyncio.to_thread((folder / "beside").mkdir)
    with _unhurried():
        async with serving() as stub:
            stub.calls_back = False
            first = await _place(share, folder / "first", filled=True)
            archives = [await _under_the_old_key(first, folder, stub)]
            async with _house(first, folder / "beside", stub, SINCE) as (house, port):
                mother = await erasing_world.settled(house.household, folder)
                writing = asyncio.create_task(_everybody(share, stub, said, port))
                archives += [await _archive(n, share, first, folder, stub, said) for n in range(share.archives)]
                done = await house.household.erasing.erase(HOUSES[1], [mother.mother.id], "s1", WHY, force=True)
                found.lost += [f"nobody was erased: {done}"] if isinstance(done, Fault) else []
                await writing
                await house.household.evidence.seal_all()
                await house.household.memory.mark()
            found.taken = len(said.taken)
            for archive in archives:
                found.archives.append(await _brought(share, archive, folder, stub, said))
    return found


async def _under_the_old_key(place: Settings, folder: Path, stub: Stub) -> Archive:
    """The first archive, from before anybody wrote, sealed with a key that is not the first any more later on."""
    async with _house(place, folder / "beside", stub, BEFORE) as (house, _):
        await _asked(house.household)
        await house.household.evidence.seal_all()
    return await _kept(folder / "old.archive", place, BEFORE, frozenset(), 0)


async def _asked(home: Household) -> None:
    """Somebody asks for support from the greeting to the number, so that there is evidence."""
    await Guest(home, name=HOUSE, key="somebody who asks").submit()


async def _archive(number: int, share: Share, place: Settings, folder: Path, stub: Stub, said: Said) -> Archive:
    """One archive in the middle of the talk."""
    await said.reached(share.messages * (number + 1) // (share.archives + 2))
    sure = frozenset(said.taken)
    made = await _kept(folder / f"{number}.archive", place, SINCE, sure, 0)
    return Archive(made.path, made.kept, sure, len(said.written), SINCE)


async def _kept(path: Path, place: Settings, keys: str, before: frozenset[str], after: int) -> Archive:
    kept = await asyncio.to_thread(back_up, place.database, place.files, parse_master_keys(keys), path)
    return Archive(path, kept, before, after, keys)


async def _everybody(share: Share, stub: Stub, said: Said, port: int) -> None:
    """All write at once, each waiting for the answer to the call before."""
    each = share.messages // share.people
    hook = f"http://localhost:{port}/webhooks/{HOUSE}/twilio"

    async def writes(number: int) -> None:
        for n in range(each):
            message = stub.written(f"whatsapp:+9665{number:08d}", f"رسالة {number}.{n}")
            said.written.append(message)
            status, _, _ = await signed_post(hook, stub.fields(message))
            async with said.news:
                said.taken += [message.form["Body"]] if status == 200 else []
                said.news.notify_all()

    await asyncio.gather(*(writes(number) for number in range(share.people)))


async def _brought(share: Share, archive: Archive, folder: Path, stub: Stub, said: Said) -> Brought:
    """Bring one archive into an empty house, with the erasure ledger as it stands, and judge what is there."""
    where = folder / f"restored-{archive.path.stem}"
    place = await _place(share, where, filled=False)
    shutil.copytree(folder / "beside", where / "beside")
    began = time.monotonic()
    kept = await asyncio.to_thread(restore, place.database, place.files, parse_master_keys(SINCE), archive.path)
    clock = Ahead()
    stub.calls.clear()
    stub.listing = Trouble(status=503)  # what the vendor lists is taken after the archive itself was judged
    async with _house(place, where / "beside", stub, SINCE, clock) as (house, port):
        took = time.monotonic() - began
        never = frozenset(message.form["Body"] for message in said.written[archive.after :])
        hook = f"http://localhost:{port}/webhooks/{HOUSE}/twilio"
        return await judge(house, place, hook, stub, said.written, archive.before, never, kept, took, clock)


async def _place(share: Share, folder: Path, *, filled: bool) -> Settings:
    """An empty house of its own."""
    await asyncio.to_thread(folder.mkdir)
    here = real_house.settings(folder / "data").model_copy(update={"organisations": HOUSES})
    if share.database == "sqlite":
        if filled:
            await migrated(here.database)
        return here
    server = postgres.server()
    url = await (server.database() if filled else server.bare())
    return here.model_copy(update={"database_url": SecretStr(url)})


@asynccontextmanager
async def _house(
    place: Settings, beside: Path, stub: Stub, keys: str, clock: Clock = real_clock
) -> AsyncIterator[tuple[House, int]]:
    """The house there, serving, with the vendor's account."""
    account = OrganisationSettings(
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_whatsapp_from=WHATSAPP_FROM.removeprefix("whatsapp:"),
    )
    more = {"twilio_api_url": stub.url, "org": {HOUSE: account}, "master_keys": SecretStr(keys)}

    def made(_: Path, port: int) -> Settings:
        return place.model_copy(update={**more, "port": port, "erasure_ledger": beside / "erasure.ledger"})

    async with real_house.open_house(place.data_dir, clock, made) as opened:
        yield opened


@contextmanager
def _unhurried() -> Iterator[None]:
    """The vendor's pace is tried elsewhere."""
    pace, PACES["whatsapp"] = PACES["whatsapp"], Pace(per_second=1_000, to_one=1_000, at_once=1_000)
    try:
        yield
    finally:
        PACES["whatsapp"] = pace


def main(words: list[str] | None = None) -> int:
    """Run a drill by hand; 0 where everything held."""
    parser = argparse.ArgumentParser(prog="python -m torture.drill", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    for name, default in (("people", 40), ("messages", 4000), ("archives", 100)):
        parser.add_argument(f"--{name}", type=int, default=default)
    share = Share(**vars(parser.parse_args(words)))
    with tempfile.TemporaryDirectory(prefix="wasl-drill-") as folder:
        try:
            found = asyncio.run(drill(share, Path(folder)))
        finally:
            postgres.stop()
    slowest = max(one.took for one in found.archives)
    told = f"{len(found.archives)} archives while {found.taken} messages were taken"
    doubtful, gaps = (sum(getattr(one, name) for one in found.archives) for name in ("doubtful", "gaps"))
    print(f"{share.database}: {told}; back within {slowest:.1f} s; {doubtful} sends in doubt, {gaps} gaps told")
    print("\n".join(found.faults) or "everything held")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
