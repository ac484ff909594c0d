"""Sending by Telegram: what the vendor gets, what each of its answers means, and that the token is seen nowhere."""

import logging
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from conversations.channels import Parcel, SendFailed, Sent
from conversations.failures import Failure
from conversations.messages import Words
from handlers.telegram import Telegram
from tests.vendors.telegram_person import Person
from tests.vendors.telegram_stub import TOKEN, TelegramStub, Trouble

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@pytest_asyncio.fixture
async def stub() -> AsyncIterator[TelegramStub]:
    async with TelegramStub() as server:
        yield server


@pytest_asyncio.fixture
async def bot(stub: TelegramStub) -> AsyncIterator[Telegram]:
    channel = Telegram("qurainah", stub.token, None, stub.url)
    yield channel
    await channel.close()


async def failed(bot: Telegram, parcel: Parcel) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        await bot.send(parcel)
    return raised.value


def options(*labels: str) -> tuple[dict[str, str], ...]:
    return tuple({"id": f"7-{n}", "label": label, "number": str(n)} for n, label in enumerate(labels, 1))


def rows(message: dict[str, Any]) -> list[list[str]]:
    return [[button["text"] for button in row] for row in message["reply_markup"]["inline_keyboard"]]


async def deliver(bot: Telegram, person: Person, words: Words) -> None:
    for parcel in bot.parcels(str(person.id), words, "token-of-a-row"):
        await bot.send(parcel)


