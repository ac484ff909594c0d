"""Contacts that were joined: `merged_into` leads from one to the other, `kin` names at the other all that lead to it.

Rows stay under the contact that wrote them; who reads for a contact reads for its kin too.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from services.ports import Reading, Row


async def root(unit: Reading, organisation: str, contact: str) -> Row | None:
    """The contact's row, or that of the contact that it was joined to; None where there is none such."""
    rows = await unit.select("contacts", {"organisation": organisation, "contact": contact})
    while rows and rows[0]["merged_into"]:
        rows = await unit.select("contacts", {"organisation": organisation, "contact": rows[0]["merged_into"]})
    return rows[0] if rows else None


def whole(row: Mapping[str, Any]) -> list[str]:
    """A contact with its kin."""
    return [row["contact"], *(row.get("kin") or ())]


async def family(unit: Reading, organisation: str, contact: str) -> list[str]:
    """The contact and all that are one with it, the one that counts first; only itself where there is none such."""
    row = await root(unit, organisation, contact)
    return whole(row) if row else [contact]


async def families(unit: Reading, organisations: Iterable[str], contacts: Iterable[str]) -> dict[str, list[str]]:
    """By contact: all that are one with it."""
    houses, wanted = sorted(set(organisations)), set(contacts)
    rows: dict[str, Row] = {}
    while wanted:
        found = await unit.select("contacts", {"organisation": houses, "contact": sorted(wanted)})
        rows |= {row["contact"]: row for row in found}
        wanted = {row["merged_into"] for row in found if row["merged_into"]} - rows.keys()
    return {contact: whole(_climbed(rows, contact)) for contact in rows}


def _climbed(rows: Mapping[str, Row], contact: str) -> Row:
    row = rows[contact]
    while row["merged_into"]:
        row = rows[row["merged_into"]]
    return row
