"""Erasing one of two on the same phone: every copy of theirs is unreadable, the other's stays, and so do the figures."""

import asyncio
import json
import shutil
import sqlite3
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from conversations.effects import Accept
from conversations.events import Opened
from conversations.records import Erasure
from services.erasing import Fault
from services.evidence import faults
from storage import StorageRefusedError
from storage.erasures import ErasureLedger, Line
from storage.memory import FORGOTTEN
from storage.tables import METADATA
from tests import postgres
from tests.erasing_world import HOUSE, MOTHER, SON, Family, opened, settled
from tests.patience import STUCK_S
from tests.storage_world import NOW, Place, behind, seated, sender
from tests.test_canaries_served import spellings
from tests.turns_world import KEY, Guest, rows

WHY = "طلب صاحبة البيانات"


async def everything(family: Family) -> str:
    """Every row that the master key can open, as one text."""
    found = [await family.rows(name) for name in METADATA.tables]
    return json.dumps(found, ensure_ascii=False, default=repr)


async def erased(family: Family, *persons: str, **more: Any) -> Erasure:
    done = await family.home.erasing.erase(HOUSE, persons or [family.mother.id], "s-amal", WHY, **more)
    assert isinstance(done, Erasure), done
    return done


async def test_of_two_on_one_phone_one_is_gone_and_the_other_stays(place: Place, tmp_path: Path) -> None:
    async with opened(place, tmp_path) as home:
        family = await settled(home, tmp_path)
        before = await everything(family)
        assert all(word in before for word in (*MOTHER, *SON))
        done = await erased(family)
        after = await everything(family)
        assert [word for word in MOTHER if word in after] == []
        assert [word for word in SON if word not in after] == []
        assert set(done.cases) == {family.mother.case, family.joint} and done.contacts == ()
        assert await home.erasing._store.get(HOUSE, family.mother.file, "A" * 43 + "=") is None
        assert [row["file"] for row in await family.rows("files")] == [family.son.file]
        assert "متى تفتحون أبوابكم" in after


async def test_the_tombstones_the_figures_and_the_chains_stay(place: Place, tmp_path: Path) -> None:
    async with opened(place, tmp_path) as home:
        family = await settled(home, tmp_path)
        await home.evidence.seal_all()
        await erased(family)
        await home.evidence.seal_all()
        cases = {row["case"]: row for row in await family.rows("cases")}
        assert {id: row["state"] for id, row in cases.items()} == {
            family.mother.case: "accepted",
            family.son.case: "accepted",
            family.joint: "served",
        }
        stone = cases[family.mother.case]
        assert stone["reference"] is None and stone["accepted_at"] == NOW and stone["erased_at"] is not None
        assert cases[family.son.case]["erased_at"] is None
        assert await home.evidence.verify(HOUSE) == []
        chain = await family.rows("evidence", chain=family.joint)
        bodies = {(row["kind"], row["owner"]): row["body"] for row in chain}
        assert bodies["answers", family.son.id] == {"full_name": SON[0]}
        assert bodies["answers", family.mother.id] is bodies["accepted", family.mother.id] is None
        assert faults(chain) == [] and chain[-1]["kind"] == "erased"
        (decision,) = await family.rows("decisions", case=family.mother.case)
        assert decision["accepted"] is True and decision["reason"] is None


async def test_the_last_person_takes_the_contact_along(place: Place, tmp_path: Path) -> None:
    async with opened(place, tmp_path) as home:
        family = await settled(home, tmp_path)
        await erased(family)
        done = await erased(family, family.son.id)
        assert done.contacts == (family.seat.contact,)
        after = await everything(family)
        assert [word for word in (*MOTHER, *SON, "متى تفتحون", "+9665") if word in after] == []
        for name in ("addresses", "address_keys", "contact_persons", "person_keys", "answers", "files", "due", "links"):
            assert await family.rows(name) == [], name
        async with behind(place) as connection:
            for name in ("persons", "contacts"):
                kept = await connection.exec_driver_sql(f"SELECT count(*) FROM {name} WHERE key IS NOT NULL")
                assert kept.scalar_one() == 0, name
        (again,) = await seated(home.memory, sender("+966550001734", house=HOUSE, line="whatsapp", value="x"))
        assert again.new and again.contact != family.seat.contact


