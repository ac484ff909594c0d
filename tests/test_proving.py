"""Proving a request: untouched it is proven; whatever is changed, in whichever stored part, is named."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import command
from conversations.reference import number
from services.proving import BadReference, Proving
from storage.files import FileStore
from tests.mind_world import profiles
from tests.papers_world import picture
from tests.proving_world import Proven, proven
from tests.storage_world import Place, url_of
from tests.turns_world import KEY, Guest, house, rows


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[Proven]:
    async with proven(tmp_path) as made:
        yield made


async def test_what_nobody_touched_is_proven(made: Proven) -> None:
    proof = await made.prove()
    assert proof.proven and proof.faults == ()
    kinds = [
        link["kind"] for link in sorted(await rows(made.home, "evidence", chain=made.case), key=lambda r: r["number"])
    ]
    assert kinds == ["answers", "answers", "documents", "accepted", "signed", "decided"]
    assert proof.notes == ("The whole chain is sealed by seal 1 of the organisation.",)


# What each table keeps of a request that must not change; the rest (pages, retries, places in lists) proves nothing.
KEPT = {
    "evidence": (
        "organisation chain number kind owner_kind owner body salt commitment previous hash at code",
        "chain = :case",
    ),
    "answers": ("organisation case field person value typed", '"case" = :case'),
    "files": (
        "organisation file owner_kind owner case field document name secret digest kind size state",
        '"case" = :case',
    ),
    "messages": (
        "organisation contact number address direction by at owner_kind owner content case",
        "contact = :contact AND number = :number",
    ),
    "decisions": ("organisation case person accepted reason at", '"case" = :case'),
    "cases": (
        "applicant beneficiary form state reference reference_hash accepted_at floor_at",
        '"case" = :case',
    ),
    "seals": ("organisation number heads previous hash at", "organisation = 'labas'"),
    "organisations": ("seal_number seal_head", "organisation = 'labas'"),
    "persons": ("key", "person IN (SELECT owner FROM evidence WHERE chain = :case)"),
}


def flipped(value: Any) -> Any:
    """The value with one byte, letter or digit of it changed."""
    if isinstance(value, bytes):
        spoilt = bytearray(value)
        spoilt[len(spoilt) // 2] ^= 1
        return bytes(spoilt)
    if isinstance(value, str):
        at = len(value) // 2
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    return 0 if value == 1 else value + 40


async def test_one_flipped_byte_of_any_stored_part_is_named(made: Proven) -> None:
    """Every column of every link, of the message, the decision, the case; of answers and papers all of the first."""
    silent = [found for table in KEPT async for found in _unnoticed(made, table)]
    assert silent == []
    assert (await made.prove()).proven


async def _unnoticed(made: Proven, table: str) -> AsyncIterator[tuple[str, str, Any]]:
    columns, where = KEPT[table]
    for name, value in (await _place(made)).items():
        where = where.replace(f":{name}", repr(value))
    names = [row[1] for row in made.read(f"PRAGMA table_info({table})")]
    found = made.read(f"SELECT rowid, * FROM {table} WHERE {where}")
    assert found
    for at, row in enumerate(found):
        cells = dict(zip(names, row[1:], strict=True))
        few = at and table in ("answers", "files")
        for column in ("value", "digest") if few else columns.split():
            if not cells.get(column):
                continue
            change = f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?'
            assert made.sql(change, flipped(cells[column]), row[0]) == 1
            proof = await (made.prove() if table == "persons" else made.proving().prove("labas", made.case))
            if proof.proven:
                yield table, column, cells[column]
            assert made.sql(change, cells[column], row[0]) == 1


async def _place(made: Proven) -> dict[str, Any]:
    said = (await rows(made.home, "evidence", chain=made.case, kind="accepted"))[0]["body"]["said"]
    return {"case": made.case, "contact": said["contact"], "number": said["number"]}


SENTENCES = (
    ("UPDATE decisions SET accepted = 0", "The decision is not the one that was taken."),
    ("DELETE FROM decisions", "The decision is gone."),
    ("DELETE FROM answers WHERE field = 'city'", "The answer «city» is gone."),
    ("DELETE FROM evidence WHERE kind = 'accepted'", "The request was submitted, but the acceptance"),
    ("DELETE FROM evidence WHERE kind = 'decided'", "The decision has no link of evidence."),
    ("DELETE FROM evidence", "There is no link of evidence at all."),
    ("DELETE FROM seals", "The newest seal is missing."),
    ("DELETE FROM messages WHERE direction = 'in'", "The person's message that accepted the declaration is gone."),
    ("UPDATE cases SET state = 'rejected'", "The request's state does not fit the decision."),
    ("UPDATE evidence SET body = x''", "what it holds was emptied, though nobody was erased."),
    ("UPDATE persons SET key = NULL", "A person's key is gone, but the request does not say"),
    ("UPDATE cases SET erased_at = opened_at", "says that somebody was erased, but every person's key"),
    ("UPDATE cases SET reference_hash = zeroblob(16)", "The request is not found by its number"),
)


async def test_each_change_has_its_sentence(made: Proven) -> None:
    for change, sentence in SENTENCES:
        with made.restored():
            made.sql(change)
            proof = await made.prove()
        assert any(sentence in fault for fault in proof.faults), (change, proof.faults)
    assert (await made.prove()).proven


async def test_what_the_house_itself_rewrites_is_named_too(made: Proven) -> None:
    """Who holds the keys can seal anew, but the chain remembers what was declared."""
    (city,) = await rows(made.home, "answers", case=made.case, field="city")
    (file, *_) = await rows(made.home, "files", case=made.case)
    (link,) = await rows(made.home, "evidence", chain=made.case, kind="accepted")
    other = {**link["body"], "declaration": {**link["body"]["declaration"], "text": "أقر بشيء آخر"}}
    async with made.home.memory.unit() as unit:
        await unit.upsert("answers", [{**city, "value": "مكة المكرمة"}])
        secret = await FileStore(made.folder / "files").put("labas", file["file"], picture("PNG", (50, 50)))
        await unit.upsert("files", [{**file, "secret": secret}])
        await unit.upsert("evidence", [{**link, "body": other}])
    faults = "\n".join((await made.prove()).faults)
    assert "The answer «city» is not the one that was declared." in faults
    assert "its bytes are not those that were declared." in faults
    assert "(the acceptance): what it holds was changed" in faults
    assert "The declaration's text is not the one that was shown" in faults
    assert "مكة" not in faults


async def test_altered_and_lost_bytes_of_a_paper_are_named(made: Proven) -> None:
    (path, *_) = (made.folder / "files" / "labas").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert any("its bytes do not open; they were altered." in f for f in (await made.prove()).faults)
    path.unlink()
    assert any("its bytes are gone." in f for f in (await made.prove()).faults)


async def test_a_number_that_is_none_or_nobodys(made: Proven) -> None:
    with pytest.raises(BadReference):
        await made.proving().find("472193800")
    assert await made.proving().find(unused(made.reference)) == []


def unused(reference: str) -> str:
    """A good number that nobody has."""
    return next(n for eight in range(10_000_000, 10_000_100) if (n := number(eight)) != reference)


async def test_the_command_says_it_in_sentences_and_by_its_exit_code(
    made: Proven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = base64.b64encode(KEY[0][1]).decode()
    names = {"DATA_DIR": str(made.folder), "MASTER_KEYS": f"{KEY[0][0]}:{key}", "SECRET": secrets.token_hex(32)}
    for name, value in {
        **names,
        "DATABASE_URL": url_of(made.folder),
        "ERASURE_LEDGER": str(tmp_path.parent / f"{tmp_path.name}.ledger"),
    }.items():
        monkeypatch.setenv(f"WASL_{name}", value)
    arabic = made.reference.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    good = await _run(arabic)
    assert good.exit_code == 0, good.output
    assert "proven." in good.output and "NOT" not in good.output
    assert (await _run(made.reference, "--organisation", "labas")).exit_code == 0
    assert (await _run("472193800")).exit_code == 2
    assert (await _run(made.reference, "--organisation", "nobody")).exit_code == 2
    assert (await _run(unused(made.reference))).exit_code == 1
    with made.restored():
        made.sql("DELETE FROM decisions")
        bad = await _run(made.reference)
    assert bad.exit_code == 1 and "NOT proven." in bad.output and "The decision is gone." in bad.output


async def _run(*words: str) -> Any:
    """The command in a thread of its own, for it brings its own loop."""
    return await asyncio.to_thread(CliRunner().invoke, command("verify"), list(words))


async def test_whoever_was_erased_is_said_to_be_and_the_rest_is_still_proven(made: Proven) -> None:
    (case,) = await rows(made.home, "cases", case=made.case)
    gone = case["beneficiary"]
    assert gone != case["applicant"]
    await made.home.erasing.erase("labas", [gone], "s-amal", "بطلب من صاحب البيانات", force=True)
    proof = await made.prove()
    assert proof.faults == ()
    assert any("(the answers): erased; its commitment stands." in note for note in proof.notes)
    made.sql("UPDATE evidence SET salt = zeroblob(32) WHERE kind = 'accepted'")
    assert not (await made.prove()).proven


async def test_it_is_proven_on_either_database(place: Place) -> None:
    async with house(place) as home:
        await Guest(home).submit()
        await home.evidence.seal_all()
        (case,) = await rows(home, "cases")
        organisations = {name: profile.organisation for name, profile in profiles().items()}
        proving = Proving(home.memory, FileStore(None), organisations)
        assert await proving.find(case["reference"]) == [("labas", case["case"])]
        assert (await proving.prove("labas", case["case"])).faults == ()
        (link,) = await rows(home, "evidence", chain=case["case"], kind="accepted")
        code = base64.b32encode(link["code"]).decode().rstrip("=")
        found = await home.acceptances.known("labas", code, "ar")
        assert found and found.whole
        async with home.memory.unit() as unit:
            await unit.delete("answers", [{"organisation": "labas", "case": case["case"], "field": "city"}])
        assert (await proving.prove("labas", case["case"])).faults == ("The answer «city» is gone.",)
