"""The chat page in a real browser, against a real server with played services, under the real policy."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from conversations.messages import Line
from locales.pages import page_words
from locales.tongue import Tongue
from services.presence import Standing
from services.transcript import Told
from tests.axe import faults
from tests.web_house import AT, Played, Street, serving

ROOT = Path(__file__).parent.parent
TONGUES = {code: Tongue(code, {}, None, "Asia/Riyadh") for code in ("ar", "en")}
SHORT = {"ar": "لاباس", "en": "Labas"}
REVIEW: tuple[Mapping[str, Any], ...] = (
    {"role": "heading", "text": "مراجعة الإجابات"},
    {"role": "section", "text": "صاحب الطلب"},
    {"role": "row", "text": "\u2066055 000 1734\u2069", "label": "الجوال", "number": 1, "option": "9-change:mobile"},
    {"role": "note", "text": "لتعديل إجابة تُكتب كلمة «تعديل» ورقمها، مثل: تعديل 4"},
)
WRONG: tuple[Mapping[str, Any], ...] = (
    {"role": "wrong", "text": "الرقم «\u2068123\u2069» ليس رقم هوية صحيحًا."},
    {"role": "sample", "text": "\u20661012345672\u2069", "label": "مثال"},
)
RECEIPT: tuple[Mapping[str, Any], ...] = (
    {"role": "heading", "text": "تم استلام الطلب"},
    {"role": "code", "text": "\u2066472 193 807\u2069", "label": "رقم الطلب"},
    {"role": "fact", "text": "السبت 25 جمادى الآخرة 1448هـ الموافق 5 ديسمبر 2026م", "label": "لا يصل الرد قبل"},
    {"role": "days", "text": "أسبوعان"},
)


def say(organisation: str, language: str, key: str) -> str:
    """The catalogue's words, and the association's names."""
    return SHORT[language] if key.startswith("organisation.") else TONGUES[language].say(Line(key))


def words(organisation: str, language: str) -> Mapping[str, str]:
    """All that the page's script may say."""
    return {**page_words(TONGUES[language]), "name": SHORT[language], "short": SHORT[language]}


@asynccontextmanager
async def street(played: Played, browser: Browser) -> AsyncIterator[Street]:
    """The served house; what was opened before it is closed with it."""
    async with serving(played, ROOT / "web" / "built", say=say, page_words=words) as house:
        try:
            yield house
        finally:
            for context in browser.contexts:
                await context.close()


async def opened(house: Street, browser: Browser, query: str = "", **context: Any) -> Page:
    """A fresh browser's page, greeted; every complaint of the browser is kept on the page."""
    place = await browser.new_context(**{"viewport": {"width": 360, "height": 740}, "locale": "ar", **context})
    page = await place.new_page()
    await page.goto(f"{house.origin}/chat/labas{query}")
    await expect(page.locator(".log .say").first).to_be_visible()
    return page


def tell(played: Played, *parts: Mapping[str, Any], entry: str = "text", **words: Any) -> None:
    """The only contact is told one more message."""
    (contact, lines) = next(iter(played.told_lines.items()))
    kept = {"text": "\n".join(part["text"] for part in parts), "parts": parts, "options": [], **words}
    lines.append(Told(len(lines) + 1, AT, "bot", kept, "one", entry, (3, 11)))
    played.wakeups.wake("labas", contact)


async def kept(page: Page) -> list[str]:
    """Which things the browser holds for the association, without their random ends."""
    keys: list[str] = json.loads(await page.evaluate("JSON.stringify(Object.keys(localStorage))"))
    return sorted(key.split(".")[2] for key in keys)


async def test_a_tap_is_sent_once_and_survives_a_reload_without_a_complaint(browser: Browser) -> None:
    """The policy is the real one: whatever it forbids would be a complaint."""
    complaints: list[str] = []
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.locator(".replies button").click()
        await expect(page.locator(".mine .say")).to_have_text("نعم")
        await expect(page.locator(".log .say")).to_have_count(3)
        assert await page.evaluate("document.activeElement.id") == "field"
        await page.reload()
        await expect(page.locator(".log .say")).to_have_count(3)
        await expect(page.locator(".mine .say")).to_have_text("نعم")
        await expect(page.locator(".mine .at")).to_contain_text(words("labas", "ar")["page.seen"])
        assert await kept(page) == ["token"]
    assert [event.event.choices for event in played.events if hasattr(event.event, "choices")] == [("1-yes",)]
    assert complaints == []


async def test_news_beside_an_open_question_closes_nothing_and_never_grows_old(browser: Browser) -> None:
    news = {"role": "say", "text": "لديك تحديث على طلبك"}
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        tell(played, news, options=[{"id": "start:decision", "label": "الاطلاع على الطلب"}])
        rows = page.locator(".replies button")
        await expect(rows).to_have_count(2)
        assert [await row.locator(".key").count() for row in await rows.all()] == [1, 0]
        await page.get_by_text("نعم").click()
        await expect(page.locator(".mine .say")).to_have_count(1)
        await page.get_by_text("الاطلاع على الطلب").click()
        await expect(page.locator(".mine .say")).to_have_count(2)
    assert [e.event.choices for e in played.events if hasattr(e.event, "choices")] == [("1-yes",), ("start:decision",)]


async def test_who_is_there_is_told_above_the_conversation(browser: Browser) -> None:
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        contact = next(iter(played.told_lines))
        for standing, words_ in (
            (Standing("queued", ahead=2), "وقبلك شخصان"),
            (Standing("queued", next=AT), "أول دوام"),
            (Standing("staff", "نورة"), "نورة من فريقنا معك الآن"),
        ):
            played.standing = standing
            played.wakeups.wake("labas", contact)
            await expect(page.locator("header")).to_contain_text(words_)


