"""A unit of work: rows in and out of one transaction, sealed on the way in and opened on the way out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from conversations.failures import Delivery
from conversations.records import Erasure, Examined, Named, Seat, Sender
from storage import claims, dues, outbox, plans
from storage.erasing import Eraser
from storage.examined import examined, keyless
from storage.indexes import keyed
from storage.keys import TABLES
from storage.latest import latest
from storage.link import Link
from storage.plans import plan
from storage.prepared import read, write
from storage.references import reference
from storage.ring import Ring
from storage.seats import seat as take_seats

Row = Mapping[str, Any]
NOBODY = Named()
MOST_NEW = 256  # rows in one statement: a database takes some 32,000 values
OWNERS = {table: (kind, id) for kind, (table, id) in TABLES.items() if kind != "organisation"}
ORGANISATIONS = plan("organisations").table
COUNT = (
    update(ORGANISATIONS)
    .values(reference_counter=ORGANISATIONS.c.reference_counter + 1)
    .returning(ORGANISATIONS.c.reference_counter)
)


@dataclass(frozen=True, slots=True)
class Secrets:
    """An organisation's own keys: of its indexes, and of its reference numbers."""

    index: bytes
    reference: bytes


class Reading:
    """What may be done in a reading unit."""

    def __init__(self, connection: Link, ring: Ring, secrets: Mapping[str, Secrets]) -> None:
        self.connection = connection
        self.ring = ring
        self._secrets = secrets
        self._now: datetime | None = None

    def index(self, organisation: str, kind: str, value: str) -> bytes:
        """The keyed index of a value: 16 bytes, of this organisation and kind only."""
        return keyed(self._secrets[organisation].index, kind, value)

    async def select(
        self,
        table: str,
        where: Row,
        *,
        after: Row = plans.NOTHING,
        upto: Row = plans.NOTHING,
        order: Sequence[str] = (),
        limit: int | None = None,
        claim: bool = False,
        lock: bool = False,
        opened: bool = True,
    ) -> list[dict[str, Any]]:
        """Rows, opened. `where` compares (a list: any of; None: null) and always names the organisation, or several.

        `after` is >, `upto` <=, an `order` with "-" falls; not `opened`, sealed cells stay as they lie. On PostgreSQL
        `lock` locks the rows, waiting for whoever holds them; `claim` leaves out those that somebody holds.
        """
        p = plan(table)
        shape, lists, params = plans.shape_of(p, where, after, upto, order, limit, claim, lock)
        found = await read(self.connection, plans.select_of, table, shape, lists=lists, params=params)
        rows = [dict(zip(p.columns, row, strict=True)) for row in found]
        return await self.ring.open(p, rows) if opened else rows

    async def examine(self, table: str, where: Row) -> list[Examined]:
        """Rows for whoever proves them: a cell that was altered is named, and hides nothing of the rest."""
        return await examined(self, table, where)

    async def keyless(self, organisation: str, persons: Sequence[str]) -> list[str]:
        """Those of the persons whose key was destroyed."""
        return await keyless(self, organisation, persons)

    async def next_at(self, organisations: Sequence[str]) -> datetime | None:
        """When the first waiting row of the outbox may be sent; None where nothing waits."""
        return await outbox.next_at(self, organisations)

    async def next_due(self, organisations: Sequence[str], kinds: Sequence[str]) -> datetime | None:
        """When the next open row of these kinds is due; None where nothing is."""
        return await dues.next_at(self, organisations, kinds)

    async def unfinished(self, organisations: Sequence[str], state: Delivery, upto: datetime) -> list[dict[str, Any]]:
        """Rows of the outbox that have been *sending*, or *unknown* and not settled, since then or longer."""
        return await outbox.unfinished(self, organisations, state, upto)

    async def unseen(self, organisations: Sequence[str], upto: datetime) -> list[dict[str, Any]]:
        """What was said unasked in web chat until then, and was not shown since."""
        return await outbox.unseen(self, organisations, upto)

    async def latest(self, organisation: str, contacts: Sequence[str]) -> list[dict[str, Any]]:
        """The newest line that each of these contacts wrote."""
        return await latest(self, organisation, contacts)


