"""`python -m bot rotate`: wrap every key with the first master key, or tell how far the serving house is with it."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

REFUSED, UNFINISHED = 1, 3


def rotate() -> None:
    """Change the master key: after its new one stands first in WASL_MASTER_KEYS. While a house serves from SQLite, it
    does the work by itself, and this tells how far it is; exit 3 while something is left."""
    from bot.keys import parse_master_keys
    from bot.logs import configure
    from bot.reading import SettingsRefusedError, load
    from storage import StorageRefusedError

    try:
        settings = load()
        configure(settings.log_format, settings.log_level, settings.secrets())
        names = [name for name, _ in parse_master_keys(settings.master_keys.get_secret_value())]
        counted, served = asyncio.run(_rotated(settings))
    except (SettingsRefusedError, StorageRefusedError) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(REFUSED) from None
    typer.echo("\n".join(_told(names, counted, served)))
    if any(counted[name] for name in counted if name != names[0]):
        raise typer.Exit(UNFINISHED)


async def _rotated(settings: "Settings") -> tuple[Mapping[str, int], bool]:
    """What each master key wraps now, after the work was done where it may be done here; and whether it may not."""
    from bot.keys import parse_master_keys
    from storage import Memory
    from storage.examining import serving

    served = serving(settings.database)
    keys = parse_master_keys(settings.master_keys.get_secret_value())
    memory = Memory(settings.database, keys, erasures=settings.erasure_ledger)
    try:
        if served:
            await memory.look()
        else:
            await memory.open(())
            await memory.rewrapping.finish()
        return await memory.rewrapping.census(), served
    finally:
        await memory.close()


def _told(names: Sequence[str], counted: Mapping[str, int], served: bool) -> Iterator[str]:
    first, *older = names
    if counted[""]:
        yield f"{counted['']:,} keys are wrapped with a master key that WASL_MASTER_KEYS lacks: put it back."
    yield f"The master key «{first}» wraps {counted[first]:,} keys."
    for name in older:
        if counted[name]:
            yield f"«{name}» still wraps {counted[name]:,}: it must stay in WASL_MASTER_KEYS."
        else:
            yield f"«{name}» wraps nothing any more: it may leave WASL_MASTER_KEYS of every process."
            yield "Keep it with your copies for as long as archives that were made under it."
    if served and any(counted[name] for name in counted if name != first):
        yield "The house that serves goes on with it; where the number stays, start it anew with these settings."
