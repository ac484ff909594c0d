"""Rewrapping: data keys that an older master key wraps are wrapped by the first, page by page, while others work.

Only the wrapping of a key changes, never the key: what it sealed stays as it is, and whoever remembers it goes on. A
page is one short unit, so nobody waits longer than that; what a page left undone is found by the next round, so that a
process that was killed loses nothing. On PostgreSQL a row that somebody holds is left for the next round.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from storage.engine import Database
from storage.errors import SealBrokenError
from storage.keys import TABLES, MasterKeys
from storage.link import Link
from storage.plans import insert_for, plan
from storage.tables import METADATA

PAGE = 100
PAGES = 10  # at one ring
UNKNOWN = ""  # stands in a census for whatever key the settings lack
OWNERS = dict(TABLES.values())
WRAPPINGS = plan("wrappings").table
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Spot:
    """A table that holds wrapped keys: the column of its owner's id, and those of the keys."""

    table: Table
    owner: str
    columns: tuple[str, ...]

    @property
    def key(self) -> tuple[Any, ...]:
        """The columns that name a row."""
        return tuple(self.table.c[name] for name in dict.fromkeys(("organisation", self.owner)))

    def places(self, row: Any) -> Iterator[tuple[str, bytes | None, tuple[str, str, str]]]:
        """The wrapped keys of a row by column, each with the place that it is bound to."""
        house, own = row.organisation, getattr(row, self.owner)
        for name in self.columns:
            yield name, getattr(row, name), (house, self.table.name, own if name == "key" else name)


@cache
def spots() -> tuple[Spot, ...]:
    """Every table with wrapped keys; the organisations' own come last, so that they tell that all others were done."""
    held = {t: tuple(c.name for c in t.columns if c.info.get("wrapped")) for t in METADATA.sorted_tables}
    found = [Spot(table, OWNERS[table.name], columns) for table, columns in held.items() if columns]
    return tuple(sorted(found, key=lambda spot: spot.owner == "organisation"))


def _under(column: Any, head: bytes) -> ColumnElement[bool]:
    """Whether the master key with this head wraps what stands there."""
    return func.substr(column, 1, len(head), type_=LargeBinary) == head


async def census(connection: Link, master: MasterKeys) -> dict[str, int]:
    """How many keys each master key wraps, and how many one that the settings lack."""
    counted = dict.fromkeys((*master.names, UNKNOWN), 0)
    for spot in spots():
        for column in (spot.table.c[name] for name in spot.columns):
            each = [func.count(case((_under(column, master.head(name)), 1))) for name in master.names]
            row = (await connection.execute(select(func.count(column), *each))).one()
            for name, count in zip(master.names, row[1:], strict=True):
                counted[name] += count
            counted[UNKNOWN] += row[0] - sum(row[1:])
    return counted


async def missing(connection: Link, master: MasterKeys) -> str | None:
    """The id of a master key that still wraps something and that the settings lack.

    Everything is looked through only where it is not known that nothing else can have wrapped anything: in a database
    that does not say yet which may have, and at the first start without one of them.
    """
    told = {row[0] for row in await connection.execute(select(WRAPPINGS.c.master).distinct())}
    if told and told.issubset(master.names):
        return None
    if (name := await _sought(connection, master)) is None:
        await connection.execute(delete(WRAPPINGS).where(WRAPPINGS.c.master.not_in(master.names)))
    return name


async def note(connection: Link, master: MasterKeys, organisations: Sequence[str]) -> None:
    """Say that these master keys may wrap what is of these organisations."""
    rows = [{"organisation": house, "master": name} for house in organisations for name in master.names]
    if rows:
        await connection.execute(insert_for(connection.dialect.name, WRAPPINGS).on_conflict_do_nothing(), rows)


async def _sought(connection: Link, master: MasterKeys) -> str | None:
    for spot in spots():
        for column in (spot.table.c[name] for name in spot.columns):
            known = or_(*(_under(column, master.head(name)) for name in master.names))
            blob = (await connection.execute(select(column).where(column.is_not(None), not_(known)).limit(1))).scalar()
            if blob is not None:
                return master.name_of(blob)
    return None


