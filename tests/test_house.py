"""The real house behind the socket: SQLite on disk, the five associations, a restart in between."""

from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from bot.wiring import build
from storage import StorageRefusedError
from tests.real_house import furnished, open_house, page, say, settings
from tests.web_house import hear, hello, send

NAMES = ("ishraqa", "kafl", "labas", "qalb", "qurainah")
FULL = {
    "ishraqa": "جمعية إشراقة لتعزيز الصحة النفسية",
    "kafl": "جمعية كفل لرعاية السجناء وأسرهم",
    "labas": "جمعية لاباس الصحية بالقنفذة",
    "qalb": "جمعية قلب لرعاية مرضى القلب",
    "qurainah": "الجمعية التعاونية متعددة الأغراض بالقرينة",
}


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A data folder with a database of this version."""
    return await furnished(tmp_path)


async def test_a_conversation_goes_on_after_a_restart(folder: Path) -> None:
    async with open_house(folder) as (_, port), page(port, "kafl") as line:
        token = (await hello(line))["token"]
        told = [await hear(line, "message") for _ in range(2)]
        assert [message["seq"] for message in told] == [1, 2]
        assert FULL["kafl"] in told[0]["text"]
        assert told[1]["options"]
        third = await say(line, "1")
    async with open_house(folder) as (_, port), page(port, "kafl") as line:
        welcome = await hello(line, token, last=1, mine=True)
        assert welcome["name"] == FULL["kafl"]
        again = [await hear(line, "message", "mine") for _ in range(3)]
        assert [frame["type"] for frame in again] == ["message", "mine", "message"]
        assert again[0] == told[1]
        assert again[1]["text"] == "1"
        assert again[2] == third


async def test_every_association_greets_in_its_own_name_and_no_other(folder: Path) -> None:
    async with open_house(folder) as (_, port):
        for name in NAMES:
            async with page(port, name) as line:
                await hello(line)
                greeting = (await hear(line, "message"))["text"]
            assert [other for other in NAMES if FULL[other] in greeting] == [name]


async def test_two_visitors_are_both_greeted(folder: Path) -> None:
    async with open_house(folder) as (_, port):
        tokens = set()
        for _ in range(2):
            async with page(port, "labas") as line:
                tokens.add((await hello(line))["token"])
                assert (await hear(line, "message"))["seq"] == 1
        assert len(tokens) == 2


async def test_the_same_id_of_another_browser_is_another_line(folder: Path) -> None:
    id = str(uuid4())
    async with open_house(folder) as (_, port):
        for _ in range(2):
            async with page(port, "labas") as line:
                await hello(line)
                await send(line, "message", id=id, text="1")
                assert (await hear(line, "ack"))["repeat"] is False


async def test_a_token_of_one_association_opens_no_other(folder: Path) -> None:
    async with open_house(folder) as (_, port):
        async with page(port, "qalb") as line:
            token = (await hello(line))["token"]
        async with page(port, "labas") as line:
            await send(line, "hello", token=token)
            error = await hear(line, "error")
            assert error["code"] == "bad_token"
            assert error["text"]


@pytest.mark.parametrize("name", NAMES)
async def test_every_page_of_an_association_is_whole_and_names_no_other(folder: Path, name: str) -> None:
    paths = [f"/chat/{name}{rest}{lang}" for rest in ("", "/policy", "/privacy") for lang in ("?lang=ar", "?lang=en")]
    async with open_house(folder) as (house, port), aiohttp.ClientSession(f"http://localhost:{port}") as visitor:
        for path in (*paths, f"/chat/{name}/colours.css"):
            async with visitor.get(path) as answer:
                text = await answer.text()
                assert answer.status == 200, path
            assert [other for other in NAMES if FULL[other] in text or f'"{other}"' in text] in ([], [name]), path
        privacy = house.site.associations[name].privacy["ar"]
        assert FULL[name] in privacy
        assert "{" not in privacy


async def test_health_is_told(folder: Path) -> None:
    async with open_house(folder) as (_, port), aiohttp.request("GET", f"http://localhost:{port}/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"database": True, "migrations": True})


async def test_a_house_that_was_not_migrated_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(StorageRefusedError, match="migrate"):
        await build(settings(tmp_path))


async def test_two_houses_on_one_database_do_not_open(folder: Path) -> None:
    async with open_house(folder):
        with pytest.raises(StorageRefusedError, match="Another process"):
            await build(settings(folder))
