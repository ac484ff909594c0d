"""The desk's acts on a request about data: the copy, a consent withdrawn, an erasure with a typed word."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from bot.settings import Settings
from services.consenting import ANNOUNCEMENTS, REQUEST
from services.evidence import faults
from services.roles import Role
from tests.desk_matrix import OWN, Staffed
from tests.erasing_world import HOUSE, MOTHER, SON, Family, settled
from tests.real_house import furnished, open_house, settings
from tests.storage_world import NOW, case, fresh

RIGHTS = f"/desk/{OWN}/rights"


def beside(folder: Path, port: int) -> Settings:
    """Settings with a ledger of the test's own."""
    given: Settings = settings(folder, port)
    return given.model_copy(update={"erasure_ledger": folder.parent / "erasure.ledger", "secret": SecretStr("s" * 40)})


@dataclass
class Asked:
    """A served house in which the mother asked to be erased, and its staff."""

    staffed: Staffed
    family: Family
    case: str

    def browser(self, role: Role) -> ClientSession:
        return self.staffed.browser(self.staffed.tokens[OWN, role])

    async def post(self, role: Role, verb: str, **form: Any) -> tuple[int, str, str]:
        sent = [
            (name, each) for name, value in form.items() for each in (value if isinstance(value, list) else [value])
        ]
        async with self.browser(role) as browser:
            url = f"{RIGHTS}/{self.case}/{verb}"
            async with browser.post(url, data=[("act", str(uuid4())), *sent], allow_redirects=False) as answer:
                return answer.status, answer.headers.get("Location", ""), await answer.text()

    async def page(self, role: Role, path: str = "") -> str:
        async with self.browser(role) as browser, browser.get(path or f"{RIGHTS}/{self.case}") as answer:
            assert answer.status == 200
            return await answer.text()


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    folder = tmp_path / "data"
    folder.mkdir()
    async with open_house(await furnished(folder), made=beside) as (house, port):
        family = await settled(house.household, tmp_path)
        id = fresh()
        async with house.household.memory.unit() as unit:
            reference = await unit.number(HOUSE)
            more = {"form": "rights", "state": "submitted", "accepted_at": NOW, "reference": reference}
            more["reference_hash"] = unit.index(HOUSE, "reference", reference)
            await unit.insert("cases", [case(family.seat, id, **more)])
            key = {"organisation": HOUSE, "case": id, "person": family.mother.id, "at": NOW}
            given = {"rights_act": "erase", "rights_whom": "self"}
            await unit.insert("answers", [{**key, "field": f, "value": v, "typed": v} for f, v in given.items()])
        yield Asked(await Staffed(house, f"http://localhost:{port}").fill(), family, id)


async def test_the_copy_holds_all_of_hers_and_nothing_of_his(asked: Asked) -> None:
    status, _, text = await asked.post(Role.RELATIONS, "export", person=asked.family.mother.id, **{"as": "json"})
    copy = json.loads(text)
    assert status == 200 and copy["name"] == MOTHER[0]
    name, identity, phone, illness, words, _ = MOTHER
    assert [word for word in (name, identity, illness, words) if word not in text] == []
    assert phone in text and [word for word in SON if word in text] == []
    assert [one["shared"] for one in copy["requests"]].count(True) == 1 and copy["alone"] is False
    status, _, page = await asked.post(Role.RELATIONS, "export", person=asked.family.son.id, **{"as": "html"})
    assert status == 200 and 'dir="rtl"' in page and SON[0] in page and SON[3] in page
    assert [word for word in MOTHER if word in page] == []
    (given, other) = await asked.family.rows("audit", verb="person_exported")
    assert {given["more"]["persons"][0], other["more"]["persons"][0]} == {asked.family.mother.id, asked.family.son.id}


