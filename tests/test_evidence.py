"""Evidence on a real SQLite file: whatever is changed, dropped, swapped or doubled is found."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.household import Household
from conversations.effects import Accept
from services.evidence import FIRST, chained, commitment, faults, link, seal_hash
from storage import SealBrokenError, ring
from storage.sealing import unseal
from tests.mind_world import NOW
from tests.turns_world import Clock, Guest, house, rows

TEXTS = ("organisation", "chain", "kind", "owner_kind", "owner")
BYTES = ("salt", "commitment", "previous", "hash")


@dataclass
class Kept:
    """A house with one submitted request, its chain, and the file to tamper with."""

    home: Household
    clock: Clock
    guest: Guest
    accept: Accept
    case: str
    file: Path

    def tamper(self, statement: str, *values: Any) -> None:
        with sqlite3.connect(self.file) as raw:
            raw.execute("PRAGMA foreign_keys = 0")
            assert raw.execute(statement, values).rowcount > 0
        raw.close()

    async def links(self) -> list[dict[str, Any]]:
        return sorted(await rows(self.home, "evidence", chain=self.case), key=lambda row: int(row["number"]))


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = Guest(home)
        taken = await guest.submit(who="2")
        (accept,) = [e for e in taken.effects if isinstance(e, Accept)]
        yield Kept(home, clock, guest, accept, accept.case, tmp_path / "data" / "wasl.db")


async def test_the_acceptance_is_kept_with_all_that_belongs_to_it(kept: Kept) -> None:
    *answers, accepted = await kept.links()
    assert [row["kind"] for row in answers] == ["answers", "answers"]
    (case,) = await rows(kept.home, "cases")
    assert {row["owner"] for row in answers} == {case["applicant"], case["beneficiary"]}
    body = accepted["body"]
    assert body["reference"] == kept.accept.reference and body["phrase"] == "أقر وأوافق"
    assert body["version"] == kept.accept.version and body["declaration"]["language"] == "ar"
    assert "محمد بن سالم العتيبي" in body["declaration"]["text"]
    assert body["line"] == "web" and body["at"] == case["accepted_at"].isoformat()
    filed = {row["field"]: row["value"] for row in await rows(kept.home, "answers", case=kept.case)}
    assert {k: v for row in answers for k, v in row["body"].items()} == filed
    assert answers[0]["previous"] == FIRST
    assert await kept.home.evidence.check("labas", kept.case) == []


async def test_no_bare_hash_of_an_id_stands_anywhere(kept: Kept) -> None:
    for row in await kept.links():
        assert row["commitment"] == commitment(row["salt"], row["body"]) != commitment(b"", row["body"])
        assert len(row["salt"]) == 32
    assert len({row["salt"] for row in await kept.links()}) == 3


async def test_every_flipped_byte_of_every_column_is_found(kept: Kept) -> None:
    whole = await kept.links()
    for at, row in enumerate(whole):
        for column in BYTES:
            for place in range(len(row[column])):
                spoilt = bytearray(row[column])
                spoilt[place] ^= 1
                assert faults([*whole[:at], {**row, column: bytes(spoilt)}, *whole[at + 1 :]]), (column, place)
        for column in TEXTS:
            for place in range(len(row[column])):
                text = row[column]
                other = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
                assert faults([*whole[:at], {**row, column: other}, *whole[at + 1 :]]), (column, place)
        later = {**row, "at": row["at"] + timedelta(microseconds=1)}
        renumbered = {**row, "number": row["number"] + 1}
        for other_row in (later, renumbered, {**row, "body": {**row["body"], "x": 1}}):
            assert faults([*whole[:at], other_row, *whole[at + 1 :]])


async def test_dropped_swapped_and_doubled_links_are_found(kept: Kept) -> None:
    whole = await kept.links()
    one, two, three = whole
    for spoilt in ([two, three], [one, three], [one, one, two, three], [one, two, three, three]):
        assert faults(spoilt)
    swapped = [{**two, "number": 1}, {**one, "number": 2}, three]
    assert faults(swapped)
    assert faults(list(reversed(whole))) == []


async def test_a_sealed_body_that_was_touched_does_not_open(kept: Kept) -> None:
    kept.tamper(
        "UPDATE evidence SET body = CAST(substr(body, 1, 40) || x'00' || substr(body, 42) AS BLOB) WHERE number = 1"
    )
    with pytest.raises(SealBrokenError):
        await kept.home.evidence.check("labas", kept.case)


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'other'",
        "owner_kind = 'contact', body = body, owner = (SELECT contact FROM contacts LIMIT 1)",
        "salt = zeroblob(32)",
        "commitment = zeroblob(32)",
        "previous = zeroblob(32)",
        "hash = zeroblob(32)",
        "at = '2020-01-01 00:00:00.000000'",
    ],
)
async def test_what_is_changed_in_the_file_is_found(kept: Kept, change: str) -> None:
    kept.tamper(f"UPDATE evidence SET {change} WHERE number = 2")
    try:
        found = await kept.home.evidence.check("labas", kept.case)
    except SealBrokenError:
        return
    assert found


async def test_the_end_of_a_chain_that_is_cut_off_is_found_by_its_seal(kept: Kept) -> None:
    await kept.home.evidence.seal_all()
    assert await kept.home.evidence.verify("labas") == []
    kept.tamper("DELETE FROM evidence WHERE number = 3")
    assert await kept.home.evidence.check("labas", kept.case) == []
    assert any("end of a chain" in fault for fault in await kept.home.evidence.verify("labas"))


async def test_seals_chain_and_are_written_only_where_something_is_new(kept: Kept) -> None:
    evidence = kept.home.evidence
    assert [await evidence.seal("labas"), await evidence.seal("labas"), await evidence.seal("kafl")] == [
        True,
        False,
        False,
    ]
    await Guest(kept.home, key="other").submit()
    assert await evidence.seal("labas")
    first, second = sorted(await rows(kept.home, "seals"), key=lambda row: int(row["number"]))
    assert second["previous"] == first["hash"] == seal_hash(b"", 1, first["heads"], first["at"])
    assert set(first["heads"]) == {kept.case, kept.guest.contact} and kept.case not in second["heads"]
    assert first["heads"][kept.case] == (await kept.links())[-1]["hash"].hex()
    assert await evidence.verify("labas") == []


async def test_the_seal_of_each_minute_opens_no_evidence(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the writer: what nobody reads there would keep everybody waiting, by the hundred at a busy hour."""
    opened: list[bytes] = []

    def noted(cipher: AESGCM, blob: bytes, place: bytes) -> Any:
        opened.append(blob)
        return unseal(cipher, blob, place)

    monkeypatch.setattr(ring, "unseal", noted)
    assert await kept.home.evidence.seal("labas") and not opened
    assert await kept.links() and opened


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM seals WHERE number = 2",
        "DELETE FROM seals WHERE number = 1",
        "UPDATE seals SET heads = '{}' WHERE number = 1",
        "UPDATE seals SET at = '2020-01-01 00:00:00.000000' WHERE number = 2",
        "UPDATE seals SET hash = zeroblob(32) WHERE number = 2",
        "DELETE FROM evidence",
    ],
)
async def test_a_seal_that_was_touched_is_found(kept: Kept, change: str) -> None:
    await kept.home.evidence.seal("labas")
    await Guest(kept.home, key="other").submit()
    await kept.home.evidence.seal("labas")
    kept.tamper(change)
    assert await kept.home.evidence.verify("labas")


def test_a_moment_is_the_same_in_whatever_zone_it_was_written() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=3)))
    row = link("labas", "c", "accepted", ("person", "p"), {"a": 1}, there)
    assert chained({**row, "at": NOW}) == row["hash"]
    assert faults([{**row, "at": NOW}]) == []
    assert seal_hash(b"", 1, {}, there) == seal_hash(b"", 1, {}, NOW)


def test_an_erased_body_leaves_the_chain_whole() -> None:
    first = link("labas", "c", "answers", ("person", "p"), {"a": 1}, NOW)
    second = link("labas", "c", "accepted", ("person", "q"), {"b": 2}, NOW, last=first)
    assert faults([{**first, "body": None}, second]) == []
