"""A whole request by Telegram: the real house, the vendor's stand-in, and a person who writes, taps and sends a photo."""

import io
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from pydantic import SecretStr

from bot.settings import OrganisationSettings, Settings
from bot.wiring import House
from tests.clocks import RunningClock
from tests.real_house import furnished, open_house, page, say, settings
from tests.vendors.telegram_person import Person
from tests.vendors.telegram_stub import SECRET, TelegramStub, Trouble
from tests.web_house import hello

LINK = re.compile(r"#k=([A-Za-z0-9_-]{43})")
BETWEEN = timedelta(seconds=5)  # a person takes time; the pace of a chat is a message a second
# What the person does, and words of what they are answered with.
OPENING = [
    ("/start request", "إشعار الخصوصية كاملًا"),
    ("tap موافقة ومتابعة", "لمن هذا الطلب"),
    ("tap لنفسي", "ما الاسم الكامل"),
    ("سعد بن ناصر الحربي", "رقم الهوية الوطنية"),
    ("١٠٤٥٨٢٧٣٦٥", "ما تاريخ الميلاد"),
    ("١٥ رمضان ١٤١٠", "ما رقم الجوال"),
    ("contact 966550001734", "في أي مدينة"),
    ("القرينة", "ما أنسب طريقة"),
    ("tap تيليجرام", "هل هذه الطريقة آمنة"),
    ("tap نعم", "ما نوع الدعم"),
    ("tap إعانة على الدراسة", "كم عدد أفراد الأسرة"),
    ("5", "ما مصادر دخل الأسرة"),
    ("1 و 3", "كم يبلغ دخل الأسرة"),
    ("٣٬٥٠٠ ريال", "كم مجموع الديون"),
    ("0", "الآيبان"),
    ("SA03 8000 0000 6080 1016 7519", "نصل إلى الأوراق"),
]
CLOSING = [
    ("tap التالي", "مراجعة الإجابات"),
    ("tap الإجابات صحيحة", "نحفظ نص الإقرار"),
    ("tap أقر بصحة البيانات وأتحمل مسؤوليتها", "رقم الطلب"),
]


@dataclass
class Street:
    """The vendor, the house and a person, and the clock over them."""

    stub: TelegramStub
    house: House
    clock: RunningClock
    person: Person
    port: int
    name: str

    async def act(self, line: str, awaited: str) -> None:
        """The person acts, and the house answers with these words."""
        seen = len(self.person.read)
        self.clock.move(BETWEEN)
        word, _, rest = line.partition(" ")
        if word == "tap":
            self.person.tap(rest)
        elif word == "contact":
            self.person.send(contact={"phone_number": rest, "first_name": "سعد", "user_id": self.person.id})
        else:
            self.person.say(line)
        await self.answered(awaited, seen)

    async def answered(self, awaited: str, seen: int = 0) -> None:
        """The house has sent these words since then."""
        if self.stub.webhook:
            assert set(await self.stub.deliver()) <= {200}
        await self.stub.until(lambda: any(awaited in message["text"] for message in self.person.read[seen:]))

    async def heard(self, update: dict[str, object]) -> None:
        """The house has committed this update, and polls for the next."""
        last = int(str(update["update_id"])) + 1
        await self.stub.until(lambda: self.stub.taken("getUpdates")[-1].get("offset") == last)

    async def play(self, script: list[tuple[str, str]]) -> None:
        for line, awaited in script:
            await self.act(line, awaited)

    async def rows(self, table: str) -> list[dict[str, object]]:
        """All rows of a table."""
        async with self.house.household.memory.reading() as unit:
            return await unit.select(table, {"organisation": self.name})


def accounts(stub: TelegramStub, secret: str | None, name: str) -> Callable[[Path, int], Settings]:
    """Settings of a house whose association has a bot."""
    hidden = SecretStr(secret) if secret else None
    account = OrganisationSettings(telegram_token=SecretStr(stub.token), telegram_webhook_secret=hidden)

    def of(folder: Path, port: int) -> Settings:
        given = {"telegram_api_url": stub.url, "org": {name: account}}
        return settings(folder, port).model_copy(update=given)

    return of


@asynccontextmanager
async def opened(folder: Path, secret: str | None, name: str = "qurainah") -> AsyncIterator[Street]:
    """The house of this folder on the vendor's street, ready to hear."""
    clock = RunningClock()
    async with TelegramStub(clock=lambda: clock().timestamp()) as stub:
        async with open_house(folder, clock, accounts(stub, secret, name)) as (house, port):
            await stub.until(lambda: bool(stub.webhook or stub.taken("getUpdates")))
            yield Street(stub, house, clock, Person(stub), port, name)
        assert stub.faults == []


def photo() -> bytes:
    """A picture of a paper."""
    held = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(held, "JPEG")
    return held.getvalue()


