"""The protocol of the socket, over a real server."""

import asyncio
from uuid import uuid4

import pytest

from conversations.events import Opened, Said, Switched
from handlers import webchat as ear
from services.papers import Kept
from services.transcript import Mine
from tests.web_house import AT, Played, closing, hear, hello, send, serving


async def test_a_new_conversation_is_welcomed_and_greeted_once() -> None:
    async with serving(Played()) as street, street.socket() as page:
        welcome = await hello(page, language="ar", start="request")
        assert welcome == {
            "type": "welcome",
            "token": "token-0",
            "name": "جمعية الاختبار",
            "language": "ar",
            "direction": "rtl",
            "limits": {"text": 4000, "file": 10485760},
        }
        assert await hear(page) == {"type": "presence", "state": "bot"}
        greeting = await hear(page)
        assert greeting == {
            "type": "message",
            "seq": 1,
            "at": "2026-01-08T09:30:00.000Z",
            "from": "bot",
            "text": "السلام عليكم",
            "parts": [{"role": "say", "text": "السلام عليكم"}],
            "options": [{"id": "1-yes", "label": "نعم", "number": "1"}],
            "select": "one",
            "input": "text",
            "progress": {"step": 1, "of": 3},
        }
        assert [event.event for event in street.played.events] == [Opened("ar", "request")]
        assert street.played.events[0].keys == ("token-0",)


async def test_a_line_is_acknowledged_after_its_commit_and_has_one_effect() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        id = str(uuid4())
        await send(page, "message", id=id, text="مرحبا")
        assert await hear(page, "ack") == {"type": "ack", "id": id, "repeat": False}
        assert (await hear(page, "message"))["text"] == "وصل: مرحبا"
        await send(page, "message", id=id, text="مرحبا")
        assert await hear(page, "ack") == {"type": "ack", "id": id, "repeat": True}
        assert len(street.played.events) == 2


async def test_the_ack_comes_before_the_answer() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await hear(page, "message")
        await send(page, "message", id=str(uuid4()), text="١")
        assert [(await hear(page))["type"], (await hear(page))["type"]] == ["ack", "message"]


async def test_a_known_token_brings_what_was_missed_and_nothing_new() -> None:
    played = Played(contacts={"T": "c0"})
    for text in ("one", "two", "three"):
        played.tell("c0", text)
    async with serving(played) as street, street.socket() as page:
        await hello(page, "T", last=1)
        assert [(await hear(page, "message"))["seq"] for _ in range(2)] == [2, 3]
        assert street.played.events == []


async def test_a_reload_replays_own_lines_in_their_places() -> None:
    async with serving(Played()) as street:
        ids = [str(uuid4()), str(uuid4())]
        async with street.socket() as page:
            token = (await hello(page))["token"]
            for id in ids:
                await send(page, "message", id=id, text=id[:4])
                await hear(page, "ack")
                await hear(page, "message")
        async with street.socket() as page:
            await hello(page, token, mine=True)
            frames = [await hear(page, "message", "mine") for _ in range(5)]
        assert [frame.get("seq") or frame["id"] for frame in frames] == [1, ids[0], 2, ids[1], 3]
        assert frames[1] == {
            "type": "mine",
            "after": 1,
            "id": ids[0],
            "text": ids[0][:4],
            "at": "2026-01-08T09:30:00.000Z",
        }


async def test_a_second_page_gets_everything_and_the_other_pages_lines() -> None:
    async with serving(Played()) as street, street.socket() as one, street.socket() as two:
        token = (await hello(one))["token"]
        await hello(two, token)
        assert (await hear(two, "message"))["seq"] == 1
        id = str(uuid4())
        await send(one, "message", id=id, text="نعم")
        assert (await hear(two, "mine", "message"))["id"] == id
        assert (await hear(two, "mine", "message"))["seq"] == 2
        await hear(one, "ack")
        assert (await hear(one, "mine", "message"))["seq"] == 2


async def test_what_is_told_later_reaches_an_open_page() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await hear(page, "message")
        street.played.tell("c0", "تحديث")
        street.played.wakeups.wake("labas", "c0")
        assert (await hear(page, "message"))["text"] == "تحديث"


async def test_seen_is_kept_once_and_never_ahead_of_what_was_told() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await hear(page, "message")
        for seq in (7, 1, 1):
            await send(page, "seen", seq=seq)
        await send(page, "message", id=str(uuid4()), text="x")
        await hear(page, "ack")
        assert street.played.seen_up_to == [1]


