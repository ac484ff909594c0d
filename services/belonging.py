"""What belongs to a person: those they were merged with, their cases, the contacts that speak for them, their files."""

from collections.abc import Sequence
from typing import Any

from services import kinship
from services.ports import Reading, Row, Unit


async def cases_of(unit: Reading, organisation: str, persons: Sequence[str], case: str) -> list[Row]:
    """The cases of the persons and of those who were merged with them, and the one that asks for it."""
    group = await merged(unit, organisation, persons)
    ways: list[dict[str, Any]] = [{"applicant": group}, {"beneficiary": group}, {"case": [case]}]
    rows = [row for way in ways for row in await unit.select("cases", {"organisation": organisation, **way})]
    return list({row["case"]: row for row in rows}.values())


async def merged(unit: Reading, organisation: str, persons: Sequence[str]) -> list[str]:
    """The persons and all that are one with them."""
    found, fresh = set(persons), set(persons)
    while fresh:
        here = {"organisation": organisation}
        up = await unit.select("persons", {**here, "person": sorted(fresh)})
        down = await unit.select("persons", {**here, "merged_into": sorted(fresh)})
        fresh = {row[name] for row in (*up, *down) for name in ("person", "merged_into") if row[name]} - found
        found |= fresh
    return sorted(found)


async def contacts_of(unit: Reading, organisation: str, persons: Sequence[str], cases: Sequence[Row]) -> list[str]:
    """Every contact that speaks for them, with those that are one with it."""
    spoken = await unit.select("contact_persons", {"organisation": organisation, "person": list(persons)})
    found = {row["contact"] for row in (*spoken, *cases)}
    families = await kinship.families(unit, [organisation], found)
    return sorted({contact for family in families.values() for contact in family})


async def held_contacts(unit: Unit, organisation: str, persons: Sequence[str], cases: Sequence[Row]) -> list[str]:
    """The same, each held as a turn would hold it."""
    every = await contacts_of(unit, organisation, persons, cases)
    await unit.select("contacts", {"organisation": organisation, "contact": every}, order=["contact"], lock=True)
    return every


async def named_files(unit: Reading, organisation: str, contacts: Sequence[str], cases: Sequence[Row]) -> list[str]:
    """The files that were named with these cases in hand, and filed to none."""
    where = {"organisation": organisation, "contact": contacts, "case": [row["case"] for row in cases]}
    rows = await unit.select("messages", where) if cases else []
    return [str(file) for row in rows for file in (row["content"] or {}).get("files") or ()]