async def test_an_erasure_asks_for_persons_a_word_and_a_reason(asked: Asked) -> None:
    hers, right = asked.family.mother.id, {"reason": "طلب صاحبة البيانات", "word": "محو"}
    for wrong in ({**right}, {**right, "persons": "0" * 32}, {**right, "persons": hers, "word": "نعم"}):
        status, _, text = await asked.post(Role.SUPERVISOR, "erase", **wrong)
        assert status == 422 and "trouble" in text
    assert (await asked.post(Role.SUPERVISOR, "erase", persons=hers, word="محو", reason="لا"))[0] == 422
    assert (await asked.post(Role.RELATIONS, "erase", persons=hers, **right))[0] == 403
    assert MOTHER[0] in await asked.page(Role.SUPERVISOR)
    status, to, _ = await asked.post(Role.ADMINISTRATOR, "erase", persons=[hers], **right)
    assert status == 303 and to.endswith("?done=erase")
    after = await asked.page(Role.SUPERVISOR, to)
    assert MOTHER[0] not in after and "مُحيت البيانات." in after
    (row,) = await asked.family.rows("audit", verb="person_erased")
    assert row["more"]["persons"] == [hers] and MOTHER[0] not in str(row)
    (own,) = await asked.family.rows("cases", case=asked.case)
    assert own["state"] == "closed" and await asked.family.rows("answers", case=asked.case) == []
    stone = await asked.page(Role.SUPERVISOR, f"/desk/{OWN}/requests/{asked.family.mother.case}")
    assert "مُحيت بيانات هذا الطلب" in stone
    for path in ("voices?show=rights&done=1", "requests?show=done", f"inbox/{asked.family.seat.contact}"):
        assert MOTHER[0] not in await asked.page(Role.SUPERVISOR, f"/desk/{OWN}/{path}")


async def test_an_open_request_is_erased_by_a_supervisor_only_who_says_so(asked: Asked) -> None:
    async with asked.family.home.memory.unit() as unit:
        await unit.update("cases", [{"organisation": HOUSE, "case": asked.family.mother.case, "state": "committee"}])
    right = {"reason": "طلب صاحبة البيانات", "word": "محو", "persons": asked.family.mother.id}
    for role, force in ((Role.SUPERVISOR, ""), (Role.ADMINISTRATOR, "1")):
        assert (await asked.post(role, "erase", force=force, **right))[0] == 409
    assert (await asked.post(Role.SUPERVISOR, "erase", force="1", **right))[0] == 303
    (stone,) = await asked.family.rows("cases", case=asked.family.mother.case)
    assert stone["state"] == "withdrawn"


@pytest.mark.parametrize("everybody", [False, True])
async def test_what_is_left_opens_for_staff_and_takes_no_act(asked: Asked, everybody: bool) -> None:
    family = asked.family
    persons = [family.mother.id, *([family.son.id] if everybody else [])]
    right = {"reason": "طلب صاحبة البيانات", "word": "محو"}
    assert (await asked.post(Role.SUPERVISOR, "erase", persons=persons, **right))[0] == 303
    for path in (f"inbox/{family.seat.contact}", f"voices/{asked.case}", f"rights/{asked.case}", "inbox", "knowledge"):
        await asked.page(Role.SUPERVISOR, f"/desk/{OWN}/{path}")
    async with asked.browser(Role.SUPERVISOR) as browser:
        for url in (f"requests/{family.mother.case}/close", f"voices/{asked.case}/close"):
            async with browser.post(f"/desk/{OWN}/{url}", data={"act": str(uuid4())}) as answer:
                assert answer.status == 409, url
    assert await family.rows("parked", replayed_at=None, case=family.mother.case) == []


async def test_a_consent_is_withdrawn_once_and_stands_in_the_chain(asked: Asked) -> None:
    consenting, contact = asked.family.home.consenting, asked.family.seat.contact
    assert await consenting.given(HOUSE, contact, ANNOUNCEMENTS)
    assert await consenting.given(HOUSE, contact, REQUEST) and not await consenting.given(HOUSE, contact, REQUEST)
    async with asked.family.home.memory.unit() as unit:
        await unit.update("contacts", [{"organisation": HOUSE, "contact": contact, "notice_version": "1"}])
    assert (await asked.post(Role.RELATIONS, "withdraw", purpose=REQUEST))[0] == 303
    assert (await asked.post(Role.RELATIONS, "withdraw", purpose=REQUEST))[0] == 409
    assert (await asked.post(Role.RELATIONS, "withdraw", purpose="nothing"))[0] == 409
    told = [(row["purpose"], row["given"]) for row in await consenting.ledger(HOUSE, contact)]
    assert told == [(ANNOUNCEMENTS, True), (REQUEST, True), (REQUEST, False)]
    chain = await asked.family.rows("evidence", chain=contact)
    assert faults(chain) == [] and [row["body"]["given"] for row in chain] == [True, True, False]
    (row,) = await asked.family.rows("contacts", contact=contact)
    assert row["notice_version"] is None


async def test_another_kind_of_request_has_no_such_page(asked: Asked) -> None:
    path = f"{RIGHTS}/{asked.family.mother.case}"
    async with asked.browser(Role.SUPERVISOR) as browser, browser.get(path) as answer:
        assert answer.status == 404
