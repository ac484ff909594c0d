"""Every page of the real desk, with people and requests in it: axe in both languages and themes, and small screens."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from conversations.acts import Begun, Checked, CommitteeAsked, Ended, TakenOver, Wrote
from services.members import Member
from services.roles import Role
from tests.axe import COLOURS, faults
from tests.officer import Officer, Town, town
from tests.person import HERE
from tests.turns_world import Guest

LOOKS: dict[str, tuple[tuple[int, Any, tuple[str, ...]], ...]] = {
    "ar": ((360, "light", ()), (360, "dark", COLOURS), (1280, "dark", ())),
    "en": ((360, "dark", ()), (1280, "light", ())),
}
OVER = (
    "[document.documentElement, ...document.querySelectorAll('main, .pane')].map((e) => e.scrollWidth - e.clientWidth)"
)
STILL: dict[str, Any] = {**HERE, "reduced_motion": "reduce", "bypass_csp": True, "locale": "ar"}


async def peopled(place: Town) -> dict[str, str]:
    """One chat that waits, one that is held, one that is over, a request before the committee, and one in staff's pen."""
    home, found = place.house.household, {}
    noura = Member("qalb", "s-noura", "نورة العتيبي", frozenset({Role.RELATIONS}))
    for name in ("waits", "held", "over", "case"):
        guest = Guest(home, name="qalb", key=name)
        await (guest.submit() if name == "case" else guest.start())
        await guest.say("موظف")
        found[name] = guest.contact
    for name in ("held", "over"):
        assert await home.casework.chat(noura, f"take-{name}", found[name], TakenOver(noura.staff, noura.name)) is None
    assert await home.casework.chat(noura, "wrote", found["held"], Wrote(noura.staff, noura.name, "أهلًا بك")) is None
    assert await home.casework.chat(noura, "ended", found["over"], Ended(noura.staff, noura.name)) is None
    (row,) = await place.rows("cases", "qalb", contact=found["case"], state="submitted")
    case = found["request"] = row["case"]
    found["person"] = row["applicant"]
    assert await home.casework.rule(noura, "checked", Checked(noura.staff, case, "full_name", "mismatched")) is None
    form = home.profiles["qalb"].organisation.request
    found["filling"] = str(await home.casework.begin(noura, "begun", Begun(noura.staff, noura.name, form)))
    assert await home.casework.rule(noura, "asked", CommitteeAsked(noura.staff, case)) is None
    return found


async def pages(place: Town, language: str) -> AsyncIterator[tuple[Officer, str]]:
    """Each page, before whoever works there."""
    empty = await place.officer("labas", "نورة العتيبي", Role.RELATIONS, manner=STILL)
    for path in ("inbox", "requests", "people", "nowhere", "staff"):  # two of them empty, one unknown, one forbidden
        await empty.page.goto(f"{place.origin}/desk/labas/{path}?lang={language}")
        yield empty, f"labas/{path}"
    found = await peopled(place)
    officer = await place.officer("qalb", "هند السالم", Role.RELATIONS, Role.RESEARCH, manner=STILL)
    chats = [f"inbox/{found[name]}" for name in ("waits", "held", "over")]
    request = f"requests/{found['request']}"
    filling = f"behalf/{found['filling']}"
    for path in ("inbox", *chats, "requests", request, f"people/{found['person']}", filling, "surveys"):
        await officer.page.goto(f"{place.origin}/desk/qalb/{path}?lang={language}")
        yield officer, path
    member = await place.officer("qalb", "علي الراجح", Role.COMMITTEE, manner=STILL)
    await member.page.goto(f"{place.origin}/desk/qalb/{request}?lang={language}")
    yield member, "committee"


@pytest.mark.parametrize("language", LOOKS)
async def test_every_page_is_whole_for_everybody_and_on_any_screen(
    language: str, browser: Browser, tmp_path: Path
) -> None:
    flaws: list[Any] = []
    async with town(tmp_path, browser) as place:
        async for officer, path in pages(place, language):
            page = officer.page
            await expect(page.locator("html")).to_have_attribute("lang", language)
            for width, scheme, what in LOOKS[language]:
                await page.set_viewport_size({"width": width, "height": 800})
                await page.emulate_media(color_scheme=scheme)
                flaws += [(path, width, scheme, flaw) for flaw in await faults(page, what)]
            await page.set_viewport_size({"width": 320, "height": 640})
            if max(await page.evaluate(OVER)) > 0:
                flaws.append((path, "scrolls sideways"))
            officer.tab.complaints[:] = [said for said in officer.tab.complaints if "status of 40" not in said]
    assert flaws == [], flaws


PALE = """<html lang='ar' dir='rtl'><title>قلب</title><style>
  .by::before { content: "قبل"; color: #ccc }  ::placeholder { color: #ccc }  .thin { opacity: .4 }  .large { font-size: 24px; color: #888 }
</style><main><h1>قلب</h1><p id='ar' style='color: #ccc'>كلمات باهتة</p><p id='en' style='color: #ccc'>Pale words</p>
<p id='before' class='by'>واضح</p><input id='empty' aria-label='الاسم' placeholder='الاسم'><p class='thin'><bdi id='thin'>شفاف</bdi></p>
<p id='ground' style='background: #345; color: #000'>خلفية</p><p id='small' style='color: #888'>صغير</p><p class='large'>كبير</p>
<p id='hidden' hidden style='color: #ccc'>لا يُرى</p><button disabled style='color: #ccc'>معطّل</button><button></button>"""


async def test_axe_says_what_is_wrong_and_pale_words_are_found_in_any_script(browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.set_content(PALE)
    words = await faults(page, COLOURS)
    found = [(re.findall(r"id=\"(\w+)\"", word)[0], word.rpartition(" | ")[2]) for word in words]
    assert found == [
        ("ar", " 1.61 of 4.5:1"),
        ("en", " 1.61 of 4.5:1"),
        ("before", "::before 1.61 of 4.5:1"),
        ("empty", "::placeholder 1.61 of 4.5:1"),
        ("thin", " 2.85 of 4.5:1"),
        ("ground", " 2.10 of 4.5:1"),
        ("small", " 3.54 of 4.5:1"),
    ]
    mute, *others = sorted(await faults(page))
    assert mute.startswith("button-name | <button>") and "inner text" in mute
    assert set(words) < set(others)
    await context.close()