async def test_what_stands_in_the_way_is_said(place: Place, tmp_path: Path) -> None:
    async with opened(place, tmp_path) as home:
        family = await settled(home, tmp_path)
        one, erase = [family.mother.id], home.erasing.erase
        assert await erase(HOUSE, one, "s", " no ") is Fault.REASON
        assert await erase(HOUSE, ["0" * 32], "s", WHY) is Fault.GONE
        assert await erase("labas", one, "s", WHY) is Fault.GONE
        assert await erase(HOUSE, one, "s", WHY, case="0" * 32) is Fault.GONE
        async with home.memory.unit() as unit:
            await unit.update("cases", [{"organisation": HOUSE, "case": family.mother.case, "state": "committee"}])
        assert await erase(HOUSE, one, "s", WHY) is Fault.OPEN
        await _call(family, "new")
        assert await erase(HOUSE, one, "s", WHY, case=family.mother.case) is Fault.UNDELIVERED
        await _call(family, "sending")
        assert await erase(HOUSE, one, "s", WHY, force=True) is Fault.SENDING
        assert MOTHER[0] in await everything(family)
        await _call(family, "new")
        await erased(family, force=True)
        (stone,) = await family.rows("cases", case=family.mother.case)
        (call,) = await family.rows("outbox", number=1)
        assert (stone["state"], call["state"], call["reason"]) == ("withdrawn", "failed", "erased")


async def _call(family: Family, state: str) -> None:
    key = {"organisation": HOUSE, "contact": family.seat.contact, "number": 1, "piece": 0, "attempt": 0}
    async with family.home.memory.unit() as unit:
        await unit.update("outbox", [{**key, "state": state}])


async def test_who_writes_on_goes_on_at_the_menu_as_somebody_new(place: Place, tmp_path: Path) -> None:
    async with opened(place, tmp_path) as home:
        family = await settled(home, tmp_path)
        await erased(family)
        guest = Guest(home, name=HOUSE, line="whatsapp", key="+966550001734")
        taken = await guest.say("السلام عليكم")
        assert taken.contact == family.seat.contact and not taken.parked
        assert (await guest.state()).case is None and guest.told


async def test_two_who_really_asked_one_after_the_other(tmp_path: Path) -> None:
    async with opened(tmp_path, tmp_path) as home:
        guest = Guest(home, name=HOUSE, key="a browser")
        await guest.submit(full_name=MOTHER[0], national_id=MOTHER[1], mobile=MOTHER[2])
        await guest.send(Opened("ar", "request"))
        assert MOTHER[0].split()[0] in str(guest.words.options)
        await guest.tap("new")
        await guest.review(full_name=SON[0], national_id=SON[1], mobile=SON[2])
        await guest.say(f"ومتى يُدرس طلب {MOTHER[0]}؟")
        named = await rows(home, "answers", HOUSE, field="full_name")
        persons = {row["value"]: row["person"] for row in named}
        done = await home.erasing.erase(HOUSE, [persons[MOTHER[0]]], "s-amal", WHY, force=True)
        assert isinstance(done, Erasure)
        assert len(done.named.messages) == 2  # the list of whom one asked for, and this question
        told = [json.dumps(await rows(home, n, HOUSE), ensure_ascii=False, default=repr) for n in METADATA.tables]
        assert [word for word in MOTHER[:3] for text in told if word in text] == []
        assert all(any(word in text for text in told) for word in SON[:3])
        await guest.say("نعم")
        taken = await guest.say("أقر وأوافق")
        assert any(isinstance(effect, Accept) for effect in taken.effects)
        await guest.send(Opened("ar", "request"))
        assert SON[0].split()[0] in str(guest.words.options) and MOTHER[0].split()[0] not in str(guest.words.options)
        assert await home.evidence.verify(HOUSE) == []


async def test_an_older_copy_that_is_put_back_holds_nobody_who_was_erased(tmp_path: Path) -> None:
    async with opened(tmp_path, tmp_path) as home:
        family = await settled(home, tmp_path)
    shutil.copytree(tmp_path / "data", tmp_path / "older")
    async with opened(tmp_path, tmp_path) as home:
        family.home = home
        await erased(family)
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(tmp_path / "older", tmp_path / "data")
    async with opened(tmp_path, tmp_path) as home:
        family.home = home
        after = await everything(family)
        assert [word for word in MOTHER if word in after] == []
        assert [word for word in SON if word not in after] == []
        await home.erasing.sweep()
        assert [path.name for path in (tmp_path / "data" / "files" / HOUSE).iterdir()] == [family.son.file]
        assert await home.evidence.verify(HOUSE) == []


