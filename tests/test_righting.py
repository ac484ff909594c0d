"""An answer set right: the same reading, what was declared stays, a link after it, the person told, the request closed."""

from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from conversations.acts import Corrected
from conversations.handling import Refuse
from services.casework import Forbidden
from services.evidence import faults
from services.proving import Proving
from services.roles import Role
from storage.files import FileStore
from tests.casework_world import HIND, NORA, Desk, desk
from tests.desk_matrix import OWN
from tests.mind_world import profiles
from tests.test_rights import Asked, asked
from tests.turns_world import Guest, rows

__all__ = ["asked", "desk"]


async def sent(desk: Desk) -> tuple[Guest, str]:
    """Somebody whose request was submitted."""
    guest = Guest(desk.home)
    await guest.submit()
    (case,) = await rows(desk.home, "cases", contact=guest.contact)
    return guest, str(case["case"])


def right(case: str, field: str, text: str = "", reason: str = "كتبها خطأ", **more: Any) -> Corrected:
    return Corrected(NORA.staff, case, field, reason, text, **more)


async def test_what_was_declared_stays_and_the_correction_stands_after_it(desk: Desk) -> None:
    guest, case = await sent(desk)
    before = len(await rows(desk.home, "evidence", chain=case))
    assert await desk.rule(NORA, right(case, "city", "الدمام")) is None
    links = sorted(await rows(desk.home, "evidence", chain=case), key=lambda link: link["number"])
    assert [link["kind"] for link in links[before:]] == ["corrected"] and faults(links) == []
    body = links[-1]["body"]
    assert (body["before"], body["after"], body["reason"], body["by"]) == ("الرياض", "الدمام", "كتبها خطأ", NORA.staff)
    (answer,) = await rows(desk.home, "answers", case=case, field="city")
    assert answer["value"] == "الدمام" and links[-1]["owner"] == answer["person"]
    declared = [link["body"]["city"] for link in links if link["kind"] == "answers" and "city" in link["body"]]
    assert declared == ["الرياض"]
    told = (await rows(desk.home, "messages", contact=guest.contact, by="bot"))[-1]["content"]["words"]["text"]
    assert "صُحّح بيان" in told and "الدمام" not in told
    organisations = {name: profile.organisation for name, profile in profiles().items()}
    store: Any = FileStore.__new__(FileStore)
    assert (await Proving(desk.home.memory, store, organisations).prove("labas", case)).faults == ()


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (("city", "الرياض"), "same"),
        (("city", "الدمام", " "), "reason"),
        (("national_id", "123"), "wrong"),
        (("who", ""), "item"),
        (("papers", ""), "item"),
        (("nothing", ""), "item"),
        (("birth_date", "1/5/2020"), "branches"),
    ],
)
async def test_what_is_no_plain_correction_is_refused(desk: Desk, event: tuple[str, ...], code: str) -> None:
    _, case = await sent(desk)
    refused = await desk.rule(NORA, right(case, *event))
    assert refused is not None and refused.code == code
    assert [row["kind"] for row in await rows(desk.home, "evidence", chain=case) if row["kind"] == "corrected"] == []


async def test_a_draft_is_its_persons_own_and_only_those_with_the_right_correct(desk: Desk) -> None:
    guest = await Guest(desk.home).start()
    await guest.good()
    (case,) = await rows(desk.home, "cases", contact=guest.contact)
    assert await desk.rule(NORA, right(case["case"], "who")) == Refuse("state")
    with pytest.raises(Forbidden):
        await desk.rule(HIND, Corrected(HIND.staff, case["case"], "city", "سبب", "جدة"))


async def test_the_desk_sets_it_right_and_closes_the_request_for_it(asked: Asked) -> None:
    family, path = asked.family, f"/desk/{OWN}/rights/{asked.case}"
    here = f"{path}/correct/{family.mother.case}"
    assert f"/correct/{family.mother.case}" in await asked.page(Role.RELATIONS)
    page = await asked.page(Role.RELATIONS, f"{here}?field=full_name")
    assert 'name="reason"' in page and 'name="closing"' in page

    async def post(role: Role, url: str = here, **form: str) -> tuple[int, str]:
        browser: ClientSession
        async with asked.browser(role) as browser:
            data = {"act": str(uuid4()), "field": "full_name", "reason": "كما في الهوية", **form}
            async with browser.post(url, data=data, allow_redirects=False) as answer:
                return answer.status, answer.headers.get("Location", "") or await answer.text()

    status, text = await post(Role.RELATIONS, text="123")
    assert status == 422 and 'id="why"' in text
    assert (await post(Role.RESEARCH, text="منى سعيد"))[0] == 403
    assert (await post(Role.RELATIONS, f"{path}/correct/{'0' * 32}", text="منى سعيد"))[0] == 404
    assert await post(Role.RELATIONS, text="منى بنت سعيد", closing="صُحّح") == (303, f"{path}?done=correct_answered")
    (case,) = await family.rows("cases", case=asked.case)
    assert case["state"] == "answered"
    page = await asked.page(Role.RELATIONS, f"/desk/{OWN}/requests/{family.mother.case}")
    assert "منى بنت سعيد" in page and "صُحّحت" in page
