"""The doors of the room of requests on a real memory: pages, verbs, the search, and who gets nothing of them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, CookieJar
from starlette.responses import Response

from bot.desk import open_desk
from bot.household import Household
from desk.doors import DeskDoor, session_cookie
from services.members import Member
from services.roles import Right, Role
from tests.desk_house import Staffed, serving
from tests.mind_world import ID
from tests.requests_world import STAFF, change, decided, employ, found, having, submitted, voted
from tests.turns_world import Clock, Guest, house, rows

NAME = session_cookie("http://localhost", "qalb")
WHY = "أطابقها مع البطاقة في المكالمة"
SCRIPT = "<script>alert(1)</script>"
PARTS = (
    *("associations", "say", "clock", "casework", "requests", "revealing", "filesight", "counts"),
    *("acceptances", "scanning"),
)


@dataclass
class Room:
    """The room as one member's browser sees it; who that is may change."""

    home: Household
    clock: Clock
    case: str
    origin: str
    browser: ClientSession
    who: str = "noura"

    def cookies(self) -> dict[str, str]:
        return {"Cookie": f"{NAME}={self.who}"}

    async def get(self, path: str = "") -> tuple[int, str]:
        async with self.browser.get(f"/desk/qalb/requests{path}", headers=self.cookies()) as answer:
            assert answer.headers["Cache-Control"] == "no-store" or answer.status != 200
            return answer.status, unescape(await answer.text())

    async def raw(self, path: str = "") -> str:
        async with self.browser.get(f"/desk/qalb/requests{path}", headers=self.cookies()) as answer:
            return await answer.text()

    async def post(self, path: str, **form: str) -> tuple[int, str]:
        sent = {"act": str(uuid4()), **form}
        headers = {"Origin": self.origin, **self.cookies()}
        url = f"/desk/qalb/requests{path}"
        async with self.browser.post(url, data=sent, headers=headers, allow_redirects=False) as answer:
            assert not answer.headers.get("Location") or ID not in answer.headers["Location"]
            return answer.status, answer.headers.get("Location", "") or unescape(await answer.text())

    async def do(self, who: str, verb: str, **form: str) -> tuple[int, str]:
        self.who = who
        return await self.post(f"/{self.case}/{verb}", **form)

    async def state(self) -> str:
        (row,) = await rows(self.home, "cases", "qalb", case=self.case)
        return str(row["state"])


@asynccontextmanager
async def room(folder: Path, **given: str) -> AsyncIterator[Room]:
    """A house with its staff and one request, its room open to them."""

    async def nothing(request: Any, member: Any) -> Response:
        return Response()

    async with house(folder, clock := Clock()) as home:
        await employ(home)
        case = await submitted(home, **given)
        members: Any = {staff: having(role, staff=staff) for staff, (_, role) in STAFF.items()}
        members["admin"] = Member("qalb", "admin", "مدير", frozenset({Role.ADMINISTRATOR}))
        real = open_desk(home, "http://localhost", clock)
        parts = {name: getattr(real, name) for name in PARTS}
        rest = [DeskDoor("/desk/{organisation}/other", nothing, Right.SIGNED_IN)]
        async with (
            serving(Staffed(members=members), rest, **parts) as served,
            ClientSession(served.origin, cookie_jar=CookieJar(unsafe=True)) as browser,
        ):
            yield Room(home, clock, case, served.origin, browser)


