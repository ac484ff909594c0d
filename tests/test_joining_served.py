"""One request over two channels of the real house: begun on the page, continued in Telegram, finished on the page."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from websockets.asyncio.client import ClientConnection

from tests.real_house import furnished, page
from tests.test_whole_request_telegram import BETWEEN, OPENING, Street, opened
from tests.web_house import Frame, closing, hear, hello, send

CODE = re.compile(r"\d{4} \d{4}")


@dataclass
class Page:
    """The page as the person reads it."""

    line: ClientConnection
    read: list[Frame] = field(default_factory=list)

    async def until(self, awaited: str) -> Frame:
        """Read on until these words."""
        while not (self.read and awaited in self.read[-1]["text"]):
            self.read.append(await hear(self.line, "message"))
        return self.read[-1]

    async def act(self, text: str, awaited: str, choice: str = "") -> Frame:
        """Write, or tap the newest option of this label, and read the answer."""
        said: dict[str, str] = {"text": text}
        if choice:
            said = {"choice": next(o["id"] for o in self.read[-1]["options"] if o["label"] == choice)}
        self.read.append({"text": "", "options": []})
        await send(self.line, "message", id=str(uuid4()), **said)
        return await self.until(awaited)


async def begun(street: Street, line: ClientConnection) -> Page:
    """A request that has its first two answers, on the page."""
    await hello(line, start="request")
    held = Page(line)
    await held.until("إشعار الخصوصية كاملًا")
    await held.act("", "لمن هذا الطلب", "موافقة ومتابعة")
    await held.act("", "ما الاسم الكامل", "لنفسي")
    await held.act("سعد بن ناصر الحربي", "رقم الهوية الوطنية")
    street.clock.move(BETWEEN)
    return held


async def test_begun_on_the_page_continued_in_telegram_finished_on_the_page(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street, page(street.port, "qurainah") as line:
        held = await begun(street, line)
        code = CODE.findall((await held.act("ربط", "رمز الربط"))["text"])[0]
        await street.act(f"ربط {code}", "رقم الهوية الوطنية")
        await held.until("تيليجرام")
        await street.play(OPENING[4:10])
        await held.act("إكمال", "ما نوع الدعم")
        for text, awaited in OPENING[10:]:
            await held.act(text.removeprefix("tap "), awaited)
        await held.act("لاحقا", "مراجعة الإجابات")
        await held.act("نعم", "نحفظ نص الإقرار")
        await held.act("أقر وأوافق", "رقم الطلب")
        (case,) = await street.rows("cases")
        assert case["state"] == "submitted"
        given = {row["field"]: row for row in await street.rows("answers")}
        assert given["full_name"]["value"] == "سعد بن ناصر الحربي"
        assert given["city"]["typed"] == "القرينة", "what was written in Telegram"
        assert await street.house.household.evidence.check("qurainah", str(case["case"])) == []
        assert await street.house.household.evidence.seal("qurainah")
        assert await street.house.household.evidence.verify("qurainah") == []


async def test_a_page_that_is_joined_begins_anew_with_a_new_token_and_what_follows(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street:
        await street.play(OPENING[:4])
        street.clock.move(BETWEEN)
        await street.act("ربط", "رمز الربط")
        code = CODE.findall(street.person.read[-1]["text"])[0]
        async with page(street.port, "qurainah") as line:
            old = (await hello(line))["token"]
            await send(line, "message", id=str(uuid4()), text=f"ربط {code}")
            await hear(line, "ack")
            fresh = await hear(line, "token")
            assert fresh["again"] is True and fresh["token"] != old
            assert await closing(line) == 1012
        async with page(street.port, "qurainah") as line:
            await hello(line, fresh["token"], last=0, mine=True)
            held = Page(line)
            told = await held.until("رقم الهوية الوطنية")
            assert "رُبطت هذه القناة" in told["text"], "and nothing of what was said in Telegram before"
            await held.act("١٠٤٥٨٢٧٣٦٥", "ما تاريخ الميلاد")


@pytest.mark.parametrize("first", ["page", "telegram"])
async def test_of_two_devices_the_first_answer_stands_and_the_other_may_change_it(tmp_path: Path, first: str) -> None:
    async with opened(await furnished(tmp_path), None) as street, page(street.port, "qurainah") as line:
        held = await begun(street, line)
        code = CODE.findall((await held.act("ربط", "رمز الربط"))["text"])[0]
        await street.act(f"ربط {code}", "رقم الهوية الوطنية")
        if first == "telegram":
            await street.act("١٠٤٥٨٢٧٣٦٥", "ما تاريخ الميلاد")
            await held.act("1012345672", "سبق أن أُجيب")
            assert "1045827365" in held.read[-1]["text"]
            await held.act("", "رقم الهوية الوطنية", "تغيير الإجابة")
            await held.act("1012345672", "ما تاريخ الميلاد")
        else:
            await held.act("إكمال", "رقم الهوية الوطنية")
            await held.act("1012345672", "ما تاريخ الميلاد")
            await street.act("١٠٤٥٨٢٧٣٦٥", "سبق أن أُجيب")
        given = {row["field"]: row["value"] for row in await street.rows("answers")}
        assert given["national_id"] == "1012345672"
        assert "birth_date" not in given


async def test_of_two_pages_the_first_tap_stands_and_the_other_may_change_it(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street, page(street.port, "qurainah") as line:
        token = (await hello(line, start="request"))["token"]
        one = Page(line)
        await one.until("إشعار الخصوصية كاملًا")
        await one.act("", "لمن هذا الطلب", "موافقة ومتابعة")
        stale = {o["label"]: o["id"] for o in one.read[-1]["options"]}
        async with page(street.port, "qurainah") as second:
            await hello(second, token, last=one.read[-1]["seq"])
            await one.act("", "ما الاسم الكامل", "لنفسي")
            two = Page(second)
            await two.until("ما الاسم الكامل")
            await send(second, "message", id=str(uuid4()), choice=stale["لأحد أفراد أسرتي"])
            told = await two.until("سبق أن أُجيب")
            assert "تغيير الإجابة" in {o["label"] for o in told["options"]}
        given = {row["field"]: row["value"] for row in await street.rows("answers")}
        assert given == {"who": "self"}
