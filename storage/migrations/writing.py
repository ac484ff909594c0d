"""A table written in one line: its key before the bar, `name:kind`, a question mark for what may be null."""

from typing import Any

import sqlalchemy as sa
from alembic import op

KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.String(),
    "int": sa.Integer(),
    "big": sa.BigInteger(),
    "bool": sa.Boolean(),
    "bytes": sa.LargeBinary(),
    "json": sa.JSON(),
    "time": sa.DateTime(timezone=True),
}


def table(name: str, columns: str, *constraints: sa.Constraint, **more: bool) -> None:
    """Make a table from its line."""
    key = [word.partition(":")[0] for word in columns.partition("|")[0].split()]
    made = [column(word) for word in columns.replace("|", " ").split()]
    op.create_table(name, *made, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"), *constraints, **more)


def column(word: str) -> sa.Column[Any]:
    """A column from its word."""
    name, _, kind = word.removesuffix("?").partition(":")
    return sa.Column(name, KINDS[kind or "text"], nullable=word.endswith("?"))


def house(name: str) -> sa.ForeignKeyConstraint:
    """A row belongs to its organisation."""
    return sa.ForeignKeyConstraint(["organisation"], ["organisations.organisation"], name=f"fk_{name}_organisation")


def fk(name: str, own: str, other: str, target: str = "", **more: object) -> sa.ForeignKeyConstraint:
    """A row belongs to another of the same organisation."""
    return sa.ForeignKeyConstraint(
        ["organisation", own],
        [f"{other}.organisation", f"{other}.{target or own}"],
        name=f"fk_{name}_organisation_{own}",
        **more,  # type: ignore[arg-type]
    )


def only(name: str, of: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    """An index over some rows."""
    condition = sa.text(where)
    op.create_index(
        name, of, ["organisation", *columns], unique=unique, sqlite_where=condition, postgresql_where=condition
    )
