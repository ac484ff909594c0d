"""The room of people on a real memory: the search, one person, joining and undoing, and who may do what."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from starlette.responses import Response

from bot.desk import open_desk
from bot.household import Household
from desk.doors import DeskDoor, session_cookie
from services.members import Member
from services.roles import Right, Role
from tests.desk_house import Staffed, serving
from tests.mind_world import ID, NAME, PHONE
from tests.turns_world import Clock, Guest, house, rows

COOKIE = session_cookie("http://localhost", "kafl")
STRANGER = session_cookie("http://localhost", "labas")


@dataclass
class Room:
    """The room as one member's browser sees it."""

    home: Household
    origin: str
    browser: ClientSession
    who: str = "noura"

    async def get(self, path: str = "") -> tuple[int, str]:
        headers = {"Cookie": f"{COOKIE}={self.who}"}
        async with self.browser.get(f"/desk/kafl/people{path}", headers=headers) as answer:
            assert answer.status != 200 or answer.headers["Cache-Control"] == "no-store"
            return answer.status, unescape(await answer.text())

    async def post(self, path: str = "", **form: str) -> tuple[int, str]:
        headers = {"Origin": self.origin, "Cookie": f"{COOKIE}={self.who}"}
        url = f"/desk/kafl/people{path}"
        async with self.browser.post(url, data=form, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "") or unescape(await answer.text())


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """The room, with members of four roles."""

    async def nothing(request: Any, member: Any) -> Response:
        return Response()

    roles = {"noura": Role.RELATIONS, "hind": Role.SUPERVISOR, "ali": Role.COMMITTEE, "admin": Role.ADMINISTRATOR}
    members: Any = {name: Member("kafl", name, name, frozenset({role})) for name, role in roles.items()}
    members["other"] = Member("labas", "other", "other", frozenset({Role.SUPERVISOR}))
    async with house(tmp_path, clock := Clock()) as home:
        real = open_desk(home, "http://localhost", clock)
        parts = {
            name: getattr(real, name)
            for name in ("associations", "say", "clock", "counts", "people", "merging", "behalf")
        }
        rest = [DeskDoor("/desk/{organisation}/other", nothing, Right.SIGNED_IN)]
        async with (
            serving(Staffed(members=members), rest, **parts) as served,
            ClientSession(served.origin, cookie_jar=CookieJar(unsafe=True)) as browser,
        ):
            yield Room(home, served.origin, browser)


async def sent(room: Room, key: str, **given: str) -> tuple[str, str]:
    """Somebody who sent a request: the person and the contact."""
    guest = Guest(room.home, "kafl", "whatsapp", key)
    await guest.submit(**given)
    (case,) = [row for row in await rows(room.home, "cases", "kafl") if row["contact"] == guest.contact]
    return case["applicant"], guest.contact


@pytest.mark.parametrize("typed", [ID, PHONE, NAME])
async def test_one_who_is_found_opens_at_once_and_the_words_stand_in_no_address(room: Room, typed: str) -> None:
    person, contact = await sent(room, "+966500000001")
    assert await room.post(q=typed) == (303, f"/desk/kafl/people/{person}")
    status, page = await room.get(f"/{person}")
    assert status == 200 and NAME in page and f"/desk/kafl/inbox/{contact}" in page
    assert ID not in page and ID[-4:] in page and PHONE not in page and "واتساب" in page
    assert "دراسة الطلب" in page


async def test_several_are_listed_and_nobody_is_said_so(room: Room) -> None:
    people = {(await sent(room, f"+96650000000{n}"))[0] for n in range(2)}
    status, page = await room.post(q=NAME)
    assert status == 200 and "شخصان" in page
    assert all(f"/desk/kafl/people/{person}" in page for person in people)
    status, page = await room.post(q="عبدالرحمن")
    assert status == 404 and "لا يوجد شخص" in page
    assert (await room.get("/" + "0" * 32))[0] == 404


async def test_the_same_id_is_hinted_joined_and_parted_by_a_supervisor_only(room: Room) -> None:
    one, first = await sent(room, "+966500000001")
    two, second = await sent(room, "+966500000002")
    assert "شخص واحد كتب رقم الهوية نفسه" in (await room.get(f"/{one}"))[1]
    assert "هو الشخص نفسه" not in (await room.get(f"/{one}"))[1]
    assert (await room.post(f"/{one}/join", other=two))[0] == 403
    room.who = "hind"
    assert "هو الشخص نفسه" in (await room.get(f"/{one}"))[1]
    assert await room.post(f"/{one}/join", other=two) == (303, f"/desk/kafl/people/{one}?done=joined")
    assert (await room.post(f"/{one}/join", other=two))[0] == 409
    _, page = await room.get(f"/{one}?done=joined")
    assert "تم الضم" in page and "فصلهما مرة أخرى" in page and page.count("/desk/kafl/inbox/") >= 2
    assert (await room.post(f"/{one}/join-chats", into=first, other=second))[0] == 303
    assert "مضمومة إلى الأولى" in (await room.get(f"/{one}"))[1]
    assert (await room.post(f"/{one}/part-chats", other=second))[0] == 303
    assert (await room.post(f"/{one}/part", other=two))[0] == 303
    assert "فصلهما مرة أخرى" not in (await room.get(f"/{one}"))[1]
    verbs = [row["verb"] for row in await rows(room.home, "audit", "kafl")]
    assert verbs == ["people.join_persons", "people.join", "people.part", "people.part_persons"]


async def test_a_channel_is_split_off(room: Room) -> None:
    person, contact = await sent(room, "+966500000001")
    (address,) = await rows(room.home, "addresses", "kafl", contact=contact, line="whatsapp")
    room.who = "hind"
    assert (await room.post(f"/{person}/split", address=address["address"]))[0] == 303
    assert "لا يُراسَل" in (await room.get(f"/{person}?done=split"))[1]
    assert (await room.post(f"/{person}/split", address="nowhere"))[0] == 404


@pytest.mark.parametrize("who", ["ali", "admin"])
async def test_who_has_no_business_with_people_does_not_enter(room: Room, who: str) -> None:
    person, _ = await sent(room, "+966500000001")
    room.who = who
    assert (await room.get())[0] == (await room.get(f"/{person}"))[0] == (await room.post(q=ID))[0] == 403


async def test_another_association_finds_nobody_here(room: Room) -> None:
    person, _ = await sent(room, "+966500000001")
    headers = {"Cookie": f"{STRANGER}=other", "Origin": room.origin}
    async with room.browser.get(f"/desk/labas/people/{person}", headers=headers) as answer:
        assert answer.status == 404
    async with room.browser.post("/desk/labas/people", data={"q": ID}, headers=headers) as answer:
        assert answer.status == 404
    form = {"other": person}
    async with room.browser.post(f"/desk/labas/people/{person}/join", data=form, headers=headers) as answer:
        assert answer.status == 404
