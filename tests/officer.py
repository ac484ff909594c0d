"""A member of staff in a real browser before the desk of the real house, and time that passes without sleeping."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, Page, expect

from bot.wiring import House
from desk.doors import session_cookie
from services.roles import Role
from services.sessions import Sessions
from services.staffing import Invited
from tests.clocks import RunningClock
from tests.person import HERE, PHONE, Person, person
from tests.real_house import furnished, open_house

WIDE = {**HERE, "viewport": {"width": 1280, "height": 800}, "locale": "ar", "color_scheme": "light"}
LOGGED = "document.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective}`))"


@dataclass
class Town:
    """A house that can be left for a while, and those who come to it."""

    folder: Path
    browser: Browser
    clock: RunningClock = field(default_factory=RunningClock)
    house: House = field(init=False)
    port: int = 0
    tabs: list[Person] = field(default_factory=list)
    staff: "list[Officer]" = field(default_factory=list)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def origin(self) -> str:
        """Where the pages are."""
        return f"http://localhost:{self.port}"

    async def open(self) -> None:
        """Serve, on the port of last time."""
        came = open_house(self.folder, self.clock, port=self.port)
        self.house, self.port = await self._open.enter_async_context(came)

    async def close(self) -> None:
        """Serve no longer."""
        await self._open.aclose()

    async def restart(self) -> None:
        """Close, and open again on the same folder."""
        await self.close()
        await self.open()

    async def at(self, day: datetime) -> None:
        """Time passes to this moment; whatever falls due on the way is rung, as the bell does. Staff go home first, for
        a session does not outlive half a day."""
        for officer in self.staff:
            await officer.page.goto("about:blank")
        ringing = self.house.household.ringing
        while (due := await ringing.next_at()) and due <= day:
            self.clock.move(max(due - self.clock(), timedelta()))
            if not await ringing.ring():
                break
        self.clock.move(max(day - self.clock(), timedelta()))
        await ringing.ring()  # the house's own bell may have begun to

    async def wait(self, **time: float) -> None:
        """So much time passes."""
        await self.at(self.clock() + timedelta(**time))

    async def guest(self, name: str, manner: Mapping[str, Any] = PHONE) -> Person:
        """Somebody who has just opened the chat of this association."""
        came = await self._tab(manner)
        await came.open(f"{self.origin}/chat/{name}?lang={manner['locale']}")
        return came

    async def officer(self, name: str, called: str, *roles: Role, manner: Mapping[str, Any] = WIDE) -> "Officer":
        """A new member of an association's staff, signed in."""
        login = f"{roles[0]}-{uuid4().hex[:8]}".replace("_", "-")
        made = await self.house.household.staffing.invite(None, name, login, called, roles)
        assert isinstance(made, Invited), made
        who = Officer(self, name, made.staff, await self._tab(manner))
        await who.sign_in()
        self.staff.append(who)
        return who

    async def _tab(self, manner: Mapping[str, Any]) -> Person:
        tab = await person(self.browser, manner)
        await tab.page.add_init_script(LOGGED)
        self.tabs.append(tab)
        return tab

    async def rows(self, table: str, name: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of an association, in clear."""
        async with self.house.household.memory.reading() as unit:
            return await unit.select(table, {"organisation": name, **where})

    async def case(self, name: str) -> dict[str, Any]:
        """The only request of an association."""
        (row,) = await self.rows("cases", name)
        return row


@dataclass
class Officer:
    """Somebody of an association's staff before the desk."""

    town: Town
    name: str
    staff: str
    tab: Person

    @property
    def page(self) -> Page:
        """Their browser's page."""
        return self.tab.page

    async def sign_in(self) -> None:
        """A fresh session: after half a day the last one is over."""
        memory = self.town.house.household.memory
        async with memory.unit() as unit:
            token = await Sessions(memory, self.town.clock).start(unit, self.name, self.staff)
        cookie = session_cookie(self.town.origin, self.name)
        await self.page.context.add_cookies([{"name": cookie, "value": token, "url": self.town.origin}])

    async def go(self, path: str) -> None:
        """Open a page of the desk, and wait until its script lives."""
        answer = await self.page.goto(f"{self.town.origin}/desk/{self.name}/{path}")
        assert answer is not None and answer.status < 400, (path, answer and answer.status)
        await expect(self.page.locator("html.lively")).to_have_count(1)

    async def do(self, verb: str) -> None:
        """Press the button of the form that does this, opening what it is folded into."""
        form = self.page.locator(f"form[action*='/{verb}']")
        fold = self.page.locator("details.sure", has=form)
        if await fold.count() and await fold.get_attribute("open") is None:
            await fold.locator("summary").click()
        await form.locator("button:visible").click()

    async def write(self, text: str, note: bool = False) -> None:
        """Write into the conversation."""
        if note:
            await self.page.locator("#reply input[value=note]").check()
        await self.page.fill("#entry", text)
        await self.page.locator("#reply button.send:visible").click()
        await expect(self.page.locator("#log .say").last).to_have_text(text)


@asynccontextmanager
async def town(folder: Path, browser: Browser) -> AsyncIterator[Town]:
    """A house on a database of its own; nobody's browser may have complained at the end."""
    came = Town(await furnished(folder), browser)
    await came.open()
    try:
        yield came
        complaints = [complaint for tab in came.tabs for complaint in (*tab.complaints, *tab.betrayed)]
        assert complaints == [], complaints
    finally:
        for tab in came.tabs:
            await tab.page.context.close()
        await came.close()
