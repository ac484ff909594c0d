"""`python -m bot backup`: one sealed archive of the database and the files, while the house serves."""

from pathlib import Path
from typing import Annotated

import typer

REFUSED = 1


def backup(archive: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Back up the running house: a snapshot of the database and every sealed file, sealed with the first master key."""
    from bot.keys import parse_master_keys
    from bot.reading import SettingsRefusedError, load
    from storage import StorageRefusedError
    from storage.backup import back_up

    try:
        settings = load()
        keys = parse_master_keys(settings.master_keys.get_secret_value())
        kept = back_up(settings.database, settings.files, keys, archive)
    except (SettingsRefusedError, StorageRefusedError, OSError) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(REFUSED) from None
    typer.echo(f"Backed up: {kept.kind} at revision {kept.revision}, {kept.files} files, {kept.size / 1e6:.1f} MB.")
    typer.echo("Keep it apart from the master keys and the erasure ledger: whoever has all of them reads everything.")
