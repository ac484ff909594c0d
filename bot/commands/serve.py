"""`python -m bot serve`: open every door of the house."""

import asyncio
import gc
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.duty import Duty
    from bot.wiring import House

BAD_START = 1
BACKLOG = 2048
# A turn makes thousands of values that are gone with it and hardly a cycle: looked for less often, they cost less.
YOUNG, OLDER, OLDEST = 20_000, 20, 50


class PortTakenError(Exception):
    """Nobody can listen there; the sentence says what to do."""


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty database with invented people, at this machine.")
    ] = False,
    web: Annotated[
        bool, typer.Option("--web", help="Only the doors: pages, sockets, webhooks, the desk (PostgreSQL).")
    ] = False,
    worker: Annotated[
        bool, typer.Option("--worker", help="Only sending, the clock and polling; of doors only health (PostgreSQL).")
    ] = False,
) -> None:
    """Serve every door: web chat, desk, health; until it is told to stop."""
    from bot.duty import duty
    from bot.logs import configure
    from bot.reading import SettingsRefusedError, load
    from organisations import BadProfile
    from storage import StorageRefusedError

    try:
        settings = load()
        configure(settings.log_format, settings.log_level, settings.secrets())
        what = duty(settings, web=web, worker=worker)
        with _listener(settings) as listener:
            _run(settings, listener, demo, what)
    except (SettingsRefusedError, StorageRefusedError, BadProfile, PortTakenError) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(BAD_START) from None


def _listener(settings: Settings) -> socket.socket:
    """The socket that people come to, before anything else is opened."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise PortTakenError(
            f"Port {settings.port} on {settings.host} cannot be opened ({error.strerror}): "
            "stop what runs there, or set PORT to another."
        ) from None


def _run(settings: Settings, listener: socket.socket, demo: bool, duty: "Duty") -> None:
    import uvloop

    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings, listener, demo, duty))


async def _serve(settings: Settings, listener: socket.socket, demo: bool, duty: "Duty") -> None:
    from bot.app import create_app
    from bot.server import server
    from bot.wiring import build

    house = await build(settings, duty=duty)
    app = create_app(house.site, house.open, desk=house.desk, leave=house.leave, closed=not duty.opens)
    typer.echo("\n".join(_addresses(settings, sorted(house.site.associations), duty)))
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDEST)
    if demo:
        typer.echo("\n".join(await _demonstration(house, settings)))
    await server(app, settings.host, settings.port, settings.trusted_proxies).serve([listener])


async def _demonstration(house: "House", settings: Settings) -> list[str]:
    """The links by which one looks at the desk with invented people in it."""
    from bot.demo.seed import demonstrate
    from bot.wiring import real_clock

    found = await demonstrate(house.household, settings, real_clock())
    lines = [line for name, links in found.items() for line in (f"  {name}", *_each(links))]
    return ["The desk, with invented people; a link lets one in once, at this machine:", *lines] if lines else []


def _each(links: Mapping[str, str]) -> list[str]:
    return [f"    {role:<18} {link}" for role, link in links.items()]


def _addresses(settings: Settings, names: list[str], duty: "Duty") -> list[str]:
    """What is printed at start: where to go."""
    origin = settings.origin
    if not duty.opens:
        return ["Wasl serves as a worker.", f"  health: http://{settings.host}:{settings.port}/readyz"]
    chats = [f"  {origin}/chat/{name}" for name in names]
    return ["Wasl serves. The chat pages:", *chats, f"  health: {origin}/readyz"]
