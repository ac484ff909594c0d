"""Where a contact is spoken to: a reply goes where they wrote last, what comes unasked where it can arrive best."""

from collections.abc import Mapping, Sequence

from services import kinship
from services.ports import Reading, Row

Contact = tuple[str, str]  # organisation, contact


def who(row: Row) -> Contact:
    """Whose row it is."""
    return row["organisation"], row["contact"]


async def best(unit: Reading, rows: Sequence[Row]) -> dict[Contact, Row]:
    """The address for what comes unasked: a line that one can write to before a page, and the one last written from."""
    if not rows:
        return {}
    kin = await kinship.families(unit, (r["organisation"] for r in rows), (r["contact"] for r in rows))
    addresses = sorted(await _addresses(unit, rows, kin), key=_reachable)
    every = {(a["organisation"], a["contact"]): a for a in addresses}
    found: dict[Contact, Row] = {}
    for house, contact in dict.fromkeys(who(row) for row in rows):
        own = [every[house, one] for one in kin.get(contact, [contact]) if (house, one) in every]
        found |= {(house, contact): max(own, key=_reachable)} if own else {}
    return found


async def last_used(unit: Reading, organisation: str, contact: str) -> Row | None:
    """The address that the contact wrote from last, on whichever line, unless nothing arrives there any more; None
    where there is no address."""
    everybody = await kinship.family(unit, organisation, contact)
    where = {"organisation": organisation, "contact": everybody}
    addresses = {a["address"]: a for a in await unit.select("addresses", where)}
    newest = sorted(await unit.latest(organisation, everybody), key=lambda m: m["at"], reverse=True)
    used = next((addresses[m["address"]] for m in newest if m["address"] in addresses), None)
    if used is not None and used["stopped_at"] is None:
        return used
    return next(iter(sorted(addresses.values(), key=_reachable, reverse=True)), None)


async def _addresses(unit: Reading, rows: Sequence[Row], kin: Mapping[str, Sequence[str]]) -> list[Row]:
    contacts = {contact for row in rows for contact in kin.get(row["contact"], [row["contact"]])}
    return await unit.select(
        "addresses", {"organisation": sorted({r["organisation"] for r in rows}), "contact": sorted(contacts)}
    )


def _reachable(address: Row) -> tuple[bool, bool, float]:
    wrote = address["last_inbound_at"]
    return address["stopped_at"] is None, address["value"] is not None, wrote.timestamp() if wrote else 0.0
