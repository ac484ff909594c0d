"""Requests by real roles in real browsers, from the applicant's photo to the service, while weeks pass."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FilePayload, expect

from services.roles import Role
from tests.officer import Officer, Town, town
from tests.papers_world import picture
from tests.person import SAID, Person
from tests.turns_world import Guest

NAME, ID, OTHER_ID = "سعد بن ناصر الحربي", "1045827365", "1012345672"
ANSWERS: list[str | int | tuple[int, ...]] = [
    *(1, 1, 1, NAME, ID, "١٥ ذو الحجة ١٣٨٧", "٠٥٥٠٠٠١٧٣٤", "بريدة", 4, 1, 1),
    *("مستشفى الواحة، د. هشام", 1, "٤٠٠٠", "ضيق في الشرايين، وأوصى الطبيب بقسطرة"),
]
HIND: list[str | int | tuple[int, ...]] = [
    *("1", "1", "1", "هند بنت محمد العمري", OTHER_ID, "25/12/1990", "0551234567", "جدة", "4", "نعم", "1"),
    *("نعم", "1", "أشعر بقلق لا يفارقني منذ أشهر", "1", "1", "نعم", "تمام", "أقر وأوافق"),
]
PHOTO: FilePayload = {"name": "تقرير.jpg", "mimeType": "image/jpeg", "buffer": picture()}
BLURRED = "الرقم لا يطابق صورة الهوية"
WHY = "الحالة ضمن لائحة الدعم، والبيانات مكتملة"
DAY = timedelta(days=1)
NEWS = ".log .group:not(.mine) .say"


async def send_photo(who: Person) -> None:
    """Choose a photo as the picker of the phone would, and send it."""
    told = await who.page.locator(SAID).count()
    await who.page.set_input_files("[data-part=files]", [PHOTO])
    await expect(who.page.locator(".tray .ready")).to_have_count(1)
    await who.page.focus("#field")
    await who.page.keyboard.press("Enter")
    await expect(who.page.locator(SAID)).not_to_have_count(told)


async def judge(officer: Officer, case: str, item: str, verdict: str = "matched") -> None:
    """Note what became of one item."""
    await officer.go(f"requests/{case}")
    await officer.page.locator(f"#check a[href*='item={item}']").click()
    await officer.page.locator(f"input[name=verdict][value={verdict}]").check()
    await officer.do("check")
    await expect(officer.page.locator(".done").first).to_be_visible()


async def done(officer: Officer, case: str, verb: str, state: str) -> None:
    """A verb of one button; where the request stands after it."""
    await officer.go(f"requests/{case}")
    await officer.do(verb)
    await stands(officer.town, case, state)


async def voted(member: Officer, case: str, accept: bool = True) -> None:
    """One vote of the committee."""
    await member.sign_in()
    await member.go(f"requests/{case}")
    await member.page.locator(f"input[name=vote][value={'accept' if accept else 'reject'}]").check()
    await member.page.fill("#vote-reason", WHY)
    await member.do("vote")
    await expect(member.page.locator(".done").first).to_be_visible()


async def stands(place: Town, case: str, state: str) -> None:
    """The request stands there."""
    names = [name for name in place.house.household.profiles if await place.rows("cases", name, case=case)]
    (row,) = await place.rows("cases", names[0], case=case)
    assert row["state"] == state


async def told(place: Town, name: str, words: str) -> list[dict[str, Any]]:
    """What the association wrote with these words in it."""
    return [row for row in await place.rows("messages", name) if row["direction"] == "out" and words in str(row)]


@dataclass
class Qalb:
    """Everybody who has a hand in one request of qalb, each in a browser."""

    place: Town
    who: Person
    officer: Officer
    researcher: Officer
    committee: list[Officer]
    case: str = ""
    reference: str = ""

    async def sent(self) -> None:
        """The applicant writes, sends a photo and declares; the officer's list shows it without a reload."""
        await self.officer.go("requests")
        await self.who.play(*ANSWERS)
        await send_photo(self.who)
        for _ in range(6):
            await self.who.tap(1)
            if await self.who.page.locator(".receipt .code").count():
                break
        self.reference = await self.who.reference()
        row = self.officer.page.locator("#requests-list tbody th a")
        await expect(row).to_have_text(NAME)
        self.case = (await self.place.case("qalb"))["case"]
        await row.click()

    async def compared(self) -> None:
        """An officer judges the name, the researcher sees and judges the paper."""
        await judge(self.officer, self.case, "full_name.")
        await judge(self.researcher, self.case, "papers.report")
        image = self.researcher.page.locator("#paper img")
        await self.researcher.page.locator("a[href*='item=papers.report']").first.click()
        await expect(image).to_be_visible()
        assert await image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0

    async def returned(self) -> None:
        """One item goes back, is given again alone, and is declared anew."""
        who, officer = self.who, self.officer
        await officer.go(f"requests/{self.case}")
        await officer.page.locator("#return summary").click()
        await officer.page.fill("[name='wrong:national_id.']", BLURRED)
        await officer.do("return")
        await stands(self.place, self.case, "returned")
        await expect(who.options.last).to_contain_text("إكمال المطلوب")
        assert BLURRED not in await who.page.locator(NEWS).last.inner_text()
        await who.options.last.tap()
        await expect(who.page.locator(f"{NEWS}:has-text('{BLURRED}')")).to_have_count(1)
        await who.play(OTHER_ID, "نعم", "أقر وأوافق")
        await stands(self.place, self.case, "verifying")

    async def decided(self) -> None:
        """Two of the committee say yes on the third day, with a restart between them."""
        await judge(self.officer, self.case, "national_id.")
        await done(self.officer, self.case, "committee", "committee")
        await self.place.wait(days=3)
        await voted(self.committee[0], self.case)
        await stands(self.place, self.case, "committee")
        await self.place.restart()
        await voted(self.committee[1], self.case)
        await stands(self.place, self.case, "decided")

    async def told(self, floor: datetime) -> None:
        """Nothing the day before the floor; after it one line that tells nothing, and by a tap the reason."""
        who, place = self.who, self.place
        before = await who.page.locator(SAID).count()
        await place.at(floor - DAY)
        await place.restart()
        await stands(place, self.case, "decided")
        await who.page.reload()
        await expect(who.page.locator(SAID)).to_have_count(before)
        assert WHY not in await who.page.content()
        await place.at(floor + timedelta(minutes=1))
        await expect(who.page.locator(SAID)).to_have_count(before + 1)
        line = await who.page.locator(NEWS).last.inner_text()
        assert self.reference in line.replace("\u00a0", " ") and WHY not in line and "القبول" not in line
        await stands(place, self.case, "accepted")
        await expect(who.options.last).to_contain_text("الاطلاع على الطلب")
        await who.options.last.tap()
        await expect(who.page.locator(f"{NEWS}:has-text('{WHY}')")).to_have_count(1)


