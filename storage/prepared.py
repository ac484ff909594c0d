"""Statements that write many rows, in the words of the database and built once: a row is only put in their order.

SQLAlchemy would look at every value of every row each time; what it finds out about a statement never changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Delete, Dialect, Insert, Update

from storage.inline import Link

Written = Insert | Update | Delete


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement's words, the names of its values in their order, and how those are given that need a form."""

    words: str
    order: tuple[str, ...]
    forms: tuple[tuple[int, Callable[[Any], Any]], ...]

    def values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """The row's values as the driver takes them."""
        values = [row[name] for name in self.order]
        for at, form in self.forms:
            values[at] = form(values[at])
        return tuple(values)


async def write(connection: Link, statement: Written, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement that returns nothing, once for each row; they name the same columns."""
    ready = _prepared(statement, _Of(connection.dialect))
    await connection.exec_driver_sql(ready.words, [ready.values(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Of:
    dialect: Dialect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Of) and other.dialect.name == self.dialect.name

    def __hash__(self) -> int:
        return hash(self.dialect.name)


@cache
def _prepared(statement: Written, of: _Of) -> Prepared:
    compiled: Any = statement.compile(dialect=of.dialect)
    order = tuple(compiled.positiontup)
    kinds = [compiled.binds[name].type.dialect_impl(of.dialect) for name in order]
    forms = enumerate(kind.bind_processor(of.dialect) for kind in kinds)
    return Prepared(str(compiled), order, tuple((at, form) for at, form in forms if form is not None))
