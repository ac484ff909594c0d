"""`python -m bot replay`: list what was parked, or handle one of it again."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.household import Household
    from bot.settings import Settings

REFUSED = 1


def replay(
    organisation: Annotated[str, typer.Argument(help="An association's name.")],
    id: Annotated[str, typer.Argument(help="The parked event's id; without it they are listed.")] = "",
) -> None:
    """Handle a parked message again, once, at today's state. While the house serves, its desk does this."""
    from bot.logs import configure
    from bot.reading import SettingsRefusedError, load
    from organisations import BadProfile
    from storage import StorageRefusedError

    try:
        settings = load()
        configure(settings.log_format, settings.log_level, settings.secrets())
        done = asyncio.run(_act(settings, organisation, id))
    except (SettingsRefusedError, StorageRefusedError, BadProfile) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(REFUSED) from None
    if not done:
        raise typer.Exit(REFUSED)


async def _act(settings: "Settings", organisation: str, id: str) -> bool:
    from bot.wiring import build

    house = await build(settings)
    try:
        if organisation not in house.household.profiles:
            typer.echo(f"There is no organisation {organisation!r}.", err=True)
            return False
        return await (_again if id else _list)(house.household, organisation, id)
    finally:
        await house.household.memory.close()


async def _list(household: "Household", organisation: str, id: str) -> bool:
    """Name what waits: never its words, for they are the person's."""
    waiting = await household.parking.waiting(organisation)
    for parked in waiting:
        typer.echo(f"{parked.id}  {parked.at:%Y-%m-%d %H:%M} UTC  {parked.line}  {parked.reason}")
    typer.echo(f"{len(waiting)} parked in {organisation}.", err=True)
    return True


async def _again(household: "Household", organisation: str, id: str) -> bool:
    taken = await household.parking.replay(organisation, id)
    if taken is None:
        typer.echo(f"Nothing waits in {organisation} under {id}: it is unknown, or was replayed before.", err=True)
        return False
    typer.echo("It stumbled again and is parked anew." if taken.parked else "It was handled.")
    return not taken.parked
