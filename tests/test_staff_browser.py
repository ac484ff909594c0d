"""The door of the desk in a browser: joining by a link, nothing left behind after signing out, and who sees and hears."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.wiring import House
from desk.doors import session_cookie
from services import codes
from services.roles import Role
from services.signing import SignedIn
from services.staffing import Invited
from tests.axe import COLOURS, faults
from tests.real_house import furnished, open_house
from tests.staff_world import PASSWORD

ROOT = Path(__file__).parent.parent
LOOKS: tuple[tuple[int, Any, tuple[str, ...]], ...] = (
    (360, "light", ()),
    (360, "dark", COLOURS),
    (1280, "light", COLOURS),
)
OVER = "[document.documentElement, ...document.querySelectorAll('main')].map((e) => e.scrollWidth - e.clientWidth)"
SMALL = """[...document.querySelectorAll('a:not(.skip), button, summary, input:not([type=hidden], [type=checkbox], [type=radio])')]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
PAGES = ("sign-in", "join", "account", "account/app", "staff")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[House, str]]:
    async with open_house(await furnished(tmp_path_factory.mktemp("browser"))) as (house, port):
        yield house, f"http://localhost:{port}"


async def _link(house: House, login: str, *roles: Role) -> str:
    made = await house.household.staffing.invite(None, "qalb", login, "نورة العتيبي", roles or (Role.RELATIONS,))
    assert isinstance(made, Invited)
    return made.token


async def _join(page: Page) -> str:
    """Finish joining on the page that asks for a password and a code; the app's secret."""
    secret = re.sub(r"\s", "", await page.locator(".secret").inner_text())
    await page.fill("#password", PASSWORD)
    await page.fill("#code", codes.code_at(secret, datetime.now(UTC)))
    await page.locator("main .btn-main").click()
    await expect(page.locator(".menu")).to_be_visible()
    return secret


async def test_a_member_joins_by_a_tap_and_leaves_nothing_behind(browser: Browser, street: tuple[House, str]) -> None:
    house, origin = street
    token = await _link(house, "taps", Role.RELATIONS, Role.ADMINISTRATOR)
    context = await browser.new_context()
    page, asked = await context.new_page(), []
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer', '')}"))
    await page.goto(f"{origin}/desk/qalb/join#k={token}")
    assert page.url == f"{origin}/desk/qalb/join"
    await page.locator("main .btn-main").click()
    await _join(page)
    await page.goto(f"{origin}/desk/qalb/staff")
    await expect(page.locator("main")).to_contain_text("نورة العتيبي")
    assert not [url for url in asked if token in url]
    await page.locator(".menu summary").click()
    await page.locator("form[action$='/sign-out'] button").click()
    await expect(page.locator(".done")).to_be_visible()
    for _ in range(2):
        await page.go_back()
        await expect(page.locator("main")).not_to_contain_text("نورة العتيبي")
    await page.goto(f"{origin}/desk/qalb/staff")
    assert "/sign-in?to=" in page.url
    await context.close()


async def test_joining_works_without_a_script(browser: Browser, street: tuple[House, str]) -> None:
    house, origin = street
    link = f"{origin}/desk/qalb/join#k={await _link(house, 'plain')}"
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(link)
    await page.fill("#k", link)
    await page.locator("main .btn-main").click()
    await _join(page)
    await context.close()


async def _administrator(context: BrowserContext, street: tuple[House, str]) -> None:
    house, origin = street
    staffing, signing = house.household.staffing, house.household.signing
    await _link(house, f"later{datetime.now(UTC).timestamp()}")
    joining = await signing.joining("qalb", token := await _link(house, f"chief{datetime.now(UTC).timestamp()}"))
    assert joining
    came = await signing.join("qalb", token, PASSWORD, codes.code_at(joining.secret, datetime.now(UTC)))
    assert isinstance(came, SignedIn)
    member = await staffing.member_of("qalb", came.token)
    assert member
    await staffing.set_roles(None, "qalb", member.staff, [Role.ADMINISTRATOR, Role.SUPERVISOR])
    await context.add_cookies([{"name": session_cookie(origin, "qalb"), "value": came.token, "url": origin}])


async def _pages(page: Page, street: tuple[House, str], language: str) -> AsyncIterator[str]:
    """Each page of the accounts in turn, and the states that have a page of their own."""
    house, origin = street
    for name in PAGES:
        await page.context.clear_cookies() if name in PAGES[:2] else None
        if name == PAGES[2]:
            await _administrator(page.context, street)
        await page.goto(f"{origin}/desk/qalb/{name}?lang={language}")
        yield name
        if name == "join":
            await page.fill("#k", await _link(house, f"looks{language}{datetime.now(UTC).timestamp()}"))
            await page.locator("main .btn-main").click()
            await page.fill("#password", "short")
            await page.fill("#code", "000000")
            await page.locator("main .btn-main").click()
            await expect(page.locator(".trouble")).to_be_visible()
            yield "joining, refused"
        if name == "sign-in":
            for field in ("#login", "#password", "#code"):
                await page.fill(field, "123456")
            await page.locator("main .btn-main").click()
            await expect(page.locator(".trouble")).to_be_visible()
            yield "sign-in, refused"
        if name == "staff":
            await page.locator("td > details > summary").last.click()
            await page.locator("td details details > summary").last.click()
            yield "staff, changing"


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_axe_finds_nothing_on_any_page(language: str, browser: Browser, street: tuple[House, str]) -> None:
    context = await browser.new_context(
        reduced_motion="reduce", bypass_csp=True, viewport={"width": 360, "height": 740}
    )
    page = await context.new_page()
    async for name in _pages(page, street, language):
        for width, scheme, what in LOOKS if language == "ar" else LOOKS[:1]:
            await page.set_viewport_size({"width": width, "height": 800})
            await page.emulate_media(color_scheme=scheme)
            assert await faults(page, what) == [], (name, width, scheme)
    await context.close()


async def test_nothing_scrolls_sideways_on_a_small_phone(browser: Browser, street: tuple[House, str]) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 640})
    page = await context.new_page()
    async for name in _pages(page, street, "ar"):
        for size in ("200%", "100%"):
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            assert max(await page.evaluate(OVER)) <= 0, (name, size)
        assert await page.evaluate(SMALL) == [], name
    await context.close()
