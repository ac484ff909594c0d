"""What is lost with an older copy is told, what was about to be sent is not sent again, and a journal is not mixed in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.examining import places
from conversations.findings import Level
from services import evidence
from storage import Memory, StorageRefusedError
from storage.backup import Kept, back_up, restore
from storage.marks import BESIDE, Marks
from tests.doctor_world import in_trouble, told
from tests.erasing_world import HOUSE, opened
from tests.migrated import migrated
from tests.real_house import settings
from tests.storage_world import HOUSES, NOW, OLD, Place, case, message, seated, sender, url_of
from tests.test_backup import brought, kept
from torture.drill import Share, drill

NEW = ("2027a", b"n" * 32)
Keys = tuple[tuple[str, bytes], ...]


async def grown(memory: Memory, times: int = 1) -> None:
    """An association's evidence grows, and is sealed."""
    work = evidence.Evidence(memory, (HOUSE,), lambda: NOW)
    for _ in range(times):
        (seat,) = await seated(memory, sender(f"t{times}", house=HOUSE))
        async with memory.unit() as unit:
            number = len(await unit.select("evidence", {"organisation": HOUSE}))
            id = f"{number:032x}"
            await unit.insert("cases", [case(seat, id)])
            link = evidence.link(HOUSE, id, "accepted", ("person", seat.persons[0]), {"said": number}, NOW)
            await unit.insert("evidence", [link])
        assert await work.seal(HOUSE)
    await memory.mark()


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    folder = tmp_path / "beside"
    folder.mkdir()
    return folder


async def test_an_older_copy_that_is_put_back_is_told_once_and_stays_written_down(
    place: Place, tmp_path: Path, beside: Path
) -> None:
    async with opened(place, beside) as home:
        await grown(home.memory)
        await kept(place, tmp_path, tmp_path / "old")
        await grown(home.memory, 3)
        assert home.memory.gaps == []
    async with opened(place, beside) as home:
        assert home.memory.gaps == [], "as it was left"
    empty = await _empty(place, tmp_path)
    await brought(empty, tmp_path, tmp_path / "old")
    async with opened(empty, beside) as home:
        (gap,) = home.memory.gaps
        assert (gap.organisation, gap.after, gap.upto) == (HOUSE, 1, 4)
        assert "seals 2 to 4, until 2026-11-20 09:30 UTC" in str(gap)
        assert await home.evidence.verify(HOUSE) == [], "by itself the older copy is whole"
        await grown(home.memory)
    async with opened(empty, beside) as home:
        assert home.memory.gaps == []
    of = settings(tmp_path).model_copy(update={"erasure_ledger": beside / "erasure.ledger"})
    found = list(places.examine(of, tmp_path / "env"))
    assert in_trouble(told(found, "gap"), Level.WARNING, "an older copy was put back", "empty the list «gaps»")
    async with opened(place, beside) as home:
        (gap,) = home.memory.gaps
        assert "was written anew" in str(gap), "the first one's seals are not those that were kept last"


async def _empty(place: Place, folder: Path) -> Place:
    if isinstance(place, Path):
        return folder / "restored"
    from tests.postgres import server

    return await server().bare()


async def test_another_house_of_the_same_name_is_no_older_copy(tmp_path: Path, beside: Path) -> None:
    async with opened(tmp_path / "first", beside) as home:
        await grown(home.memory, 2)
    async with opened(tmp_path / "second", beside) as home:
        assert home.memory.gaps == []
        await grown(home.memory)
    kept_now = json.loads((beside / f"erasure.ledger{BESIDE}").read_text("utf-8"))
    assert kept_now["seals"][HOUSE]["number"] == 1 and kept_now["gaps"] == []