class Unit(Reading):
    """What may be done in a writing unit: every call is one statement, however many rows."""

    async def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Insert rows; absent columns take their defaults."""
        ready = await self._ready(table, rows)
        if ready:
            await write(self.connection, plans.insert_of(table), ready)

    async def insert_new(self, table: str, rows: Sequence[Row]) -> list[bool]:
        """Insert the rows whose primary (or unique) key is not there yet, and say for each whether it was new."""
        _keyless(table)
        ready = await self._ready(table, rows)
        if not ready:
            return []
        new = set()
        for first in range(0, len(ready), MOST_NEW):
            new |= await self._insert_new(table, ready[first : first + MOST_NEW])
        found = []
        for row in ready:
            key = tuple(row[k] for k in plan(table).key)
            found.append(key in new)
            new.discard(key)
        return found

    async def _insert_new(self, table: str, rows: Sequence[Row]) -> set[tuple[Any, ...]]:
        """The keys that were not there; a list that is padded by its last row inserts that once."""
        lists = {column: [row[column] for row in rows] for column in rows[0]}
        dialect = self.connection.dialect.name
        return {tuple(key) for key in await read(self.connection, plans.insert_new_of, table, dialect, lists=lists)}

    async def upsert(self, table: str, rows: Iterable[Row], by: tuple[str, ...] | None = None) -> None:
        """Insert rows, replacing those of the same `by` (a unique key; else the primary one). Give whole rows."""
        _keyless(table)
        ready = await self._ready(table, rows)
        if ready:
            statement = plans.upsert_of(table, self.connection.dialect.name, by or plan(table).key)
            await write(self.connection, statement, ready)

    async def update(self, table: str, rows: Iterable[Row]) -> None:
        """Update by primary key; all rows name the same columns. A sealed column needs its owner's column beside it."""
        p = plan(table)
        given = [dict(row) for row in rows]
        if not given:
            return
        columns = frozenset(given[0]) - set(p.key)
        p.known(given[0])
        if any(row.keys() != given[0].keys() for row in given):
            raise ValueError(f"the rows of one update of {table} name the same columns")
        sealed = await self.ring.seal(p, given)
        ready = [{f"key_{k}" if k in p.key else k: v for k, v in row.items()} for row in sealed]
        await write(self.connection, plans.update_of(table, columns), ready)

    async def delete(self, table: str, keys: Iterable[Row]) -> None:
        """Delete by primary key."""
        p = plan(table)
        ready = [{f"key_{k}": key[k] for k in p.key} for key in keys]
        if not ready:
            return
        await write(self.connection, plans.delete_of(table), ready)
        if table in OWNERS:
            kind, id = OWNERS[table]
            self.ring.gone.update((kind, key["key_organisation"], key[f"key_{id}"]) for key in ready)

    async def number(self, organisation: str) -> str:
        """The next reference number: nine digits, the last a check digit."""
        statement = COUNT.where(ORGANISATIONS.c.organisation == organisation)
        counter = (await self.connection.execute(statement)).scalar_one()
        return reference(self._secrets[organisation].reference, counter)

    async def new_person(self, organisation: str, contact: str, person: str, now: datetime | None = None) -> None:
        """A new person, with a key of its own, for whom this contact speaks; `now` is by default that of the seats."""
        row = {"organisation": organisation, "person": person}
        await self.insert("persons", [row | {"created_at": now or self._now or datetime.now(UTC)}])
        await self.insert("contact_persons", [row | {"contact": contact}])

    async def seat(self, senders: Sequence[Sender], now: datetime) -> list[Seat]:
        """Make the unknown known, then lock every sender's contact in id order; a constant number of statements."""
        self._now = now
        return await take_seats(self, senders, now)

    async def claim(
        self,
        now: datetime,
        settled: datetime,
        rooms: Mapping[tuple[str, str], int],
        held: Iterable[str] = (),
        most: int = 64,
        quiet: Iterable[str] = (),
    ) -> list[dict[str, Any]]:
        """Rows of the outbox whose turn it is, for whoever marks them *sending*; see `storage.claims`."""
        return await claims.claim(self, now, settled, rooms, held, most, quiet)

    async def put_back(self, rows: Sequence[Row], now: datetime) -> None:
        """Let rows of the outbox wait again that were claimed and not called."""
        await outbox.put_back(self, rows, now)

    async def claim_due(
        self, organisations: Sequence[str], kinds: Sequence[str], now: datetime, lease: datetime, most: int
    ) -> list[dict[str, Any]]:
        """Take open rows of these kinds that are due; see `storage.dues`."""
        return await dues.claim(self, organisations, kinds, now, lease, most)

    async def advance(self, state: Delivery, rows: Sequence[Row]) -> int:
        """Move rows of the outbox on to this state where that is forward, with the other columns they name."""
        return await outbox.advance(self, state, rows)

    async def show(self, rows: Sequence[Row]) -> None:
        """What each contact was told in web chat up to this seq is *delivered*; see `storage.outbox`."""
        await outbox.show(self, rows)

    async def erase(
        self,
        organisation: str,
        persons: Iterable[str],
        now: datetime,
        *,
        cases: Iterable[str] = (),
        files: Iterable[str] = (),
        named: Named = NOBODY,
        contacts: Iterable[str] = (),
    ) -> Erasure:
        """Destroy the keys of these persons and what else there is of them; see `storage.erasing`."""
        eraser = Eraser(self, organisation, now, set(persons), set(cases), set(files), named)
        return await eraser.run(contacts)

    async def _ready(self, table: str, rows: Iterable[Row]) -> list[dict[str, Any]]:
        p = plan(table)
        full = [p.full(row) for row in rows]
        if table in OWNERS:
            kind, id = OWNERS[table]
            for row in full:
                row["key"] = self.ring.make((kind, row["organisation"], row[id]))
        return await self.ring.seal(p, full)


def _keyless(table: str) -> None:
    # A key made for a row that was there already would seal what nobody could open.
    if table in OWNERS:
        raise ValueError(f"rows of {table} own a key: insert new ones, update old ones")
