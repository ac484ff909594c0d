"""What people and Twilio do besides: two messages at once, receipts in disorder, leaving, and what is no answer."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.twilio_street import OPENING, PERSONS, Street, built, without_waiting

NAME = "ما الاسم الكامل"


@pytest.fixture
async def street(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Street]:
    without_waiting(monkeypatch)
    async with built(tmp_path, "sent") as street:
        yield street


async def asked_for_the_name(street: Street) -> None:
    """The person stands at the question for the name."""
    await street.play("whatsapp", OPENING[:4])


# 26. Two different messages in parallel: one conversation, in the order of their commits.
async def test_two_messages_at_once_are_one_conversation(street: Street) -> None:
    first, second = (street.stub.written(PERSONS["whatsapp"], text) for text in ("السلام عليكم", "مرحبا"))
    assert tuple(await asyncio.gather(street.tell(first), street.tell(second))) == (200, 200)
    assert len(await street.rows("contacts")) == 1
    said = [row for row in await street.rows("messages") if row["direction"] == "in"]
    assert len(said) == 2 and len({row["number"] for row in said}) == 2


# 27. Receipts in disorder, of unknown states, for unknown messages.
async def test_receipts_in_disorder_only_move_forward(street: Street) -> None:
    stub = street.stub
    stub.receipts = ()
    await street.says("whatsapp", *OPENING[0])
    message = stub.sent[0]
    for state in ("delivered", "sent", "queued", "teleported", "failed", "read", "delivered"):
        assert await stub.tell(message, state) == 200
    row = await street.first_row(lambda row: row["state"] == "read")
    assert row["failure"] is None


async def test_a_receipt_for_an_unknown_message_is_kept_and_harms_nobody(street: Street) -> None:
    stub = street.stub
    stub.receipts = ()
    await street.says("whatsapp", *OPENING[0])
    stray = stub._keep(
        {**stub.sent[0].form, "StatusCallback": f"{street.hook}/status/{'x' * 43}"}, "outbound-api", "queued"
    )
    assert await stub.tell(stray, "delivered") == 200
    assert len(await street.rows("strays")) == 1


# 32. Leaving and coming back: the request stays open.
async def test_who_leaves_is_left_in_peace_and_finds_the_request_again(street: Street) -> None:
    await asked_for_the_name(street)
    stop = street.stub.written(PERSONS["whatsapp"], "STOP")
    assert await street.tell(stop, OptOutType="STOP") == 200
    (address,) = await street.rows("addresses")
    assert address["stopped_at"] is not None
    (case,) = await street.rows("cases")
    assert case["state"] == "draft"
    start = street.stub.written(PERSONS["whatsapp"], "START")
    assert await street.tell(start, OptOutType="START") == 200
    (address,) = await street.rows("addresses")
    assert address["stopped_at"] is None
    await street.says("whatsapp", "سعد بن ناصر الحربي", "رقم الهوية الوطنية")


# 33. A stop word inside a sentence is none.
async def test_a_stop_word_in_a_sentence_stops_nothing(street: Street) -> None:
    await asked_for_the_name(street)
    await street.says("whatsapp", "سعد بن ناصر END", "رقم الهوية الوطنية")
    (address,) = await street.rows("addresses")
    assert address["stopped_at"] is None


# 35. What is no answer is named kindly, and the question comes again.
@pytest.mark.parametrize(
    ("more", "content_type"),
    [
        ({"MessageType": "sticker"}, "image/webp"),
        ({"MessageType": "audio"}, "audio/ogg"),
        ({"MessageType": "contacts"}, "text/vcard"),
        ({"MessageType": "video"}, "video/mp4"),
        ({"MessageType": "location", "Latitude": "24.7", "Longitude": "46.6"}, ""),
        ({"MessageType": "reaction"}, ""),
    ],
    ids=lambda value: value["MessageType"] if isinstance(value, dict) else "",
)
async def test_what_is_no_answer_brings_the_question_again(
    street: Street, more: dict[str, str], content_type: str
) -> None:
    await asked_for_the_name(street)
    seen, stub = len(street.stub.sent), street.stub
    media = (stub.leave(b"OggS", content_type),) if content_type else ()
    message = stub.written(PERSONS["whatsapp"], "👍" if more["MessageType"] == "reaction" else "", media=media)
    assert await street.tell(message, **more) == 200
    await street.answered(NAME, seen)
    assert [row["field"] for row in await street.rows("answers")] == ["who"]