async def test_a_request_of_qalb_goes_from_the_photo_to_the_service(browser: Browser, tmp_path: Path) -> None:
    async with town(tmp_path, browser) as place:
        staff = [("نورة العتيبي", Role.RELATIONS), ("سعد الباحث", Role.RESEARCH)]
        who = await place.guest("qalb")
        officer, researcher = [await place.officer("qalb", *one) for one in staff]
        committee = [await place.officer("qalb", name, Role.COMMITTEE) for name in ("هند السالم", "علي الراجح")]
        all_ = Qalb(place, who, officer, researcher, committee)
        await all_.sent()
        floor = (await place.case("qalb"))["floor_at"]
        await all_.compared()
        await all_.returned()
        await all_.decided()
        await all_.told(floor)
        await officer.sign_in()
        await done(officer, all_.case, "register", "registered")
        await place.restart()
        await done(officer, all_.case, "serve", "served")
        await place.wait(days=9)
        (once,) = [link for link in await place.rows("evidence", "qalb", chain=all_.case) if link["kind"] == "told"]
        assert once["at"] >= floor


async def test_a_request_of_ishraqa_ends_with_its_registration_and_the_ceiling_speaks(
    browser: Browser, tmp_path: Path
) -> None:
    """There is no service there, so nothing offers to record one; elsewhere nobody decides for thirty days."""
    async with town(tmp_path, browser) as place:
        await Guest(place.house.household, name="kafl").submit()
        who = await place.guest("ishraqa")
        officer = await place.officer("ishraqa", "منال القحطاني", Role.RELATIONS)
        member = await place.officer("ishraqa", "أمل السبيعي", Role.COMMITTEE)
        await who.play(*HIND)
        case, floor = (await place.case("ishraqa"))["case"], (await place.case("ishraqa"))["floor_at"]
        await judge(officer, case, "full_name.")
        await done(officer, case, "committee", "committee")
        await place.wait(days=3)
        await voted(member, case)
        await stands(place, case, "decided")
        before = await who.page.locator(SAID).count()
        await place.at(floor + timedelta(minutes=1))
        await expect(who.page.locator(SAID)).to_have_count(before + 1)
        await expect(who.options.last).to_contain_text("الاطلاع على الطلب")
        await stands(place, case, "accepted")
        await officer.sign_in()
        await done(officer, case, "register", "registered")
        await officer.go(f"requests/{case}")
        await expect(officer.page.locator("form[action$='/close']")).to_have_count(1)
        await expect(officer.page.locator("form[action$='/serve']")).to_have_count(0)
        assert await told(place, "kafl", "وستأخذ وقتًا أطول") == []
        late = await place.case("kafl")
        await place.at(late["ceiling_at"] + timedelta(hours=20))
        assert late["ceiling_at"] - late["accepted_at"] >= 30 * DAY
        assert len(await told(place, "kafl", "وستأخذ وقتًا أطول")) == 1
        (task,) = await place.rows("tasks", "kafl")
        assert task["case"] == late["case"]