async def test_a_file_of_seals_that_cannot_be_read_is_refused_and_told(tmp_path: Path, beside: Path) -> None:
    async with opened(tmp_path / "first", beside) as home:
        await grown(home.memory)
    marks = Marks(beside / "erasure.ledger")
    assert marks.path.stat().st_mode & 0o077 == 0
    marks.path.write_text(marks.path.read_text("utf-8")[:-9], "utf-8")
    with pytest.raises(StorageRefusedError, match="beside the erasure ledger, cannot be read"):
        async with opened(tmp_path / "first", beside):
            pass
    of = settings(tmp_path).model_copy(update={"erasure_ledger": beside / "erasure.ledger"})
    assert told(list(places.examine(of, tmp_path / "env")), "seals outside").level is Level.PROBLEM


async def test_what_waited_to_be_sent_is_in_doubt_after_a_restore_and_what_is_for_later_is_not(
    place: Place, tmp_path: Path
) -> None:
    if isinstance(place, Path):
        await migrated(url_of(place))
    async with _memory(place, (OLD,)) as memory:
        (seat,) = await seated(memory, sender("+966550001734", line="whatsapp", value="x"))
        key = {"organisation": "labas", "contact": seat.contact}
        async with memory.unit() as unit:
            await unit.insert("messages", [message(seat, n, "words") for n in (1, 2, 3, 4)])
            row = {**key, "address": seat.address, "state": "new", "at": NOW, "content": {"text": "words"}}
            far: dict[str, Any] = {"at": NOW.replace(year=2999)}
            page: dict[str, Any] = {"seq": 7}
            rows: list[tuple[int, dict[str, Any]]] = [(1, {}), (2, far), (3, page), (4, {"state": "sent"})]
            await unit.insert("outbox", [{**row, **more, "number": n, "message": n} for n, more in rows])
    made = await _archive(place, tmp_path, (OLD,))
    empty = await _empty(place, tmp_path)
    back = await _restored(empty, tmp_path, (NEW, OLD))
    assert (made.doubtful, back.doubtful) == (0, 1) and back.at == made.at
    async with _memory(empty, (NEW, OLD)) as memory:
        async with memory.reading() as unit:
            found = {row["number"]: row for row in await unit.select("outbox", {"organisation": "labas"})}
        assert {n: row["state"] for n, row in found.items()} == {1: "sending", 2: "new", 3: "new", 4: "sent"}
        assert found[1]["claimed_at"] == made.at
        await memory.rewrapping.finish()
    async with _memory(empty, (NEW,)) as memory, memory.reading() as unit:
        assert len(await unit.select("messages", {"organisation": "labas"})) == 4


async def _archive(place: Place, folder: Path, keys: Keys) -> Kept:
    return await asyncio.to_thread(back_up, url_of(place), folder / "files", keys, folder / "archive")


async def _restored(place: Place, folder: Path, keys: Keys) -> Kept:
    return await asyncio.to_thread(restore, url_of(place), folder / "brought", keys, folder / "archive")


@asynccontextmanager
async def _memory(place: Place, keys: Keys) -> AsyncIterator[Memory]:
    memory = Memory(url_of(place), keys)
    await memory.open(HOUSES)
    try:
        yield memory
    finally:
        await memory.close()


async def test_a_journal_that_is_left_is_not_mixed_into_what_is_restored(tmp_path: Path) -> None:
    async with opened(tmp_path / "first", tmp_path):
        await kept(tmp_path / "first", tmp_path, tmp_path / "archive")
    left = tmp_path / "second" / "data" / "wasl.db-wal"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"of another database")
    with pytest.raises(StorageRefusedError, match="db-wal is there already"):
        await brought(tmp_path / "second", tmp_path, tmp_path / "archive")
    left.unlink()
    await brought(tmp_path / "second", tmp_path, tmp_path / "archive")
    assert sorted(path.name for path in left.parent.iterdir()) == ["wasl.db", "wasl.db.lock"]


async def test_archives_taken_while_people_write_hold_what_they_must(tmp_path: Path) -> None:
    """A small share of `python -m torture.drill`."""
    found = await drill(replace(Share(), archives=1, messages=24), tmp_path)
    assert found.faults == [] and found.taken == 24 and len(found.archives) == 2
    assert all(one.gaps for one in found.archives), "what was sealed after each archive is missed"
