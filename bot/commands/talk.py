"""`talk`: the same engine in this terminal."""

import asyncio
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

MASTER_KEY_BYTES = 32
MEMORY_URL = "sqlite+aiosqlite://"
PUBLIC_URL = "https://wasl.example"


def talk(
    organisation: Annotated[str, typer.Argument(help="An association's name, as in `organisations/`.")],
    channel: Annotated[str, typer.Option(help="web, whatsapp, sms or telegram.")] = "web",
    language: Annotated[str, typer.Option(help="ar or en: answers the question of language.")] = "ar",
    state: Annotated[Path | None, typer.Option(help="A file that keeps the conversation.")] = None,
    now: Annotated[datetime | None, typer.Option(help="The time it is, ISO 8601.")] = None,
) -> None:
    """Talk to an association: one line is one message; lines like `/tap 2` and `/wait 2d` are acts."""
    from handlers import ways
    from organisations import load, names

    if organisation not in names():
        raise typer.BadParameter(f"there is no organisation {organisation!r}; there are {', '.join(names())}")
    if channel not in ways():
        raise typer.BadParameter(f"there is no channel {channel!r}; there are {', '.join(ways())}")
    profile = load(organisation)
    if language not in profile.organisation.languages:
        raise typer.BadParameter(f"{organisation} does not speak {language!r}")
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    asyncio.run(_run(organisation, channel, language, state, now))


async def _run(organisation: str, channel: str, language: str, state: Path | None, now: datetime | None) -> None:
    from bot.household import furnish
    from bot.talk import MovedClock, Terminal
    from organisations import load
    from storage.memory import Memory

    clock = MovedClock(now if now is None or now.tzinfo else now.replace(tzinfo=UTC))
    memory = Memory(await _url(state), (("talk", _key(state)),))
    await memory.open([organisation])
    try:
        house = furnish(memory, {organisation: load(organisation)}, clock, PUBLIC_URL, _files(state))
        terminal = Terminal(house, organisation, channel, clock)
        await terminal.open(language)
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line.strip():
                await terminal.hear(line.strip())
        await house.workshop.close()
    finally:
        await memory.close()


def _files(state: Path | None) -> Path | None:
    """Papers lie beside the state file, or nowhere."""
    return state.resolve().with_name(f"{state.name}.files") if state else None


async def _url(state: Path | None) -> str:
    if state is None:
        return MEMORY_URL
    from storage.migrations import migrate

    url = f"{MEMORY_URL}/{state.resolve()}"
    await migrate(url)
    return url


def _key(state: Path | None) -> bytes:
    """A key for this play only; beside the state file, so that it can be read again."""
    if state is None:
        return os.urandom(MASTER_KEY_BYTES)
    path = state.with_name(f"{state.name}.key")
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(os.urandom(MASTER_KEY_BYTES))
    return path.read_bytes()
