"""kill -9 between the vendor's answer and our commit: one message at the person's end, or one listed unknown."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.served import Served, served
from tests.vendors.twilio_signing import SID, TOKEN, signed_post
from tests.vendors.twilio_stub import SMS_FROM, WHATSAPP_FROM, Stub, Trouble, serving

PERSONS = {"whatsapp": "whatsapp:+966501234567", "sms": "+447700900123"}
GREETING, MENU, NOTICE = "السلام عليكم ورحمة الله", "كيف نخدمكم اليوم", "1. موافقة ومتابعة"


def environment(stub: Stub) -> dict[str, str]:
    """Settings of a house whose association qurainah has both lines."""
    account = "WASL_ORG__QURAINAH__TWILIO_"
    return {
        "WASL_TWILIO_API_URL": stub.url,
        f"{account}ACCOUNT_SID": SID,
        f"{account}AUTH_TOKEN": TOKEN,
        f"{account}WHATSAPP_FROM": WHATSAPP_FROM.removeprefix("whatsapp:"),
        f"{account}SMS_FROM": SMS_FROM,
    }


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with serving() as opened:
        yield opened


async def tell(stub: Stub, house: Served, line: str, text: str) -> int:
    """The person writes, and the vendor tells the house."""
    message = stub.written(PERSONS[line], text)
    status, _, _ = await signed_post(f"{house.origin}/webhooks/qurainah/twilio", stub.fields(message))
    return status


async def answered(stub: Stub, words: str) -> None:
    await stub.until(lambda: any(words in m.form.get("Body", "") for m in stub.sent))


def came(stub: Stub) -> list[str]:
    """Which of the known messages reached the vendor, in order; nothing reached it twice."""
    bodies = [m.form.get("Body", "") for m in stub.sent]
    assert len(bodies) == len(set(bodies))
    return [word for body in bodies for word in (GREETING, MENU, NOTICE) if word in body]


@pytest.mark.parametrize("line", list(PERSONS))
async def test_a_message_that_was_taken_is_not_sent_again_after_a_kill(tmp_path: Path, stub: Stub, line: str) -> None:
    held = asyncio.Event()
    stub.troubles.append(Trouble(cut="after", wait=held))
    async with served(tmp_path, **environment(stub)) as house:
        assert await tell(stub, house, line, "السلام عليكم") == 200
        await answered(stub, GREETING)
        await house.kill()
        held.set()
        await house.start()
        assert await stub.tell(stub.sent[0], "delivered") == 200, "the receipt names our row, and settles it"
        await answered(stub, MENU)
        assert await tell(stub, house, line, "1") == 200
        await answered(stub, NOTICE)
    assert came(stub) == [GREETING, MENU, NOTICE]


async def test_what_was_accepted_and_not_yet_sent_goes_out_after_a_kill(tmp_path: Path, stub: Stub) -> None:
    line = "whatsapp"
    stub.receipts = ("sent",)
    async with served(tmp_path, **environment(stub)) as house:
        assert await tell(stub, house, line, "السلام عليكم") == 200
        await answered(stub, MENU)
        await stub.settled()
        assert await tell(stub, house, line, "1") == 200
        await house.kill()
        await house.start()
        # What was in the air when the house died is settled by its receipt; what was not goes out now.
        for message in stub.sent:
            assert await stub.tell(message, "delivered") == 200
        await answered(stub, NOTICE)
    assert came(stub) == [GREETING, MENU, NOTICE]
