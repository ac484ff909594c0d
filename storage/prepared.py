"""Statements in the words of the database, built once: a row, or a question's values, are only put in their order.

SQLAlchemy finds out anew at every call what never changes of a statement, and looks at every value of every row.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Delete, Dialect, Insert, Select, Update, bindparam

from storage.link import Link

Written = Insert | Update | Delete
Answered = Select[Any] | Insert | Update
Form = Callable[[Any], Any]
Sizes = Mapping[str, int]
KEPT = 1024
PADDED = 1024
NO_PARAMS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement's words, the names of its values in their order, those it names itself, and how values go in and
    cells come out."""

    words: str
    order: tuple[str, ...]
    forms: tuple[tuple[int, Form], ...]
    own: Mapping[str, Any]
    shown: tuple[tuple[int, Form], ...] = ()

    def values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """The row's values as the driver takes them."""
        return tuple(_formed([row[name] for name in self.order], self.forms))

    def cells(self, row: Sequence[Any]) -> list[Any]:
        """A row that was found, as its columns mean it."""
        return _formed(list(row), self.shown)


async def write(connection: Link, statement: Written, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement that returns nothing, once for each row; they name the same columns."""
    if not rows:
        return
    ready = _to_write(statement, _Of(connection.dialect))
    own = [{**ready.own, **row} for row in rows] if ready.own else rows
    await connection.many(ready.words, [ready.values(row) for row in own])


async def read(
    connection: Link,
    make: Callable[..., Answered],
    *what: Hashable,
    lists: Mapping[str, Sequence[Any]] = NO_PARAMS,
    params: Mapping[str, Any] = NO_PARAMS,
) -> list[list[Any]]:
    """The rows that a statement answers, which `make(*what, sizes)` builds: it asks for lists by `among` or by
    `bindparams`, of these sizes."""
    if not all(lists.values()):
        return []
    full = {name: _padded(values) for name, values in lists.items()}
    sizes = tuple((name, len(values)) for name, values in full.items())
    ready = _to_read(make, what, sizes, _Of(connection.dialect))
    named = {f"{name}_{at}": value for name, values in full.items() for at, value in enumerate(values)}
    found = await connection.fetch(ready.words, ready.values({**ready.own, **named, **params}))
    return [ready.cells(row) for row in found]


def among(column: ColumnElement[Any], name: str, sizes: Sizes) -> ColumnElement[bool]:
    """Whether the column's value is one of the list of this name."""
    return column.in_(bindparams(name, sizes, column.type))


def bindparams(name: str, sizes: Sizes, kind: Any) -> list[BindParameter[Any]]:
    """The values of the list of this name, each for itself."""
    return [bindparam(f"{name}_{at}", type_=kind) for at in range(sizes[name])]


def _padded(values: Sequence[Any]) -> list[Any]:
    # To a power of two, so that few statements serve lists of every length.
    size = 1 << (len(values) - 1).bit_length() if len(values) <= PADDED else len(values)
    return [*values, *[values[-1]] * (size - len(values))]


def _formed(cells: list[Any], forms: Sequence[tuple[int, Form]]) -> list[Any]:
    for at, form in forms:
        cells[at] = form(cells[at])
    return cells


@dataclass(frozen=True, slots=True)
class _Of:
    # Every engine has a dialect object of its own; those of one kind write a statement in the same words.
    dialect: Dialect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and other.dialect.name == self.dialect.name

    def __hash__(self) -> int:
        return hash(self.dialect.name)


@cache
def _to_write(statement: Written, of: _Of) -> Prepared:
    return _prepared(statement, of.dialect)


@lru_cache(KEPT)
def _to_read(
    make: Callable[..., Answered], what: tuple[Hashable, ...], sizes: tuple[tuple[str, int], ...], of: _Of
) -> Prepared:
    return _prepared(make(*what, dict(sizes)), of.dialect)


def _prepared(statement: Written | Select[Any], dialect: Dialect) -> Prepared:
    compiled: Any = statement.compile(dialect=dialect)
    order = tuple(compiled.positiontup)
    forms = [compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in order]
    kinds = [column.type.dialect_impl(dialect) for column in statement.exported_columns]
    shown = [kind.result_processor(dialect, None) for kind in kinds]
    own = {name: compiled.binds[name].value for name in order if not compiled.binds[name].required}
    return Prepared(str(compiled), order, _those(forms), own, _those(shown))


def _those(forms: Sequence[Form | None]) -> tuple[tuple[int, Form], ...]:
    return tuple((at, form) for at, form in enumerate(forms) if form is not None)
