"""The desk's frame: who comes in, what a page may do, and what happens in a browser at every width."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar
from playwright.async_api import Browser, Page, expect
from starlette.routing import Route

from bot.app import create_app
from desk.routes import routes
from services.roles import Role
from tests.axe import COLOURS, faults
from tests.desk_house import COOKIE, Officer, Serving, Staffed, desk, say, serving
from tests.patience import STUCK_S
from tests.web_house import Played, site
from web.doors import UndeclaredDoor, require_rules

ROOT = Path(__file__).parent.parent
BUILT = ROOT / "web" / "built"
HTML = {"Accept": "text/html"}
ROOMS = ("inbox", "requests", "broken?status=403", "sign-in")


@asynccontextmanager
async def signed_in(
    staffed: Staffed | None = None, token: str = "token"
) -> AsyncIterator[tuple[Serving, ClientSession]]:
    """A served desk, and a browser that has the session's cookie."""
    async with (
        serving(staffed or Staffed()) as house,
        ClientSession(
            house.origin, cookies={COOKIE: token}, cookie_jar=CookieJar(unsafe=True), headers=HTML
        ) as visitor,
    ):
        yield house, visitor


def test_every_door_of_the_desk_declares_its_right() -> None:
    require_rules([*routes(), *Staffed().rooms()])
    with pytest.raises(UndeclaredDoor):
        create_app(site(Played()), more=[Route("/desk/{organisation}/open", Staffed()._inbox)], desk=desk(Staffed()))


async def test_who_is_not_signed_in_is_led_to_the_door() -> None:
    async with signed_in(token="old") as (house, visitor):
        async with visitor.get("/desk/qalb/inbox?view=mine", allow_redirects=False) as answer:
            assert answer.status == 303
            assert answer.headers["Location"] == "/desk/qalb/sign-in?to=/desk/qalb/inbox%3Fview%3Dmine"
        async with visitor.get("/desk/qalb/inbox/rows", headers={"HX-Request": "true"}) as answer:
            assert answer.status == 401
        async with visitor.post("/desk/qalb/act", headers={"Origin": house.origin}) as answer:
            assert (answer.status, house.staffed.acts) == (401, [])
            assert say("qalb", "ar", "desk.error.401_text") in await answer.text()


async def test_an_association_that_is_not_here_has_no_desk() -> None:
    async with signed_in() as (_, visitor), visitor.get("/desk/other/inbox") as answer:
        assert answer.status == 404


async def test_a_right_that_one_has_not_is_refused_in_the_frame_of_the_desk() -> None:
    async with signed_in() as (_, visitor), visitor.get("/desk/qalb/staff") as answer:
        text = await answer.text()
        assert answer.status == 403
        assert say("qalb", "ar", "desk.error.403") in text
        assert 'href="/desk/qalb/staff"' not in text
        assert 'href="/desk/qalb/requests"' in text


async def test_where_no_room_stands_the_frame_does() -> None:
    async with signed_in() as (house, visitor), visitor.get("/desk/qalb/inbox/none/of/these") as answer:
        assert (answer.status, say("qalb", "ar", "desk.error.404") in await answer.text()) == (404, True)
        house.staffed.members.clear()
        async with visitor.get("/desk/qalb/inbox/none/of/these", allow_redirects=False) as closed:
            assert closed.status == 303


