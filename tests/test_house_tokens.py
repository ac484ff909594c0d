"""Tokens and one-time links in the real house, with a clock under the test's hand."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from bot.wiring import House
from conversations.events import Inbound, Opened, Said
from handlers import WHATSAPP
from services.turns import Taken
from tests.real_house import furnished, open_house, page, say
from tests.web_house import closing, hear, hello, send

PLAYED = Path(__file__).parent / "dialogues" / "ishraqa-whatsapp-ar.txt"
LINK = re.compile(r"#k=([A-Za-z0-9_-]{43})")


class Hand:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 8, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A data folder with a database of this version."""
    return await furnished(tmp_path)


async def test_a_token_is_renewed_once_a_day_and_the_old_ends_after_the_new_was_used(folder: Path) -> None:
    clock = Hand()
    async with open_house(folder, clock) as (_, port):
        async with page(port, "labas") as line:
            old = (await hello(line))["token"]
            assert [(await hear(line))["type"] for _ in range(2)] == ["presence", "message"]
        clock.pass_by(hours=23)
        async with page(port, "labas") as line:
            await hello(line, old)
            assert [(await hear(line))["type"] for _ in range(2)] == ["presence", "message"]
        clock.pass_by(hours=2)
        async with page(port, "labas") as line:
            await hello(line, old)
            new = (await hear(line, "token"))["token"]
        clock.pass_by(hours=5)
        async with page(port, "labas") as line:
            assert (await hello(line, new, last=2))["token"] == new
        clock.pass_by(seconds=50)
        async with page(port, "labas") as line:
            assert (await hello(line, old, last=2))["token"] == old
        clock.pass_by(seconds=20)
        async with page(port, "labas") as line:
            await send(line, "hello", token=old)
            assert (await hear(line, "error"))["code"] == "bad_token"
            assert await closing(line) == 4001
        async with page(port, "labas") as line:
            await hello(line, new)
            assert (await hear(line, "message"))["seq"] == 1


async def test_a_forgotten_browser_does_not_come_back_and_its_request_stays(folder: Path) -> None:
    async with open_house(folder) as (house, port):
        async with page(port, "kafl") as line:
            token = (await hello(line))["token"]
            await say(line, "1")
            await send(line, "end")
            assert await closing(line) == 1000
        async with page(port, "kafl") as line:
            await send(line, "hello", token=token)
            assert await closing(line) == 4001
        async with house.household.memory.reading() as unit:
            assert len(await unit.select("contacts", {"organisation": "kafl"})) == 1


async def _by_whatsapp(house: House, text: str) -> Taken:
    event = Said(text) if text else Opened("ar")
    inbound = Inbound("ishraqa", "whatsapp", ("+966500000001",), str(uuid4()), event)
    return await house.household.reception.receive(inbound, WHATSAPP)


async def _link(house: House) -> str:
    """Go on WhatsApp as far as the link to the private page; its token."""
    said = [line[2:] for line in PLAYED.read_text("utf-8").splitlines() if line.startswith("> ")]
    for text in ["", *said]:
        taken = await _by_whatsapp(house, text)
        if found := LINK.search(json.dumps([told.words.text for told in taken.told], ensure_ascii=False)):
            return found.group(1)
    raise AssertionError("the dialogue reaches no link")


async def test_a_link_opens_the_private_page_once_and_shows_only_what_follows(folder: Path) -> None:
    async with open_house(folder) as (house, port):
        own = f"http://localhost:{port}"
        link = await _link(house)
        async with aiohttp.ClientSession(own, headers={"Origin": own}) as visitor:
            async with visitor.post("/chat/ishraqa/link", json={"token": link}) as answer:
                token = (await answer.json())["token"]
            async with visitor.post("/chat/ishraqa/link", json={"token": link}) as answer:
                assert answer.status == 410
            async with visitor.post("/chat/labas/link", json={"token": link}) as answer:
                assert answer.status == 410
        async with page(port, "ishraqa") as line:
            await hello(line, token, mine=True)
            first = await hear(line, "message", "mine")
            assert first["type"] == "message"
            assert first["options"] or first["input"] != "none"
            next_question = await say(line, "1")
            assert next_question["seq"] > first["seq"]


async def test_a_link_is_good_for_half_an_hour(folder: Path) -> None:
    clock = Hand()
    async with open_house(folder, clock) as (house, port):
        own = f"http://localhost:{port}"
        link = await _link(house)
        clock.pass_by(minutes=31)
        async with aiohttp.request(
            "POST", f"{own}/chat/ishraqa/link", json={"token": link}, headers={"Origin": own}
        ) as answer:
            assert answer.status == 410


async def test_a_second_link_does_not_show_what_was_said_behind_the_first(folder: Path) -> None:
    async with open_house(folder) as (house, _):
        tokens, transcript = house.household.tokens, house.household.transcript
        first = await tokens.redeem("ishraqa", await _link(house))
        admitted = await tokens.admit("ishraqa", first)
        assert admitted.contact
        behind = await transcript.told("ishraqa", admitted.contact, admitted.since)
        assert behind
        again = LINK.search((await _by_whatsapp(house, "1")).told[-1].words.text)
        assert again
        second = await tokens.admit("ishraqa", await tokens.redeem("ishraqa", again.group(1)))
        assert second.contact == admitted.contact
        assert second.since == behind[-1].seq
