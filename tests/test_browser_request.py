"""A whole request in a real browser, against the real house: tapped and typed, judged wherever the page stands."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from locales.pages import page_words
from locales.tongue import Tongue
from tests.person import DESK, PHONE, SAID, Person, person
from tests.served import Served, served

WORDS = {code: page_words(Tongue(code, {}, None, "Asia/Riyadh")) for code in ("ar", "en")}
WRONG, RIGHT = "1045827356", "1045827365"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """The house of all these tests."""
    async with served(tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def somebody(browser: Browser, house: Served, name: str, manner: Mapping[str, Any] = PHONE) -> Person:
    """A person who has just opened an association's chat in their language."""
    came = await person(browser, manner)
    await came.open(f"{house.origin}/chat/{name}?lang={manner['locale']}")
    return came


async def leave(*persons: Person) -> None:
    """Close their browsers; none had anything to complain of, and no address held what was written."""
    complaints = [complaint for one in persons for complaint in (*one.complaints, *one.betrayed)]
    for one in persons:
        await one.page.context.close()
    assert complaints == []


async def test_a_request_in_arabic_on_a_phone(browser: Browser, house: Served) -> None:
    who = await somebody(browser, house, "qalb")
    assert await who.flaws() == []
    await who.play(1, 1, 1)
    assert await who.flaws() == []
    await who.play("سعد بن ناصر الحربي", WRONG)
    await expect(who.page.locator(".say.wrong").last).to_contain_text(WRONG)
    assert await who.page.locator("#field").get_attribute("aria-invalid") == "true"
    assert await who.flaws() == []
    await who.play(RIGHT, "١٥ ذو الحجة ١٣٨٧", "٠٥٥٠٠٠١٧٣٤", "بريدة", 1, 1, 1)
    await who.play("مستشفى الواحة، د. هشام", 1, "٤٠٠٠", "ضيق في الشرايين، وأوصى الطبيب بقسطرة", 1, 1)
    await expect(who.page.locator(".review .said").nth(1)).to_have_text("سعد بن ناصر الحربي")
    assert await who.flaws() == []
    await who.change(2)
    await who.write("سعد بن ناصر بن علي الحربي")
    await expect(who.page.locator(".review").last).to_contain_text("سعد بن ناصر بن علي الحربي")
    await who.tap(1)
    await expect(who.page.locator(".oath-leaf")).to_contain_text("سعد بن ناصر بن علي الحربي")
    assert await who.flaws() == []
    await who.tap(1)
    number = (await who.reference()).replace(" ", "")
    assert await who.flaws() == []
    await judge_reading_order(who.page)
    async with who.page.expect_download() as coming:
        await who.page.get_by_role("button", name=WORDS["ar"]["page.receipt"]).click()
    kept = await coming.value
    assert kept.suggested_filename == f"qalb-{number}.pdf"
    assert (await asyncio.to_thread((await kept.path()).read_bytes)).startswith(b"%PDF-")
    await leave(who)


async def test_a_request_in_english_on_a_desk(browser: Browser, house: Served) -> None:
    who = await somebody(browser, house, "qurainah", DESK)
    assert await who.flaws() == []
    await who.play(1, 1, 2, 1, "Noura Saad Alharbi", "2012345678")
    await expect(who.page.locator(".say.wrong").last).to_contain_text("2012345678")
    assert await who.flaws() == []
    await who.play("2012345670", "14 May 2015", "Saad Nasser Alharbi", RIGHT, "0550001734", "Al-Qurainah", 5, 2, 1)
    await who.play("5", (1, 4), "3,500 SAR", "0", 2, 1, 2)
    assert await who.flaws() == []
    await who.change(5)
    await who.write("15 Ramadan 1430")
    await expect(who.page.locator(".review").last).to_contain_text("5 September 2009")
    await who.tap(1)
    assert await who.flaws() == []
    await who.tap(1)
    assert await who.reference()
    assert await who.flaws() == []
    await judge_reading_order(who.page)
    await leave(who)


async def judge_reading_order(page: Page) -> None:
    """As a screen reader goes: the name, the log with a heading in each leaf, then the composer."""
    tree = await page.locator("body").aria_snapshot()
    places = [tree.index(part) for part in ("[level=1]", "- log", "- article", "- textbox")]
    assert places == sorted(places)
    for leaf in tree.split("- article")[1:]:
        assert "- heading" in leaf.partition("\n")[2].partition("- textbox")[0]
    log = page.locator("#log")
    assert (await log.get_attribute("role"), await log.get_attribute("aria-live")) == ("log", "polite")
    assert await page.locator("#log .leaf:not([aria-labelledby])").count() == 0


