"""Rows for whoever proves them: what cannot be read, or does not open, is named and hides nothing of the rest."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, select, type_coerce
from sqlalchemy.types import NullType

from conversations.records import Examined
from storage.errors import SealBrokenError, StorageRefusedError
from storage.keys import TABLES
from storage.plans import Sealed, plan
from storage.ring import Ring, owner_of
from storage.sealing import place, unseal

if TYPE_CHECKING:
    from storage.unit import Reading

UNREADABLE = (SealBrokenError, StorageRefusedError, ValueError, TypeError, LookupError, AttributeError)


async def examined(unit: "Reading", name: str, where: Mapping[str, Any]) -> list[Examined]:
    """Every row of a table that is found, each cell read by itself."""
    p = plan(name)
    columns = [p.table.c[column] for column in p.columns]
    conditions = [_asked(p.table.c[column], value) for column, value in where.items()]
    raw = select(*(type_coerce(c, NullType()).label(c.name) for c in columns)).where(*conditions)
    found = await unit.connection.execute(raw.order_by(*p.table.primary_key))
    return [await _one(unit, name, dict(zip(p.columns, row, strict=True))) for row in found.all()]


def _asked(column: Column[Any], value: Any) -> Any:
    return column.in_(value) if isinstance(value, list) else column == value


async def _one(unit: "Reading", name: str, cells: dict[str, Any]) -> Examined:
    p, row, broken, erased, emptied = plan(name), dict[str, Any](), set[str](), set[str](), set[str]()
    for column, value in cells.items():
        try:
            row[column] = _plain(unit, p.table.c[column], value)
        except UNREADABLE:
            row[column] = None
            broken.add(column)
    for sealed in p.sealed:
        blob, row[sealed.column] = row[sealed.column], None
        if blob == b"":
            emptied.add(sealed.column)
        elif blob is not None:
            await _open(unit.ring, name, row, sealed, blob, broken, erased)
    return Examined(row, frozenset(broken), frozenset(erased), frozenset(emptied))


def _plain(unit: "Reading", column: Column[Any], value: Any) -> Any:
    """A cell as its type reads it."""
    dialect = unit.connection.dialect
    read = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return value if read is None or value is None else read(value)


async def _open(
    ring: Ring, name: str, row: dict[str, Any], sealed: Sealed, blob: bytes, broken: set[str], erased: set[str]
) -> None:
    p = plan(name)
    try:
        owner = owner_of(row, sealed)
        if owner[0] not in TABLES:
            raise SealBrokenError(f"there is no owner of the kind {owner[0]}")
        cipher = (await ring.ciphers([owner]))[owner]
        if cipher is None:
            erased.add(sealed.column)
        else:
            where = place(row["organisation"], name, [row[key] for key in p.key[1:]], sealed.column)
            row[sealed.column] = unseal(cipher, blob, where)
    except UNREADABLE:
        broken.add(sealed.column)


async def keyless(unit: "Reading", organisation: str, persons: Sequence[str]) -> list[str]:
    """Those of the persons whose key was destroyed; one that was only altered is still a key."""
    own = plan("persons").table
    among = own.c.organisation == organisation, own.c.person.in_(list(persons)), own.c.key.is_(None)
    return list((await unit.connection.execute(select(own.c.person).where(*among))).scalars())
