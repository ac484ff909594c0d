"""A person before the chat page in a real browser, and what is looked at wherever the page stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from playwright.async_api import Browser, Locator, Page, expect

from tests.axe import COLOURS, faults

ROOT = Path(__file__).resolve().parent.parent
SAID = ".log .group:not(.mine) .say, .log .leaf"
OPTIONS = ".replies button:not(.confirm button), .replies label, .leaf .foot .answer"
REFERENCE = re.compile(r"[0-9]{3} [0-9]{3} [0-9]{3}")
TELLING = 3  # letters from which a text says something
HERE = {"timezone_id": "Asia/Riyadh"}
HAND = {"viewport": {"width": 360, "height": 740}, "has_touch": True}
PHONE = {**HERE, **HAND, "locale": "ar", "color_scheme": "light"}
DESK = {**HERE, "viewport": {"width": 1280, "height": 800}, "locale": "en", "color_scheme": "dark"}
LINE_IS_DOWN = re.compile("WebSocket connection to|net::ERR_|Failed to fetch")
STILL = "document.fonts.ready.then(() => Promise.all(document.getAnimations().map((one) => one.finished)))"
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
SCROLLING = """[["page", document.documentElement], ["room", document.getElementById("room")],
  ["log", document.getElementById("log")]].flatMap(([name, { scrollWidth, clientWidth, scrollHeight, clientHeight }]) =>
    [...(scrollWidth > clientWidth ? [`${name} scrolls sideways`] : []),
     ...(name !== "log" && scrollHeight > clientHeight ? [`${name} scrolls`] : [])])"""


@dataclass
class Person:
    """One tab. `complaints` holds whatever the browser complained of, but that the line is down."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    def hears(self, complaint: str) -> None:
        """The browser says something in its console."""
        if not LINE_IS_DOWN.search(complaint):
            self.complaints.append(complaint)

    @property
    def betrayed(self) -> list[str]:
        """What was written and stands in an address that the browser asked for."""
        asked = "\n".join(unquote(address) for address in [*self.addresses, self.page.url])
        return [text for text in self.written if len(text) > TELLING and text in asked]

    @property
    def options(self) -> Locator:
        """What can be tapped as an answer now."""
        return self.page.locator(OPTIONS)

    async def open(self, address: str) -> None:
        """Open the chat and wait for the greeting's choices."""
        await self.page.goto(address)
        await expect(self.options.first).to_be_visible()

    async def write(self, text: str) -> None:
        """Type a line into the composer, send it with Enter, and wait for the answer."""
        told = await self.page.locator(SAID).count()
        self.written.append(text)
        await self.page.locator("#field").press_sequentially(text)
        await self.page.keyboard.press("Enter")
        await self._answered(told)

    async def tap(self, *numbers: int) -> None:
        """Tap an answer by its place; several are checked, then confirmed."""
        told = await self.page.locator(SAID).count()
        for number in numbers:
            await self._touch(self.options.nth(number - 1))
        if await self.page.locator(".replies .confirm button").count():
            await self._touch(self.page.locator(".replies .confirm button"))
        await self._answered(told)

    async def change(self, number: int) -> None:
        """Tap «change» beside a row of the review."""
        told = await self.page.locator(SAID).count()
        await self._touch(self.page.locator(".review .turn button").nth(number - 1))
        await self._answered(told)

    async def _touch(self, what: Locator) -> None:
        await (what.tap() if await self.page.evaluate("navigator.maxTouchPoints") else what.click())

    async def _answered(self, told: int) -> None:
        await expect(self.page.locator(SAID)).not_to_have_count(told)
        assert await self.page.evaluate("document.activeElement.id") == "field"

    async def play(self, *acts: str | int | tuple[int, ...]) -> None:
        """A text is written, a number is tapped, several numbers are checked together."""
        for act in acts:
            if isinstance(act, str):
                await self.write(act)
            else:
                await self.tap(*((act,) if isinstance(act, int) else act))

    async def reference(self) -> str:
        """The number on the receipt."""
        code = self.page.locator(".receipt .code").last
        await expect(code).to_have_text(REFERENCE)
        return await code.inner_text()

    async def flaws(self) -> list[str]:
        """What axe finds here in both themes, and what scrolls but the log: at 320 px, with letters at 100 and 200 %."""
        found = [f"{theme}: {flaw}" for theme in ("dark", "light") for flaw in await self._axe(theme)]
        return [*found, *await self._scrolling()]

    async def _axe(self, theme: Any) -> list[str]:
        await self.page.emulate_media(color_scheme=theme)
        await self.settle()
        return await faults(self.page, COLOURS if theme == "dark" else ())

    async def settle(self) -> None:
        """Until nothing moves and every letter has its font."""
        await self.page.evaluate(STILL)

    async def _scrolling(self) -> list[str]:
        size = self.page.viewport_size
        assert size is not None
        found = []
        for letters, height in (("200%", 640), ("100%", 641)):
            await self.page.evaluate(f"document.documentElement.style.fontSize = '{letters}'")
            await self.page.set_viewport_size({"width": 320, "height": height})
            await self.page.evaluate(DRAWN)
            found += [f"{what}, letters at {letters}" for what in await self.page.evaluate(SCROLLING)]
        await self.page.evaluate("document.documentElement.style.fontSize = ''")
        await self.page.set_viewport_size(size)
        return found


async def person(browser: Browser, manner: Mapping[str, Any]) -> Person:
    """Somebody with a browser of their own; close it by `person.page.context.close()`."""
    context = await browser.new_context(**manner)
    found = Person(await context.new_page())
    context.on("console", lambda message: found.hears(message.text) if message.type in ("error", "warning") else None)
    context.on("request", lambda request: found.addresses.append(request.url))
    context.on("weberror", lambda error: found.hears(str(error.error)))
    return found