REST: dict[str, list[str | int]] = {
    "labas": [1, 1, 1, "Khalid Saad Alshehri", RIGHT, "1980-05-14", "0550001734", "Al Qunfudhah", "2", "yes", "2",
              "General Hospital", "Diabetes, two medicines every month", "later", "later", 1, 1],
    "kafl": ["1", "1", "1", "منى بنت فهد القحطاني", "1012345672", "3/4/1405", "0551234567", "أبها", "2", "لا",
             "إعانة شهرية", "1", "٣", "2500", "1", "SA0380000000608010167519", "زوج أو زوجة", "لاحقا", 1,
             "أقر بصحة البيانات وأتحمل مسؤوليتها"],
    "ishraqa": ["1", "1", "1", "هند بنت محمد العمري", "1012345672", "25/12/1990", "0551234567", "جدة", "4", "نعم", "1",
                "نعم", "1", "أشعر بقلق لا يفارقني منذ أشهر", "1", "1", "نعم", "تمام", "أقر وأوافق"],
}  # fmt: skip


@pytest.mark.parametrize("name", REST)
async def test_the_other_forms_reach_their_number_by_typing(
    browser: Browser, house: Served, name: str, tmp_path: Path
) -> None:
    who = await somebody(browser, house, name, DESK if name == "labas" else PHONE)
    await who.play(*REST[name])
    assert await who.reference()
    assert len(await who.page.screenshot(path=tmp_path / f"{name}.png")) > 10_000
    await leave(who)


BY_KEYS: list[str | int | tuple[int, ...]] = [
    *(1, 1, 1, "Hind Mohammed Alomari", "1012345672", "25 December 1990", "0551234567", "Jeddah", 1, 1),
    *(1, 1, 1, "skip", 3, (1, 3), 1, 1),
]


async def test_a_request_without_a_mouse(browser: Browser, house: Served) -> None:
    """Keys alone: answers are reached from the composer by going back, and chosen by Enter or the space bar."""
    who = await somebody(browser, house, "ishraqa", DESK)
    await who.page.keyboard.press("Tab")
    await who.page.keyboard.press("Enter")  # the link that skips to the composer
    await expect(who.page.locator("#field")).to_be_focused()
    for act in BY_KEYS:
        await by_keys(who, act)
    assert await who.reference()
    await leave(who)


async def by_keys(who: Person, act: str | int | tuple[int, ...]) -> None:
    """Write a line, or go back to the answer with this number and press Enter; to several, and then to the button."""
    if isinstance(act, str):
        return await who.write(act)
    told = await who.page.locator(SAID).count()
    if isinstance(act, int):
        await press(who, who.options.nth(act - 1), "Enter")
    else:
        for number in sorted(act, reverse=True):
            await press(who, who.options.nth(number - 1).locator("input"), "Space")
        await press(who, who.page.locator(".replies .confirm button"), "Enter", "Tab")
    await expect(who.page.locator(SAID)).not_to_have_count(told)
    await expect(who.page.locator("#field")).to_be_focused()
    return None


async def press(who: Person, wanted: Locator, key: str, way: str = "Shift+Tab") -> None:
    """Go that way until the focus stands there, and press the key."""
    await expect(wanted).to_be_visible()
    for _ in range(40):
        await who.page.keyboard.press(way)
        if await wanted.evaluate("(node) => node === document.activeElement"):
            return await who.page.keyboard.press(key)
    raise AssertionError("it cannot be reached by keys")


async def lines(page: Page) -> list[str]:
    """All that stands in the log, bubble by bubble."""
    return [text.strip() for text in await page.locator(".log .say, .log .leaf").all_inner_texts()]


