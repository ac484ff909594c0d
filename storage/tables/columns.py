"""The building stones of every table: aware times, sealed columns, and the organisation first in every key."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    TextClause,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
}
WITHOUT_ZONE = 26
# A row that is little more than its key needs no second tree on SQLite; PostgreSQL does not read this.
KEY_IS_ALL = {"sqlite_with_rowid": False}


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value.astimezone(UTC)


def _written(value: datetime | None) -> str | None:
    utc = _in_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[:WITHOUT_ZONE]


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC and given back aware; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time to UTC."""
        return _in_utc(value)

    def bind_processor(self, dialect: Dialect) -> Any:
        """The same in the one form that SQLite's type would write, which it takes five times as long to."""
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time back aware."""
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel):
    """The base of all tables: named after the class, keyed by the organisation first."""

    metadata = MetaData(naming_convention=NAMES)

    organisation: str = Field(primary_key=True)

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        """The class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def sealed(by: str, kind: str | None = None, *, optional: bool = False) -> Any:
    """A column that is stored sealed with the key of the owner whose id stands in column `by`.

    `kind` is "contact" or "person"; without it the column `owner_kind` tells. An owner of null is the organisation.
    """
    info = {"sealed_by": by, "sealed_kind": kind}
    return _field(LargeBinary, optional, {"info": info})


def wrapped(*, optional: bool = False) -> Any:
    """A column that holds a data key wrapped by a master key; it is never given out."""
    return _field(LargeBinary, optional, {"info": {"wrapped": True}})


def hashed(*, key: bool = False, optional: bool = False) -> Any:
    """A column of raw bytes: a keyed index, a hash or a salt."""
    return Field(primary_key=True, sa_type=LargeBinary) if key else _field(LargeBinary, optional, {})


def moment(*, optional: bool = False) -> Any:
    """A column that holds an aware time."""
    return _field(UtcTime, optional, {})


def _field(kind: Any, optional: bool, more: dict[str, Any]) -> Any:
    if optional:
        return Field(default=None, sa_type=kind, nullable=True, sa_column_kwargs=more)
    return Field(sa_type=kind, nullable=False, sa_column_kwargs=more)


def belongs(column: str, table: str, target: str | None = None, *, deferred: bool = False) -> ForeignKeyConstraint:
    """A foreign key of (organisation, column) to a row of the same organisation."""
    return ForeignKeyConstraint(
        ["organisation", column],
        [f"{table}.organisation", f"{table}.{target or column}"],
        deferrable=True if deferred else None,
        initially="DEFERRED" if deferred else None,
    )


def only(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over the rows for which `where` holds, on both databases."""
    condition: TextClause = text(where)
    return Index(name, "organisation", *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
