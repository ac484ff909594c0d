"""A house whose association qurainah has WhatsApp and SMS, Twilio's stand-in beside it, and a person who writes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.lines import PACES
from bot.settings import OrganisationSettings, Settings
from bot.wiring import House
from services.outlets import Pace
from tests.clocks import RunningClock
from tests.patience import STUCK_S
from tests.real_house import furnished, open_house, settings
from tests.vendors.twilio_signing import SID, TOKEN, signed_post
from tests.vendors.twilio_stub import SMS_FROM, WHATSAPP_FROM, Message, Stub, serving

PERSONS = {"whatsapp": "whatsapp:+966501234567", "sms": "+447700900123"}
OPENING = [
    ("السلام عليكم", "كيف نخدمكم اليوم"),
    ("1", "1. موافقة ومتابعة"),
    ("1", "لمن هذا الطلب"),
    ("لنفسي", "ما الاسم الكامل"),
    ("سعد بن ناصر الحربي", "رقم الهوية الوطنية"),
    ("١٠٤٥٨٢٧٣٦٥", "ما تاريخ الميلاد"),
    ("١٥ رمضان ١٤١٠", "ما رقم الجوال"),
    ("٠٥٥٠٠٠١٧٣٤", "في أي مدينة"),
    ("القرينة", "ما أنسب طريقة"),
    ("1", "هل هذه الطريقة آمنة"),
    ("نعم", "ما نوع الدعم"),
    ("4", "كم عدد أفراد الأسرة"),
    ("5", "ما مصادر دخل الأسرة"),
    ("1 و 3", "كم يبلغ دخل الأسرة"),
    ("٣٬٥٠٠ ريال", "كم مجموع الديون"),
    ("0", "الآيبان"),
    ("SA03 8000 0000 6080 1016 7519", "نصل إلى الأوراق"),
]
CLOSING = [("صحيح", "أقر بصحة البيانات"), ("أقر وأوافق", "رقم الطلب")]


@dataclass
class Street:
    """The vendor and the house, and the way between them."""

    stub: Stub
    house: House
    clock: RunningClock
    port: int

    @property
    def hook(self) -> str:
        """The public address of the webhook."""
        return f"http://localhost:{self.port}/webhooks/qurainah/twilio"

    async def tell(self, message: Message, **more: str) -> int:
        """The vendor tells the house of a message: the status of the answer."""
        status, _, _ = await signed_post(self.hook, self.stub.fields(message, **more))
        return status

    async def says(self, line: str, text: str, awaited: str, media: tuple[str, ...] = ()) -> None:
        """The person writes, and the house answers with these words."""
        seen = len(self.stub.sent)
        assert await self.tell(self.stub.written(PERSONS[line], text, media=media)) == 200
        await self.answered(awaited, seen)

    async def answered(self, awaited: str, seen: int = 0) -> None:
        """The house has sent these words since then."""
        await self.stub.until(lambda: any(awaited in m.form.get("Body", "") for m in self.stub.sent[seen:]))

    async def play(self, line: str, script: Sequence[tuple[str, str]]) -> None:
        for text, awaited in script:
            await self.says(line, text, awaited)

    async def rows(self, table: str) -> list[dict[str, object]]:
        """All rows of a table."""
        async with self.house.household.memory.reading() as unit:
            return await unit.select(table, {"organisation": "qurainah"})

    async def first_row(self, holds: Callable[[dict[str, object]], bool]) -> dict[str, object]:
        """The first row of the outbox, once that holds of it."""
        async with asyncio.timeout(STUCK_S):
            while True:
                rows = sorted(await self.rows("outbox"), key=lambda row: (row["number"], row["attempt"]))
                if rows and holds(rows[0]):
                    return rows[0]


def accounts(stub: Stub) -> Callable[[Path, int], Settings]:
    """Settings of a house whose association qurainah has both lines."""
    account = OrganisationSettings(
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_whatsapp_from=WHATSAPP_FROM.removeprefix("whatsapp:"),
        twilio_sms_from=SMS_FROM,
    )

    def of(folder: Path, port: int) -> Settings:
        given = {"twilio_api_url": stub.url, "org": {"qurainah": account}}
        return settings(folder, port).model_copy(update=given)

    return of


@asynccontextmanager
async def opened(folder: Path, stub: Stub, clock: RunningClock) -> AsyncIterator[Street]:
    """The house of this folder on the vendor's street."""
    stub.now = clock
    async with open_house(folder, clock, accounts(stub)) as (house, port):
        yield Street(stub, house, clock, port)


def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor's pace is tried elsewhere."""
    for line in PERSONS:
        monkeypatch.setitem(PACES, line, Pace(per_second=1_000, to_one=1_000, at_once=1_000))


@asynccontextmanager
async def built(folder: Path, *receipts: str) -> AsyncIterator[Street]:
    """A street with a new house; the vendor posts these receipts of each message."""
    await furnished(folder)
    async with serving() as stub:
        stub.receipts = receipts
        async with opened(folder, stub, RunningClock()) as street:
            yield street
