"""`python -m bot migrate`: bring the database to this version."""

import asyncio

import typer

from bot.reading import SettingsRefusedError, load


def migrate() -> None:
    """Bring the database to this version; done again it changes nothing."""
    from storage import StorageRefusedError
    from storage import migrate as upgrade

    try:
        revision = asyncio.run(upgrade(load().database))
    except (SettingsRefusedError, StorageRefusedError) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"The database stands at revision {revision}.")
