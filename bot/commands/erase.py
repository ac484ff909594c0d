"""`python -m bot erase`: erase a person while nothing serves; else a page of the desk does it."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from conversations.records import Erasure
    from services.erasing import Fault

REFUSED = 1
BY = "command"
WHY = {
    "gone": "There is no such person or request.",
    "reason": "Give a reason of five letters or more, without the person's name.",
    "open": "An open request has to be kept until it is withdrawn or decided; --force withdraws it.",
    "sending": "A message to this person is being sent now: try again in a minute.",
    "undelivered": "A message to this person has not gone out yet; --force stops it.",
}


def erase(
    organisation: Annotated[str, typer.Option(help="An association's name.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the record, so name nobody.")],
    person: Annotated[str, typer.Option(help="The person's id.")] = "",
    reference: Annotated[str, typer.Option(help="The number of a request of theirs, in place of the id.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Withdraw what is open, and send nothing more.")] = False,
) -> None:
    """Destroy the key of a person, for good. While the house serves, the desk does it, on the page of the request."""
    from bot.logs import configure
    from bot.reading import SettingsRefusedError, load
    from organisations import BadProfile
    from storage import StorageRefusedError

    try:
        settings = load()
        configure(settings.log_format, settings.log_level, settings.secrets())
        done = asyncio.run(_erase(settings, organisation, person, reference, reason, force))
    except (SettingsRefusedError, StorageRefusedError, BadProfile) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(REFUSED) from None
    if isinstance(done, str):
        typer.echo(WHY[done], err=True)
        raise typer.Exit(REFUSED)
    typer.echo(f"Erased: {len(done.persons)} persons, {len(done.contacts)} contacts, {len(done.files)} files.")


async def _erase(
    settings: "Settings", organisation: str, person: str, reference: str, reason: str, force: bool
) -> "Erasure | Fault":
    from bot.wiring import build
    from services.erasing import Fault

    house = await build(settings)
    try:
        if organisation not in house.household.profiles or bool(person) == bool(reference):
            return Fault.GONE
        erasing = house.household.erasing
        persons = [person] if person else await erasing.applicant(organisation, reference)
        return await erasing.erase(organisation, persons, BY, reason, force=force)
    finally:
        await house.household.memory.close()
