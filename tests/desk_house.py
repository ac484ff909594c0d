"""A desk on a free port whose services are played: who is signed in, who is woken, and specimen rooms with every part."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from bot.app import create_app
from conversations.messages import Line, Param
from desk import pages
from desk.doors import DeskDoor, PublicDeskDoor, session_cookie
from desk.pages import fragment, page
from desk.site import Association, Desk
from desk.streams import Streams
from locales import Tongue, direction, name_of
from services.access import Rule
from services.roles import Right, Role
from storage.wakeups import Wakeups
from tests.web_house import Played, running, site

COOKIE = session_cookie("http://localhost", "qalb")
AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NAMES = {"organisation.short": {"ar": "قلب", "en": "Qalb"}}
TONGUES = {code: Tongue(code, {}, None, "Asia/Riyadh") for code in ("ar", "en")}
QALB = Association("qalb", ("ar", "en"), ("#8f2d48", "#eddde2", "#e294a3", "#423433"), approved=False)


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who is signed in."""

    organisation: str = "qalb"
    staff: str = "s1"
    name: str = "نورة العتيبي"
    roles: frozenset[str] = frozenset({Role.RELATIONS})
    language: str = "ar"
    demo: bool = False


@dataclass
class Bells:
    """The house's wake-ups under the test's hand."""

    wakeups: Wakeups = field(default_factory=Wakeups)

    def wake(self, *contacts: str) -> None:
        """Something was committed for these contacts."""
        for contact in contacts:
            self.wakeups.wake("qalb", contact)


@dataclass
class Staffed:
    """Who is signed in, by token; and what their rooms show."""

    members: dict[str, Officer] = field(default_factory=lambda: {"token": Officer()})
    bells: Bells = field(default_factory=Bells)
    rows: list[str] = field(default_factory=lambda: ["هيا بنت فالح السبيعي"])
    acts: list[str] = field(default_factory=list)
    ill: bool = False

    async def member_of(self, organisation: str, token: str, active: bool = False) -> Officer | None:
        member = self.members.get(token)
        return member if member and member.organisation == organisation else None

    async def counts(self, member: Any) -> Mapping[str, int]:
        return {"inbox": len(self.rows)}

    def rooms(self) -> list[BaseRoute]:
        """The specimen rooms."""
        root = "/desk/{organisation}"
        return [
            DeskDoor(f"{root}/inbox", self._inbox, Right.READ_INBOX),
            DeskDoor(f"{root}/inbox/rows", self._rows, Right.READ_INBOX),
            DeskDoor(f"{root}/inbox/told", self._told, Right.READ_INBOX),
            PublicDeskDoor(f"{root}/sign-in", self._door, Rule.ANYONE),
            DeskDoor(f"{root}/requests", self._request, Right.READ_REQUESTS),
            DeskDoor(f"{root}/act", self._act, Right.READ_INBOX, "POST"),
            DeskDoor(f"{root}/broken", self._broken, Right.READ_INBOX),
            DeskDoor(f"{root}/staff", self._request, Right.MANAGE_STAFF),
        ]

    async def _inbox(self, request: Request, member: Any) -> Response:
        return page(request, member, "specimen_inbox.html", room="inbox", names=self.rows)

    async def _rows(self, request: Request, member: Any) -> Response:
        if self.ill:
            raise HTTPException(503)
        return fragment(request, member, "specimen_rows.html", names=self.rows)

    async def _told(self, request: Request, member: Any) -> Response:
        return fragment(request, member, "specimen_told.html", names=self.rows)

    async def _door(self, request: Request) -> Response:
        return page(request, None, "empty.html", title="تسجيل الدخول", words="أهلًا بك.", href="#main", button="ادخل")

    async def _request(self, request: Request, member: Any) -> Response:
        return page(request, member, "specimen_request.html", room="requests", at=AT)

    async def _act(self, request: Request, member: Any) -> Response:
        self.acts.append(member.staff)
        return PlainTextResponse("done")

    async def _broken(self, request: Request, member: Any) -> Response:
        if status := request.query_params.get("status"):
            raise HTTPException(int(status))
        raise RuntimeError("a person's words")


def say(organisation: str, language: str, key: str | Line, /, **params: Param) -> str:
    """The house's own words."""
    line = key if isinstance(key, Line) else Line(key, params)
    return NAMES[line.key][language] if line.key in NAMES else TONGUES[language].say(line)


def desk(staffed: Staffed, public_url: str = "http://localhost") -> Desk:
    """A desk of one association over played services."""
    return Desk(
        public_url=public_url,
        associations={"qalb": QALB},
        say=say,
        direction=direction,
        language_name=name_of,
        clock=lambda: AT,
        staffing=staffed,
        wakeups=staffed.bells.wakeups,
        counts=staffed.counts,
        streams=Streams(most=2, beat_s=0.01, rest_s=0),
    )


@dataclass(frozen=True, slots=True)
class Serving:
    """A serving desk as seen from outside."""

    origin: str
    staffed: Staffed
    desk: Desk
    stop: asyncio.Event

    @property
    def cookie(self) -> dict[str, Any]:
        """The session of whoever has the token, as a browser keeps it."""
        return {"name": COOKIE, "value": "token", "url": f"{self.origin}/desk/qalb"}


@asynccontextmanager
async def serving(
    staffed: Staffed, rooms: Sequence[BaseRoute] = (), built: Path = Path("nowhere"), **changes: Any
) -> AsyncIterator[Serving]:
    """Serve the desk with these rooms, or with the specimens, until the block ends."""
    before = pages.ENVIRONMENT.loader
    specimens = FileSystemLoader(Path(__file__).parent / "desk_specimens")
    pages.ENVIRONMENT.loader = ChoiceLoader([cast(Any, before), specimens])
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            origin = f"http://localhost:{listener.getsockname()[1]}"
            front = replace(desk(staffed, origin), **changes)
            app = create_app(site(Played(), origin, built), desk=front)
            app.router.routes[:0] = rooms or staffed.rooms()  # before the rooms of the same name that are real
            async with running(app, listener) as stop:
                yield Serving(origin, staffed, front, stop)
    finally:
        pages.ENVIRONMENT.loader = before
