"""Reads what a house keeps into what the checker judges."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from services.ports import Reading
from torture.history import Call, Kept

EFFECTS = {  # the tables in which a turn leaves something, and what of it does not differ from run to run
    "answers": ("field", "value"),
    "cases": ("form", "state", "version"),
    "notices": ("version",),
    "evidence": ("number", "kind"),
    "due": ("kind",),
    "tasks": ("kind", "reason"),
    "handovers": ("state", "role", "reason"),
}
OF_CASES = {"answers": "case", "evidence": "chain"}
AT_ONCE = 50
DELIVERY = "delivery"
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


async def tables_of(unit: Reading, organisation: str, contacts: Sequence[str]) -> Tables:
    """The rows of these contacts and of their cases."""
    house = {"organisation": organisation}
    own = {**house, "contact": list(contacts)}
    found: dict[str, Sequence[Mapping[str, Any]]] = {
        name: await unit.select(name, own) for name in ("messages", "outbox", "parked", "cases", "addresses", "due")
    }
    cases = [row["case"] for row in found["cases"]]
    for name in EFFECTS.keys() - found.keys():
        if name in OF_CASES:
            found[name] = await unit.select(name, {**house, OF_CASES[name]: [*cases, *contacts]}) if cases else []
        else:
            found[name] = await unit.select(name, own)
    return found


async def each(unit: Reading, organisation: str) -> AsyncIterator[tuple[str, Tables]]:
    """Every contact with its rows, some at once."""
    contacts = [row["contact"] for row in await unit.select("contacts", {"organisation": organisation})]
    for start in range(0, len(contacts), AT_ONCE):
        some = contacts[start : start + AT_ONCE]
        tables = await tables_of(unit, organisation, some)
        for contact in some:
            yield contact, tables


def kept_of(contact: str, tables: Tables) -> Kept:
    """What is kept of one contact."""
    cases = {row["case"] for row in tables["cases"] if row["contact"] == contact}
    mine = {contact, *cases}
    messages = sorted((r for r in tables["messages"] if r["contact"] == contact), key=lambda r: int(r["number"]))
    heard = [r["content"]["id"].rpartition("|")[2] for r in messages if r["content"].get("event") == "said"]
    told = [(r["seq"] or r["number"], r["content"]["words"]["text"]) for r in messages if r["direction"] == "out"]
    return Kept(
        heard=tuple(heard),
        told=tuple(told),
        effects={name: _rows(name, tables[name], mine) for name in EFFECTS},
        calls=_calls(contact, tables, [r["number"] for r in messages if r["direction"] == "in"]),
        parked=sum(row["contact"] == contact for row in tables["parked"]),
    )


def _rows(name: str, rows: Sequence[Mapping[str, Any]], mine: set[str]) -> tuple[tuple[str, ...], ...]:
    """What an effect left, without what a vendor's silence left beside it."""
    own = [row for row in rows if mine & {str(row.get(n)) for n in ("contact", "case", "chain") if row.get(n)}]
    return tuple(sorted(tuple(str(r[c]) for c in EFFECTS[name]) for r in own if r.get("kind") != DELIVERY))


def _calls(contact: str, tables: Tables, said: Sequence[int]) -> tuple[Call, ...]:
    rows = [row for row in tables["outbox"] if row["contact"] == contact and row["seq"] is None]
    listed = {row["id"] for row in tables["tasks"] if row["kind"] == DELIVERY}
    return tuple(
        Call(
            number=row["number"],
            piece=row["piece"],
            attempt=row["attempt"],
            state=row["state"],
            text=(row["content"] or {}).get("text", ""),
            reason=row["reason"] or "",
            settled=row["settled_at"] is not None,
            listed=f"{DELIVERY}.{contact}.{row['number']}" in listed,
            overtaken=any(number > row["message"] for number in said),
        )
        for row in sorted(rows, key=lambda row: (row["number"], row["piece"], row["attempt"]))
    )
