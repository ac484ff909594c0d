"""Filling a request in at the desk, on the real pages: begun, read, refused with the same sentences, offered or submitted."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession, CookieJar, FormData

from bot.desk import open_desk
from bot.household import Household
from desk.doors import session_cookie
from services.members import Member
from services.roles import Role
from tests.desk_house import Staffed, serving
from tests.mind_world import NAME, PHONE
from tests.papers_world import picture
from tests.turns_world import Clock, Guest, house, rows

COOKIE = session_cookie("http://localhost", "kafl")
FIELD = re.compile(r'name="field" value="(\w+)"')
HERE = re.compile(r"/desk/kafl/behalf/([0-9a-f]{32})")
PARTS = ("associations", "say", "clock", "counts", "people", "merging", "behalf", "requests", "casework", "acceptances")


@dataclass
class Room:
    """The pages as one member's browser sees them."""

    home: Household
    origin: str
    browser: ClientSession
    who: str = "noura"

    async def get(self, path: str) -> tuple[int, str]:
        headers = {"Cookie": f"{COOKIE}={self.who}"}
        async with self.browser.get(f"/desk/kafl/{path}", headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "") or unescape(await answer.text())

    async def post(self, path: str, data: Any = None, **form: Any) -> tuple[int, str]:
        headers = {"Origin": self.origin, "Cookie": f"{COOKIE}={self.who}"}
        sent = data or {"act": str(uuid4()), **form}
        async with self.browser.post(f"/desk/kafl/{path}", data=sent, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "") or unescape(await answer.text())


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """The pages, with members of three roles."""
    roles = {"noura": Role.RELATIONS, "ali": Role.COMMITTEE, "admin": Role.ADMINISTRATOR}
    members: Any = {name: Member("kafl", name, name, frozenset({role})) for name, role in roles.items()}
    async with house(tmp_path, clock := Clock()) as home:
        real = open_desk(home, "http://localhost", clock)
        parts = {name: getattr(real, name) for name in PARTS}
        async with (
            serving(Staffed(members=members), [], **parts) as served,
            ClientSession(served.origin, cookie_jar=CookieJar(unsafe=True)) as browser,
        ):
            yield Room(home, served.origin, browser)


async def begun(room: Room, **form: str) -> str:
    """The path of one that was begun for somebody new."""
    status, to = await room.post("behalf", form="support", **form)
    assert status == 303, to
    return f"behalf/{HERE.findall(to)[0]}"


async def test_a_question_is_asked_read_and_refused_in_the_bots_own_words(room: Room) -> None:
    form = (await room.get("behalf"))[1].partition('name="form" value="')[2].partition('"')[0]
    status, to = await room.post("behalf", form=form, phone=PHONE)
    here = f"behalf/{HERE.findall(to)[0]}"
    status, page = await room.get(here)
    asked = FIELD.findall(page)[0]
    assert status == 200 and asked == "who" and "السؤال" in page
    status, page = await room.post(f"{here}/answer", field=asked, text="")
    assert status == 422 and 'role="alert"' in page and "aria-describedby" in page
    assert (await room.post(f"{here}/answer", field=asked, choice="self"))[0] == 303
    asked = FIELD.findall((await room.get(here))[1])[0]
    status, page = await room.post(f"{here}/answer", field=asked, text="محمد 123")
    assert status == 422 and "محمد 123" in page and "أرقام" in page
    assert (await room.post(f"{here}/answer", field=asked, text=NAME))[0] == 303
    status, page = await room.get(f"{here}?ask=who")
    assert FIELD.findall(page)[0] == "who" and 'value="self" checked' in page and NAME in page
    assert "05" in page, "the phone that was typed first is its answer already"
    assert (await room.post("behalf", form=form, phone="0500"))[0] == 303
    assert (await room.get("behalf"))[1].count("/desk/kafl/behalf/") >= 2


async def test_whoever_has_no_right_finds_and_writes_nothing(room: Room) -> None:
    form = (await room.get("behalf"))[1].partition('name="form" value="')[2].partition('"')[0]
    here = f"behalf/{HERE.findall((await room.post('behalf', form=form))[1])[0]}"
    for who, status in (("ali", 403), ("admin", 403), ("nobody", 303)):
        room.who = who
        assert (await room.get(here))[0] == status, who
        refused = (await room.post(f"{here}/answer", field="who", choice="self"))[0]
        assert refused == (401 if who == "nobody" else status), who
    room.who = "noura"
    assert await rows(room.home, "answers", "kafl") == []
    sent = FormData({"act": str(uuid4()), "field": "full_name"})
    sent.add_field("scan", picture(), filename="id.jpg", content_type="image/jpeg")
    status, page = await room.post(f"{here}/paper", sent)
    assert status == 409 and "trouble" in page, "no paper is asked for there"


async def test_one_for_a_known_person_begins_on_their_page(room: Room) -> None:
    guest = Guest(room.home, "kafl", "whatsapp", "+966500000001")
    await guest.submit()
    (case,) = await rows(room.home, "cases", "kafl")
    page = (await room.get(f"people/{case['applicant']}"))[1]
    assert "بدء طلب نيابة" in page
    status, to = await room.post(f"people/{case['applicant']}/behalf", form=case["form"])
    assert status == 303
    status, page = await room.get(f"behalf/{HERE.findall(to)[0]}")
    assert status == 200 and "بدء طلب" not in page
    assert (await room.post(f"people/{'0' * 32}/behalf", form=case["form"]))[0] == 404
    status, page = await room.post("behalf", form=case["form"], phone=PHONE)
    assert status == 409 and f"/people/{case['applicant']}" in page and NAME in page