async def test_roles_count_from_the_next_request_on() -> None:
    async with signed_in(staffed := Staffed()) as (_, visitor):
        staffed.members["token"] = Officer(roles=frozenset({Role.ADMINISTRATOR}))
        async with visitor.get("/desk/qalb/inbox") as answer:
            assert answer.status == 403
        async with visitor.get("/desk/qalb/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/desk/qalb/staff"


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
async def test_a_form_of_another_page_does_nothing(origin: str | None) -> None:
    async with signed_in() as (house, visitor):
        sent = {"Origin": origin} if origin else {}
        async with visitor.post("/desk/qalb/act", headers=sent) as answer:
            assert (answer.status, house.staffed.acts) == (403, [])
        async with visitor.post("/desk/qalb/act", headers={"Origin": house.origin}) as answer:
            assert (answer.status, house.staffed.acts) == (200, ["s1"])


@pytest.mark.parametrize(
    ("query", "status", "said"), [("?status=404", 404, "404"), ("?status=409", 409, "409"), ("", 500, "500")]
)
async def test_what_breaks_is_told_in_the_frame_and_never_what_or_whose(query: str, status: int, said: str) -> None:
    async with signed_in() as (_, visitor):
        async with visitor.get(f"/desk/qalb/broken{query}") as answer:
            text = await answer.text()
            assert answer.status == status
            assert say("qalb", "ar", f"desk.error.{said}") in text
            assert "a person" not in text
        async with visitor.get(f"/desk/qalb/broken{query}", headers={"HX-Request": "true"}) as answer:
            assert (answer.status, "<html" in await answer.text()) == (status, False)


async def test_each_answer_has_a_nonce_of_its_own_and_may_do_nothing_else() -> None:
    async with signed_in() as (_, visitor):
        policies = []
        for _ in range(2):
            async with visitor.get("/desk/qalb/inbox") as answer:
                policy, text = answer.headers["Content-Security-Policy"], await answer.text()
                nonce = policy.split("'nonce-")[1].split("'")[0]
                assert f'nonce="{nonce}"' in text
                assert answer.headers["Cache-Control"] == "no-store"
                assert text.startswith("<!doctype html>")
                assert 'lang="ar" dir="rtl"' in text
                policies.append(policy)
        assert len(set(policies)) == 2
        assert "default-src 'none'" in policies[0]
        assert "require-trusted-types-for 'script'; trusted-types htmx" in policies[0]
        assert "unsafe" not in policies[0]


async def test_theme_and_language_are_this_browsers_choice() -> None:
    async with signed_in() as (house, visitor):
        own = {"Origin": house.origin}
        for field, value, shown in (("theme", "dark", 'data-theme="dark"'), ("language", "en", 'lang="en" dir="ltr"')):
            form = {field: value, "to": "/desk/qalb/inbox"}
            async with visitor.post("/desk/qalb/choices", data=form, headers=own) as answer:
                assert answer.url.path == "/desk/qalb/inbox"
                assert shown in await answer.text()
        for elsewhere in ("//evil.example", "https://evil.example", "/desk/other/", "/desk/qalb/\\\\evil.example", ""):
            form = {"theme": "purple", "to": elsewhere}
            async with visitor.post("/desk/qalb/choices", data=form, headers=own, allow_redirects=False) as answer:
                assert answer.headers["Location"] == "/desk/qalb/"
                assert "Set-Cookie" not in answer.headers


async def test_the_colours_are_the_associations() -> None:
    async with signed_in(token="") as (_, visitor), visitor.get("/desk/qalb/colours.css") as answer:
        assert "--accent-dark: #e294a3;" in await answer.text()


async def events(stream: Any) -> AsyncIterator[tuple[str, str]]:
    """The events of a stream; beats are left out."""
    async for event in _blocks(stream):
        if event.startswith("event: "):
            name, data = event.split("\n")
            yield name.removeprefix("event: "), data.removeprefix("data: ")


async def _blocks(stream: Any) -> AsyncIterator[str]:
    kept = b""
    async for part in stream.content.iter_any():
        *whole, kept = (kept + part).split(b"\n\n")
        for each in whole:
            yield each.decode()


async def test_a_stream_says_which_contacts_and_nothing_else() -> None:
    async with signed_in(staffed := Staffed()) as (_, visitor), visitor.get("/desk/qalb/live") as stream:
        heard = events(stream)
        assert await anext(heard) == ("fresh", "")
        staffed.bells.wake("")
        staffed.bells.wake("c2", "c1")
        assert [await anext(heard) for _ in range(3)] == [("inbox", ""), ("chat", "c1"), ("chat", "c2")]
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.headers["Cache-Control"] == "no-store"


async def test_a_stream_ends_when_its_session_does_and_is_given_to_nobody_else() -> None:
    async with signed_in(staffed := Staffed()) as (house, visitor):
        async with visitor.get("/desk/qalb/live") as stream:
            heard = events(stream)
            await anext(heard)
            staffed.members.clear()
            staffed.bells.wake("")
            assert [event async for event in heard] == []
        async with visitor.get("/desk/qalb/live", headers={"HX-Request": "true"}) as stream:
            assert stream.status == 401
        assert (len(house.desk.streams), staffed.bells.wakeups._watches["qalb"]) == (0, set())


async def test_a_session_has_so_many_streams_and_a_closed_one_gives_its_place_back() -> None:
    async with signed_in() as (house, visitor):
        first, second = [await visitor.get("/desk/qalb/live") for _ in range(2)]
        async with visitor.get("/desk/qalb/live") as third:
            assert third.status == 429
        await anext(events(second))
        first.close()
        async with asyncio.timeout(STUCK_S):
            while len(house.desk.streams) > 1:
                await asyncio.sleep(0)
        async with visitor.get("/desk/qalb/live") as fourth:
            assert fourth.status == 200
        second.close()
    assert len(house.desk.streams) == 0


async def test_open_streams_end_when_the_house_closes() -> None:
    async with signed_in() as (house, visitor), visitor.get("/desk/qalb/live") as stream:
        heard = events(stream)
        await anext(heard)
        house.stop.set()
        assert [event async for event in heard] == []


@asynccontextmanager
async def opened(
    browser: Browser, path: str = "inbox", staffed: Staffed | None = None, **context: Any
) -> AsyncIterator[tuple[Serving, Page, list[str]]]:
    """A served desk, a page of it, and whatever the browser complained of."""
    async with serving(staffed or Staffed(), built=BUILT) as house:
        place = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **context})
        await place.add_cookies([house.cookie])  # type: ignore[list-item]
        page, complaints = await place.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            await page.goto(f"{house.origin}/desk/qalb/{path}")
            yield house, page, complaints
        finally:
            await place.close()


