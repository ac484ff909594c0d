"""Every page of the real desk, with people and requests in it: axe in both languages and themes, and small screens."""

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


async def test_axe_says_what_is_wrong(browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.set_content(
        "<html lang='en'><title>Qalb</title><main><h1>Qalb</h1><p style='color: #ccc'>Pale words</p><button></button>"
    )
    mute, pale = sorted(await faults(page))
    assert mute.startswith("button-name | <button>") and "inner text" in mute
    assert pale.startswith("color-contrast | <p style=") and "4.5:1" in pale
    assert await faults(page, COLOURS) == [pale]
    await context.close()
