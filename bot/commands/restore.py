"""`python -m bot restore`: bring a sealed archive into an empty house, and erase anew whoever was erased since."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.backup import Kept

REFUSED, BROKEN = 1, 3


def restore(archive: Annotated[Path, typer.Argument(help="The archive that `backup` wrote.")]) -> None:
    """Restore into the empty database and data folder of the settings; the erasure ledger is applied at once."""
    from bot.keys import parse_master_keys
    from bot.logs import configure
    from bot.reading import SettingsRefusedError, load
    from organisations import BadProfile
    from storage import StorageRefusedError
    from storage.backup import restore as bring

    try:
        settings = load()
        configure(settings.log_format, settings.log_level, settings.secrets())
        keys = parse_master_keys(settings.master_keys.get_secret_value())
        kept = bring(settings.database, settings.files, keys, archive)
        gaps, faults = asyncio.run(_opened(settings))
    except (SettingsRefusedError, StorageRefusedError, BadProfile, OSError) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(REFUSED) from None
    typer.echo(
        f"Restored: {kept.kind} at revision {kept.revision}, {kept.files} files, as of {kept.at:%Y-%m-%d %H:%M:%S} UTC."
    )
    for line in (*_lost(kept), *gaps):
        typer.echo(line)
    for fault in faults:
        typer.echo(fault, err=True)
    typer.echo("Every chain of evidence stands as it was written." if not faults else "The evidence does not hold.")
    if faults:
        raise typer.Exit(BROKEN)


def _lost(kept: "Kept") -> Iterator[str]:
    """What is not in the archive, and what becomes of it."""
    yield "What people wrote since is not in it. WhatsApp and SMS are listed anew by the vendor at the next start and"
    yield "taken once; what came by Telegram and web chat since is lost, and so is what staff did since."
    if kept.doubtful:
        yield f"{kept.doubtful} messages waited to be sent then: each is looked for at its vendor, none is sent twice."


async def _opened(settings: "Settings") -> tuple[list[str], list[str]]:
    """Open the house once, so that the ledger is applied before anything is read, and check every chain."""
    from bot.wiring import build

    house = await build(settings)
    try:
        names = sorted(house.household.profiles)
        gaps = [str(gap) for gap in house.household.memory.gaps]
        return gaps, [f"{name}: {fault}" for name in names for fault in await house.household.evidence.verify(name)]
    finally:
        await house.household.memory.close()
