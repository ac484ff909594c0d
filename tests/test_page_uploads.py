"""Papers on the chat page in a real browser: chosen, seen, sent, cut off and sent again, taken back."""

import asyncio

from playwright.async_api import Browser, FilePayload, Page, Route, expect

from conversations.events import Said
from tests.axe import faults
from tests.papers_world import bytes_of, pdf, picture, with_place
from tests.test_page_browser import kept, opened, street, tell, words
from tests.web_house import Played

PHOTO: FilePayload = {"name": "تقرير القلب.jpg", "mimeType": "image/jpeg", "buffer": with_place()}
REPORT: FilePayload = {"name": "report.pdf", "mimeType": "application/pdf", "buffer": bytes_of(pdf())}
PROGRAM: FilePayload = {"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": b"MZ program"}
AR = words("labas", "ar")


async def asked(page: Page, played: Played) -> None:
    """The question of the papers stands on the page."""
    tell(played, {"role": "ask", "text": "صورة التقرير الطبي"}, entry="file")
    await expect(page.locator("[data-part=attach]")).to_be_visible()


async def choose(page: Page, *files: FilePayload) -> None:
    """Choose files as the picker of the phone would."""
    await page.set_input_files("[data-part=files]", list(files))


def said(played: Played) -> list[tuple[str, tuple[str, ...]]]:
    """What the person's messages held."""
    return [(e.event.text, e.event.files) for e in played.events if isinstance(e.event, Said)]


async def test_papers_are_chosen_seen_and_sent_together(browser: Browser) -> None:
    complaints: list[str] = []
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await expect(page.locator("[data-part=attach]")).to_be_hidden()
        await asked(page, played)
        await choose(page, PHOTO, REPORT)
        await expect(page.locator(".tray .ready")).to_have_count(2)
        await expect(page.locator(".tray img")).to_have_count(1)
        await expect(page.locator(".tray .doc").first).to_contain_text("تقرير القلب.jpg")
        assert await faults(page) == []
        await page.fill("#field", "صفحتان")
        await page.keyboard.press("Enter")
        await expect(page.locator(".mine .doc")).to_have_count(2)
        await expect(page.locator(".tray .doc")).to_have_count(0)
        await expect(page.locator(".log .say").last).to_contain_text("وصل: صفحتان")
        await page.reload()
        await expect(page.locator(".mine .doc")).to_have_count(2)
        await expect(page.locator(".mine .doc img")).to_have_count(1)
        assert await kept(page) == ["token"]
    files = tuple(played.drawer.kept)
    assert said(played) == [("صفحتان", files)]
    assert len(files) == 2
    assert complaints == []


async def test_what_is_no_paper_is_said_beside_it_and_can_be_taken_back(browser: Browser) -> None:
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        await asked(page, played)
        await choose(page, PROGRAM, {"name": "big.jpg", "mimeType": "image/jpeg", "buffer": bytes(11 * 1024 * 1024)})
        await expect(page.locator(".tray .refused")).to_have_count(2)
        await expect(page.locator(".tray .doc").first).to_contain_text(words_of_refusal())
        await expect(page.locator(".tray .doc").last).to_contain_text(AR["page.file_large"])
        await page.locator(".tray button").first.click()
        await expect(page.locator(".tray .doc")).to_have_count(1)
        await page.keyboard.press("Enter")
        await expect(page.locator(".tray .doc")).to_have_count(0)
        assert await page.evaluate("document.activeElement.id") == "field"
    assert said(played) == []
    assert played.drawer.kept == {}


def words_of_refusal() -> str:
    """The sentence for a file of no known kind."""
    from tests.test_page_browser import say

    return say("labas", "ar", "paper.refused.kind")


async def test_an_upload_that_was_cut_begins_anew_and_goes_out_once(browser: Browser) -> None:
    """Its message waits for it and goes by itself."""
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        await asked(page, played)
        await page.context.set_offline(True)
        await choose(page, PHOTO)
        await expect(page.locator(".tray .stuck")).to_have_count(1)
        await page.focus("#field")
        await page.keyboard.press("Enter")
        assert said(played) == []
        await page.context.set_offline(False)
        await expect(page.locator(".mine .doc")).to_have_count(1)
        await expect(page.locator(".mine .at")).to_contain_text(AR["page.seen"])
    assert len(played.drawer.kept) == 1
    assert said(played) == [("", tuple(played.drawer.kept))]


async def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_id(browser: Browser) -> None:
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        await asked(page, played)
        lost = 0

        async def lose(route: Route) -> None:
            nonlocal lost
            lost += 1
            if lost > 1:
                return await route.continue_()
            await route.fetch()
            await route.abort()

        await page.route("**/files?*", lose)
        await choose(page, PHOTO)
        await expect(page.locator(".tray .ready")).to_have_count(1)
    assert lost == 2
    assert len(played.drawer.kept) == 1


async def test_a_paper_can_be_stopped_on_its_way_and_a_reload_begins_clean(browser: Browser) -> None:
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser)
        await asked(page, played)
        played.drawer.slow = asyncio.Event()
        await choose(page, PHOTO, REPORT)
        await expect(page.locator(".tray [role=progressbar]")).to_have_count(1)
        await page.locator(".tray button").first.click()
        await expect(page.locator(".tray .doc")).to_have_count(1)
        await page.reload()
        await expect(page.locator(".log .say").first).to_be_visible()
        await expect(page.locator(".tray .doc")).to_have_count(0)
        played.drawer.slow.set()
        await choose(page, {**REPORT, "buffer": picture("PNG")})
        await expect(page.locator(".tray .ready")).to_have_count(1)
        await page.click("#hide")
        await expect(page.locator(".tray .doc")).to_have_count(0)
    assert said(played) == []


async def test_the_tray_fits_a_small_phone(browser: Browser) -> None:
    async with street(played := Played(), browser) as house:
        page = await opened(house, browser, viewport={"width": 320, "height": 560})
        await asked(page, played)
        name, photo = "ورقة طويلة الاسم جدا " * 4, with_place()
        await choose(page, *(FilePayload(name=f"{name}{n}.jpg", mimeType="image/jpeg", buffer=photo) for n in range(6)))
        await expect(page.locator(".tray .ready")).to_have_count(6)
        assert await page.evaluate("document.documentElement.scrollWidth") == 320
        assert await page.locator("#field").is_visible()
        sizes = await page.eval_on_selector_all(
            ".tray button", "all => all.map(one => one.getBoundingClientRect().width)"
        )
        assert min(sizes) >= 44