async def test_a_reload_and_a_second_tab_show_the_same(browser: Browser, house: Served) -> None:
    who = await somebody(browser, house, "qalb")
    await who.play(1, 1, 1, "سعد بن ناصر الحربي")
    before = await lines(who.page)
    await who.page.reload()
    await expect(who.page.locator(".log .say")).to_have_count(len(before))
    assert await lines(who.page) == before
    other = Person(await who.page.context.new_page())
    await other.page.goto(who.page.url)
    await expect(other.page.locator(".log .say")).to_have_count(len(before))
    await who.write(RIGHT)
    await expect(other.page.locator(".mine .say").last).to_have_text(RIGHT)
    await expect(other.page.locator(".log .say")).to_have_count(len(before) + 2)
    assert await lines(other.page) == await lines(who.page)
    await leave(who)


async def test_a_line_typed_while_the_house_is_down_goes_out_once(browser: Browser, house: Served) -> None:
    who = await somebody(browser, house, "labas")
    await who.play(1)
    told = await who.page.locator(SAID).count()
    await house.stop()
    await expect(who.page.locator("#bar")).to_contain_text(WORDS["ar"]["page.offline"])
    await who.page.locator("#field").press_sequentially("1")
    await who.page.keyboard.press("Enter")
    await expect(who.page.locator(".mine .at").last).to_contain_text(WORDS["ar"]["page.unsent"])
    await house.start()
    await expect(who.page.locator(SAID)).to_have_count(told + 1)
    await expect(who.page.locator("#bar")).to_be_hidden()
    before = await lines(who.page)
    await who.page.reload()
    await expect(who.page.locator(".mine .say")).to_have_count(2)
    assert await lines(who.page) == before
    await leave(who)


async def test_hiding_clears_the_page_and_coming_back_shows_it(browser: Browser, house: Served) -> None:
    who = await somebody(browser, house, "kafl")
    await who.play(1)
    before = await lines(who.page)
    await who.page.locator("#hide").tap()
    await expect(who.page.locator("#calm")).to_be_visible()
    assert await lines(who.page) == []
    assert "كفل" not in await who.page.title() + await who.page.locator("body").inner_text()
    assert await who.flaws() == []
    await who.page.locator("#calm .btn-main").tap()
    await expect(who.page.locator(".log .say")).to_have_count(len(before))
    assert await lines(who.page) == before
    await leave(who)


async def test_a_shared_computer_shows_the_next_person_nothing(browser: Browser, house: Served) -> None:
    """Bad input 63: the way out is always there; after it, going back in the browser brings nothing back."""
    who = await somebody(browser, house, "ishraqa")
    await who.play(1, 1, 1, "هند بنت محمد العمري")
    await expect(who.page.locator("#hide")).to_be_in_viewport()
    await who.page.locator("#hide").tap()
    await who.page.locator("#calm .btn:not(.btn-main)").tap()
    await expect(who.page.locator("#calm h1")).to_have_text(WORDS["ar"]["page.forgotten"])
    await who.page.goto(f"{house.origin}/chat/ishraqa/policy")
    await who.page.go_back()
    await expect(who.options.first).to_be_visible()
    assert await who.page.locator(".mine").count() == 0
    assert "هند" not in await who.page.locator("body").inner_text()
    assert await who.page.locator(SAID).count() == 2  # greeted as somebody new
    await leave(who)


async def test_the_switch_says_everything_in_english_and_back(browser: Browser, house: Served) -> None:
    who = await somebody(browser, house, "qalb")
    await who.play(1, 1)
    arabic = await frame_words(who.page)
    await who.page.locator("#language").tap()
    await expect(who.page.locator("html")).to_have_attribute("dir", "ltr")
    await expect(who.page.locator(SAID).last).to_contain_text("Who is this request for?")
    await expect(who.options.first).to_contain_text("For myself")
    assert not any("\u0600" <= sign <= "\u06ff" for sign in await frame_words(who.page))
    assert await who.flaws() == []
    await who.page.locator("#language").tap()
    await expect(who.page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(who.page.locator(SAID).last).to_contain_text("لمن هذا الطلب؟")
    assert await frame_words(who.page) == arabic
    await leave(who)


async def frame_words(page: Page) -> str:
    """All words round the conversation, but the name of the other language."""
    places = "h1, #state, #hide, #place, .trial, #compose, aside"
    said = await page.locator(places).all_inner_texts()
    labels = await page.locator("[aria-label]:visible").evaluate_all("(all) => all.map((one) => one.ariaLabel)")
    hint = await page.locator("#field").get_attribute("placeholder")
    return "\n".join([*said, *(label for label in labels if label), hint or "", await page.title()])
