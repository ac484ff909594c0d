"""The inbox's doors on a real memory: pages, fragments, verbs and files, and who gets nothing of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession, CookieJar
from starlette.responses import Response

from bot.desk import open_desk
from bot.household import Household
from conversations.acts import ChatAct, Noted, TakenOver, Wrote
from conversations.handling import Refuse
from desk.doors import DeskDoor, session_cookie
from services.roles import Right, Role
from tests.desk_house import Officer, Staffed, serving
from tests.turns_world import Clock, Guest, house, rows

HX = {"HX-Request": "true"}
TOKEN = {session_cookie("http://localhost", "qalb"): "token"}


@dataclass
class Verbs:
    """What was asked of the casework, and what it answers."""

    done: list[tuple[str, str, ChatAct]] = field(default_factory=list)
    answer: Refuse | None = None

    async def chat(self, member: Any, act: str, contact: str, event: ChatAct) -> Refuse | None:
        if self.answer is None:
            self.done.append((act, contact, event))
        return self.answer


@dataclass
class Room:
    """The inbox as one officer's browser sees it."""

    home: Household
    browser: ClientSession
    origin: str
    verbs: Verbs
    staffed: Staffed

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.browser.get(f"/desk/qalb/{path}", headers=headers) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, **form: str) -> tuple[int, str]:
        sent = {"act": str(uuid4()), **form}
        async with self.browser.post(
            f"/desk/qalb/{path}", data=sent, headers={"Origin": self.origin}, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("Location", "") or await answer.text()


@asynccontextmanager
async def room(folder: Path) -> AsyncIterator[Room]:
    """The house of this folder with its inbox open to one officer."""

    async def nothing(request: Any, member: Any) -> Response:
        return Response()

    async with house(folder, clock := Clock()) as home:
        real, staffed, verbs = open_desk(home, "http://localhost", clock), Staffed(), Verbs()
        parts = {
            n: getattr(real, n) for n in ("associations", "say", "clock", "inbox", "threads", "filesight", "counts")
        }
        rest = [DeskDoor("/desk/{organisation}/other", nothing, Right.SIGNED_IN)]
        async with (
            serving(staffed, rest, casework=verbs, **parts) as served,
            ClientSession(served.origin, cookies=TOKEN, cookie_jar=CookieJar(unsafe=True)) as browser,
        ):
            yield Room(home, browser, served.origin, verbs, staffed)


async def waiting(home: Household, name: str = "qalb", key: str = "a", **held: Any) -> Guest:
    """Somebody who asked for a person."""
    guest = Guest(home, name=name, key=key)
    await guest.say("السلام عليكم")
    row = {"organisation": name, "contact": guest.contact, "number": 1, "state": "waiting", "line": "web"}
    rest = {"role": "relations_officer", "reason": "asked", "since": home.transcript._clock()}
    async with home.memory.unit() as unit:
        await unit.insert("handovers", [{**row, **rest, **held}])
    return guest


async def test_the_list_and_a_conversation_show_what_was_said_and_run_none_of_it(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        await guest.say("<script>alert(1)</script><b>")
        for path in ("inbox", "inbox?show=waiting", f"inbox/{guest.contact}?show=mine&line=web%3Cb%3E"):
            status, text = await desk.get(path)
            assert status == 200 and "<script>alert" not in text and "<b>\n" not in text
            assert text.startswith("<!doctype html>")
        assert "&lt;script&gt;alert(1)" in text
        status, text = await desk.get("inbox/list?show=waiting", **HX)
        assert status == 200 and guest.contact in text and "<html" not in text
        assert 'data-count="inbox"' in text, "the figure in the bar comes with the list"


async def test_news_bring_what_came_and_the_bar_only_where_it_changed_hands(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        await guest.say("هل توفرون أجهزة؟")
        path = f"inbox/{guest.contact}/news?after=0&held="
        status, text = await desk.get(f"{path}1.waiting.", **HX)
        assert status == 200 and "هل توفرون أجهزة؟" in text and "hx-partial" not in text
        _, text = await desk.get(f"{path}1.held.hind", **HX)
        assert "hx-partial" in text and 'id="reply"' in text


async def test_nothing_of_another_association_and_nothing_without_the_right(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        other = await waiting(desk.home, "kafl")
        for path in ("", "/news?after=0"):
            assert (await desk.get(f"inbox/{other.contact}{path}"))[0] == 404
        for verb in ("take", "reply", "note", "back", "end", "refer"):
            status, _ = await desk.post(f"inbox/{other.contact}/{verb}", text="x", role="supervisor")
            assert status == 404
        own = await waiting(desk.home)
        desk.staffed.members["token"] = Officer(roles=frozenset({Role.COMMITTEE}))
        assert (await desk.get("inbox"))[0] == 403
        assert (await desk.post(f"inbox/{own.contact}/take"))[0] == 403
        assert desk.verbs.done == []


async def test_each_verb_is_one_act_and_comes_back_to_the_conversation(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        act, path = str(uuid4()), f"inbox/{guest.contact}"
        status, to = await desk.post(f"{path}/take?show=waiting", act=act)
        assert status == 303 and to.startswith(f"/desk/qalb/{path}?show=waiting")
        assert desk.verbs.done == [(act, guest.contact, TakenOver("s1", "نورة العتيبي"))]
        await desk.post(f"{path}/reply", text="أهلًا\r\nوسهلًا", kind="reply")
        await desk.post(f"{path}/reply", text="للزملاء", kind="note")
        events = [event for _, _, event in desk.verbs.done[1:]]
        assert events == [Wrote("s1", "نورة العتيبي", "أهلًا\nوسهلًا"), Noted("s1", "نورة العتيبي", "للزملاء")]
        for verb, form in (("back", {}), ("end", {}), ("refer", {"role": "social_researcher", "note": "n"})):
            assert (await desk.post(f"{path}/{verb}", **form))[0] == 303
        assert len({id for id, _, _ in desk.verbs.done}) == 6
        assert (await desk.post(f"{path}/refer", role="committee"))[0] == 422
        assert (await desk.post(f"{path}/take", act="x"))[0] == 400
        assert len(desk.verbs.done) == 6


@pytest.mark.parametrize(("code", "status"), [("held", 409), ("not_yours", 409), ("empty", 422), ("new", 409)])
async def test_what_is_refused_is_told_there_and_what_was_typed_is_not_lost(
    tmp_path: Path, code: str, status: int
) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home, state="held", holder="s1")
        desk.verbs.answer = Refuse(code, "هند")
        told, text = await desk.post(f"inbox/{guest.contact}/reply", text="ما كُتب <i>", kind="reply")
        assert told == status and "ما كُتب &lt;i&gt;" in text and 'role="alert"' in text
        assert ("هند" in text) == (code in ("held", "not_yours"))


async def test_who_does_not_hold_the_conversation_writes_notes_only(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home)
        _, text = await desk.get(f"inbox/{guest.contact}")
        assert f"{guest.contact}/note" in text and f"{guest.contact}/reply" not in text
        assert text.count("btn-main") == 1, "one main button: take over"


async def test_only_a_supervisor_who_saw_the_holder_takes_it_from_them(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest = await waiting(desk.home, state="held", holder="hind")
        path = f"inbox/{guest.contact}"
        assert f"{path}/take" not in (await desk.get(path))[1]
        await desk.post(f"{path}/take", force="1")
        desk.staffed.members["token"] = Officer(roles=frozenset({Role.SUPERVISOR}))
        assert 'name="force"' in (await desk.get(path))[1]
        await desk.post(f"{path}/take")
        await desk.post(f"{path}/take", force="1")
        forced = [event.force for _, _, event in desk.verbs.done if isinstance(event, TakenOver)]
        assert forced == [False, False, True]


async def test_a_file_is_shown_in_a_sandbox_to_whoever_may_see_it_and_the_look_is_recorded(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        guest, other = await waiting(desk.home), await waiting(desk.home, "kafl")
        own, foreign = await filed(desk.home, guest), await filed(desk.home, other)
        async with desk.browser.get(f"/desk/qalb/files/{own}") as answer:
            assert (answer.status, await answer.read()) == (200, b"\xff\xd8 picture")
            assert answer.headers["Content-Security-Policy"].endswith("sandbox")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        (look,) = await rows(desk.home, "audit", "qalb")
        assert (look["verb"], look["staff"], look["more"]) == ("looked_at_file", "s1", {"file": own})
        for id in (foreign, "0" * 32, "x"):
            assert (await desk.get(f"files/{id}"))[0] == 404
        desk.staffed.members["token"] = Officer(roles=frozenset({Role.COMMITTEE}))
        assert (await desk.get(f"files/{own}"))[0] == 404, "what no request holds belongs to the conversation"


async def filed(home: Household, guest: Guest) -> str:
    """A picture that the guest sent."""
    (address,) = await rows(home, "addresses", guest.name, contact=guest.contact)
    id, now = uuid4().hex, home.transcript._clock()
    whose = {"contact": guest.contact, "address": address["address"], "line": "web", "owner_kind": "contact"}
    row = {"organisation": guest.name, "file": id, **whose, "owner": guest.contact, "kind": "image", "size": 10}
    async with home.memory.unit() as unit:
        await unit.insert("files", [{**row, "state": "pending", "at": now, "next_at": now}])
    await home.papers.keep({**row}, b"\xff\xd8 picture", name="تقرير", kind="image", pages=1)
    return id
