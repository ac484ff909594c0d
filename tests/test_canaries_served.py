"""Canaries: what a person wrote in a whole request is readable in no file of the data folder and in no line of the log."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from tests.real_house import open_house, page, say
from tests.served import Served, served
from tests.web_house import Frame, hear, hello, send

WROTE = (
    *("1", "1", "1", "سعد بن ناصر الحربي", "1045827356", "1045827365", "١٥ ذو الحجة ١٣٨٧", "٠٥٥٠٠٠١٧٣٤", "بريدة"),
    *("1", "نعم", "1", "مستشفى الواحة، د. هشام", "تخطي", "48731", "ارتجاف أذيني نادر", "لاحقا", "لاحقا", "صحيح"),
    *("أقر وأوافق", "حالة طلبي"),
)
CANARIES = (
    *("سعد بن ناصر", "الحربي", "1045827356", "1045827365", "ذو الحجة ١٣٨٧", "1968-03-14", "٠٥٥٠٠٠١٧٣٤", "0550001734"),
    *("550001734", "بريدة", "الواحة", "هشام", "48731", "48,731", "ارتجاف", "أذيني نادر", "أقر وأوافق", "حالة طلبي"),
)


def spellings(canary: str) -> Iterator[bytes]:
    """The bytes in which a text could stand in a file."""
    yield from (canary.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
    yield json.dumps(canary).strip('"').encode()
    for offset in range(3):
        whole = b"\0" * offset + canary.encode()
        yield base64.b64encode(whole)[-(-offset * 8 // 6) : len(whole) * 8 // 6]


def sung(data: bytes) -> set[str]:
    """The canaries that are readable there."""
    return {canary for canary in CANARIES for spelling in spellings(canary) if spelling in data}


async def wrote_whole_request(house: Served) -> str:
    """One person's request over the socket to its number, with frames that are refused on the way; the number."""
    async with page(house.port, "qalb") as line:
        await hello(line, language="ar")
        await hear(line, "message")
        for text in WROTE[:-1]:
            await say(line, text)
        for canary in CANARIES:
            await send(line, "typing")
            await line.send(json.dumps({"type": canary, "text": canary}))
            await hear(line, "error")
            await send(line, "message", id=str(uuid4()), text=canary + "x" * 4001)
            await hear(line, "error")
        last = await say(line, WROTE[-1])
        return number(last)


def number(message: Frame) -> str:
    """The reference number in a message."""
    return "".join(sign for sign in message["text"].partition("\u2069")[0] if sign.isdigit())


async def wandered(house: Served) -> None:
    """Requests whose addresses hold what nobody should write into an address."""
    async with aiohttp.ClientSession(house.origin) as visitor:
        for canary in CANARIES:
            for path in (f"/chat/qalb/{canary}", f"/chat/{canary}", f"/chat/qalb?start={canary}"):
                async with visitor.get(path, headers={"Referer": "http://x/"}) as answer:
                    assert answer.status in (200, 404)
                    assert sung(await answer.read()) == set(), path


@pytest.mark.parametrize("spelling", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_readable_canary_would_be_heard(spelling: str) -> None:
    assert sung(b"\xff\0" + "x سعد بن ناصر الحربي".encode(spelling)) == {"سعد بن ناصر", "الحربي"}
    assert sung(base64.b64encode("{أذيني نادر}".encode())) == {"أذيني نادر"}
    assert sung(json.dumps({"text": "بريدة"}).encode()) == {"بريدة"}


async def test_a_whole_request_leaves_nothing_readable(tmp_path: Path) -> None:
    async with served(tmp_path, WASL_LOG_LEVEL="DEBUG", WASL_LOG_FORMAT="json") as house:
        reference = await wrote_whole_request(house)
        await wandered(house)
        await house.kill()  # with the journal as it stood
        files = {path.name: path.read_bytes() for path in house.data.rglob("*") if path.is_file()}
        assert "wasl.db-wal" in files
        assert {name: sung(data) for name, data in files.items() if sung(data)} == {}
        log = house.log.read_bytes() + house.printed
        assert sung(log) == set()
        assert len(reference) == 9
        assert [name for name, data in {**files, "log": log}.items() if reference.encode() in data] == []
    async with open_house(house.data) as (again, _), again.household.memory.reading() as unit:
        answers = await unit.select("answers", {"organisation": "qalb"})
    kept = {answer["field"]: answer["value"] for answer in answers}
    assert (kept["full_name"], kept["condition"], kept["income"]) == (WROTE[3], "ارتجاف أذيني نادر", "48731")