async def test_a_page_shows_what_changed_without_a_reload_and_keeps_what_is_typed(browser: Browser) -> None:
    """Under the real policy: whatever it forbids would be a complaint."""
    async with opened(browser) as (house, page, complaints):
        await expect(page.locator("html.lively")).to_have_count(1)
        await page.fill("#words", "وعليكم السلام")
        await page.locator("#row-1 a").focus()
        house.staffed.rows.append("سعد بن ناصر الحربي")
        house.staffed.bells.wake("c1")
        await expect(page.locator("#rows .name")).to_have_count(2)
        assert await page.input_value("#words") == "وعليكم السلام"
        assert await page.evaluate("document.activeElement.closest('li').id") == "row-1"
        await expect(page.locator("#told")).to_have_text("2")
        house.staffed.rows.pop(0)
        house.staffed.bells.wake("c2")
        await expect(page.locator("#rows .name")).to_have_text(["سعد بن ناصر الحربي"])
        await expect(page.locator("#told")).to_have_text("2")
        assert complaints == []


async def test_markup_without_the_pages_nonce_is_powerless(browser: Browser) -> None:
    """A name that is markup stays a name, and injected attributes of htmx are stripped."""
    async with opened(browser) as (house, page, complaints):
        house.staffed.rows.append("<b hx-get='/desk/qalb/inbox/rows' hx-trigger='load'>x</b>")
        house.staffed.bells.wake("c1")
        await expect(page.locator("#rows .name").last).to_contain_text("hx-get")
        refused = "document.body.insertAdjacentHTML('beforeend', '<i>x</i>')"
        with pytest.raises(Exception, match="TrustedHTML"):
            await page.evaluate(refused)
        assert complaints == [] or all("TrustedHTML" in complaint for complaint in complaints)


async def test_what_cannot_be_fetched_anew_stays_and_the_page_says_so(browser: Browser) -> None:
    async with opened(browser) as (house, page, _):
        await expect(page.locator("#told")).to_have_text("1")
        house.staffed.ill = True
        house.staffed.bells.wake("c1")
        await expect(page.locator("#gone")).to_be_visible()
        await expect(page.locator("#rows .name")).to_have_text(house.staffed.rows)
        house.staffed.ill = False
        house.staffed.bells.wake("c1")
        await expect(page.locator("#gone")).to_be_hidden()
        house.stop.set()
        await expect(page.locator("#gone")).to_be_visible()


