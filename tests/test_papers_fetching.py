"""Attachments at vendors: fetched after the commit, judged, handed over once; late, lost and doubled ones too."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conversations.channels import SendFailed
from conversations.events import Media, MediaKind, Papers, Said
from conversations.failures import Failure
from services.reception import Busy, Reception
from tests.papers_bench import Bench, Shelf, at_the_papers, bench, fetcher, sent
from tests.papers_world import PLACE, eicar, picture, with_place
from tests.turns_world import Guest, rows

BUSY = SendFailed(Failure.BUSY, "500")


async def out(b: Bench, guest: Guest) -> list[dict[str, Any]]:
    """What the guest was told, in order."""
    told = await rows(b.home, "messages", guest.name, contact=guest.contact, direction="out")
    return sorted(told, key=lambda row: int(row["number"]))


async def keys(b: Bench, guest: Guest, start: int) -> list[str]:
    """The keys of what the guest was told since then."""
    return [part["key"] for row in (await out(b, guest))[start:] for part in row["content"]["keys"]["parts"]]


async def test_an_album_of_ten_is_one_item_set_and_one_reply(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        refs = [f"photo{n}" for n in range(10)]
        b.shelf.files = {ref: [picture(size=(60, 80 + n))] for n, ref in enumerate(refs)}
        before = len(await out(b, guest))
        for ref in refs:
            await guest.send(sent(ref, group="album"))
        await b.rings(1)
        assert len(await out(b, guest)) == before, "nothing is said while more of them may come"
        await b.rings(2, times=4)
        files = await b.files()
        assert [row["state"] for row in files] == ["ready"] * 10
        assert len({row["batch"] for row in files}) == 1
        assert all(row["named_at"] and row["case"] and row["owner_kind"] == "person" for row in files)
        assert len(await out(b, guest)) == before + 1
        papers = [a["value"] for a in await rows(b.home, "answers", "qurainah") if isinstance(a["value"], dict)]
        assert [sorted(one["files"]) for one in papers[0].values()] == [sorted(row["file"] for row in files)]
        assert sorted(b.shelf.discarded) == sorted(refs)


async def test_what_was_filed_opens_with_the_key_of_its_person_and_has_no_place_in_it(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        b.shelf.files = {"photo": [with_place()]}
        await guest.send(sent("photo"))
        (waiting,) = await b.files()
        assert (waiting["owner_kind"], waiting["ref"]) == ("contact", "photo")
        await b.rings(3)
        await b.rings()
        (row,) = await b.files()
        (case,) = await rows(b.home, "cases", "qurainah")
        assert (row["owner_kind"], row["owner"], row["case"]) == ("person", case["beneficiary"], case["case"])
        assert (row["ref"], row["document"] is not None, row["kind"]) == (None, True, "image")
        data = await b.store.get("qurainah", row["file"], row["secret"])
        assert data is not None
        assert data.startswith(b"\xff\xd8\xff")
        assert PLACE not in data


async def test_a_file_that_comes_later_is_tried_for_two_hours_and_holds_nobody(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        b.shelf.files = {
            "good": [picture()],
            "late": [BUSY, TimeoutError(), SendFailed(Failure.MEDIA, "404"), picture()],
        }
        await guest.send(sent("good", "late"))
        before = len(await out(b, guest))
        await b.rings(3)
        await b.rings()
        assert len(await out(b, guest)) == before + 1, "the good one is not held by the late one"
        for pause in (5, 10, 20):
            await b.rings(pause + 1)
        await b.rings()
        assert [row["state"] for row in await b.files()] == ["ready", "ready"]
        assert len(await out(b, guest)) == before + 2
        assert b.shelf.asked.count("late") == 4


async def test_a_file_that_never_comes_is_asked_for_again_after_two_hours(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        await guest.send(sent("lost"))
        before = len(await out(b, guest))
        for _ in range(30):
            await b.rings(600, times=1)
        assert "paper.refused.gone" in await keys(b, guest, before)
        assert len(await out(b, guest)) == before + 1
        assert 10 < len(b.shelf.asked) < 25
        (row,) = await b.files()
        assert (row["state"], row["reason"]) == ("gone", "gone")


@pytest.mark.parametrize(
    ("lying", "reason"),
    [
        (SendFailed(Failure.MEDIA, "foreign"), "gone"),
        (SendFailed(Failure.MEDIA, "gone"), "gone"),
        (SendFailed(Failure.MEDIA, "too_large"), "too_large"),
        (SendFailed(Failure.MEDIA, "too large"), "too_large"),
        (eicar(), "kind"),
        (b"", "empty"),
        (picture()[:-800], "unreadable"),
    ],
    ids=["foreign", "gone", "too_large", "too large", "program", "empty", "torn"],
)
async def test_what_cannot_be_taken_is_told_with_its_reason_at_once(
    tmp_path: Path, lying: bytes | SendFailed, reason: str
) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        b.shelf.files = {"bad": [lying]}
        await guest.send(sent("bad"))
        before = len(await out(b, guest))
        await b.rings(3)
        await b.rings()
        assert f"paper.refused.{reason}" in await keys(b, guest, before)
        assert b.shelf.asked == ["bad"]


async def test_a_size_that_the_vendor_tells_is_believed_before_fetching(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        await guest.send(Said(media=(Media(MediaKind.PAPER, "huge", "", 21 * 1024 * 1024),)))
        await b.rings(3)
        assert b.shelf.asked == []
        assert [row["reason"] for row in await b.files()] == ["too_large"]


async def test_a_voice_note_is_kept_sealed_and_no_paper(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        b.shelf.files = {"voice": [b"OggS CANARY-VOICE"]}
        await guest.send(sent("voice", kind=MediaKind.VOICE))
        before = len(await out(b, guest))
        await b.rings(3)
        await b.rings(60)
        (row,) = await b.files()
        assert (row["kind"], row["state"]) == ("voice", "ready")
        assert await b.store.get("qurainah", row["file"], row["secret"]) == b"OggS CANARY-VOICE"
        assert len(await out(b, guest)) == before


async def test_a_handing_over_that_was_cut_has_one_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies after the mind's commit and before the files are marked."""
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        b.shelf.files = {"photo": [picture()]}
        await guest.send(sent("photo"))
        before = len(await out(b, guest))
        real = Reception.receive

        async def dies(self: Reception, *args: Any) -> Any:
            await real(self, *args)
            raise ConnectionError

        monkeypatch.setattr(Reception, "receive", dies)
        await b.rings(3)
        monkeypatch.undo()
        assert [row["batch"] is not None for row in await b.files()] == [True]
        clock = b.clock
    async with bench(tmp_path, clock) as again:
        await again.rings(1)
        await again.rings(1)
        assert len(await out(again, guest)) == before + 1
        assert all(row["named_at"] for row in await again.files())