async def test_the_list_shows_rows_and_says_where_there_are_none(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        status, page = await desk.get()
        assert status == 200 and "محمد بن سالم العتيبي" in page and "مقدَّم" in page and "بقي" in page
        assert ID not in page and "0512345678" not in page
        status, page = await desk.get("?show=done")
        assert status == 200 and "محمد بن سالم" not in page and "لا طلبات هنا" in page
        assert (await desk.get("?show=nonsense&after=x"))[0] == 200
        desk.who = "admin"
        assert (await desk.get())[0] == 403


async def test_a_number_is_sought_without_standing_in_an_address(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        (case,) = await rows(desk.home, "cases", "qalb", case=desk.case)
        assert await desk.post("", q=case["reference"]) == (303, f"/desk/qalb/requests/{desk.case}")
        status, page = await desk.post("", q="123456789")
        assert status == 404 and "لا طلب بهذا الرقم" in page
        assert (await desk.get(f"/{'f' * 32}"))[0] == 404


async def test_a_request_of_another_association_is_not_there(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        other = await submitted(desk.home, key="other", name="labas")
        assert (await desk.get(f"/{other}"))[0] == 404
        for verb, form in (("check", {"item": "full_name.", "verdict": "matched"}), ("committee", {}), ("close", {})):
            assert (await desk.post(f"/{other}/{verb}", **form))[0] == 404
        assert (await desk.post(f"/{other}/reveal", field="national_id", reason=WHY))[0] == 404
        assert await rows(desk.home, "audit", "labas") == []


async def test_a_role_without_the_right_does_nothing(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        for who, verb in (("hind", "check"), ("noura", "vote"), ("noura", "release"), ("hind", "committee")):
            assert (await desk.do(who, verb))[0] == 403, verb
        assert await desk.state() == "submitted"


async def test_a_hidden_value_is_shown_once_for_a_reason(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        _, page = await desk.get(f"/{desk.case}")
        assert f"••••••\N{NO-BREAK SPACE}{ID[-4:]}" in page and ID not in page
        _, page = await desk.get(f"/{desk.case}?reveal=national_id")
        assert 'id="reveal-reason"' in page
        status, page = await desk.do("noura", "reveal", field="national_id", reason="لأن")
        assert status == 422 and ID not in page and "خمسة أحرف" in page and 'value="لأن"' in page
        status, page = await desk.do("noura", "reveal", field="national_id", reason=WHY)
        assert status == 200 and page.count(ID) == 1
        assert ID not in (await desk.get(f"/{desk.case}"))[1]
        assert len(await rows(desk.home, "audit", "qalb", verb="case.revealed")) == 1
        assert (await desk.do("hind", "reveal", field="national_id", reason=WHY))[0] == 404


async def test_a_request_goes_from_the_list_to_a_held_decision(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        status, place = await desk.do("noura", "check", item="full_name.", verdict="matched", note="في المكالمة")
        assert status == 303 and place.endswith(f"{desk.case}?done=check")
        _, page = await desk.get(f"/{desk.case}?done=check")
        assert "حُفظت النتيجة" in page and "في المكالمة" in page and "قيد التحقق" in page
        assert (await desk.do("noura", "committee"))[0] == 303
        assert (await desk.do("noura", "committee"))[0] == 409
        desk.who = "hind"
        _, page = await desk.get(f"/{desk.case}")
        assert "يُحفظ القرار ولا يُبلَّغ قبل" in page and "26 جمادى الآخرة" in page and "6 ديسمبر" in page
        assert "يكتمل النصاب بصوتين" in page
        for who in ("hind", "ali"):
            assert (await desk.do(who, "vote", vote="accept", reason="ضمن اللائحة"))[0] == 303
        assert await desk.state() == "decided"
        _, page = await desk.get(f"/{desk.case}")
        assert "القرار محفوظ، ولا يُبلَّغ قبل" in page and "قررت اللجنة القبول" in page
        desk.who = "noura"
        assert "قررت اللجنة القبول" not in (await desk.get(f"/{desk.case}"))[1]


async def test_a_page_hears_that_the_list_or_the_request_has_changed(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        status, part = await desk.get("/list?show=verifying")
        assert status == 200 and part.lstrip().startswith('<div id="requests-list"') and "محمد بن سالم" in part
        _, page = await desk.get(f"/{desk.case}")
        (asked,) = re.findall(r'hx-get="[^"]*/news\?seen=([^"]*)"', page)
        news = f"/{desk.case}/news?seen={asked}"
        assert "تغيّر الطلب" not in page + (await desk.get(news))[1]
        await desk.do("saad", "check", item="full_name.", verdict="matched")
        assert "تغيّر الطلب" in (await desk.get(news))[1]


async def test_a_form_sent_twice_is_one_act(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        act = str(uuid4())
        for _ in range(2):
            sent = await desk.do("noura", "check", act=act, item="full_name.", verdict="matched")
            assert sent[0] == 303
        assert len(await rows(desk.home, "audit", "qalb")) == 1
        assert (await desk.do("noura", "check", act="not a uuid"))[0] == 400


async def test_what_is_refused_is_told_and_what_was_typed_stays(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        for form in ({"item": "nothing.", "verdict": "matched"}, {"item": "full_name.", "verdict": "perhaps"}):
            status, page = await desk.do("noura", "check", **form)
            assert status == 422 and "لم يُحفظ ذلك" in page
        status, page = await desk.do("noura", "return")
        assert status == 422 and "ما ينقصه" in page
        await change(desk.home, desk.case, state="committee")
        status, page = await desk.do("hind", "vote", reason="كلام كتبته")
        assert status == 422 and "كلام كتبته" in page and "اختر واحدًا" in page
        status, page = await desk.do("hind", "vote", vote="reject", reason="  ")
        assert status == 422 and "اكتب السبب" in page
        await change(desk.home, desk.case, state="closed")
        status, page = await desk.do("hind", "vote", vote="reject", reason="سبب")
        assert status == 409 and "تغيّرت حال الطلب" in page


async def test_returned_items_are_all_that_the_applicant_is_asked_for(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        wrong = {"wrong:hospital.": "اكتب اسم المستشفى كما في التقرير", "wrong:city.": "  "}
        status, place = await desk.do("noura", "return", **wrong)
        assert status == 303 and place.endswith("?done=return")
        assert "اكتب اسم المستشفى" in (await desk.get(f"/{desk.case}"))[1]
        guest = Guest(desk.home, name="qalb")
        await guest.say("السلام عليكم")
        await guest.tap("resume")
        assert (await guest.state()).asking == "hospital" and "اكتب اسم المستشفى" in guest.words.text
        await guest.say("مركز الواحة للقلب")
        await guest.say("نعم")
        await guest.say("أقر وأوافق")
        _, page = await desk.get(f"/{desk.case}")
        assert "ووصل من جديد" in page and "مركز الواحة للقلب" in page and "جُدّد الإقرار" in page


async def test_an_early_release_asks_two_people(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        await decided(desk.home, desk.case, True, "ضمن اللائحة")
        assert (await desk.do("amal", "release", reason="حالة عاجلة"))[0] == 303
        assert "يلزم أن يوافق شخص آخر" in (await desk.get(f"/{desk.case}"))[1]
        assert (await desk.do("amal", "release", reason="حالة عاجلة"))[0] == 409
        desk.who = "hind"
        assert "أمل المشرفة" in (await desk.get(f"/{desk.case}"))[1]
        assert (await desk.do("hind", "release", reason="أوافق"))[0] == 303
        assert await desk.state() == "accepted"


async def test_nothing_that_anybody_wrote_is_markup(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        async with desk.home.memory.unit() as unit:
            answers = await unit.select("answers", {"organisation": "qalb", "case": desk.case})
            written = [row for row in answers if isinstance(row["value"], str) and row["field"] != "birth_date"]
            await unit.upsert("answers", [{**row, "value": SCRIPT} for row in written])
            staff = await unit.select("staff", {"organisation": "qalb"})
            await unit.update("staff", [{**_key(row), "name": f"{SCRIPT}{row['staff']}"} for row in staff])
        await found(desk.home, desk.case, "hospital", verdict="matched", note=SCRIPT, by="saad")
        await voted(desk.home, desk.case, "hind", True, SCRIPT)
        await decided(desk.home, desk.case, True, SCRIPT, released_by="ali", release_reason=SCRIPT)
        for who in STAFF:
            desk.who = who
            for path in ("", f"/{desk.case}", f"/{desk.case}?item=hospital.&reveal=condition&done={SCRIPT}"):
                assert "<script>alert" not in await desk.raw(path)
        status, page = await desk.do("hind", "release", reason=SCRIPT)
        assert status == 303 or "<script>alert" not in page


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return {"organisation": row["organisation"], "staff": row["staff"]}


async def test_no_field_that_a_role_may_not_see_is_in_its_page(tmp_path: Path) -> None:
    async with room(tmp_path, condition="قصور في عضلة القلب") as desk:
        for who in STAFF:
            desk.who = who
            _, page = await desk.get(f"/{desk.case}")
            assert "قصور في عضلة القلب" not in page and ID not in page and "0512345678" not in page
            assert ("2,500" in page) == (who in ("saad", "hind", "ali")), who
            assert bool(re.search(r'href="[^"]*reveal=condition', page)) == (who in ("saad", "hind", "ali"))


async def test_a_paper_is_looked_at_beside_the_list_only_when_it_is_opened(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        await _papers(desk)
        desk.who = "saad"
        _, page = await desk.get(f"/{desk.case}")
        assert "/files/" not in page and "وصلت" in page and "ملفان" in page
        _, page = await desk.get(f"/{desk.case}?item=papers.report")
        assert (
            f'<img src="/desk/qalb/files/{"a" * 32}"' in page and f'<img src="/desk/qalb/files/{"b" * 32}"' not in page
        )
        assert f'href="/desk/qalb/files/{"b" * 32}"' in page and "صفحات" in page
        assert "فتح هذه الورقة يُسجَّل باسمك" in page and "منتهٍ" in page
        desk.who = "noura"
        assert "/files/" not in (await desk.get(f"/{desk.case}?item=papers.report"))[1]


async def _papers(desk: Room) -> None:
    """A report of two files, an image and a PDF of three pages."""
    (case,) = await rows(desk.home, "cases", "qalb", case=desk.case)
    (address, *_) = await rows(desk.home, "addresses", "qalb", contact=case["contact"])
    (papers,) = await rows(desk.home, "answers", "qalb", case=desk.case, field="papers")
    place = {"organisation": "qalb", "contact": case["contact"], "address": address["address"], "line": "web"}
    whose = {"owner_kind": "person", "owner": case["beneficiary"], "case": desk.case, "field": "papers"}
    now = desk.clock()
    file = {**place, **whose, "document": "report", "state": "ready", "size": 9, "at": now, "next_at": now}
    given = {"report": {"state": "given", "files": ["a" * 32, "b" * 32]}}
    async with desk.home.memory.unit() as unit:
        await unit.insert("files", [{**file, "file": "a" * 32, "kind": "image", "pages": 1}])
        await unit.insert("files", [{**file, "file": "b" * 32, "kind": "pdf", "pages": 3}])
        await unit.upsert("answers", [{**papers, "value": {**papers["value"], **given}}])


async def test_the_page_speaks_english_too(tmp_path: Path) -> None:
    async with room(tmp_path) as desk:
        _, page = await desk.get(f"/{desk.case}?lang=en")
        assert 'dir="ltr"' in page and "Verification" in page and "No decision told before" in page
        assert "Next step" in page and "desk." not in re.sub(r"desk\.(js|css)|/desk", "", page).replace("desk-", "")


async def test_a_withdrawn_request_says_so_and_leaves_nothing_to_do(tmp_path: Path) -> None:
    async with room(tmp_path) as seen:
        before = (await seen.get(f"/{seen.case}"))[1]
        guest = Guest(seen.home, name="qalb")
        await guest.say("انسحاب")
        await guest.tap("withdraw")
        status, page = await seen.get(f"/{seen.case}")
        assert status == 200 and "سحب مقدم الطلب طلبه" in page and "مسحوب" in page
        act = f"/desk/qalb/requests/{seen.case}/committee"
        assert act in before and act not in page
        assert (await seen.do("noura", "committee"))[0] == 409 and await seen.state() == "withdrawn"
