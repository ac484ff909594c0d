"""The inbox on a real memory behind a served desk: one officer's browser, and people who wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession, CookieJar
from starlette.responses import Response

from bot.desk import open_desk
from bot.household import Household
from conversations.acts import TakenOver
from desk.doors import DeskDoor, session_cookie
from services.members import Member
from services.roles import Right, Role
from tests.desk_house import Staffed, serving
from tests.turns_world import Clock, Guest, house, rows

BUILT = Path(__file__).parent.parent / "web" / "built"
HX = {"HX-Request": "true"}
TOKEN = {session_cookie("http://localhost", "qalb"): "token"}


@dataclass
class Room:
    """The inbox as one officer's browser sees it."""

    home: Household
    browser: ClientSession
    origin: str
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
async def room(folder: Path, built: Path = Path("nowhere")) -> AsyncIterator[Room]:
    """The house of this folder with its inbox open to one officer."""

    async def nothing(request: Any, member: Any) -> Response:
        return Response()

    async with house(folder, clock := Clock()) as home:
        real, staffed = open_desk(home, "http://localhost", clock), Staffed()
        parts = {
            n: getattr(real, n)
            for n in ("associations", "say", "clock", "casework", "inbox", "threads", "filesight", "counts")
        }
        rest = [DeskDoor("/desk/{organisation}/other", nothing, Right.SIGNED_IN)]
        async with (
            serving(staffed, rest, built, **parts) as served,
            ClientSession(served.origin, cookies=TOKEN, cookie_jar=CookieJar(unsafe=True)) as browser,
        ):
            yield Room(home, browser, served.origin, staffed)


async def waiting(home: Household, name: str = "qalb", key: str = "a") -> Guest:
    """Somebody who asked for a person."""
    guest = Guest(home, name=name, key=key)
    await guest.say("السلام عليكم")
    await guest.say("موظف")
    return guest


async def holding(desk: Room, guest: Guest, staff: str, name: str) -> None:
    """A colleague takes the conversation."""
    colleague = Member("qalb", staff, name, frozenset({Role.RELATIONS}), "ar", demo=False)
    assert await desk.home.casework.chat(colleague, uuid4().hex, guest.contact, TakenOver(staff, name)) is None


async def handover(desk: Room, guest: Guest) -> tuple[str, str | None, str]:
    """State, holder and role of the guest's newest handover."""
    row = max(await rows(desk.home, "handovers", "qalb", contact=guest.contact), key=lambda r: int(r["number"]))
    return row["state"], row["holder"], row["role"]


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
