"""`python -m bot invite`: a one-time link by which a member of staff joins, or joins anew."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from services.staffing import Fault, Invited, Staffing

REFUSED = 1
WHY = {
    "login": "Sign-in names are e-mail addresses or short names of three signs or more, without spaces.",
    "name": "Give the member's name, of two letters or more: --name",
    "roles": "Give roles that there are: --role relations_officer|social_researcher|committee|supervisor|"
    "administrator|delegate",
    "last": "This is the last administrator; invite another one first.",
    "gone": "This sign-in name belongs to the demonstration.",
}


def invite(
    organisation: Annotated[str, typer.Argument(help="An association's name.")],
    login: Annotated[str, typer.Option(help="What the member signs in with: an e-mail address or a short name.")],
    name: Annotated[str, typer.Option(help="The member's name.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="A role; give it more than once for several.")] = None,
) -> None:
    """Print a one-time link; for a member who is known already it resets password, app and roles, if any are given."""
    from bot.logs import configure
    from bot.reading import SettingsRefusedError, load
    from organisations import BadProfile
    from storage import StorageRefusedError

    try:
        settings = load()
        configure(settings.log_format, "WARNING", settings.secrets())
        asyncio.run(_invite(settings, organisation, login, name, role or []))
    except (SettingsRefusedError, StorageRefusedError, BadProfile, _NotDone) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(REFUSED) from None


class _NotDone(Exception):
    """Why nobody was invited, in a sentence."""


async def _invite(settings: "Settings", organisation: str, login: str, name: str, roles: list[str]) -> None:
    from bot.wiring import build
    from services.staffing import Invited

    house = await build(settings)
    try:
        if organisation not in house.household.profiles:
            raise _NotDone(f"There is no organisation {organisation!r}.")
        made = await _made(house.household.staffing, organisation, login, name, roles)
    finally:
        await house.household.memory.close()
    if not isinstance(made, Invited):
        raise _NotDone(WHY.get(made.value, made.value))
    typer.echo(f"{settings.origin}/desk/{organisation}/join#k={made.token}")
    typer.echo("Shown once; good once, for 72 hours.", err=True)


async def _made(staffing: "Staffing", organisation: str, login: str, name: str, roles: list[str]) -> "Invited | Fault":
    known = await staffing.find(organisation, login)
    if known is None:
        return await staffing.invite(None, organisation, login, name, roles)
    if roles and (fault := await staffing.set_roles(None, organisation, known, roles)):
        return fault
    return await staffing.invite_again(None, organisation, known)
