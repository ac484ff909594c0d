"""Long polling, what is owed after the commit, files, and what is set at the vendor at start."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from conversations.channels import SendFailed
from conversations.events import Media, MediaKind, Opened, Said
from conversations.failures import Failure
from handlers.telegram import Telegram
from handlers.telegram.account import ALLOWED, Standing
from handlers.telegram.reading import Quiet, QuietlyHeard
from tests.vendors.telegram_person import Person
from tests.vendors.telegram_stub import SECRET, TelegramStub, Trouble

GROUP = {"id": -1001234567890, "title": "جيران", "type": "supergroup"}


@pytest_asyncio.fixture
async def stub() -> AsyncIterator[TelegramStub]:
    async with TelegramStub() as server:
        yield server


@pytest_asyncio.fixture
async def bot(stub: TelegramStub) -> AsyncIterator[Telegram]:
    channel = Telegram("qurainah", stub.token, SECRET, stub.url)
    yield channel
    await channel.close()


def texts(heard: QuietlyHeard) -> list[str]:
    return [one.event.text for one in heard.inbounds if isinstance(one.event, Said)]


def paper(ref: str, size: int | None = None) -> Media:
    return Media(MediaKind.PAPER, ref, size=size)


async def failed(bot: Telegram, media: Media) -> SendFailed:
    with pytest.raises(SendFailed) as raised:
        await bot.fetch(media)
    return raised.value


async def test_the_offset_follows_what_was_given_and_forgets_only_what_was_committed(
    stub: TelegramStub, bot: Telegram
) -> None:
    person = Person(stub)
    person.start("request")
    person.say("السلام عليكم")
    heard, offset = await bot.pull(None)
    again, _ = await bot.pull(None)
    assert [type(one.event) for one in heard.inbounds] == [Opened, Said]
    assert again.inbounds == heard.inbounds, "what was not committed comes again, under the same ids"
    person.say("الثالثة")
    later, end = await bot.pull(offset)
    assert (texts(later), end) == (["الثالثة"], (offset or 0) + 1)
    assert all(call["allowed_updates"] == list(ALLOWED) and call["timeout"] == 25 for call in stub.taken("getUpdates"))
    assert stub.faults == []


async def test_ids_that_go_down_lose_nothing(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    person.say("قبل الأسبوع")
    _, offset = await bot.pull(None)
    stub.queue.waiting.clear()
    stub.queue.go_down(5)
    person.say("بعد الأسبوع")
    heard, offset = await bot.pull(offset)
    person.say("ثم هذه")
    rest, _ = await bot.pull(offset)
    assert (texts(heard), offset, texts(rest)) == (["بعد الأسبوع"], 6, ["ثم هذه"])


async def test_an_answer_that_comes_twice_bears_the_same_ids(stub: TelegramStub, bot: Telegram) -> None:
    Person(stub).say("مرة")
    heard, offset = await bot.pull(None)
    stub.queue.stutter = True
    again, _ = await bot.pull(offset)
    assert [one.id for one in again.inbounds] == [one.id for one in heard.inbounds]


async def test_an_update_out_of_order_is_neither_lost_nor_waited_for(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    person.say("الأولى")
    person.say("الثانية")
    stub.queue.waiting.reverse()
    said, offset, rounds = set[str](), None, 0
    while stub.queue.waiting and rounds < 5:
        heard, offset = await bot.pull(offset)
        said, rounds = said | set(texts(heard)), rounds + 1
        person.say("الأخيرة") if rounds == 1 else stub.queue.waiting.clear()
    assert said == {"الأولى", "الثانية", "الأخيرة"}


async def test_an_update_that_cannot_be_read_holds_nobody_up(stub: TelegramStub, bot: Telegram) -> None:
    person = Person(stub)
    stub.queue.put({"message": {"text": ["سرّ"]}})
    person.say("بعدها")
    with capture_logs() as lines:
        heard, offset = await bot.pull(None)
    assert texts(heard) == ["بعدها"] and offset == 902
    assert [line["event"] for line in lines] == ["telegram.update_unreadable"] and "سرّ" not in repr(lines)


@pytest.mark.parametrize("body", [b'{"ok": true, "result": {}}', b'{"ok": true, "result": [[]]}', b"<html>", b""])
async def test_an_answer_that_is_no_list_of_updates_is_asked_for_again_later(
    stub: TelegramStub, bot: Telegram, body: bytes
) -> None:
    stub.trouble("getUpdates", Trouble(body=body))
    Person(stub).say("تنتظر")
    with pytest.raises(SendFailed) as raised:
        await bot.pull(None)
    assert raised.value.failure is Failure.BUSY
    assert texts((await bot.pull(None))[0]) == ["تنتظر"]


async def test_two_pollers_of_one_bot_are_told_apart(stub: TelegramStub, bot: Telegram) -> None:
    first = asyncio.create_task(bot.pull(None))
    while not stub.taken("getUpdates"):
        await asyncio.sleep(0)
    second = asyncio.create_task(bot.pull(None))
    with pytest.raises(SendFailed) as raised:
        await first
    assert raised.value.failure is Failure.BUSY and raised.value.code.startswith("409")
    Person(stub).say("وصلت")
    assert texts((await second)[0]) == ["وصلت"]


async def test_a_cut_poll_is_simply_made_again(stub: TelegramStub, bot: Telegram) -> None:
    Person(stub).say("تنتظر")
    stub.trouble("getUpdates", Trouble(cut="before"), Trouble(cut="after"), Trouble(429, retry_after=3))
    found = []
    for _ in range(3):
        with pytest.raises(SendFailed) as raised:
            await bot.pull(None)
        found.append((raised.value.failure, raised.value.retry_after))
    assert found == [(Failure.BUSY, None), (Failure.BUSY, None), (Failure.BUSY, 3.0)]


async def test_after_the_commit_taps_are_answered_groups_left_and_work_is_shown(
    stub: TelegramStub, bot: Telegram
) -> None:
    person = Person(stub)
    person.press("3-self")
    person.send(chat=GROUP, text="مرحبا")
    person.send(chat=GROUP, text="مرحبا أيضا")
    person.photo(b"x" * 400)
    heard, _ = await bot.pull(None)
    assert stub.taps and not stub.left
    await bot.acknowledge(heard)
    assert (stub.taps, stub.left) == (set(), [GROUP["id"]])
    assert stub.taken("sendChatAction") == [{"chat_id": person.id, "action": "typing"}]
    assert len(heard.inbounds) == 2 and stub.faults == []


async def test_what_is_owed_may_fail_and_harms_nobody(stub: TelegramStub, bot: Telegram) -> None:
    stub.trouble("leaveChat", Trouble(429, retry_after=60))
    owed = (Quiet("answer", "an old tap"), Quiet("leave", str(GROUP["id"])), Quiet("typing", "99"))
    await bot.acknowledge(QuietlyHeard(quiet=owed))
    assert len(stub.calls) == 3


async def test_the_largest_photo_is_fetched_whole(stub: TelegramStub, bot: Telegram) -> None:
    content = bytes(range(256)) * 40
    Person(stub).photo(content)
    heard, _ = await bot.pull(None)
    event = heard.inbounds[0].event
    assert isinstance(event, Said)
    assert await bot.fetch(event.media[0]) == content


async def test_a_file_beyond_20_mb_is_never_asked_for(stub: TelegramStub, bot: Telegram) -> None:
    raised = await failed(bot, paper("BQAC", 20 * 2**20 + 1))
    assert (raised.failure, raised.code, stub.calls) == (Failure.MEDIA, "too_large", [])


FILES = [
    ("getFile", Trouble(400, "Bad Request: file is too big"), Failure.MEDIA, "too_large"),
    ("getFile", Trouble(400, "Bad Request: invalid file_id"), Failure.MEDIA, "gone"),
    (
        "getFile",
        Trouble(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
        Failure.BUSY,
        "400 wrong file_id or the file is temporarily unavailable",
    ),
    ("getFile", Trouble(429, retry_after=4), Failure.BUSY, "429"),
    ("getFile", Trouble(401), Failure.CREDENTIALS, "401 unauthorized"),
    ("getFile", Trouble(502), Failure.BUSY, "502 bad gateway"),
    ("getFile", Trouble(cut="after"), Failure.BUSY, "cut"),
    ("getFile", Trouble(body=b'{"ok": true, "result": {}}'), Failure.BUSY, "unreadable"),
    ("file", Trouble(404), Failure.MEDIA, "gone"),
    ("file", Trouble(502), Failure.BUSY, "502 bad gateway"),
    ("file", Trouble(body=b"x" * (20 * 2**20 + 1)), Failure.MEDIA, "too_large"),
]


@pytest.mark.parametrize(("method", "trouble", "failure", "code"), FILES)
async def test_each_trouble_with_a_file_has_its_meaning(
    stub: TelegramStub, bot: Telegram, method: str, trouble: Trouble, failure: Failure, code: str
) -> None:
    stub.files["BQAC"] = b"paper"
    stub.trouble(method, trouble)
    raised = await failed(bot, paper("BQAC"))
    assert (raised.failure, raised.code) == (failure, code)
    stub.clock = lambda: float("inf")
    assert await bot.fetch(paper("BQAC")) == b"paper", "and the next try is as good as the first"


async def test_a_download_that_is_cut_is_tried_again_later(stub: TelegramStub, bot: Telegram) -> None:
    stub.files["BQAC"] = b"paper"
    stub.trouble("file", Trouble(cut="before"), Trouble(cut="before"))
    raised = await failed(bot, paper("BQAC"))
    assert (raised.failure, raised.code) == (Failure.BUSY, "cut")


@pytest.mark.parametrize(
    "path", ["../../../getMe", "/etc/hostname", "//elsewhere.example/x", "a?b", "a#b", "@x", "a/../b", "", "س"]
)
async def test_a_file_that_lies_elsewhere_is_not_fetched(stub: TelegramStub, bot: Telegram, path: str) -> None:
    body = f'{{"ok": true, "result": {{"file_id": "a", "file_unique_id": "b", "file_path": "{path}"}}}}'
    stub.trouble("getFile", Trouble(body=body.encode()))
    raised = await failed(bot, paper("BQAC"))
    assert (raised.failure, raised.code) == (Failure.MEDIA, "foreign")


async def test_the_webhook_is_set_with_its_secret_and_gives_way_to_polling(stub: TelegramStub, bot: Telegram) -> None:
    await bot.account.set_webhook("https://bot.example.org/telegram/qurainah")
    assert stub.webhook["secret_token"] == SECRET and stub.webhook["allowed_updates"] == list(ALLOWED)
    Person(stub).say("تنتظر")
    standing = await bot.account.standing()
    assert standing == Standing("wasl_test_bot", "https://bot.example.org/telegram/qurainah", 1, "")
    with pytest.raises(SendFailed) as raised:
        await bot.pull(None)
    assert raised.value.code.startswith("409")
    await bot.account.delete_webhook()
    assert texts((await bot.pull(None))[0]) == ["تنتظر"], "what waited is kept"
    assert stub.faults == []


async def test_the_menu_of_commands_is_set_in_each_language_the_first_for_all_others(
    stub: TelegramStub, bot: Telegram
) -> None:
    await bot.account.set_commands({"ar": {"menu": "القائمة", "human": "التحدث إلى موظف"}, "en": {"menu": "Menu"}})
    arabic = [{"command": "menu", "description": "القائمة"}, {"command": "human", "description": "التحدث إلى موظف"}]
    english = [{"command": "menu", "description": "Menu"}]
    assert stub.commands == {"": arabic, "ar": arabic, "en": english}
    assert stub.faults == []


async def test_a_menu_that_cannot_be_set_keeps_nobody_from_polling(stub: TelegramStub, bot: Telegram) -> None:
    stub.trouble("setMyCommands", Trouble(429, retry_after=60))
    await bot.account.open(None, {"ar": {"menu": "القائمة"}})
    Person(stub).say("تنتظر")
    assert texts((await bot.pull(None))[0]) == ["تنتظر"]


async def test_a_wrong_token_is_told_as_such(stub: TelegramStub) -> None:
    wrong = Telegram("qurainah", "110201543:wrong", None, stub.url)
    with pytest.raises(SendFailed) as raised:
        await wrong.account.standing()
    assert raised.value.failure is Failure.CREDENTIALS
    await wrong.close()
