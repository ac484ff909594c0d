"""Two browsers and one conversation: a person asks for somebody, an officer takes over, both write, the assistant goes on."""

from pathlib import Path

from playwright.async_api import Browser, expect

from services.roles import Role
from tests.officer import Officer, town
from tests.person import Person

ASKED = "ما الاسم الكامل كما في الهوية؟"
SECRET = "يبدو أنها متعبة، نراعي ذلك"


async def test_an_officer_takes_over_both_write_and_the_assistant_asks_again(browser: Browser, tmp_path: Path) -> None:
    async with town(tmp_path, browser) as place:
        who = await place.guest("qalb")
        officer = await place.officer("qalb", "نورة العتيبي", Role.RELATIONS)
        other = await place.officer("qalb", "هند السالم", Role.RELATIONS)
        await officer.go("inbox")
        await expect(officer.page.locator("#inbox-list .rows li")).to_have_count(0)
        await officer.page.evaluate("window.same = true")
        await who.play(1, 1, 1)
        await who.write("موظف")
        row = officer.page.locator("#inbox-list .rows li a")
        await expect(row).to_have_count(1)  # without a reload
        await expect(officer.page.locator(".rooms [data-count=inbox]")).to_have_text("1")
        assert await officer.page.evaluate("window.same")
        await row.click()
        await other.go(officer.page.url.partition("/desk/qalb/")[2])
        await other.page.evaluate("document.querySelector('#hold').id = 'before'")  # as it was before the other pressed
        await officer.do("take")
        await expect(officer.page.locator("#hold form[action*='/back']")).to_have_count(1)
        await expect(who.page.locator("#state")).to_contain_text("نورة العتيبي")
        await other.do("take")
        await expect(other.page.locator("#hold .fault")).to_contain_text("نورة العتيبي")
        assert [complaint for complaint in other.tab.complaints if "409" not in complaint] == []
        other.tab.complaints.clear()  # a browser notes whatever answer is no 200
        await both_write(who, officer, other)
        await officer.do("back")
        await expect(who.page.locator(".log .group:not(.mine) .say").last).to_contain_text(ASKED)
        await expect(who.page.locator("#state")).not_to_contain_text("نورة")
        await expect(officer.page.locator("#hold form[action*='/back']")).to_have_count(0)
        await who.write("سعد بن ناصر الحربي")
        await expect(who.page.locator(".log .group:not(.mine) .say").last).to_contain_text("رقم الهوية")
        await who.page.reload()
        await expect(who.page.locator(".log .say").last).to_contain_text("رقم الهوية")
        assert SECRET not in await who.page.content()


async def both_write(who: Person, officer: Officer, other: Officer) -> None:
    """What each writes is there at once; a note is read by colleagues only."""
    await officer.write("وعليكم السلام، معك نورة من جمعية قلب")
    await expect(who.page.locator(".log .staff .say").last).to_have_text("وعليكم السلام، معك نورة من جمعية قلب")
    await who.page.locator("#field").press_sequentially("هل يكفي تقرير قديم؟")
    await who.page.keyboard.press("Enter")
    await expect(officer.page.locator("#log .say").last).to_have_text("هل يكفي تقرير قديم؟")
    await expect(other.page.locator("#log .say").last).to_have_text("هل يكفي تقرير قديم؟")
    await officer.write(SECRET, note=True)
    await expect(other.page.locator("#log .note .say")).to_have_text(SECRET)