async def test_a_message_arrives_with_its_buttons(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    await deliver(bot, person, Words("لمن الطلب؟", options=options("لي", "لقريب")))
    assert [message["text"] for message in person.read] == ["لمن الطلب؟"]
    assert person.data("لقريب") == "7-2"
    assert stub.faults == []


async def test_what_was_sent_is_known_by_the_vendors_id(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    assert await bot.send(Parcel(str(person.id), "أهلا")) == Sent(str(stub.sent[0]["message_id"]))


async def test_a_long_text_becomes_several_the_last_with_the_buttons(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    await deliver(bot, person, Words("😀 كلمة\n" * 1500, options=options("نعم")))
    assert len(person.read) > 2
    assert ["reply_markup" in message for message in person.read][-2:] == [False, True]
    assert stub.faults == []


@pytest.mark.parametrize(
    ("labels", "widths"),
    [
        (["1", "2", "3", "4", "5", "6", "7", "8", "9"], [8, 1]),
        (["نعم", "لا"], [2]),
        (["متزوج", "أعزب", "أرمل", "مطلق", "آخر"], [4, 1]),
        (["العودة للقائمة", "الاستمرار"], [2]),
        (["أوافق على ما سبق كله", "لا"], [1, 1]),
    ],
)
async def test_buttons_stand_in_rows_that_a_small_screen_shows_whole(
    stub: TelegramStub, bot: Telegram, labels: list[str], widths: list[int]
) -> None:
    person = Person(stub)
    await deliver(bot, person, Words("؟", options=options(*labels)))
    shown = rows(person.read[0])
    assert [len(row) for row in shown] == widths
    assert [label for row in shown for label in row] == labels
    assert stub.faults == []


async def test_a_hundred_buttons_are_shown_and_one_more_makes_numbered_lines(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    await deliver(bot, person, Words("؟", options=options(*(str(n) for n in range(100)))))
    await deliver(bot, person, Words("؟", options=options(*(str(n) for n in range(101)))))
    assert sum(map(len, rows(person.read[0]))) == 100
    assert "reply_markup" not in person.read[1] and "101. 100" in person.read[1]["text"]
    assert stub.faults == []


@pytest.mark.parametrize("id", ["7-" + "a" * 63, "7-" + "ع" * 32, "7-" + "a" * 62])
async def test_an_option_whose_id_is_no_data_of_a_button_becomes_a_line(
    stub: TelegramStub, bot: Telegram, id: str
) -> None:
    person = Person(stub)
    await deliver(bot, person, Words("؟", options=({"id": id, "label": "لي", "number": "1"},)))
    fits = len(id.encode()) <= 64
    assert ("reply_markup" in person.read[0]) is fits
    assert ("1. لي" in person.read[0]["text"]) is not fits
    assert stub.faults == []


async def test_markup_of_a_person_is_shown_as_it_is(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    await bot.send(Parcel(str(person.id), "<b>*_`[x](http://a)"))
    assert stub.taken("sendMessage")[0]["text"] == "<b>*_`[x](http://a)"
    assert stub.faults == []


TABLE = [
    (Trouble(429, retry_after=7), Failure.BUSY, 7.0),
    (Trouble(429, retry_after=3600), Failure.BUSY, 3600.0),
    (Trouble(429), Failure.BUSY, None),
    (Trouble(403), Failure.OPTED_OUT, None),
    (Trouble(403, "Forbidden: user is deactivated"), Failure.OPTED_OUT, None),
    (Trouble(403, "Forbidden: bot can't initiate conversation with a user"), Failure.OPTED_OUT, None),
    (Trouble(400, "Bad Request: chat not found"), Failure.BAD_ADDRESS, None),
    (Trouble(400, "Bad Request: PEER_ID_INVALID"), Failure.BAD_ADDRESS, None),
    (Trouble(400, "Bad Request: message text is empty"), Failure.MALFORMED, None),
    (Trouble(401), Failure.CREDENTIALS, None),
    (Trouble(404), Failure.CREDENTIALS, None),
    (Trouble(302), Failure.CREDENTIALS, None),
    (Trouble(500), Failure.BUSY, None),
    (Trouble(502), Failure.BUSY, None),
    (Trouble(503, retry_after=5), Failure.BUSY, 5.0),
    (Trouble(cut="before"), Failure.UNKNOWN, None),
    (Trouble(cut="after"), Failure.UNKNOWN, None),
    (Trouble(body=b""), Failure.UNKNOWN, None),
    (Trouble(body=b"<html>"), Failure.UNKNOWN, None),
    (Trouble(body=b"[" * 100_000), Failure.UNKNOWN, None),
    (Trouble(body=b"[]"), Failure.UNKNOWN, None),
    (Trouble(body=b'{"ok": false}'), Failure.UNKNOWN, None),
    (Trouble(body=b'{"ok": true, "result": []}'), Failure.UNKNOWN, None),
    (Trouble(body=b'{"ok": true, "result": {"message": 1}}'), Failure.UNKNOWN, None),
    (Trouble(body=b'{"ok": true, "result": {"message_id": "one"}}'), Failure.UNKNOWN, None),
    (Trouble(body=b'{"ok": true, "result": {"message_id": 1e999}}'), Failure.UNKNOWN, None),
]


@pytest.mark.parametrize(("trouble", "failure", "wait"), TABLE)
async def test_each_answer_of_the_vendor_has_its_meaning(
    stub: TelegramStub, bot: Telegram, trouble: Trouble, failure: Failure, wait: float | None
) -> None:
    stub.trouble("sendMessage", trouble)
    raised = await failed(bot, Parcel(str(Person(stub).id), "رسالة"))
    assert (raised.failure, raised.retry_after) == (failure, wait)
    assert len(stub.taken("sendMessage")) == 1, "a channel never sends twice by itself"


async def test_a_cut_on_a_connection_that_was_used_before_sends_nothing_twice(
    stub: TelegramStub, bot: Telegram
) -> None:
    person = Person(stub)
    await bot.send(Parcel(str(person.id), "الأولى"))
    stub.trouble("sendMessage", Trouble(cut="after"))
    assert (await failed(bot, Parcel(str(person.id), "الثانية"))).failure is Failure.UNKNOWN
    assert [message["text"] for message in person.read] == ["الأولى", "الثانية"]


async def test_who_never_wrote_and_who_blocked_us(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    assert (await failed(bot, Parcel("99", "رسالة"))).failure is Failure.BAD_ADDRESS
    assert (await failed(bot, Parcel("not a number", "رسالة"))).failure is Failure.BAD_ADDRESS
    person.block()
    raised = await failed(bot, Parcel(str(person.id), "رسالة"))
    assert (raised.failure, raised.code) == (Failure.OPTED_OUT, "403 bot was blocked by the user")


async def test_where_the_vendor_cannot_be_reached_nothing_was_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bot = Telegram("qurainah", TOKEN, None, f"http://127.0.0.1:{port}")
    raised = await failed(bot, Parcel("7", "رسالة"))
    assert (raised.failure, raised.code) == (Failure.BUSY, "unreachable")
    await bot.close()


async def test_an_answer_that_does_not_come_in_time_is_unknown(
    stub: TelegramStub, bot: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.telegram.transport.ANSWER_S", 0.05)
    monkeypatch.setattr("handlers.telegram.transport.CONNECT_S", 0.05)
    stub.trouble("sendMessage", Trouble(wait=0.3))
    assert (await failed(bot, Parcel(str(Person(stub).id), "رسالة"))).failure is Failure.UNKNOWN


async def test_nobody_can_tell_whether_a_message_was_taken(bot: Telegram) -> None:
    assert await bot.look_up(Parcel("7", "رسالة", token="t"), NOW) is None


def chain(error: BaseException | None) -> list[BaseException]:
    return [error, *chain(error.__cause__ or error.__context__)] if error else []


async def test_the_token_and_the_words_are_in_no_log_no_error_and_no_name_of_ours(
    stub: TelegramStub, bot: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    person, raised = Person(stub), []
    for trouble in (item[0] for item in TABLE):
        stub.trouble("sendMessage", trouble)
        stub.clock = lambda: float(len(stub.calls)) * 10_000
        raised.append(await failed(bot, Parcel(str(person.id), "سرّ الرسالة")))
    wrong = Telegram("qurainah", f"{TOKEN}x", None, stub.url)
    raised.append(await failed(wrong, Parcel(str(person.id), "سرّ الرسالة")))
    await wrong.close()
    told = [repr(one) + str(one) for error in raised for one in chain(error)]
    seen = [*told, repr(bot), repr(vars(bot)), caplog.text]
    assert raised[-1].failure is Failure.CREDENTIALS
    assert not any(TOKEN in text or TOKEN.partition(":")[2] in text or "سرّ" in text for text in seen)