async def test_a_stream_too_many_is_said_until_the_tab_is_looked_at_again(browser: Browser) -> None:
    async with opened(browser) as (house, page, _):
        others = [await page.context.new_page() for _ in range(2)]
        for other in others:
            await other.goto(f"{house.origin}/desk/qalb/inbox")
        await expect(others[1].locator("#gone")).to_be_visible()
        await expect(others[0].locator("#gone")).to_be_hidden()
        await others[0].close()
        async with asyncio.timeout(STUCK_S):
            while len(house.desk.streams) > 1:
                await asyncio.sleep(0)
        await others[1].evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(others[1].locator("#gone")).to_be_hidden()


async def test_whoever_is_signed_out_meanwhile_goes_to_the_door(browser: Browser) -> None:
    async with opened(browser) as (house, page, _):
        await expect(page.locator("#rows .name")).to_have_count(1)
        house.staffed.members.clear()
        house.staffed.bells.wake("c1")
        await page.wait_for_url("**/desk/qalb/sign-in?to=%2Fdesk%2Fqalb%2Finbox")


async def test_the_keyboard_walks_the_rows_and_stays_out_of_the_fields(browser: Browser) -> None:
    async with opened(browser, staffed=Staffed(rows=["أ", "ب", "ج"])) as (_, page, _):
        await expect(page.locator("html.lively")).to_have_count(1)
        focus = "document.activeElement.closest('li')?.id || document.activeElement.id"
        seen = []
        for key in ("j", "j", "j", "j", "k", "r", "j"):
            await page.keyboard.press(key)
            seen.append(await page.evaluate(focus))
        assert seen == ["row-1", "row-2", "row-3", "row-3", "row-2", "words", "words"]
        assert await page.input_value("#words") == "j"
        await page.locator("#row-1 a").focus()
        await page.keyboard.press("e")
        await expect(page.locator("details.sure")).to_have_attribute("open", "")
        await page.keyboard.press("Shift+?")
        await expect(page.locator("#keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: '؟', code: 'Slash', shiftKey: true}))")
        await expect(page.locator("#keys")).to_be_visible()


async def test_the_desk_works_without_its_script(browser: Browser) -> None:
    async with opened(browser, "requests", java_script_enabled=False) as (house, page, complaints):
        await page.locator(".menu summary").click()
        await page.locator(".menu [name=theme][value=dark]").click()
        await expect(page.locator("html[data-theme=dark]")).to_have_count(1)
        await page.locator(".decide .btn-main").click()
        await expect(page.locator("body")).to_have_text("done")
        assert (house.staffed.acts, complaints) == (["s1"], [])


@pytest.mark.parametrize("language", ["ar", "en"])
async def test_axe_finds_nothing_in_any_room_at_any_width(language: str, browser: Browser) -> None:
    async with opened(browser, reduced_motion="reduce", bypass_csp=True) as (house, page, _):
        for room in ROOMS:
            await page.goto(f"{house.origin}/desk/qalb/{room}{'&' if '?' in room else '?'}lang={language}")
            for width in (360, 1280):
                await page.set_viewport_size({"width": width, "height": 800})
                for scheme, what in (("dark", COLOURS), ("light", ())):
                    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    assert await faults(page, what) == [], (room, width, scheme)


async def test_nothing_scrolls_sideways_on_a_small_phone_with_large_text(browser: Browser) -> None:
    """320 px, and text at 200 %; what is pressed is 44 px high at least."""
    async with opened(browser, viewport={"width": 320, "height": 640}) as (house, page, _):
        for room in ROOMS:
            await page.goto(f"{house.origin}/desk/qalb/{room}")
            for size in ("100%", "200%"):
                await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
                over = "[document.documentElement, ...document.querySelectorAll('main, .pane')].map((e) => e.scrollWidth - e.clientWidth)"
                assert max(await page.evaluate(over)) <= 0, (room, size)
        small = """[...document.querySelectorAll('a, button, summary, input:not([type=hidden], [type=radio]), select, textarea')]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"""
        assert await page.evaluate(small) == []