class Rewrapping:
    """Goes round all wrapped keys. It holds no more than where it is: a new process begins a new round."""

    def __init__(self, database: Database, master: MasterKeys) -> None:
        self._database = database
        self._master = master
        self._at: tuple[int, tuple[str, ...]] | None = None
        self._moved = 0
        self._found = False
        self._done = len(master.names) == 1  # all that there is wraps with it, or the house would not have opened

    async def ring(self) -> None:
        """A few pages, where there is anything to do; ring every second."""
        for _ in range(PAGES):
            if self._done:
                return
            await self.page()

    async def again(self) -> None:
        """Look once more, for what a process with an older order of the keys has wrapped meanwhile."""
        self._done = len(self._master.names) == 1

    async def census(self) -> dict[str, int]:
        """How many keys each master key wraps now."""
        async with self._database.reading() as connection:
            return await census(connection, self._master)

    async def finish(self) -> int:
        """Go on until a whole round finds nothing; how many keys were wrapped anew."""
        before = self._moved
        await self.again()
        while not self._done:
            await self.page()
        return self._moved - before

    async def page(self) -> None:
        """One page of rows; a round that found nothing from its beginning to its end is the last."""
        number, after = self._at or (0, ())
        self._found &= self._at is not None
        spot = spots()[number]
        async with self._database.reading() as connection:
            rows = await self._stale(connection, spot, after)
        if rows:
            self._found |= await self._wrap(spot, [tuple(row) for row in rows])
            self._at = (number, tuple(rows[-1]))
        elif number + 1 < len(spots()):
            self._at = (number + 1, ())
        else:
            await self._round_over()

    async def _round_over(self) -> None:
        self._at, self._done = None, not self._found
        if self._done and self._moved:
            await self._database.truncate()  # the old wrappings leave SQLite's journal too

    async def _stale(self, connection: Link, spot: Spot, after: Sequence[str]) -> Sequence[Any]:
        """The next rows that an older master key wraps."""
        first = self._master.head(self._master.names[0])
        columns = [spot.table.c[name] for name in spot.columns]
        old = or_(*(and_(c.is_not(None), not_(_under(c, first))) for c in columns))
        beyond = tuple_(*spot.key) > tuple_(*after) if len(after) > 1 else spot.key[0] > after[0] if after else None
        statement = select(*spot.key).where(old).order_by(*spot.key).limit(PAGE)
        found = await connection.execute(statement if beyond is None else statement.where(beyond))
        return list(found)

    async def _wrap(self, spot: Spot, keys: Sequence[tuple[str, ...]]) -> bool:
        """Wrap anew what is still there and nobody holds: a key that was destroyed meanwhile stays destroyed.
        Whether another round has to look: something was wrapped, or somebody held a row."""
        named = tuple_(*spot.key).in_(keys) if len(spot.key) > 1 else spot.key[0].in_([key[0] for key in keys])
        columns = [spot.table.c[name] for name in spot.columns]
        held = select(*spot.key, *columns).where(named).order_by(*spot.key)
        moved = 0
        async with self._database.writing() as connection:
            rows = (await connection.execute(held.with_for_update(skip_locked=True, key_share=True))).all()
            for name in spot.columns:
                fresh = list(self._fresh(spot, rows, name))
                moved += len(fresh)
                if fresh:
                    await connection.execute(_rewrite(spot, name), fresh)
        self._moved += moved
        return moved > 0 or len(rows) < len(keys)

    def _fresh(self, spot: Spot, rows: Sequence[Any], wanted: str) -> Iterator[Mapping[str, Any]]:
        for row in rows:
            for name, blob, place in spot.places(row):
                if name == wanted and blob is not None and not self._master.is_first(blob):
                    try:
                        fresh = self._master.rewrap(blob, *place)
                    except SealBrokenError:  # one that was altered stays as it is, and is named; the others go on
                        log.error("a wrapped key of %s does not open", spot.table.name)
                        continue
                    yield {f"key_{c.name}": getattr(row, c.name) for c in spot.key} | {"fresh": fresh}


@cache
def _rewrite(spot: Spot, column: str) -> Any:
    same = [c == bindparam(f"key_{c.name}") for c in spot.key]
    return update(spot.table).where(*same).values({column: bindparam("fresh")})
