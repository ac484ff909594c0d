"""Frames, pages and storms that the socket bears or refuses, each with its code; nothing changes by them."""

import asyncio
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from conversations.events import Said
from tests.patience import STUCK_S
from tests.web_house import Played, closing, hear, hello, send, serving


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", "null", None])
async def test_a_foreign_page_is_refused_at_the_handshake(origin: str | None) -> None:
    async with serving(Played()) as street:
        with pytest.raises(InvalidStatus) as refused:
            await street.socket(origin)
        assert refused.value.response.status_code == 403


async def test_embedders_and_both_names_of_loopback_are_let_in() -> None:
    async with serving(Played()) as street:
        for origin in ("https://labas.example", f"http://127.0.0.1:{street.port}", street.origin):
            async with street.socket(origin) as page:
                assert (await hello(page))["type"] == "welcome"


async def test_an_unknown_association_is_not_there() -> None:
    async with serving(Played()) as street:
        with pytest.raises(InvalidStatus) as refused:
            await street.socket(organisation="nobody")
        assert refused.value.response.status_code == 404


@pytest.mark.parametrize("token", ["forged", "x" * 43])
async def test_a_forged_token_is_not_accepted(token: str) -> None:
    async with serving(Played()) as street, street.socket() as page:
        await send(page, "hello", token=token)
        assert (await hear(page))["code"] == "bad_token"
        assert await closing(page) == 4001
        assert street.played.events == []


async def test_a_binary_frame_is_a_breach() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await page.send(b"\x00\x01")
        assert await closing(page) == 1008


async def test_a_frame_above_64_kilobytes_is_too_big() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await page.send("x" * 65_537)
        assert await closing(page) == 1009


async def test_a_message_in_many_parts_is_too_big_all_the_same() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await page.send(["x" * 30_000] * 3)
        assert await closing(page) == 1009


async def test_bytes_that_are_no_text_are_refused() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await page.send(b'{"type":"\xff\xfe"}', text=True)
        assert await closing(page) == 1007


@pytest.mark.parametrize(
    "raw", ['{"type":"message","text":"x"}', '{"type":"typing"}', "nonsense", '{"type":"hello","last":-1}']
)
async def test_the_first_frame_is_a_hello(raw: str) -> None:
    async with serving(Played()) as street, street.socket() as page:
        await page.send(raw)
        assert await closing(page) == 1008
        assert street.played.events == []


async def test_a_second_hello_is_a_breach() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await send(page, "hello", token=None)
        assert await closing(page) == 1008


async def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.webchat.HELLO_WITHIN_S", 0.05)
    async with serving(Played()) as street, street.socket() as page:
        assert await closing(page) == 1008


@pytest.mark.parametrize(
    ("raw", "code", "id"),
    [
        ("[]", "bad_frame", None),
        ('{"type":"dance"}', "unknown_type", None),
        ('{"type":"message","id":"7","text":"x"}', "bad_frame", None),
        (
            '{"type":"message","id":"0b0c3d52-6f1e-4b0e-9a53-0d9a3f6a7c11","text":"' + "x" * 4001 + '"}',
            "too_long",
            "0b0c3d52-6f1e-4b0e-9a53-0d9a3f6a7c11",
        ),
    ],
)
async def test_a_wrong_frame_is_answered_and_the_socket_stays(raw: str, code: str, id: str | None) -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        await page.send(raw)
        error = await hear(page, "error")
        assert (error["code"], error.get("id"), error["text"]) == (code, id, f"ar:web.error.{code}")
        await send(page, "message", id=str(uuid4()), text="x")
        assert (await hear(page, "ack"))["repeat"] is False


async def test_who_sends_only_wrong_frames_is_shown_out() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        for _ in range(21):
            await page.send("[]")
        assert await closing(page) == 1008


# Bad input 51: storms, copies, and a phone that slept.


async def test_a_storm_of_the_same_line_has_one_effect() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        ids = [str(uuid4()) for _ in range(3)]
        for id in ids * 4:
            await send(page, "message", id=id, text=id)
        acks = [await hear(page, "ack") for _ in range(12)]
        assert [ack["repeat"] for ack in acks] == [False] * 3 + [True] * 9
        assert [event.event.text for event in street.played.events[1:] if isinstance(event.event, Said)] == ids


async def test_a_storm_of_reconnects_leaves_no_seat_taken() -> None:
    async with serving(Played()) as street:
        async with street.socket() as page:
            token = (await hello(page))["token"]
        for _ in range(40):
            async with street.socket() as page:
                await hello(page, token)
        async with asyncio.timeout(STUCK_S):
            while len(street.app.state.site.sockets):
                await asyncio.sleep(0)
        assert len(street.played.events) == 1


async def test_one_conversation_has_not_endless_pages() -> None:
    async with serving(Played(contacts={"T": "c0"})) as street:
        pages = [await street.socket() for _ in range(17)]
        for page in pages[:16]:
            await hello(page, "T")
        await send(pages[16], "hello", token="T")
        assert await closing(pages[16]) == 1013
        for page in pages[:16]:
            await page.close()


async def test_a_phone_that_slept_for_days_goes_on_where_it_was() -> None:
    async with serving(Played()) as street:
        async with street.socket() as page:
            token = (await hello(page))["token"]
            await hear(page, "message")
        for number in range(5):
            street.played.tell("c0", f"{number}")
        async with street.socket() as page:
            await hello(page, token, last=1)
            assert [(await hear(page, "message"))["seq"] for _ in range(5)] == [2, 3, 4, 5, 6]


async def test_above_twenty_frames_a_second_the_house_reads_slower() -> None:
    async with serving(Played()) as street, street.socket() as page:
        await hello(page)
        started = asyncio.get_running_loop().time()
        for _ in range(25):
            await send(page, "typing")
        await send(page, "message", id=str(uuid4()), text="x")
        await hear(page, "ack")
        assert asyncio.get_running_loop().time() - started > 0.2
