"""Where a contact is spoken to: a reply goes where they wrote last, what comes unasked where it can arrive best."""

from collections.abc import Sequence

from services.ports import Reading, Row

Contact = tuple[str, str]  # organisation, contact


def who(row: Row) -> Contact:
    """Whose row it is."""
    return row["organisation"], row["contact"]


async def best(unit: Reading, rows: Sequence[Row]) -> dict[Contact, Row]:
    """The address for what comes unasked: a line that one can write to before a page, and the one last written from."""
    return {who(a): a for a in sorted(await _addresses(unit, rows), key=_reachable)}


async def last_used(unit: Reading, organisation: str, contact: str) -> Row | None:
    """The address that the contact wrote from last, on whichever line, unless nothing arrives there any more; None
    where there is no address."""
    where = {"organisation": organisation, "contact": contact}
    addresses = {a["address"]: a for a in await unit.select("addresses", where)}
    newest = await unit.latest(organisation, [contact])
    used = next((addresses[m["address"]] for m in newest if m["address"] in addresses), None)
    if used is not None and used["stopped_at"] is None:
        return used
    return next(iter(sorted(addresses.values(), key=_reachable, reverse=True)), None)


async def _addresses(unit: Reading, rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    where = {"organisation": sorted({r["organisation"] for r in rows}), "contact": [r["contact"] for r in rows]}
    return await unit.select("addresses", where)


def _reachable(address: Row) -> tuple[bool, bool, float]:
    wrote = address["last_inbound_at"]
    return address["stopped_at"] is None, address["value"] is not None, wrote.timestamp() if wrote else 0.0
