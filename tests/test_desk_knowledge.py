"""The room of knowledge on a real memory: the list, the questions, the box to try, an entry from question to approval."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar
from starlette.responses import Response

from bot.desk import open_desk
from bot.household import Household
from desk.doors import DeskDoor, session_cookie
from services.curating import Curating
from services.members import Member
from services.roles import Right, Role
from tests.desk_house import Staffed, serving
from tests.test_inquiries import NEW, furnished
from tests.turns_world import Clock, Guest, house, rows

NAME = session_cookie("http://localhost", "labas")
SCRIPT = "هل <script>alert(1)</script> سيارات للبيع؟"


@dataclass
class Room:
    """The room as one member's browser sees it."""

    home: Household
    curating: Curating
    origin: str
    browser: ClientSession
    who: str = "noura"

    async def get(self, path: str = "") -> tuple[int, str]:
        headers = {"Cookie": f"{NAME}={self.who}"}
        async with self.browser.get(f"/desk/labas/knowledge{path}", headers=headers) as answer:
            assert answer.status != 200 or answer.headers["Cache-Control"] == "no-store"
            return answer.status, unescape(await answer.text())

    async def post(self, path: str, **form: str) -> tuple[int, str]:
        headers = {"Origin": self.origin, "Cookie": f"{NAME}={self.who}"}
        url = f"/desk/labas/knowledge{path}"
        async with self.browser.post(url, data=form, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", "") or await answer.text()


@asynccontextmanager
async def room(folder: Path, **approvals: int) -> AsyncIterator[Room]:
    async def nothing(request: Any, member: Any) -> Response:
        return Response()

    async with house(folder, clock := Clock()) as home:
        curating = await furnished(home, **approvals)
        members: Any = {
            name: Member("labas", name, name, frozenset({role}))
            for name, role in (("noura", Role.RELATIONS), ("saad", Role.SUPERVISOR), ("admin", Role.ADMINISTRATOR))
        }
        real = open_desk(home, "http://localhost", clock)
        parts = {name: getattr(real, name) for name in ("associations", "say", "clock", "counts")}
        rest = [DeskDoor("/desk/{organisation}/other", nothing, Right.SIGNED_IN)]
        async with (
            serving(Staffed(members=members), rest, **parts, curating=curating) as served,
            ClientSession(served.origin, cookie_jar=CookieJar(unsafe=True)) as browser,
        ):
            yield Room(home, curating, served.origin, browser)


async def test_from_a_question_to_an_approved_answer_by_two(tmp_path: Path) -> None:
    async with room(tmp_path, labas=2) as desk:
        await Guest(desk.home).say(NEW)
        status, page = await desk.get()
        assert status == 200 and NEW in page and "مرة واحدة" in page and "المستندات المطلوبة" in page
        contact, number = re.findall(r'name="(?:contact|number)" value="(\w+)"', page)
        status, entry = await desk.post("/draft", contact=contact, number=number)
        path = entry.removeprefix("/desk/labas/knowledge")
        assert status == 303 and "لا أسئلة بلا جواب" in (await desk.get())[1]
        assert "مسودة" in (await desk.get(path))[1]
        assert (await desk.post(f"{path}/approve"))[0] == 422
        said = {"title_ar": "أجهزة الحاسب", "text_ar": "لا توزع أجهزة.", "source_ar": "اللائحة", "questions_ar": NEW}
        assert await desk.post(path, kind="answer", **said) == (303, f"{entry}?done=saved")
        assert (await desk.post(f"{path}/approve"))[0] == 422
        desk.who = "saad"
        assert await desk.post(f"{path}/approve") == (303, f"{entry}?done=approved")
        assert "معتمد" in (await desk.get(f"{path}?done=approved"))[1]
        guest = Guest(desk.home, key="next")
        await guest.say(NEW)
        assert "لا توزع أجهزة." in guest.words.text


async def test_the_box_tells_what_would_be_answered_and_notes_nothing(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        status, page = await desk.post("/try", words="كم ياخذ الرد على الطلب")
        assert status == 200 and "مدة دراسة الطلب" in page and "الاحتمال" in page and "يذكر الجواب الأول" in page
        assert "لا جواب معتمد" in (await desk.post("/try", words="zzzz qqqq"))[1]
        assert await rows(desk.home, "inquiries") == []


async def test_what_people_ask_is_shown_as_words_and_never_as_markup(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        await Guest(desk.home).say(SCRIPT)
        headers = {"Cookie": f"{NAME}=noura"}
        async with desk.browser.get("/desk/labas/knowledge", headers=headers) as answer:
            page = await answer.text()
        assert "<script>alert" not in page and SCRIPT in unescape(page)


async def test_who_has_no_right_and_what_is_not_there(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        assert (await desk.get("/entries/nobody"))[0] == 404
        for path in ("/entries/nobody/approve", "/entries/nobody/withdraw", "/draft"):
            assert (await desk.post(path, contact="x", number="1"))[0] == 404
        assert (await desk.post("/entries/time", kind="nonsense"))[0] == 400
        status, made = await desk.post("", title="سؤال جديد")
        assert status == 303 and "سؤال جديد" in (await desk.get(made.removeprefix("/desk/labas/knowledge")))[1]
        desk.who = "admin"
        assert (await desk.get())[0] == 403


async def test_an_answer_is_told_from_its_first_day_to_the_end_of_its_last(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        await Guest(desk.home).say(NEW)
        contact, number = re.findall(r'name="(?:contact|number)" value="(\w+)"', (await desk.get())[1])
        path = (await desk.post("/draft", contact=contact, number=number))[1].removeprefix("/desk/labas/knowledge")
        said = {"title_ar": "أجهزة الحاسب", "text_ar": "لا توزع أجهزة.", "source_ar": "اللائحة", "questions_ar": NEW}
        wrong = await desk.post(path, kind="answer", **said, **{"from": "2026-11-30", "until": "2026-11-29"})
        assert wrong[0] == 422
        span = {"from": "2026-11-23", "until": "2026-11-24"}
        assert (await desk.post(path, kind="answer", **said, **span))[0] == 303
        assert (await desk.post(f"{path}/approve"))[0] == 303
        page = (await desk.get(path))[1]
        assert 'value="2026-11-23"' in page and 'value="2026-11-24"' in page
        (row,) = [row for row in await rows(desk.home, "entries") if row["until_at"]]
        first, last = row["from_at"].isoformat(), row["until_at"].isoformat()
        assert (first, last) == ("2026-11-22T21:00:00+00:00", "2026-11-24T21:00:00+00:00"), "days of Riyadh"


async def test_one_question_in_other_words_is_one_and_its_words_go_into_the_draft(tmp_path: Path) -> None:
    async with house(tmp_path, clock := Clock()) as home:
        curating = open_desk(home, "http://localhost", clock).curating
        for key, words in enumerate(
            ("هل توزعون أجهزة لابتوب؟", "هل لديكم لابتوب وأجهزة توزعون؟", "متى تفتحون الملعب الرياضي؟")
        ):
            await Guest(home, key=str(key)).say(words)
        noura = Member("labas", "noura", "noura", frozenset({Role.RELATIONS}))
        asked = {one.question: one for one in await curating.unanswered(noura)}
        laptops = asked["هل لديكم لابتوب وأجهزة توزعون؟"]
        assert len(asked) == 2 and laptops.count == 2 and laptops.others == ("هل توزعون أجهزة لابتوب؟",)
        made = await curating.draft(noura, laptops.contact, laptops.number)
        entry = curating.one(noura, made)
        assert entry.questions == {"ar": ["هل توزعون أجهزة لابتوب؟"]} and len(await curating.unanswered(noura)) == 1
        assert await curating.draft(noura, laptops.contact, laptops.number) == made
