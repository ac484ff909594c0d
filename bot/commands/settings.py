"""`python -m bot settings`: judge the settings, or write what is made from their class."""

from pathlib import Path
from typing import Annotated

import typer

from bot import settings_page
from bot.reading import ENV_FILE, SettingsRefusedError, load, read

LOSS = """\
كُتب الملف {path} وفيه مفتاح رئيس جديد. احفظ نسخة منه في مكان آخر: من فقد المفتاح فقد كل ما كتبه المستفيدون.
{path} was written with a fresh master key. Keep a copy of it elsewhere: losing the key loses everything.
"""
OLD_HOUSE = """\
{database} exists, but {path} does not. A new master key could not open what is stored there.
Put your copy of {path} back; only where the data may be lost, move the data folder away.
"""


def settings(
    example: Annotated[bool, typer.Option("--example", help="Print the text of .env.example.")] = False,
    page: Annotated[bool, typer.Option("--page", help="Print the text of docs/settings.md.")] = False,
    first: Annotated[bool, typer.Option("--first", help="Write a first .env with fresh secrets.")] = False,
) -> None:
    """Judge the settings and name every problem; or write what is made from their class."""
    if example or page:
        typer.echo(settings_page.example() if example else settings_page.page(), nl=False)
    elif first:
        _write_first(ENV_FILE)
    else:
        _judge()


def _judge() -> None:
    try:
        load()
    except SettingsRefusedError as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(1) from None
    typer.echo("The settings are right.")


def _write_first(path: Path) -> None:
    """Never for a house that has data already: its old key is needed, and a new one would hide that."""
    database = Path(read(None).database.partition(":///")[2])
    if database.exists() and not path.exists():
        typer.echo(OLD_HOUSE.format(database=database, path=path), err=True)
        raise typer.Exit(1)
    try:
        settings_page.write_first_env(path)
    except FileExistsError:
        typer.echo(f"{path} exists already and was left as it is.", err=True)
        raise typer.Exit(1) from None
    typer.echo(LOSS.format(path=path), err=True)
