"""Makes the pictures of the README: `make screenshots` plays real requests in a real browser and looks at the page."""

import asyncio
import base64
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, async_playwright

from bot.demo.seed import demonstrate
from bot.household import furnish
from bot.keys import parse_master_keys
from bot.wiring import real_clock
from organisations import load_all
from storage import Memory
from tests.browser import FLAGS, MISSING, chromium
from tests.person import DESK, PHONE, Person, person
from tests.real_house import furnished, settings
from tests.served import Served

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SHARP: Mapping[str, Any] = {"device_scale_factor": 2}
COLOURS = 160
FIVE = ("qurainah", "labas", "kafl", "qalb", "ishraqa")
SHEET = """<!doctype html><title>Wasl</title><style>
body {{ margin: 0; padding: 24px; display: flex; gap: 16px; background: #dcd8d0 }}
img {{ inline-size: 216px; border-radius: 14px }}
</style><body>{pictures}"""
Picture = Callable[[Person], Awaitable[object]]
REPLY = "السلام عليكم، معك نورة من جمعية قلب. المطلوب هنا كيف يصلك الرد: اختر ما يناسبك وسأبقى معك."
ABOUT = ("سعد بن ناصر الحربي", "1045827365", "١٥ ذو الحجة ١٣٨٧", "٠٥٥٠٠٠١٧٣٤", "بريدة")


async def question(who: Person) -> None:
    """A question with its choices, after a few answers."""
    await who.play(1, 1, 1, *ABOUT, 1, 1)


async def review(who: Person) -> None:
    """The review, from its beginning."""
    await question(who)
    await who.play(1, "مستشفى الواحة، الدكتور هشام", 1, "٤٠٠٠", "ضيق في الشرايين، وأوصى الطبيب بقسطرة", 1, 1)


async def receipt(who: Person) -> None:
    """The receipt with its number and its days."""
    await review(who)
    await who.play(1, 1)


async def mistake(who: Person) -> None:
    """A number with a wrong check digit, answered with an example."""
    await who.play(1, 1, 2, 1, "منى بنت فهد القحطاني", "1012345627")


async def at_home(who: Person) -> None:
    """On a wide screen, in the middle of the form."""
    await who.play(1, 1, 1, "خالد بن سعد الشهري", "1045827365", "1400/7/15", "0550001734", "القنفذة", 1, 1)


TAKEN: Mapping[str, tuple[str, Mapping[str, Any], Picture]] = {
    "chat-360": ("qalb", PHONE, question),
    "chat-360-review": ("qalb", PHONE, review),
    "chat-360-receipt": ("qalb", PHONE, receipt),
    "chat-360-dark": ("kafl", {**PHONE, "color_scheme": "dark"}, mistake),
    "chat-1280": ("labas", {**DESK, "locale": "ar", "color_scheme": "light"}, at_home),
}


async def look(browser: Browser, origin: str, name: str, manner: Mapping[str, Any], act: Picture | None) -> bytes:
    """The page of an association after somebody acted on it."""
    who = await person(browser, {**manner, **SHARP})
    await who.open(f"{origin}/chat/{name}?lang={manner['locale']}")
    if act is not None:
        await act(who)
    await who.page.mouse.move(0, 0)
    await who.settle()
    picture = await who.page.screenshot()
    await who.page.context.close()
    return picture


async def filled(house: Served) -> str:
    """The demonstration in a house that does not run yet; the link by which an officer of qalb comes in."""
    await furnished(house.data)
    given = settings(house.data, house.port)
    memory, profiles = Memory(given.database, parse_master_keys(given.master_keys.get_secret_value())), load_all()
    await memory.open(tuple(profiles))
    try:
        household = furnish(memory, profiles, real_clock, given.origin, given.data_dir / "files")
        links = await demonstrate(household, given, real_clock())
        await household.workshop.close()
    finally:
        await memory.close()
    return links["qalb"]["relations_officer"]


async def desk(browser: Browser, origin: str, link: str) -> None:
    """The inbox with a conversation in hand, and a request, as an officer sees them."""
    wide: Any = {**DESK, **SHARP, "locale": "ar", "color_scheme": "light"}
    narrow: Any = PHONE["viewport"]
    page = await browser.new_page(**wide)
    await page.goto(link)
    await page.locator("main form button").first.click()
    await page.get_by_role("link", name="سعد").first.click()
    await page.get_by_role("button", name="استلم المحادثة").click()
    await page.locator("textarea").first.fill(REPLY)
    await page.get_by_role("button", name="أرسل").click()
    await page.get_by_text(REPLY).wait_for()
    keep("inbox", await page.screenshot())
    await page.set_viewport_size(narrow)
    await page.locator("#log > *").last.scroll_into_view_if_needed()
    keep("inbox-360", await page.screenshot())
    await page.set_viewport_size(wide["viewport"])
    await page.goto(f"{origin}/desk/qalb/requests")
    await page.get_by_role("link", name="ماجد").click()
    await page.locator("h1").wait_for()
    keep("request", await page.screenshot(full_page=True))
    await page.close()


async def side_by_side(browser: Browser, pictures: list[bytes]) -> bytes:
    """The pictures in one row, laid out by the browser."""
    page = await browser.new_page(**SHARP)
    sources = [f'<img src="data:image/png;base64,{base64.b64encode(picture).decode()}">' for picture in pictures]
    await page.set_content(SHEET.format(pictures="".join(sources)))
    await page.set_viewport_size({"width": 5 * 216 + 4 * 16 + 48, "height": 200})
    picture = await page.screenshot(full_page=True)
    await page.close()
    return picture


async def take(browser: Browser, origin: str) -> None:
    """All pictures, into the folder of pictures."""
    for picture, (name, manner, act) in TAKEN.items():
        keep(picture, await look(browser, origin, name, manner, act))
    keep("five", await side_by_side(browser, [await look(browser, origin, name, PHONE, None) for name in FIVE]))


def keep(name: str, picture: bytes) -> None:
    """Write a picture with as many colours as a screen of ours has, and say how large it is."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}.png"
    with Image.open(BytesIO(picture)) as drawn:
        drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"docs/pictures/{name}.png {path.stat().st_size // 1024} KB")


async def main() -> None:
    """A fresh house, a browser, and the pictures."""
    path = chromium()
    if path is None:
        raise SystemExit(MISSING)
    with tempfile.TemporaryDirectory() as folder:
        house = Served(Path(folder), {})
        link = await filled(house)
        await house.start()
        try:
            async with async_playwright() as works:
                browser = await works.chromium.launch(executable_path=path, args=FLAGS)
                await take(browser, house.origin)
                await desk(browser, house.origin, link)
                await browser.close()
        finally:
            await house.stop()


if __name__ == "__main__":
    asyncio.run(main())
