"""Backup of a house that runs and its restore: whole, sealed, refused where changed, and nobody erased comes back."""

import asyncio
import shutil
from pathlib import Path

import pytest

from services.erasing import Fault
from storage import StorageRefusedError
from storage.archive import CHUNK
from storage.backup import Kept, back_up, restore
from tests.erasing_world import HOUSE, MOTHER, SON, opened, settled
from tests.postgres import server
from tests.storage_world import Place, url_of
from tests.turns_world import KEY, Guest, house, rows

OTHER_KEY = (("other", b"o" * 32),)
WHY = "طلبت محو بياناتها"


def files_of(place: Place, folder: Path) -> Path:
    return (place if isinstance(place, Path) else folder) / "data" / "files"


async def kept(place: Place, folder: Path, out: Path) -> Kept:
    return await asyncio.to_thread(back_up, url_of(place), files_of(place, folder), KEY, out)


async def brought(place: Place, folder: Path, archive: Path) -> Kept:
    return await asyncio.to_thread(restore, url_of(place), files_of(place, folder), KEY, archive)


@pytest.fixture(params=["sqlite", "postgresql"])
async def places(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Place, Place]:
    """The house that is backed up, and the empty one."""
    if request.param == "sqlite":
        return tmp_path / "first", tmp_path / "second"
    return await server().database(), await server().bare()


async def test_a_house_is_brought_back_whole_and_who_was_erased_since_stays_erased(
    places: tuple[Place, Place], tmp_path: Path
) -> None:
    first, second = places
    out, ledgers = tmp_path / "wasl.backup", tmp_path / "beside"
    ledgers.mkdir()
    async with opened(first, ledgers) as home:
        family = await settled(home, tmp_path)
        told = await kept(first, ledgers, out)
        done = await home.erasing.erase(HOUSE, [family.mother.id], "s1", WHY, force=True)
        assert not isinstance(done, Fault)
    assert told.files >= 1
    fresh = tmp_path / "restored"
    fresh.mkdir()
    shutil.copy(ledgers / "erasure.ledger", fresh / "erasure.ledger")
    assert (await brought(second, fresh, out)).files == told.files
    async with opened(second, fresh) as home:
        async with home.memory.reading() as unit:
            everything = str([await unit.select(t, {"organisation": HOUSE}) for t in ("answers", "messages", "cases")])
        for word in (SON[0], SON[3], SON[4]):
            assert word in everything, "the other's is whole"
        for word in MOTHER:
            assert word not in everything, "and hers stays erased"
        assert not await home.evidence.verify(HOUSE)


async def test_what_the_vendor_repeats_after_a_restore_has_no_second_effect(tmp_path: Path) -> None:
    out = tmp_path / "wasl.backup"
    async with house(tmp_path / "first") as home:
        guest = Guest(home, line="whatsapp", key="+966550001734")
        await guest.say("السلام عليكم", id="SM1")
        await kept(tmp_path / "first", tmp_path, out)
        before = len(await rows(home, "messages"))
    await brought(tmp_path / "second", tmp_path, out)
    async with house(tmp_path / "second") as home:
        guest = Guest(home, line="whatsapp", key="+966550001734")
        assert (await guest.say("السلام عليكم", id="SM1")).repeat
        assert len(await rows(home, "messages")) == before


async def test_it_is_one_moment_while_others_write(tmp_path: Path) -> None:
    out = tmp_path / "wasl.backup"
    async with house(tmp_path / "first") as home:
        await (guest := Guest(home)).start()

        async def writing() -> None:
            for _ in range(30):
                await guest.say("رجوع")

        talk = asyncio.create_task(writing())
        await kept(tmp_path / "first", tmp_path, out)
        await talk
    await brought(tmp_path / "second", tmp_path, out)
    async with house(tmp_path / "second") as home:
        (contact,) = await rows(home, "contacts")
        numbers = sorted(row["number"] for row in await rows(home, "messages"))
        assert numbers == list(range(1, contact["message_number"] + 1)), "the counter and the rows are of one moment"


async def test_an_archive_that_was_changed_cut_or_is_anothers_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "wasl.backup"
    async with house(tmp_path / "first") as home:
        await Guest(home).start()
        await kept(tmp_path / "first", tmp_path, out)
    good = out.read_bytes()
    assert b"SQLite format" not in good
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 1
    wrong = {
        "flipped": bytes(flipped),
        "cut": good[:-40],
        "half": good[: len(good) // 2],
        "none": b"",
        "text": b"x" * 99,
    }
    for name, data in wrong.items():
        bad = tmp_path / name
        bad.write_bytes(data)
        with pytest.raises(StorageRefusedError):
            await brought(tmp_path / "second", tmp_path, bad)
    with pytest.raises(StorageRefusedError, match="master key"):
        await asyncio.to_thread(restore, url_of(tmp_path / "second"), tmp_path / "f", OTHER_KEY, out)
    assert not [path for path in (tmp_path / "second").rglob("*") if path.is_file()]
    assert len(good) < 8 * CHUNK


async def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    out = tmp_path / "wasl.backup"
    async with house(tmp_path / "first") as home:
        await Guest(home).start()
        await kept(tmp_path / "first", tmp_path, out)
        with pytest.raises(StorageRefusedError, match="already"):
            await kept(tmp_path / "first", tmp_path, out)
        with pytest.raises(StorageRefusedError, match="already"):
            await brought(tmp_path / "first", tmp_path, out)
    assert out.stat().st_mode & 0o077 == 0, "only its owner reads it"
