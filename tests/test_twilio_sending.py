"""Sending through Twilio against its stand-in: what is asked of the vendor, and what each answer means."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from conversations.channels import Parcel, SendFailed, Sent
from conversations.failures import Failure
from conversations.messages import Words
from handlers.twilio import TwilioLine, lines
from tests.patience import STUCK_S
from tests.vendors.twilio_cases import PUBLIC, account, call
from tests.vendors.twilio_signing import SID
from tests.vendors.twilio_stub import SERVICE, SMS_FROM, WHATSAPP_FROM, Stub, Trouble, serving

PERSON = "whatsapp:+966501234567"
MOBILE = "+447700900123"
HELLO = Parcel(PERSON, "السلام عليكم", token="tok_1-A")
TEMPLATE = "HX" + "a" * 32


@pytest_asyncio.fixture
async def stub() -> AsyncIterator[Stub]:
    async with serving() as opened:
        opened.calls_back = False
        yield opened


async def opened(stub: Stub, line: str, **changes: object) -> AsyncIterator[TwilioLine]:
    channel = lines(account(stub.url, **changes), WHATSAPP_FROM, SMS_FROM)[line]
    yield channel
    await channel.close()


@pytest_asyncio.fixture
async def whatsapp(stub: Stub) -> AsyncIterator[TwilioLine]:
    async for channel in opened(stub, "whatsapp"):
        yield channel


@pytest_asyncio.fixture
async def sms(stub: Stub) -> AsyncIterator[TwilioLine]:
    async for channel in opened(stub, "sms"):
        yield channel


async def failed(channel: TwilioLine, parcel: Parcel = HELLO) -> tuple[Failure, str]:
    """Why the send failed, and under which code."""
    with pytest.raises(SendFailed) as caught:
        await channel.send(parcel)
    # No error of a library hangs behind it: they hold addresses and whole answers.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value.failure, caught.value.code


async def test_a_text_is_one_call_with_our_row_in_its_callback(stub: Stub, whatsapp: TwilioLine) -> None:
    sent = await whatsapp.send(HELLO)
    assert [(m.sid, m.form) for m in stub.sent] == [
        (
            sent.vendor_id,
            {
                "To": PERSON,
                "From": WHATSAPP_FROM,
                "Body": "السلام عليكم",
                "StatusCallback": f"{PUBLIC}/webhooks/labas/twilio/status/tok_1-A",
            },
        )
    ]
    assert sent.parts == 1
    assert stub.calls == [("POST", f"/2010-04-01/Accounts/{SID}/Messages.json")]


async def test_a_messaging_service_chooses_the_sender(stub: Stub) -> None:
    async for channel in opened(stub, "whatsapp", service=SERVICE):
        await channel.send(HELLO)
    assert stub.sent[0].form["MessagingServiceSid"] == SERVICE and "From" not in stub.sent[0].form


async def test_a_template_goes_by_its_sid_with_its_values(stub: Stub, whatsapp: TwilioLine) -> None:
    await whatsapp.send(replace(HELLO, template=TEMPLATE, values={"1": "أم خالد", "2": "472 193 807"}))
    form = stub.sent[0].form
    assert form["ContentSid"] == TEMPLATE and "Body" not in form
    assert json.loads(form["ContentVariables"]) == {"1": "أم خالد", "2": "472 193 807"}


async def test_a_template_without_values_still_brings_json(stub: Stub, whatsapp: TwilioLine) -> None:
    await whatsapp.send(replace(HELLO, template=TEMPLATE))
    assert stub.sent[0].form["ContentVariables"] == "{}"


async def test_parts_of_an_sms_are_reported(sms: TwilioLine) -> None:
    assert (await sms.send(Parcel(MOBILE, "م" * 135))).parts == 3
    assert (await sms.send(Parcel(MOBILE, "a" * 160))).parts == 1


def test_options_become_numbered_lines_and_long_texts_several_parcels() -> None:
    channel = lines(account(), "+966110000001", SMS_FROM)
    options = ({"id": "12-self", "label": "لنفسي", "number": "1"}, {"id": "12-other", "label": "لغيري", "number": "2"})
    words = Words("لمن الطلب؟", options=options)
    assert channel["whatsapp"].parcels(PERSON, words, "t") == [
        Parcel(PERSON, "لمن الطلب؟\n\n1. لنفسي\n2. لغيري", token="t")
    ]
    long = channel["sms"].parcels(MOBILE, Words("كلمة \u2068" * 700, options=options), "t")
    assert len(long) > 1 and all(len(parcel.text) <= 1600 and "\u2068" not in parcel.text for parcel in long)
    assert long[-1].text.endswith("2. لغيري")
    assert channel["whatsapp"].sender == WHATSAPP_FROM


def test_a_line_without_a_sender_is_not_opened() -> None:
    assert set(lines(account(), None, SMS_FROM)) == {"sms"}
    assert set(lines(account(), WHATSAPP_FROM, None)) == {"whatsapp"}


def test_the_vendor_hears_empty_twiml() -> None:
    answer = lines(account(), WHATSAPP_FROM, None)["whatsapp"].answer()
    assert (answer.status, answer.media_type) == (200, "text/xml")
    assert answer.body.endswith("<Response></Response>")


@pytest.mark.parametrize(
    ("trouble", "failure", "code"),
    [
        (Trouble(400, 21610), Failure.OPTED_OUT, "21610"),
        (Trouble(400, 21211), Failure.BAD_ADDRESS, "21211"),
        (Trouble(400, 63016), Failure.WINDOW_CLOSED, "63016"),
        (Trouble(429, 20429), Failure.BUSY, "20429"),
        (Trouble(500, 20500), Failure.BUSY, "20500"),
        (Trouble(502, body="<html>Bad Gateway</html>"), Failure.BUSY, "502"),
        (Trouble(503, body=""), Failure.BUSY, "503"),
        (Trouble(504, body="<html>"), Failure.UNKNOWN, "504"),
        (Trouble(400, body="[1]"), Failure.MALFORMED, "400"),
        (Trouble(400, body='{"code": {"a": 1}}'), Failure.MALFORMED, "400"),
        (Trouble(302, body=""), Failure.MALFORMED, "302"),
        # It was taken, and the answer cannot be read.
        (Trouble(201, body="<html>"), Failure.UNKNOWN, "answer"),
        (Trouble(201, body="{}"), Failure.UNKNOWN, "answer"),
        (Trouble(201, body='{"sid": "SM1", "status": "failed", "error_code": 63024}'), Failure.NOT_THERE, "63024"),
        (Trouble(cut="before"), Failure.UNKNOWN, "ServerDisconnectedError"),
        (Trouble(cut="after"), Failure.UNKNOWN, "ServerDisconnectedError"),
    ],
)
async def test_each_answer_has_its_meaning(
    stub: Stub, whatsapp: TwilioLine, trouble: Trouble, failure: Failure, code: str
) -> None:
    stub.troubles.append(trouble)
    found, told = await failed(whatsapp)
    assert found is failure and told in (code, "ClientOSError")
    assert len(stub.calls) == 1, "nothing is sent again by itself"


async def test_the_vendor_says_how_long_to_wait(stub: Stub, whatsapp: TwilioLine) -> None:
    stub.troubles.append(Trouble(429, 20429, retry_after="7"))
    with pytest.raises(SendFailed) as caught:
        await whatsapp.send(HELLO)
    assert caught.value.retry_after == 7.0


async def test_a_vendor_that_cannot_be_reached_was_told_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    channel = lines(account(f"http://127.0.0.1:{port}"), WHATSAPP_FROM, None)["whatsapp"]
    assert await failed(channel) == (Failure.BUSY, "ClientConnectorError")
    await channel.close()


async def test_a_send_that_is_cancelled_leaves_the_line_usable(stub: Stub, whatsapp: TwilioLine) -> None:
    held = asyncio.Event()
    stub.troubles.append(Trouble(wait=held))
    task = asyncio.create_task(whatsapp.send(HELLO))
    await stub_called(stub)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    held.set()
    assert (await whatsapp.send(HELLO)).vendor_id


async def stub_called(stub: Stub) -> None:
    """The vendor has a call in hand."""
    async with asyncio.timeout(STUCK_S):
        while not stub.calls:
            await asyncio.sleep(0)


async def test_wrong_credentials_bring_the_line_down(stub: Stub, whatsapp: TwilioLine) -> None:
    stub.token = "b" * 32
    assert await failed(whatsapp) == (Failure.CREDENTIALS, "20003")


@pytest.mark.parametrize(
    ("parcel", "failure"),
    [
        (Parcel("whatsapp:0501", "hi"), Failure.BAD_ADDRESS),
        (Parcel(PERSON, "م" * 1601), Failure.MALFORMED),
        (Parcel(PERSON, "hi", template="HXnone"), Failure.MALFORMED),
        (Parcel(PERSON, "hi", template=TEMPLATE, values={"1": ""}), Failure.MALFORMED),
        (Parcel(PERSON, ""), Failure.MALFORMED),
    ],
)
async def test_the_vendors_rules_are_checked(whatsapp: TwilioLine, parcel: Parcel, failure: Failure) -> None:
    assert (await failed(whatsapp, parcel))[0] is failure


async def test_a_sender_that_is_not_ours_is_a_matter_of_credentials(stub: Stub) -> None:
    channel = lines(account(stub.url), "+15550001111", None)["whatsapp"]
    assert await failed(channel) == (Failure.CREDENTIALS, "63007")
    await channel.close()


# A send whose answer was cut: is it there?
async def test_a_cut_send_is_found_and_one_that_was_never_taken_is_not(stub: Stub, whatsapp: TwilioLine) -> None:
    since = stub.now()
    stub.troubles.append(Trouble(cut="before"))
    await failed(whatsapp)
    assert await whatsapp.look_up(HELLO, since) is None
    stub.troubles.append(Trouble(cut="after"))
    await failed(whatsapp)
    assert await whatsapp.look_up(HELLO, since) == Sent(stub.sent[0].sid)
    assert len(stub.sent) == 1


async def test_only_the_same_words_to_the_same_person_since_then_are_meant(stub: Stub, whatsapp: TwilioLine) -> None:
    since = stub.now()
    for parcel in (Parcel("whatsapp:+966509999999", HELLO.text), Parcel(PERSON, "غيرها")):
        await whatsapp.send(parcel)
    stub.written(PERSON, HELLO.text)
    assert await whatsapp.look_up(HELLO, since) is None
    first = await whatsapp.send(HELLO)
    await whatsapp.send(HELLO)
    assert await whatsapp.look_up(HELLO, since) == first
    assert await whatsapp.look_up(HELLO, since + timedelta(minutes=5)) is None


async def test_nobody_can_tell_whether_a_template_was_taken(stub: Stub, whatsapp: TwilioLine) -> None:
    parcel = replace(HELLO, template=TEMPLATE)
    await whatsapp.send(parcel)
    assert await whatsapp.look_up(parcel, stub.now() - timedelta(minutes=1)) is None
    assert ("GET", f"/2010-04-01/Accounts/{SID}/Messages.json") not in stub.calls


@pytest.mark.parametrize("trouble", [{"status": 500, "code": 20500}, {"status": 200, "body": "<html>"}])
async def test_a_look_up_that_fails_says_so_without_the_answer(
    stub: Stub, whatsapp: TwilioLine, trouble: dict[str, object]
) -> None:
    stub.listing = Trouble(**trouble)  # type: ignore[arg-type]
    with pytest.raises(SendFailed) as caught:
        await whatsapp.look_up(HELLO, stub.now())
    assert caught.value.failure is Failure.BUSY and "html" not in str(caught.value)


# What people wrote while nobody heard.
async def test_missed_messages_are_listed_in_order_over_all_pages(stub: Stub, whatsapp: TwilioLine) -> None:
    since = stub.now() - timedelta(seconds=1)
    for number in range(230):
        stub.written(f"whatsapp:+96650{number:07}", f"رسالة {number}")
    stub.written(MOBILE, "by SMS")
    await whatsapp.send(HELLO)
    missed = await whatsapp.missed(since)
    assert [inbound.event.text for inbound in missed] == [f"رسالة {number}" for number in range(230)]  # type: ignore[union-attr]
    assert missed[0].keys == ("+966500000000",) and missed[0].line == "whatsapp"
    assert stub.calls.count(("GET", f"/2010-04-01/Accounts/{SID}/Messages.json")) == 3


async def test_a_missed_message_is_the_one_that_would_have_been_posted(stub: Stub, whatsapp: TwilioLine) -> None:
    since = stub.now() - timedelta(seconds=1)
    photo = stub.leave(b"x", "image/jpeg")
    message = stub.written(PERSON, "التقرير", media=(photo,))
    posted = whatsapp.read(call("whatsapp", {"fields": dict(stub.fields(message))}))
    assert await whatsapp.missed(since) == list(posted.inbounds)


async def test_each_line_lists_its_own(stub: Stub, sms: TwilioLine, whatsapp: TwilioLine) -> None:
    since = stub.now() - timedelta(seconds=1)
    stub.written(MOBILE, "by SMS")
    stub.written(PERSON, "by WhatsApp")
    assert [inbound.value for inbound in await sms.missed(since)] == [MOBILE]
    assert [inbound.value for inbound in await whatsapp.missed(since)] == [PERSON]
    assert await sms.missed(since + timedelta(hours=1)) == []


# Every host of the vendor follows the address that stands in.
async def test_no_environment_of_ours_leads_the_client_elsewhere(
    stub: Stub, whatsapp: TwilioLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "TWILIO_REGION": "au1",
        "TWILIO_EDGE": "sydney",
        "HTTPS_PROXY": "http://x",
        "HTTP_PROXY": "http://x",
    }.items():
        monkeypatch.setenv(name, value)
    await whatsapp.send(HELLO)
    assert len(stub.sent) == 1