@pytest.mark.parametrize("secret", [None, SECRET], ids=["polling", "webhook"])
async def test_a_whole_request_by_text_taps_and_a_photo(tmp_path: Path, secret: str | None) -> None:
    async with opened(await furnished(tmp_path), secret) as street:
        await street.play(OPENING)
        street.clock.move(BETWEEN)
        seen = len(street.person.read)
        street.person.photo(photo())
        await street.answered("وصلت صفحة واحدة", seen)
        await street.play(CLOSING)
        (case,) = await street.rows("cases")
        assert case["state"] == "submitted"
        assert str(case["reference"]) in street.person.read[-1]["text"].replace(" ", "")
        await street.stub.until(lambda: not street.stub.taps)  # every tap is answered
        await street.stub.until(lambda: bool(street.stub.documents))
        ((name, data),) = street.stub.documents
        assert name.endswith(f"-{case['reference']}.pdf") and data.startswith(b"%PDF-")


async def test_an_album_of_ten_is_answered_once_and_an_edit_of_an_earlier_answer_moves_nothing(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street:
        await street.play(OPENING[:4])
        seen = len(street.person.read)
        street.clock.move(BETWEEN)
        street.person.edit(text="سعد بن ناصر القحطاني")
        await street.stub.until(lambda: len(street.person.read) > seen)
        await street.play(OPENING[4:])
        seen = len(street.person.read)
        street.clock.move(BETWEEN)
        for _ in range(10):
            street.person.photo(photo(), group="13378812349911")
        await street.answered("صفحات", seen)
        await street.play(CLOSING[:1])
        assert len(street.person.read) == seen + 2, "ten photos have one answer"
        assert {row["state"] for row in await street.rows("files")} == {"ready"}
        assert len(await street.rows("files")) == 10


async def test_sensitive_questions_of_labas_are_answered_in_web_chat_and_the_form_comes_back(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None, "labas") as street:
        await street.play(OPENING[:10])
        await street.play([("tap دواء", "مستشفى القنفذة العام"), ("مستشفى القنفذة العام", "#k=")])
        found = LINK.search(street.person.read[-1]["text"])
        assert found is not None
        seen = len(street.person.read)
        async with page(street.port, "labas") as line:
            await hello(line, await redeemed(street, found[1]))
            for text in ("سكري منذ عشر سنوات، وضعف في النظر", "لاحقا", "لاحقا"):
                await say(line, text)
        await street.answered("مراجعة الإجابات", seen)
        told = "\n".join(message["text"] for message in street.person.read)
        assert "سكري منذ عشر سنوات، وضعف في النظر" not in told, "what was said in private is not shown here"
        await street.play(CLOSING[1:])


async def redeemed(street: Street, token: str) -> str:
    """What the page gets for the link's token."""
    address = f"http://localhost:{street.port}"
    async with (
        aiohttp.ClientSession(headers={"Origin": address}) as session,
        session.post(f"{address}/chat/{street.name}/link", json={"token": token}) as answer,
    ):
        assert answer.status == 200
        return str((await answer.json())["token"])


async def test_the_menu_of_commands_speaks_the_associations_languages(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street:
        shown = {code: [one["command"] for one in menu] for code, menu in street.stub.commands.items()}
        assert shown == {code: ["menu", "status", "human", "language", "help", "stop"] for code in ("", "ar", "en")}
        assert street.stub.commands[""] == street.stub.commands["ar"]
        assert street.stub.commands["ar"][2]["description"] == "الحديث مع موظف"


async def test_a_429_is_waited_for(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street:
        street.stub.trouble("sendMessage", Trouble(429, retry_after=1))
        street.person.start("request")
        await street.answered("إشعار الخصوصية كاملًا")
        first, second = [call.at for call in street.stub.calls if call.method == "sendMessage"][:2]
        assert second - first >= 1.0  # and no longer than told, as test_delivery shows by a clock of its own
        texts = [message["text"] for message in street.person.read]
        assert len(texts) == len(set(texts))


async def test_an_update_that_is_delivered_twice_has_one_effect(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), SECRET) as street:
        update = street.person.start("request")
        await street.answered("إشعار الخصوصية كاملًا")
        said = len(await street.rows("messages"))
        street.stub.queue.waiting.append(update)
        assert await street.stub.deliver() == [200]
        assert len(await street.rows("messages")) == said


async def test_a_webhook_call_without_its_secret_changes_nothing(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), SECRET) as street:
        street.person.start("request")
        assert await street.stub.deliver(secret=SECRET[:-1]) == [403]
        assert await street.rows("messages") == []


async def test_an_old_button_is_told_to_be_closed_and_changes_nothing(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street:
        await street.play(OPENING[:3])
        old = street.person.data("موافقة ومتابعة")
        seen = len(street.person.read)
        street.person.press(old)
        await street.stub.until(lambda: len(street.person.read) > seen and not street.stub.taps)
        assert "ما الاسم الكامل" in street.person.read[-1]["text"]


async def test_who_blocks_the_bot_hears_nothing_and_goes_on_when_they_come_back(tmp_path: Path) -> None:
    async with opened(await furnished(tmp_path), None) as street:
        await street.play(OPENING[:3])
        await street.heard(street.person.block())
        (address,) = await street.rows("addresses")
        assert address["stopped_at"] is not None
        street.person.unblock()
        await street.act(*OPENING[3])
        (address,) = await street.rows("addresses")
        assert address["stopped_at"] is None