async def test_the_journal_is_empty_and_the_wrapped_key_is_nowhere(tmp_path: Path) -> None:
    async with opened(tmp_path, tmp_path) as home:
        family = await settled(home, tmp_path)
        file = tmp_path / "data" / "wasl.db"
        with sqlite3.connect(file) as raw:
            (key,) = raw.execute("SELECT key FROM persons WHERE person = ?", (family.mother.id,)).fetchone()
        raw.close()
        assert any(key in path.read_bytes() for path in (tmp_path / "data").glob("wasl.db*"))
        await erased(family)
        assert [path.name for path in (tmp_path / "data").glob("wasl.db*") if key in path.read_bytes()] == []
        assert (tmp_path / "data" / "wasl.db-wal").stat().st_size == 0
    files = _files(tmp_path)
    found = [(name, word) for name, data in files.items() for word in MOTHER for s in spellings(word) if s in data]
    assert found == [] and "erasure.ledger" in files


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_another_process_forgets_the_key_that_it_had_in_memory(tmp_path: Path) -> None:
    url = await postgres.server().database()
    async with opened(url, tmp_path) as here, opened(url, tmp_path) as there:
        family = await settled(here, tmp_path)
        chain = {"organisation": HOUSE, "chain": family.mother.case, "number": 1}
        heard = asyncio.Event()

        def hears(organisation: str, key: str) -> None:
            there.memory._heard(organisation, key)
            heard.set()

        there.memory.wakeups.keep(FORGOTTEN, hears)
        there.memory.wakeups.begin()
        assert there.memory._exchange is not None
        await asyncio.wait_for(there.memory._exchange.listening.wait(), STUCK_S)
        async with there.memory.reading() as unit:
            assert (await unit.select("evidence", chain))[0]["body"] is not None
        await erased(family)
        async with asyncio.timeout(STUCK_S):
            while not there.memory._keys.is_gone(("person", HOUSE, family.mother.id)):
                await heard.wait()
                heard.clear()


def test_the_ledger_keeps_whole_lines_and_forgives_only_a_torn_end(tmp_path: Path) -> None:
    path = tmp_path / "erasure.ledger"
    ledger, line = ErasureLedger(path), Line("qalb", "person", "a" * 32, NOW.isoformat())
    assert ledger.read() == []
    ledger.append([line])
    with path.open("ab") as file:
        file.write(b'{"organisation":"qa')
    assert ledger.read() == [line]
    ledger.append([line, line])
    assert ledger.read() == [line] * 3 and path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"nonsense\n" + path.read_bytes())
    with pytest.raises(StorageRefusedError, match="Line 1"):
        ledger.read()


# How each sealed column comes to its end; a new one has to be thought of here.
WITH_ITS_PERSON = {"answers", "decisions", "items", "votes"}
BY_ITS_OWNER = {"audit", "evidence", "files", "messages"}  # a person's, or emptied by its case, or the contact's
WITH_ITS_CONTACT = {"addresses", "contacts", "inquiries", "outbox", "parked", "posts", "surveys"}
THE_HOUSE_S = {"entries", "staff"}


def test_every_sealed_column_is_thought_of() -> None:
    sealed = {n for n, t in METADATA.tables.items() if any("sealed_by" in c.info for c in t.columns)}
    assert sealed - {"cases"} == WITH_ITS_PERSON | BY_ITS_OWNER | WITH_ITS_CONTACT | THE_HOUSE_S


def test_the_command_erases_by_a_number_and_says_what_stands_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = {
        "WASL_MASTER_KEYS": f"turns:{b64encode(KEY[0][1]).decode()}",
        "WASL_SECRET": "abcdefghijklmnopqrstuvwxyz012345",
        "WASL_ORGANISATIONS": HOUSE,
    }
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()), "utf-8")
    reference = asyncio.run(_number(tmp_path))
    named = ["--organisation", HOUSE, "--reference", reference]
    assert "five letters" in _told(*named, "--reason", "x")
    assert "Erased: 1 persons" in _told(*named, "--reason", WHY)


def _told(*arguments: str) -> str:
    return CliRunner().invoke(app, ["erase", *arguments]).output


async def _number(folder: Path) -> str:
    async with opened(folder, folder) as home:
        family = await settled(home, folder)
        (row,) = await family.rows("cases", case=family.mother.case)
        return str(row["reference"])