async def test_a_line_written_without_a_network_goes_out_when_it_is_back(browser: Browser) -> None:
    """Kept before it is sent, shown as not sent, one effect at the end."""
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        await page.context.set_offline(True)
        await page.fill("#field", "بلا شبكة")
        await page.keyboard.press("Enter")
        await expect(page.locator("#bar")).to_be_visible()
        await expect(page.locator(".mine .at")).to_contain_text(words("labas", "ar")["page.unsent"])
        assert await kept(page) == ["line", "token"]
        await page.context.set_offline(False)
        await expect(page.locator(".log .say").last).to_contain_text("وصل: بلا شبكة")
        await expect(page.locator("#bar")).to_be_hidden()
        assert await kept(page) == ["token"]
        assert played.seen_up_to[:2] == [1, 1], "said again on the new line: the old one may have lost it"
    assert len([event for event in played.events if getattr(event.event, "text", "") == "بلا شبكة"]) == 1


async def test_hide_clears_the_page_until_the_person_comes_back(browser: Browser) -> None:
    """A reload shows nothing either; forgetting takes the token from the browser and from the house."""
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        await page.click("#hide")
        await expect(page.locator("#calm")).to_be_visible()
        assert await page.locator(".log .say").count() == 0
        await expect(page.locator("header.top")).to_be_hidden()
        await page.reload()
        await expect(page.locator("#calm")).to_be_visible()
        await page.locator("#calm .btn-main").click()
        await expect(page.locator(".log .say").first).to_be_visible()
        await page.click("#hide")
        await page.locator("#calm .btn:not(.btn-main)").click()
        await expect(page.locator("#calm h1")).to_have_text(words("labas", "ar")["page.forgotten"])
        assert await kept(page) == []
    assert played.contacts == {}


async def test_the_switch_words_the_page_anew_without_a_reload(browser: Browser) -> None:
    """Direction, title, buttons; the conversation is told."""
    async with street(Played(), browser) as house:
        page = await opened(house, browser)
        await page.evaluate("window.same = true")
        await page.click("#language")
        await expect(page.locator("h1")).to_have_text("Labas")
        state = await page.evaluate("[document.documentElement.lang, document.documentElement.dir, document.title]")
        assert state == ["en", "ltr", "Labas"]
        assert await page.evaluate("window.same")


async def test_a_link_is_taken_up_only_after_a_tap(browser: Browser) -> None:
    """Its token leaves the address at once and is good for one tab, beside the browser's own."""
    played = Played(links={"L" * 32: "from-link"}, contacts={"from-link": "c9"})
    played.tell("c9", "أسئلة خاصة")
    async with street(played, browser) as house:
        place = await browser.new_context(locale="ar")
        page = await place.new_page()
        await page.goto(f"{house.origin}/chat/labas#k={'L' * 32}")
        await expect(page.locator("#calm")).to_be_visible()
        assert page.url.endswith("/chat/labas")
        assert played.links
        await page.locator("#calm .btn-main").click()
        await expect(page.locator(".log .say")).to_contain_text("أسئلة خاصة")
        assert await kept(page) == []
    assert not played.links


async def test_the_page_follows_a_language_that_was_chosen_in_the_conversation(browser: Browser) -> None:
    """The newest message decides; a name in Latin letters inside it does not."""
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        tell(played, {"role": "say", "text": "وصلت رسالة \u2068Abdulrahman Alghamdi of Riyadh\u2069"})
        await expect(page.locator(".log .say")).to_have_count(2)
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        tell(played, {"role": "say", "text": "The language is now English."})
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page.locator("h1")).to_have_text("Labas")


async def test_the_widget_opens_the_chat_and_gives_the_focus_back(browser: Browser) -> None:
    """A button, a dialog with the chat in a frame, Escape; nothing is loaded before it is asked for."""
    async with street(Played(), browser) as house:
        place = await browser.new_context(locale="ar", bypass_csp=True)
        page = await place.new_page()
        await page.goto(f"{house.origin}/chat/labas/policy")
        await page.add_script_tag(url=f"{house.origin}/chat/labas/widget.js")
        button = page.locator("wasl-chat > button, wasl-chat button").first
        assert len(page.frames) == 1
        await button.click()
        chat = page.frame_locator("wasl-chat iframe")
        await expect(chat.locator(".log .say").first).to_be_visible()
        await chat.locator("#field").press("Escape")
        await expect(page.locator("wasl-chat .panel")).to_be_hidden()
        await expect(button).to_be_focused()
        assert not await place.cookies()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ar", "en"])
async def test_axe_finds_nothing_on_any_leaf_at_any_width(scheme: Any, language: str, browser: Browser) -> None:
    """Question, error, review and receipt on one page, on a phone and on a wide screen."""
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser, f"?lang={language}", color_scheme=scheme, bypass_csp=True)
        tell(played, *RECEIPT)
        tell(played, *WRONG, entry="number")
        tell(played, *REVIEW, options=[{"id": "9-confirm", "label": "الإجابات صحيحة"}])
        await expect(page.locator(".leaf")).to_have_count(2)
        for width in (360, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await faults(page) == []


async def test_nothing_scrolls_sideways_on_a_small_phone_with_large_text(browser: Browser) -> None:
    """320 px, and text at 200 %."""
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser, viewport={"width": 320, "height": 640})
        tell(played, *WRONG, entry="number")
        tell(played, *REVIEW, options=[{"id": "9-confirm", "label": "الإجابات صحيحة"}])
        await expect(page.locator(".leaf")).to_be_visible()
        for size in ("100%", "200%"):
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            wide = (
                "[document.documentElement, document.getElementById('log')].map((e) => e.scrollWidth - e.clientWidth)"
            )
            assert await page.evaluate(wide) == [0, 0]