async def test_what_is_shown_while_the_rest_is_still_told_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says it at once; a paper of a line that follows may still be looked for."""
    played, looked = Played(contacts={"T": "c0"}), asyncio.Event()
    played.tell("c0", "one")
    played.mine_lines["c0"] = [Mine(1, ear.scoped("c0", str(uuid4())), "", (), AT, ("f",))]

    async def own(*_: object) -> list[Kept]:
        await looked.wait()
        return []

    monkeypatch.setattr(played.drawer, "own", own)
    async with serving(played) as street, street.socket() as page:
        await hello(page, "T", mine=True)
        await hear(page, "message")
        await send(page, "seen", seq=1)
        await send(page, "poke")
        await hear(page, "error")
        assert played.seen_up_to == [1]
        looked.set()
        await hear(page, "mine")


async def test_the_switch_of_language_is_an_event() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await send(page, "language", language="fr")
        await send(page, "language", language="en")
        await send(page, "poke")
        assert (await hear(page, "error"))["text"] == "en:web.error.unknown_type"
        assert [event.event for event in street.played.events[1:]] == [Switched("en")]


async def test_a_choice_needs_no_text() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await send(page, "message", id=str(uuid4()), choice="start:request")
        await hear(page, "ack")
        assert street.played.events[-1].event == Said("", ("start:request",))


async def test_a_tapped_line_is_replayed_in_the_words_that_were_tapped() -> None:
    async with serving(Played()) as street:
        async with street.socket() as page:
            token = (await hello(page))["token"]
            await send(page, "message", id=str(uuid4()), choice="1-yes")
            await hear(page, "ack")
        async with street.socket() as page:
            await hello(page, token, last=1, mine=True)
            assert (await hear(page, "mine"))["text"] == "نعم"


async def test_typing_is_shown_while_an_answer_takes_longer_than_a_moment() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        street.played.slow = asyncio.Event()
        await send(page, "message", id=str(uuid4()), text="x")
        assert await hear(page, "typing", "ack") == {"type": "typing", "from": "bot"}
        street.played.slow.set()
        assert (await hear(page, "typing", "ack"))["type"] == "ack"


async def test_a_full_house_asks_to_send_again() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        street.played.busy = True
        id = str(uuid4())
        await send(page, "message", id=id, text="x")
        busy = await hear(page, "error")
        assert (busy["code"], busy["id"], busy["retry_ms"]) == ("busy", id, 1000)
        street.played.busy = False
        await send(page, "message", id=id, text="x")
        assert await hear(page, "ack") == {"type": "ack", "id": id, "repeat": False}


async def test_a_full_house_greets_nobody_and_keeps_no_token() -> None:
    async with serving(Played(busy=True)) as street, street.socket() as page:
        await send(page, "hello", token=None)
        assert (await hear(page))["code"] == "busy"
        assert await closing(page) == 1013


async def test_a_token_is_offered_when_it_is_due_and_the_old_stays_in_use() -> None:
    async with serving(Played(contacts={"old": "c0"}, due="new")) as street, street.socket() as page:
        await hello(page, "old")
        assert await hear(page, "token") == {"type": "token", "token": "new"}
        await send(page, "message", id=str(uuid4()), text="x")
        await hear(page, "ack")
        assert street.played.events[-1].keys == ("old",)
        async with street.socket() as second:
            await hello(second, "new")
            assert street.played.used_tokens == ["old", "new"]
            await send(page, "message", id=str(uuid4()), text="y")
            await hear(page, "ack")
        assert street.played.events[-1].keys == ("new",)


async def test_end_forgets_this_browser_in_all_its_pages() -> None:
    async with serving(Played()) as street, street.socket() as one, street.socket() as two:
        token = (await hello(one))["token"]
        await hello(two, token)
        await send(one, "end")
        assert await closing(one) == 1000
        assert await closing(two) == 4001
        async with street.socket() as again:
            await send(again, "hello", token=token)
            assert (await hear(again))["code"] == "bad_token"
            assert await closing(again) == 4001


async def test_files_are_not_taken_yet() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        id = str(uuid4())
        await send(page, "message", id=id, files=["f1"])
        error = await hear(page, "error")
        assert (error["code"], error["id"]) == ("bad_file", id)


async def test_a_restart_says_so() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        street.stop.set()
        assert await closing(page) == 1012
