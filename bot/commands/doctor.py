"""`python -m bot doctor`: examine the whole house, each trouble with its cause and its fix."""

import asyncio
from typing import Annotated

import typer

from bot.reading import ENV_FILE


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
    production: Annotated[
        bool,
        typer.Option("--production", help="Refuse what only a trial may have: samples, an address of this machine."),
    ] = False,
    copied: Annotated[
        bool, typer.Option("--yes-i-have-a-copy", help="Remember that a copy of the master keys lies elsewhere.")
    ] = False,
) -> None:
    """Examine settings, database, address, clock, profiles and accounts; exit 1 where anything must be mended."""
    from bot.examining import report
    from bot.examining.house import examine

    examination = asyncio.run(examine(ENV_FILE, production, copied))
    typer.echo(report.as_json(examination) if as_json else report.as_text(examination))
    if not report.sound(examination):
        raise typer.Exit(1)
