"""The real house on a folder of its own, and lines to it."""

import base64
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from bot.app import create_app
from bot.duty import Duty
from bot.settings import Settings
from bot.wiring import House, build, real_clock
from services.ports import Clock
from tests.migrated import migrated
from tests.web_house import Frame, hear, running, send


def settings(folder: Path, port: int = 8000) -> Settings:
    """Settings of a house in this folder."""
    return Settings(
        PORT=port,
        data_dir=folder,
        master_keys=SecretStr("k1:" + base64.b64encode(b"k" * 32).decode()),
        secret=SecretStr("abcdefghijklmnopqrstuvwxyz0123456789"),
    )


async def furnished(folder: Path) -> Path:
    """The folder with a database of this version in it."""
    await migrated(settings(folder).database)
    return folder


@asynccontextmanager
async def open_house(
    folder: Path,
    clock: Clock = real_clock,
    made: Callable[[Path, int], Settings] = settings,
    port: int = 0,
    duty: Duty = Duty.ALL,
) -> AsyncIterator[tuple[House, int]]:
    """The house of this folder, serving; `made` gives its settings where it has accounts at vendors. A port that is
    given is where it served before, so that browsers find it again."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        port = int(listener.getsockname()[1])
        house = await build(made(folder, port), clock, duty=duty)
        app = create_app(house.site, house.open, desk=house.desk, leave=house.leave, closed=not duty.opens)
        async with running(app, listener):
            yield house, port


def page(port: int, name: str) -> connect:
    """A socket as the association's page opens it."""
    origin = Origin(f"http://localhost:{port}")
    return connect(f"ws://127.0.0.1:{port}/chat/{name}/ws", origin=origin, compression=None, proxy=None)


async def say(line: ClientConnection, text: str) -> Frame:
    """Say a line; the newest message that it was answered with."""
    await send(line, "message", id=str(uuid4()), text=text)
    await hear(line, "ack")
    return await hear(line, "message")
