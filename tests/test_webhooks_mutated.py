"""Both vendors' doors from the street: odd calls are refused with the right status, and nothing makes the house fail."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.app import create_app
from bot.settings import OrganisationSettings, Settings
from bot.wiring import House, build
from handlers.twilio import signature
from services.reception import Busy
from tests.real_house import furnished, settings
from tests.test_twilio_mutations import mutated
from tests.vendors.telegram_stub import SECRET
from tests.vendors.telegram_stub import TOKEN as BOT
from tests.vendors.twilio_signing import FORM, SID, TOKEN, sign

HOUSE = "qurainah"
MANY = 1_500
GOOD = {"MessageSid": "SM1", "From": "whatsapp:+966501234567", "Body": "السلام عليكم", "AccountSid": SID}
PERSON = {"id": 77, "is_bot": False, "first_name": "سعاد"}
MESSAGE = {"message_id": 5, "date": 1_790_000_000, "chat": {"id": 77, "type": "private"}, "from": PERSON, "text": "1"}
UPDATE = json.dumps({"update_id": 9, "message": MESSAGE}).encode()


def accounts(folder: Path) -> Settings:
    """A house with every line, at vendors that nobody answers for."""
    account = OrganisationSettings(
        telegram_token=SecretStr(BOT),
        telegram_webhook_secret=SecretStr(SECRET),
        twilio_account_sid=SID,
        twilio_auth_token=SecretStr(TOKEN),
        twilio_whatsapp_from="+966110000001",
        twilio_sms_from="+966110000001",
    )
    nowhere = {"twilio_api_url": "http://127.0.0.1:9", "telegram_api_url": "http://127.0.0.1:9"}
    return settings(folder).model_copy(update={**nowhere, "organisations": (HOUSE, "labas"), "org": {HOUSE: account}})


class Street:
    """The house's application, called without a socket."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.app: Starlette = create_app(house.site)

    async def post(self, path: str, body: bytes, headers: dict[str, str], chunks: int = 1) -> tuple[int, bytes]:
        """Post a body in so many chunks: status and answer."""
        size = max(1, -(-len(body) // chunks))
        waiting = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        told: dict[str, Any] = {"body": b""}

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

        async def send(message: dict[str, Any]) -> None:
            told.update(status=message.get("status", told.get("status")))
            told["body"] += message.get("body", b"")

        where, _, query = path.partition("?")
        raw = [(name.encode(), value.encode("utf-8")) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "path": where, "raw_path": where.encode(), "http_version": "1.1"}
        more = {"query_string": query.encode(), "headers": raw, "scheme": "http", "client": ("127.0.0.1", 1)}
        await self.app({**scope, **more, "server": ("evil.example", 80)}, receive, send)  # type: ignore[arg-type]
        return int(told["status"]), told["body"]

    async def twilio(self, fields: dict[str, str], path: str = "", **more: str) -> tuple[int, bytes]:
        """A signed call of Twilio."""
        url = f"/webhooks/{HOUSE}/twilio{path}"
        signed = {"content-type": FORM, "x-twilio-signature": sign(f"http://localhost:8000{url}", list(fields.items()))}
        return await self.post(url, urlencode(fields).encode(), {**signed, **more})

    async def telegram(self, body: bytes, **more: str) -> tuple[int, bytes]:
        """A call of Telegram."""
        good = {"content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET}
        return await self.post(
            f"/webhooks/{HOUSE}/telegram", body, good | {k.replace("_", "-"): v for k, v in more.items()}
        )

    async def heard(self) -> int:
        """How many messages were committed."""
        async with self.house.household.memory.reading() as unit:
            return len(await unit.select("inbox", {"organisation": HOUSE}))


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    house = await build(accounts(await furnished(tmp_path)))
    yield Street(house)
    await house.household.reception.close()
    await house.post.close()
    await house.household.workshop.close()
    await house.household.memory.close()


async def test_a_good_call_is_answered_after_its_commit_and_a_repeat_has_no_effect(street: Street) -> None:
    for _ in range(2):
        status, body = await street.twilio(GOOD)
        assert (status, b"<Response>" in body) == (200, True)
        assert (await street.telegram(UPDATE))[0] == 200
        assert await street.heard() == 2


async def test_the_public_address_comes_from_settings_and_never_from_headers(street: Street) -> None:
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    assert (await street.twilio(GOOD, **forged))[0] == 200
    url = f"/webhooks/{HOUSE}/twilio"
    signed = {"content-type": FORM, "x-twilio-signature": sign(f"https://evil.example{url}", list(GOOD.items()))}
    assert (await street.post(url, urlencode(GOOD).encode(), {**signed, **forged}))[0] == 403


@pytest.mark.parametrize("chunks", [1, 40])
async def test_a_body_above_a_megabyte_is_refused_before_it_is_read(street: Street, chunks: int) -> None:
    body = b"a" * 1_000_001
    for vendor in ("twilio", "telegram"):
        path = f"/webhooks/{HOUSE}/{vendor}"
        assert (await street.post(path, body, {}, chunks))[0] == 413
        assert (await street.post(path, b"", {"content-length": "1000001"}))[0] == 413
        assert (await street.post(path, b"", {"content-length": "9" * 400}))[0] == 413
        assert (await street.post(path, b"", {"content-length": "x"}))[0] == 403


async def test_an_association_without_an_account_has_no_such_door(street: Street) -> None:
    for path in ("labas/twilio", "labas/telegram", "nobody/twilio", "labas/twilio/status/abc"):
        assert (await street.post(f"/webhooks/{path}", b"", {}))[0] == 404


async def test_where_the_house_cannot_commit_now_the_vendor_comes_again(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (Busy(), RuntimeError("disk")):

        async def full(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(street.house.household.reception, "receive", full)
        assert (await street.twilio(GOOD))[0] == 503
        assert (await street.telegram(UPDATE))[0] == 503
    monkeypatch.undo()
    assert await street.heard() == 0
    assert (await street.twilio(GOOD))[0] == 200


async def test_a_receipt_comes_in_by_its_own_address(street: Street) -> None:
    told = {"MessageSid": "SM9", "MessageStatus": "delivered", "AccountSid": SID}
    assert (await street.twilio(told, "/status/" + "t" * 43))[0] == 200
    async with street.house.household.memory.reading() as unit:
        (stray,) = await unit.select("strays", {"organisation": HOUSE})
    assert stray["state"] == "delivered"


def changed(body: bytes, chance: random.Random) -> bytes:
    """The body with a few bytes changed, cut out or doubled."""
    held = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(held) + 1)
        match chance.randrange(3):
            case 0:
                held[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del held[at : at + chance.randrange(20)]
            case _:
                held[at:at] = held[at : at + chance.randrange(40)]
    return bytes(held)


async def test_changed_calls_of_both_vendors_are_taken_or_refused_and_nothing_else(street: Street) -> None:
    chance = random.Random(4)  # noqa: S311
    url = f"http://localhost:8000/webhooks/{HOUSE}/twilio"
    told: Counter[int] = Counter()

    async def one(number: int) -> int:
        if number % 2:
            return (await street.telegram(changed(UPDATE, chance)))[0]
        body = mutated(chance)
        signed = signature._sign(TOKEN, url.encode() + signature._sorted(body)).decode()
        headers = {"content-type": FORM, "x-twilio-signature": signed}
        return (await street.post(f"/webhooks/{HOUSE}/twilio", body, headers))[0]

    for start in range(0, MANY, 50):
        told.update(await asyncio.gather(*(one(n) for n in range(start, start + 50))))
    assert set(told) <= {200, 400, 403, 413, 415}, told
    assert min(told[200], told[400]) > MANY // 20, told