async def test_a_fetch_that_died_with_its_process_is_begun_again(tmp_path: Path) -> None:
    shelf = Shelf({"photo": [picture()]})
    async with bench(tmp_path, shelf=shelf) as b:
        guest = await at_the_papers(b.guest())
        await guest.send(sent("photo"))
        never = asyncio.Event()

        async def hangs(media: Media) -> bytes:
            await never.wait()
            return b""

        shelf.fetch = hangs  # type: ignore[method-assign]
        await b.fetching.ring()
        await asyncio.sleep(0)
        clock = b.clock
    async with bench(tmp_path, clock, Shelf({"photo": [picture()]})) as again:
        await again.rings(1)
        assert again.shelf.asked == []
        await again.rings(200)
        assert [row["state"] for row in await again.files()] == ["ready"]


async def test_a_fetch_is_taken_over_after_a_minute_and_the_late_one_writes_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        await guest.send(sent("photo", "other"))
        shelf = Shelf({"photo": [picture()], "other": [picture()]})
        heir = fetcher(b.home, b.clock, shelf)
        late = asyncio.Event()

        async def hangs(media: Media) -> bytes:
            await late.wait()
            if media.ref == "other":
                raise BUSY
            return picture(size=(70, 90))

        b.shelf.fetch = hangs  # type: ignore[method-assign]
        await b.fetching.ring()
        for seconds, asked in ((59, []), (1, ["other", "photo"])):
            b.clock.now += timedelta(seconds=seconds)
            await heir.ring()
            await heir.settled()
            assert sorted(shelf.asked) == asked
        taken = await b.files()
        late.set()
        await b.fetching.settled()
        assert [row["state"] for row in taken] == ["ready", "ready"] and await b.files() == taken
        assert b.shelf.discarded == []


async def test_a_busy_house_hands_over_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        b.shelf.files = {"photo": [picture()]}
        await guest.send(sent("photo"))

        async def busy(self: Reception, *args: Any) -> Any:
            raise Busy

        monkeypatch.setattr(Reception, "receive", busy)
        await b.rings(3)
        monkeypatch.undo()
        assert not any(row["named_at"] for row in await b.files())
        await b.rings(1)
        assert all(row["named_at"] for row in await b.files())


async def test_nobody_files_what_another_sent(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        owner, thief = await at_the_papers(b.guest("1")), await at_the_papers(b.guest("2"))
        b.shelf.files = {"photo": [picture()]}
        await owner.send(sent("photo"))
        await b.rings(3)
        await b.rings()
        (row,) = await b.files()
        await thief.send(Papers((row["file"],)))
        (still,) = await b.files()
        assert (still["contact"], still["case"]) == (owner.contact, row["case"])
        mine = [a for a in await rows(b.home, "answers", "qurainah") if isinstance(a["value"], dict)]
        assert sum(row["file"] in str(a["value"]) for a in mine) == 1


async def test_nothing_of_a_paper_stands_readable_in_the_data_folder(tmp_path: Path) -> None:
    async with bench(tmp_path) as b:
        guest = await at_the_papers(b.guest())
        b.shelf.files = {"canary-ref": [picture()], "voice": [b"OggS CANARY-VOICE"]}
        await guest.send(sent("canary-ref"))
        await guest.send(sent("voice", kind=MediaKind.VOICE))
        await b.rings(3)
        await b.rings()
        (photo, *_) = [row for row in await b.files() if row["kind"] == "image"]
        data = await b.store.get("qurainah", photo["file"], photo["secret"])
        assert data is not None
        canaries = [b"canary-ref", b"CANARY-VOICE", photo["secret"].encode(), photo["name"].encode(), data[200:232]]
        canaries += [b"\xff\xd8\xff\xe0\x00\x10JFIF"]
    kept = everything(tmp_path)
    assert sum("files" in path.parts for path in kept) == 2
    assert [(path.name, sign) for path, body in kept.items() for sign in canaries if sign in body] == []


def everything(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
