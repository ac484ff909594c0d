"""Two houses over one PostgreSQL, each with its own doors: a page held by one shows what the other answered."""

from pathlib import Path
from uuid import uuid4

import aiohttp
from pydantic import SecretStr

from bot.settings import Settings
from tests import postgres
from tests.real_house import open_house, page, settings
from tests.web_house import hear, send


async def test_a_page_of_one_house_shows_what_another_answered(tmp_path: Path) -> None:
    url = SecretStr(await postgres.server().database())

    def made(folder: Path, port: int) -> Settings:
        return settings(folder, port).model_copy(update={"database_url": url})

    async with open_house(tmp_path, made=made) as (_, here), open_house(tmp_path, made=made) as (_, there):
        async with aiohttp.ClientSession(trust_env=False) as visitor:
            for port in (here, there):
                answer = await visitor.get(f"http://localhost:{port}/readyz")
                assert await answer.json() == {"database": True, "migrations": True}
        async with page(here, "labas") as one, page(there, "labas") as two:
            await send(one, "hello", token=None, last=0, language="ar")
            token = (await hear(one, "welcome"))["token"]
            greeted = await hear(one, "message")
            await send(two, "hello", token=token, last=greeted["seq"], language="ar")
            await hear(two, "welcome")
            await send(two, "message", id=str(uuid4()), text="موظف")
            assert not (await hear(two, "ack"))["repeat"]
            answered = await hear(two, "message")
            told = await hear(one, "message")
            while told["seq"] < answered["seq"]:
                told = await hear(one, "message")
            assert told["text"] == answered["text"]
