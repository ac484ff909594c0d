"""By keyboard alone: an officer finds a chat, takes it, answers and hands it back, and always sees where they are."""

from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from services.roles import Role
from tests.officer import town

FOCUS = """(() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), look = getComputedStyle(at);
  const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0 || look.boxShadow !== "none";
  const label = at.closest("label") && getComputedStyle(at.closest("label"));
  const round = label && (label.outlineStyle !== "none" && parseFloat(label.outlineWidth) > 0 || label.boxShadow !== "none");
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  return at === document.body || at.id === "main" || inside && (ring || Boolean(round)) ? "" : at.outerHTML.slice(0, 200);
})()"""


async def press(page: Page, *keys: str) -> None:
    """Press keys; wherever they lead, the focus is seen."""
    for key in keys:
        await page.keyboard.press(key)
        assert await page.evaluate(FOCUS) == ""


async def reach(page: Page, wanted: Locator) -> None:
    """Go on by Tab until the focus stands there."""
    await expect(wanted).to_be_visible()
    for _ in range(60):
        await press(page, "Tab")
        if await wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError("it cannot be reached by keys")


async def test_an_officer_takes_answers_and_hands_back_by_keys(browser: Browser, tmp_path: Path) -> None:
    async with town(tmp_path, browser) as place:
        who = await place.guest("qalb")
        await who.play(1, 1, 1)
        await who.write("موظف")
        officer = await place.officer("qalb", "نورة العتيبي", Role.RELATIONS)
        page = officer.page
        await officer.go("inbox")
        await press(page, "Tab", "Enter")  # the link that skips the bar
        await press(page, "j")
        await page.keyboard.press("Enter")
        await expect(page.locator("#chat")).to_be_visible()
        await expect(page.locator("html.lively")).to_have_count(1)
        await reach(page, page.locator("#hold form[action*='/take'] button"))
        await page.keyboard.press("Enter")
        await expect(page.locator("#hold form[action*='/back']")).to_have_count(1)
        await expect(page.locator("html.lively")).to_have_count(1)
        await expect(page.locator("#entry")).to_be_focused()
        await page.keyboard.type("وعليكم السلام، معك نورة")
        await page.keyboard.press("Control+Enter")
        await expect(who.page.locator(".log .staff .say").last).to_have_text("وعليكم السلام، معك نورة")
        await expect(page.locator("#log .say").last).to_have_text("وعليكم السلام، معك نورة")
        await expect(page.locator("html.lively")).to_have_count(1)
        await page.locator("body").evaluate("document.activeElement.blur()")
        await press(page, "e")
        await expect(page.locator("details.sure[open]")).to_have_count(1)
        await press(page, "e")
        await reach(page, page.locator("#hold form[action*='/back'] button"))
        await page.keyboard.press("Enter")
        await expect(page.locator("#hold form[action*='/back']")).to_have_count(0)
        await expect(who.page.locator(".log .group:not(.mine) .say").last).to_contain_text("ما الاسم الكامل")
