"""What people said of how it was: told in figures only where enough answered, in sentences only to those who may."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar

from bot.desk import open_desk
from conversations.events import Opened
from conversations.forms import Matter
from desk.doors import session_cookie
from services.members import Member
from services.roles import Role
from services.surveying import Cell, Surveying
from tests.casework_world import NORA, SAMI, Desk, desk
from tests.desk_house import Staffed, serving
from tests.mind_world import profiles
from tests.test_voices import ABOUT_NORA, PLAIN, voices
from tests.turns_world import Clock, Guest, house

__all__ = ["desk", "voices"]
SCORES = (5, 5, 4, 3, 1)
WORDS = "شكرًا لكم على سرعة الرد"
ABOUT_SAMI = "الأستاذ سامي لم يرد علي"


async def answered(home: Any, clock: Clock, guest: Guest, name: str = "labas") -> None:
    """Five answers this month, two and six of those before, and one that nobody answered."""
    key = {"organisation": name, "contact": guest.contact, "kind": "inquiry", "line": "web"}
    now, before, old = (clock.now - timedelta(days=days) for days in (0, 40, 80))
    own = [{**key, "id": f"n{n}", "score": score, "asked_at": now, "at": now} for n, score in enumerate(SCORES)]
    own[0] |= {"words": WORDS}
    own[1] |= {"words": ABOUT_SAMI}
    own += [{**key, "id": f"o{n}", "score": 1, "asked_at": before, "at": before} for n in range(2)]
    own += [{**key, "id": f"s{n}", "score": 2, "asked_at": old, "at": old} for n in range(6)]
    own += [{**key, "id": "none", "line": "telegram", "asked_at": now}]
    async with home.memory.unit() as unit:
        await unit.insert("surveys", own)


async def test_a_part_with_fewer_than_five_answers_tells_neither_score_nor_count(desk: Desk) -> None:
    guest = await Guest(desk.home).start()
    await answered(desk.home, desk.clock, guest)
    organisations = {name: profile.organisation for name, profile in profiles().items()}
    surveying = Surveying(desk.home.memory, organisations, desk.clock)
    found = await surveying.results(NORA)
    inquiry, case = found.parts
    assert inquiry.whole == Cell(14, 13, 32 / 13) and case.whole == Cell(0, None, None)
    assert [cell for _, cell in inquiry.months] == [Cell(6, None, None), Cell(2, None, None), Cell(6, 6, 2)]
    assert dict(inquiry.lines) == {"web": Cell(13, 13, 32 / 13), "telegram": Cell(1, None, None)}
    assert inquiry.scores == ((5, 2), (4, 1), (3, 1), (2, 6), (1, 3)) and found.said is None
    theirs = (await surveying.results(SAMI)).said
    assert theirs is not None and [one.words for one in theirs] == [WORDS], "none that may be about himself"
    other = await surveying.results(Member("kafl", "x", "x", frozenset({Role.SUPERVISOR})))
    assert other.parts[0].whole.asked == 0 and other.said == ()


async def test_the_figures_of_voices_count_only_what_the_member_may_know(desk: Desk, voices: Any) -> None:
    for key, lines in (("a", ABOUT_NORA), ("b", PLAIN)):
        guest = Guest(desk.home, key=key)
        await guest.send(Opened("ar"))
        await guest.say(lines[0])
        await guest.tap("agree")
        for line in lines[1:]:
            await guest.say(line)
    assert (await voices.figures(NORA, Matter.COMPLAINT)).open == 1
    figures = await voices.figures(SAMI, Matter.COMPLAINT)
    assert (figures.open, figures.late, figures.answered) == (2, 0, 0)
    desk.clock.now += timedelta(days=40)
    assert (await voices.figures(SAMI, Matter.COMPLAINT)).late == 2


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Any]:
    """The page as members of three roles see it."""
    roles = {"nora": Role.RELATIONS, "sami": Role.SUPERVISOR, "ali": Role.COMMITTEE}
    members: Any = {name: Member("labas", name, "هند", frozenset({role})) for name, role in roles.items()}
    async with house(tmp_path, clock := Clock()) as home:
        await answered(home, clock, await Guest(home).start())
        real = open_desk(home, "http://localhost", clock)
        parts = {
            name: getattr(real, name) for name in ("associations", "say", "clock", "counts", "voices", "surveying")
        }
        async with (
            serving(Staffed(members=members), [], **parts) as served,
            ClientSession(served.origin, cookie_jar=CookieJar(unsafe=True)) as browser,
        ):

            async def get(who: str) -> tuple[int, str]:
                headers = {"Cookie": f"{session_cookie('http://localhost', 'labas')}={who}"}
                async with browser.get("/desk/labas/surveys", headers=headers) as answer:
                    return answer.status, await answer.text()

            yield get


async def test_the_page_shows_sentences_to_supervisors_only(pages: Any) -> None:
    status, page = await pages("nora")
    assert status == 200 and "2.5" in page and "لا يُعرض" in page and WORDS not in page
    assert WORDS in (await pages("sami"))[1]
    assert (await pages("ali"))[0] == 403
