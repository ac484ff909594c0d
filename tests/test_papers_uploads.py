"""Papers by upload on the real house: who may, what comes back, what is refused, and what is let go."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection

from bot.wiring import House
from services.papers import MOST_UNNAMED, clean
from tests.papers_bench import Table
from tests.papers_world import (
    PLACE,
    bytes_of,
    eicar,
    hostile_pdf,
    locked_pdf,
    pdf,
    picture,
    png_of_nothing,
    with_place,
    zipped,
)
from tests.real_house import furnished, open_house, page
from tests.web_house import Frame, hear, hello, send

NAME = "labas"
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CANARY = "CANARY-NAME"


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Visit:
    """The house, somebody's open page, and calls to the doors."""

    house: House
    port: int
    calls: aiohttp.ClientSession
    clock: Clock
    line: ClientConnection
    token: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/chat/{NAME}/files"

    async def upload(
        self, data: bytes, name: str = "paper.jpg", id: str = "", token: str | None = None, **more: Any
    ) -> tuple[int, Frame]:
        """Send a file as the page does; the status and what was answered."""
        form = aiohttp.FormData()
        form.add_field("id", id or str(uuid4()))
        form.add_field("file", data, filename=name, content_type="application/octet-stream")
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        async with self.calls.post(self.url, data=form, headers=headers, **more) as answer:
            return answer.status, await answer.json()

    async def look(self, file: str, token: str | None = None) -> tuple[aiohttp.ClientResponse, bytes]:
        """Ask for a file back: the answer and its body."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        async with self.calls.get(f"{self.url}/{file}", headers=headers) as answer:
            return answer, await answer.read()

    async def files(self) -> list[dict[str, Any]]:
        """The rows of files."""
        async with self.house.household.memory.reading() as unit:
            return await unit.select("files", {"organisation": NAME})

    async def message(self, *files: str, text: str = "") -> Frame:
        """Name files in a message: the acknowledgement, or the error."""
        await send(self.line, "message", id=str(uuid4()), text=text, files=list(files))
        return await hear(self.line, "ack", "error")


@asynccontextmanager
async def visit(folder: Path) -> AsyncIterator[Visit]:
    """Somebody before the house of this folder; papers are judged in this process, for speed."""
    clock = Clock()
    async with open_house(await furnished(folder), clock) as (house, port):
        house.household.papers._workshop = Table()
        async with page(port, NAME) as line, aiohttp.ClientSession() as calls:
            welcome = await hello(line)
            yield Visit(house, port, calls, clock, line, welcome["token"])


async def test_an_upload_is_kept_shown_to_its_sender_and_named_by_a_message(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        status, told = await v.upload(with_place(), f"{CANARY}.heic")
        assert status == 201
        assert (told["name"], told["kind"]) == (f"{CANARY}.jpg", "image")
        assert told["preview"] == f"/chat/{NAME}/files/{told['file']}"
        answer, body = await v.look(told["file"])
        assert (answer.status, answer.content_type, len(body)) == (200, "image/jpeg", told["bytes"])
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert PLACE not in body
        assert (await v.message(told["file"]))["type"] == "ack"
        (row,) = await v.files()
        assert row["named_at"] == START
        async with page(v.port, NAME) as second:
            await hello(second, v.token, mine=True)
            mine = await hear(second, "mine")
        assert mine["files"] == [told]


async def test_a_pdf_comes_back_as_something_to_keep_and_never_to_run(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        status, told = await v.upload(hostile_pdf(), "report.pdf")
        assert (status, told["kind"], "preview" in told) == (201, "pdf", False)
        answer, body = await v.look(told["file"])
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert b"CANARY" not in body


async def test_the_same_id_has_the_same_answer_and_one_file(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        id = str(uuid4())
        first = await v.upload(picture(), "a.jpg", id)
        assert await v.upload(picture(size=(50, 50)), "b.jpg", id.upper()) == first
        assert len(await v.files()) == 1
        bad = str(uuid4())
        assert await v.upload(eicar(), "a.jpg", bad) == await v.upload(picture(), "a.jpg", bad)


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"", "empty.jpg", 400, "empty"),
        (eicar(), "eicar.jpg", 415, "kind"),
        (b"MZ program", "gpj.\u202eexe.jpg", 415, "kind"),
        (zipped(), "letter.docx", 415, "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.svg", 415, "kind"),
        (b"<!doctype html><script>x()</script>", "a.jpg", 415, "kind"),
        (picture()[:-800], "torn.jpg", 415, "unreadable"),
        (locked_pdf(), "locked.pdf", 415, "password"),
        (bytes_of(pdf(51)), "book.pdf", 415, "pages"),
        (png_of_nothing(), "nothing.png", 413, "too_large"),
        (picture() + bytes(10 * 1024 * 1024 + 20_000), "large.jpg", 413, "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_what_is_refused_is_told_with_a_code_and_a_sentence(
    tmp_path: Path, data: bytes, name: str, status: int, code: str
) -> None:
    async with visit(tmp_path) as v:
        found, told = await v.upload(data, name)
        assert (found, told["code"]) == (status, code)
        assert len(told["text"]) > 20
        assert not list((tmp_path / "files").rglob("*.*"))
        assert all(row["secret"] is None for row in await v.files())


async def test_who_holds_no_good_token_is_told_401(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        for token in ("", "x" * 43, "x" * 300):
            status, told = await v.upload(picture(), token=token)
            assert (status, told["code"]) == (401, "bad_token")
        async with v.calls.post(v.url, data=b"x") as answer:
            assert answer.status == 401
        assert await v.files() == []


async def test_a_form_that_is_none_is_told_400_or_415(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        bearer = {"Authorization": f"Bearer {v.token}"}
        bodies: list[tuple[dict[str, str], bytes, int]] = [
            ({"Content-Type": "application/json"}, b"{}", 415),
            ({"Content-Type": "multipart/form-data"}, b"--x", 400),
            ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nnothing\r\n\r\n--x--", 400),
            ({"Content-Type": "multipart/form-data; boundary=x"}, form(("id", "", "1"), ("file", "a", "b")), 400),
            ({"Content-Type": "multipart/form-data; boundary=x"}, form(("id", "", str(uuid4()))), 400),
            ({"Content-Type": "multipart/form-data; boundary=x"}, form(*[("file", "a.jpg", "b")] * 3), 400),
            ({"Content-Type": "multipart/form-data; boundary=x"}, form(*[("id", "", "b")] * 9), 400),
        ]
        for headers, body, status in bodies:
            async with v.calls.post(v.url, data=body, headers={**bearer, **headers}) as answer:
                assert (answer.status, set(await answer.json())) == (status, {"code", "text"}), body
        assert await v.files() == []


def form(*parts: tuple[str, str, str]) -> bytes:
    """A form by hand: name, file name, content."""
    named = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"'
        + (f'; filename="{file}"' if file else "")
        + f"\r\n\r\n{value}\r\n"
        for name, file, value in parts
    ]
    return ("".join(named) + "--x--\r\n").encode()


async def test_a_body_without_a_length_is_counted_while_it_comes(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            yield form(("file", "a.jpg", ""))[:-8]
            while sent < 40 * 1024 * 1024:
                sent += 65_536
                yield bytes(65_536)

        headers = {"Authorization": f"Bearer {v.token}", "Content-Type": "multipart/form-data; boundary=x"}
        try:
            async with v.calls.post(v.url, data=endless(), headers=headers) as answer:
                assert answer.status == 413
        except aiohttp.ClientConnectionError:
            pass  # the house may close before everything was sent
        assert sent < 40 * 1024 * 1024
        assert await v.files() == []


async def test_nobody_sees_or_names_what_another_sent(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        _, told = await v.upload(picture())
        async with page(v.port, NAME) as other:
            stranger = await hello(other)
            assert (await v.look(told["file"], stranger["token"]))[0].status == 404
            await send(other, "message", id=str(uuid4()), files=[told["file"]])
            error = await hear(other, "error")
        assert error["code"] == "bad_file"
        for file in (told["file"][::-1], "f" * 32, "..%2F..%2Fx", "x"):
            assert (await v.look(file))[0].status == 404
        assert (await v.message(told["file"], told["file"]))["code"] == "bad_file"
        assert (await v.message("f" * 32))["code"] == "bad_file"
        (row,) = await v.files()
        assert row["named_at"] is None


async def test_what_no_message_names_is_gone_after_a_day(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        _, named = await v.upload(picture())
        _, left = await v.upload(picture(size=(50, 60)))
        await v.message(named["file"])
        v.clock.now += timedelta(hours=23)
        assert await v.house.household.papers.sweep() == 0
        v.clock.now += timedelta(hours=2)
        assert await v.house.household.papers.sweep() == 1
        assert [row["file"] for row in await v.files()] == [named["file"]]
        assert [path.name for path in kept(tmp_path)] == [named["file"]]
        assert (await v.look(left["file"]))[0].status == 404
        assert (await v.look(named["file"]))[0].status == 200


def kept(folder: Path) -> list[Path]:
    """The sealed files in the data folder."""
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


async def test_a_drawer_that_is_full_takes_no_more(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        data = picture(size=(8, 8))
        for _ in range(MOST_UNNAMED):
            assert (await v.upload(data))[0] == 201
        status, told = await v.upload(data)
        assert (status, told["code"]) == (429, "busy")


async def test_names_and_pixels_stand_sealed_and_only_for_their_owner(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        _, told = await v.upload(picture(), f"{CANARY}.jpg")
        _, body = await v.look(told["file"])
    held = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}  # noqa: ASYNC240
    assert len(kept(tmp_path)) == 1
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0
    for sign in (CANARY.encode(), json.dumps(CANARY).encode(), body[:10], body[200:232]):
        assert [path.name for path, data in held.items() if sign in data] == []


async def test_the_process_apart_judges_what_comes_by_the_door(tmp_path: Path) -> None:
    async with visit(tmp_path) as v:
        v.house.household.papers._workshop = v.house.household.workshop
        assert (await v.upload(with_place()))[0] == 201
        assert (await v.upload(b"MZ"))[0] == 415
        assert len(v.house.household.workshop.pids) == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\fakepath\\تقرير.HEIC", "تقرير.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("a\x00b\n c.jpg.exe", "ab c.jpg"),
        ("...", "image.jpg"),
        ("", "image.jpg"),
        ("م\u200cن.jpg", "م\u200cن.jpg"),
        ("ا" * 400 + ".jpg", "ا" * 60 + ".jpg"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.jpg"),
    ],
)
def test_a_name_is_cleaned_and_gets_the_ending_of_its_kind(given: str, shown: str) -> None:
    assert clean(given, "image") == shown
