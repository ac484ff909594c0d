"""A plan per table: its columns, what is sealed in it, and its statements built once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from storage.prepared import Sizes, among, bindparams
from storage.tables import METADATA

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed column: the column of its owner's id, and the owner's kind (None: column `owner_kind` tells)."""

    column: str
    by: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a select looks like without its values: which columns are compared how, in which order."""

    equal: tuple[str, ...]
    among: tuple[str, ...] = ()
    null: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    upto: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    limited: bool = False
    claim: bool = False
    lock: bool = False


class Plan:
    """How rows of one table are written and read."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.name = table.name
        self.key = tuple(c.name for c in table.primary_key)
        self.within = self.key[1:]  # the organisation's own
        self.wrapped = frozenset(c.name for c in table.columns if c.info.get("wrapped"))
        self.columns = tuple(c.name for c in table.columns if c.name not in self.wrapped)
        self.defaults: dict[str, Any] = {c.name: _default(c) for c in table.columns}
        self.sealed = tuple(
            Sealed(c.name, c.info["sealed_by"], c.info["sealed_kind"]) for c in table.columns if "sealed_by" in c.info
        )
        self.hidden = frozenset(s.column for s in self.sealed)

    def known(self, names: Iterable[str]) -> None:
        """Refuse a name that is no column of this table; wrapped keys cannot be named."""
        strange = [name for name in names if name not in self.columns]
        if strange:
            raise KeyError(f"{self.name} has no column {', '.join(strange)}")

    def full(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with every column, from its own values and the defaults."""
        full = {**self.defaults, **row}
        if len(full) > len(self.defaults) or not self.wrapped.isdisjoint(row):
            self.known(row)
        return full


def _default(column: Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None


@cache
def plan(name: str) -> Plan:
    """The plan of a table by name."""
    return Plan(METADATA.tables[name])


def insert_for(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows ON CONFLICT, in the words of this database."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


@cache
def insert_of(name: str) -> Insert:
    """A plain insert."""
    return insert(plan(name).table)


def insert_new_of(name: str, dialect: str, sizes: Sizes) -> Insert:
    """An insert of rows, given by lists of each column's values, that leaves existing rows alone and returns the keys
    of the new ones."""
    table = plan(name).table
    lists = [bindparams(column, sizes, table.c[column].type) for column in sizes]
    rows = [dict(zip(sizes, row, strict=True)) for row in zip(*lists, strict=True)]
    return insert_for(dialect, table).values(rows).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def upsert_of(name: str, dialect: str, by: tuple[str, ...]) -> Insert:
    """An insert that replaces the row of the same `by` columns, keeping its key and its wrapped keys."""
    p = plan(name)
    statement = insert_for(dialect, p.table)
    kept = {*by, *p.key, *p.wrapped}
    values = {c: statement.excluded[c] for c in p.columns if c not in kept}
    if not values:
        return statement.on_conflict_do_nothing(index_elements=by)
    return statement.on_conflict_do_update(index_elements=by, set_=values)


@cache
def update_of(name: str, columns: frozenset[str]) -> Update:
    """An update of these columns by primary key; the key's parameters begin with `key_`."""
    p = plan(name)
    values: dict[str, Any] = {c: bindparam(c) for c in p.columns if c in columns}
    return update(p.table).where(*_keyed(p)).values(values)


@cache
def delete_of(name: str) -> Delete:
    """A delete by primary key."""
    p = plan(name)
    return delete(p.table).where(*_keyed(p))


def _keyed(p: Plan) -> list[ColumnElement[bool]]:
    return [p.table.c[c] == bindparam(f"key_{c}") for c in p.key]


def select_of(name: str, shape: Shape, sizes: Sizes) -> Select[Any]:
    """A select of all columns but wrapped keys, for lists of these sizes."""
    p = plan(name)
    c = p.table.c
    statement = select(*(c[n] for n in p.columns)).where(
        *(c[n] == bindparam(f"is_{n}") for n in shape.equal),
        *(among(c[n], f"in_{n}", sizes) for n in shape.among),
        *(c[n].is_(None) for n in shape.null),
        *(c[n] > bindparam(f"after_{n}") for n in shape.after),
        *(c[n] <= bindparam(f"upto_{n}") for n in shape.upto),
    )
    order = [c[n.removeprefix("-")].desc() if n.startswith("-") else c[n] for n in shape.order]
    statement = statement.order_by(*order) if order else statement
    statement = statement.limit(bindparam("limit")) if shape.limited else statement
    return statement.with_for_update(skip_locked=shape.claim) if shape.claim or shape.lock else statement


def shape_of(
    p: Plan,
    where: Mapping[str, Any],
    after: Mapping[str, Any],
    upto: Mapping[str, Any],
    order: Sequence[str],
    limit: int | None,
    claim: bool = False,
    lock: bool = False,
) -> tuple[Shape, dict[str, list[Any]], dict[str, Any]]:
    """The shape of a select, its lists and its other parameters; sealed columns cannot be compared."""
    named = [*where, *after, *upto, *(n.removeprefix("-") for n in order)]
    p.known(named)
    if "organisation" not in where or p.hidden.intersection(named):
        raise ValueError(f"a select of {p.name} names its organisation and compares no sealed column")
    many = tuple(n for n, v in where.items() if isinstance(v, (list, tuple, set, frozenset)))
    null = tuple(n for n, v in where.items() if v is None)
    equal = tuple(n for n in where if n not in many and n not in null)
    lists = {f"in_{n}": list(where[n]) for n in many}
    params = {f"is_{n}": where[n] for n in equal}
    params |= {f"after_{n}": v for n, v in after.items()} | {f"upto_{n}": v for n, v in upto.items()}
    if limit is not None:
        params["limit"] = limit
    how = (limit is not None, claim, lock)
    return Shape(equal, many, null, tuple(after), tuple(upto), tuple(order), *how), lists, params
