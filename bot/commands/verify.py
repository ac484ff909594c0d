"""`python -m bot verify`: prove a request by its evidence, or name what was changed."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from services.proving import Proof

NOT_PROVEN, BAD_USE = 1, 2


def verify(
    reference: Annotated[str, typer.Argument(help="A reference number, in any digits, with or without spaces.")],
    organisation: Annotated[str, typer.Option(help="The association, where several are on.")] = "",
) -> None:
    """Say whether a request is what was declared and decided. It reads only, also while the house serves."""
    from bot.logs import configure
    from bot.reading import SettingsRefusedError, load
    from organisations import BadProfile
    from services.proving import BadReference
    from storage import StorageRefusedError
    from storage.marks import Marks

    try:
        settings = load()
        configure(settings.log_format, settings.log_level, settings.secrets())
        proofs = asyncio.run(_prove(settings, reference, organisation))
        gaps = Marks(settings.erasure_ledger).gaps()
    except BadReference:
        typer.echo("This is no reference number: it has nine digits, and the last one checks the others.", err=True)
        raise typer.Exit(BAD_USE) from None
    except (SettingsRefusedError, StorageRefusedError, BadProfile) as refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(BAD_USE) from None
    code = _told(proofs)
    if code:
        typer.echo("\n".join(str(gap) for gap in gaps), nl=bool(gaps))  # it may have been there before an older copy
    raise typer.Exit(code)


async def _prove(settings: "Settings", reference: str, organisation: str) -> "list[Proof]":
    from bot.keys import parse_master_keys
    from conversations.reference import read, shown
    from organisations import load_all
    from services.proving import Proving
    from storage import Memory
    from storage.files import FileStore

    profiles = load_all(settings.organisations or None)
    if organisation and organisation not in profiles:
        raise typer.BadParameter(f"there is no association {organisation!r}.")
    keys = parse_master_keys(settings.master_keys.get_secret_value())
    memory = Memory(settings.database, keys, erasures=settings.erasure_ledger)
    store = FileStore(settings.files)
    proving = Proving(memory, store, {name: profile.organisation for name, profile in profiles.items()})
    try:
        await memory.look()
        found = await proving.find(reference, [organisation] if organisation else [])
        if len(found) > 1:
            names = ", ".join(sorted({name for name, _ in found}))
            raise typer.BadParameter(f"several associations have this number ({names}): add --organisation NAME.")
        return [await proving.prove(name, case, shown(read(reference) or reference)) for name, case in found]
    finally:
        await memory.close()


def _told(proofs: "list[Proof]") -> int:
    """Print what was found; the exit code."""
    if not proofs:
        typer.echo("No request has this number.")
        return NOT_PROVEN
    for proof in proofs:
        typer.echo(f"{proof.organisation} {proof.reference}: {'proven.' if proof.proven else 'NOT proven.'}")
        for fault in proof.faults:
            typer.echo(f"  - {fault}")
        for note in proof.notes:
            typer.echo(f"  . {note}")
    return 0 if all(proof.proven for proof in proofs) else NOT_PROVEN
