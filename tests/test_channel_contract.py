"""What every channel owes: one contract, held by each line against the stand-in of its vendor."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from conversations.channels import Call, CallRefused, Channel, Parcel, SendFailed
from conversations.events import Media, MediaKind
from conversations.failures import CONSEQUENCES, Failure, Then
from conversations.messages import Words
from handlers import ways
from handlers.telegram import Telegram
from handlers.twilio import TwilioLine, lines
from tests.vendors import telegram_stub, twilio_stub
from tests.vendors.telegram_person import Person
from tests.vendors.twilio_cases import account

LINES = ("telegram", "whatsapp", "sms")
NOW = datetime(2026, 9, 1, tzinfo=UTC)
ASK = Words("لمن الطلب؟", options=({"id": "3-self", "label": "لي", "number": "1"}, {"id": "3-kin", "label": "لقريب"}))


@dataclass(frozen=True)
class Vendor:
    """A line, somebody on it, what the vendor took from us, and how to make its next call fail."""

    channel: Channel
    to: str
    texts: Callable[[], list[str]]
    fail: Callable[[int, str], None]


@asynccontextmanager
async def telegram(_: str) -> AsyncIterator[Vendor]:
    async with telegram_stub.TelegramStub() as stub:
        channel = Telegram("labas", stub.token, telegram_stub.SECRET, stub.url)

        def fail(status: int, cut: str) -> None:
            stub.trouble("sendMessage", telegram_stub.Trouble(status or 200, cut=cut))

        yield Vendor(channel, str(Person(stub).id), lambda: [message["text"] for message in stub.sent], fail)
        await channel.close()
        assert stub.faults == []


@asynccontextmanager
async def twilio(line: str) -> AsyncIterator[Vendor]:
    async with twilio_stub.serving() as stub:
        stub.calls_back = False
        channel = lines(account(stub.url), twilio_stub.WHATSAPP_FROM, twilio_stub.SMS_FROM)[line]

        def fail(status: int, cut: str) -> None:
            stub.troubles.append(twilio_stub.Trouble(status, cut=cut))

        to = "whatsapp:+966501234567" if line == "whatsapp" else "+447700900123"
        yield Vendor(channel, to, lambda: [message.form["Body"] for message in stub.sent], fail)
        await channel.close()


VENDORS = {"telegram": telegram, "whatsapp": twilio, "sms": twilio}


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def failure(vendor: Vendor) -> Failure:
    with pytest.raises(SendFailed) as raised:
        await vendor.channel.send(Parcel(vendor.to, "رسالة", token="t-1"))
    assert raised.value.__cause__ is None
    return raised.value.failure


@pytest.mark.parametrize("line", LINES)
async def test_a_line_is_known_by_its_name_and_what_it_carries(line: str) -> None:
    async with VENDORS[line](line) as vendor:
        assert vendor.channel.line == line
        assert vendor.channel.capabilities == ways()[line]


@pytest.mark.parametrize("line", LINES)
async def test_nothing_of_a_message_is_lost_on_the_way(line: str) -> None:
    words = replace(ASK, text="كلمة طويلة نوعا ما\n" * 400 + "لمن الطلب؟")
    async with VENDORS[line](line) as vendor:
        parcels = vendor.channel.parcels(vendor.to, words, "t-1")
        for parcel in parcels:
            await vendor.channel.send(parcel)
        shown = "\n".join(vendor.texts()) + "".join(label for parcel in parcels for _, label in parcel.buttons)
    assert [parcel.text for parcel in parcels] == vendor.texts()
    assert all(parcel.to == vendor.to and parcel.token == "t-1" for parcel in parcels)
    assert shown.count("كلمة طويلة") == 400 and all(label in shown for label in ("لمن الطلب؟", "لي", "لقريب"))


@pytest.mark.parametrize("line", LINES)
async def test_what_was_taken_has_the_vendors_id(line: str) -> None:
    async with VENDORS[line](line) as vendor:
        sent = [await vendor.channel.send(Parcel(vendor.to, "رسالة", token=f"t-{n}")) for n in range(2)]
    assert sent[0].vendor_id and sent[0].vendor_id != sent[1].vendor_id


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize("line", LINES)
async def test_a_call_that_was_cut_is_unknown_and_never_made_again_by_itself(line: str, cut: str) -> None:
    async with VENDORS[line](line) as vendor:
        vendor.fail(0, cut)
        assert await failure(vendor) is Failure.UNKNOWN
        assert len(vendor.texts()) == (cut == "after")
    assert CONSEQUENCES[Failure.UNKNOWN].then is Then.HOLD


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("line", LINES)
async def test_a_busy_vendor_is_asked_again_later(line: str, status: int) -> None:
    async with VENDORS[line](line) as vendor:
        vendor.fail(status, "")
        assert await failure(vendor) is Failure.BUSY
        assert (await vendor.channel.send(Parcel(vendor.to, "رسالة", token="t-2"))).vendor_id


@pytest.mark.parametrize("line", LINES)
async def test_a_vendor_that_cannot_be_reached_took_nothing(line: str) -> None:
    if line == "telegram":
        channel: Telegram | TwilioLine = Telegram("labas", telegram_stub.TOKEN, None, nobody())
    else:
        channel = lines(account(nobody()), twilio_stub.WHATSAPP_FROM, twilio_stub.SMS_FROM)[line]
    try:
        with pytest.raises(SendFailed) as raised:
            await channel.send(Parcel("7", "رسالة"))
    finally:
        await channel.close()
    assert raised.value.failure is Failure.BUSY


@pytest.mark.parametrize("line", LINES)
async def test_what_nobody_knows_of_is_not_found(line: str) -> None:
    async with VENDORS[line](line) as vendor:
        assert await vendor.channel.look_up(Parcel(vendor.to, "لم تُرسل", token="t-1"), NOW) is None


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff" * 10, b"a=1&a=1", b"[" * 100_000])
@pytest.mark.parametrize("line", LINES)
async def test_a_call_of_a_stranger_is_refused_before_it_is_read(line: str, body: bytes) -> None:
    async with VENDORS[line](line) as vendor:
        for headers in ({}, {"x-twilio-signature": "سر", "x-telegram-bot-api-secret-token": "سر"}):
            with pytest.raises(CallRefused) as refused:
                vendor.channel.authentic(Call("https://wasl.example.org/webhooks/labas", headers, body))
            assert refused.value.status == 403


@pytest.mark.parametrize("ref", ["https://example.org/x", "http://169.254.169.254/latest", "../../etc/hostname", ""])
@pytest.mark.parametrize("line", LINES)
async def test_a_file_that_lies_elsewhere_is_not_fetched(line: str, ref: str) -> None:
    async with VENDORS[line](line) as vendor:
        with pytest.raises(SendFailed) as raised:
            await vendor.channel.fetch(Media(MediaKind.PAPER, ref))
    assert raised.value.failure in (Failure.MEDIA, Failure.BUSY)


@pytest.mark.parametrize("line", LINES)
async def test_the_vendor_hears_that_all_is_well(line: str) -> None:
    async with VENDORS[line](line) as vendor:
        assert vendor.channel.answer().status == 200


def test_every_line_but_our_own_page_is_held_to_it() -> None:
    assert {*LINES, "web"} == set(ways())
