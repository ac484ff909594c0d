"""The memory as services see it: opened once, then units of work and reading units."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conversations.records import Erasure
from storage.engine import Database, assert_pragmas, judge_version, make_file, parsed
from storage.erasures import ErasureLedger, Line
from storage.errors import StorageRefusedError
from storage.exchange import Exchange
from storage.keys import KEY, DataKeys, MasterKeys, lacking
from storage.link import Link
from storage.lockfile import LockFile
from storage.marks import Gap, Marks
from storage.migrations import HEAD, revision_of
from storage.news import news
from storage.plans import insert_for, plan
from storage.renewing import renew
from storage.rewrapping import Rewrapping, missing, note
from storage.ring import Ring
from storage.tables import METADATA
from storage.unit import Reading, Secrets, Unit
from storage.wakeups import Place, Wakeups

FORGOTTEN = "forget"  # the sign by which processes tell each other of a key that was destroyed


class Memory:
    """The database, sealed. `url` is WASL_DATABASE_URL; `master_keys` are (id, 32 bytes), the first wraps.

    `listen_url` leads to the same PostgreSQL past a pooler, for wake-ups between processes. What stands in `erasures`
    is destroyed again when the memory is opened, before anything of it is read.
    """

    def __init__(
        self,
        url: str,
        master_keys: tuple[tuple[str, bytes], ...],
        listen_url: str | None = None,
        erasures: Path | None = None,
    ) -> None:
        self.database = Database(url)
        self.erasures = ErasureLedger(erasures) if erasures else None
        self._marks = Marks(erasures) if erasures else None
        self.gaps: list[Gap] = []
        self.wakeups = Wakeups()
        self.wakeups.keep(FORGOTTEN, self._heard, self._missed)
        self._exchange = None
        if not self.alone:
            self._exchange = Exchange(parsed(listen_url or url), self.wakeups, self._news)
            self.wakeups.others = self._exchange
        self._master = MasterKeys(master_keys)
        self._keys = DataKeys(self._master)
        self.rewrapping = Rewrapping(self.database, self._master)
        self.secrets: dict[str, Secrets] = {}
        self._lock = LockFile(self.database.path) if self.database.path else None

    @property
    def alone(self) -> bool:
        """Whether no other process can work on this database."""
        return self.database.dialect == "sqlite"

    async def open(self, organisations: Sequence[str]) -> None:
        """Take the lock, judge the database, and make rows with fresh keys for organisations that have none."""
        if self._lock and self.database.path:
            make_file(self.database.path)
            self._lock.take()
        try:
            async with self.database.writing() as connection:
                await self._judge(connection)
                await self._furnish(connection, organisations)
                if (name := await missing(connection, self._master)) is not None:
                    raise lacking(name)
                await note(connection, self._master, sorted(self.secrets))
                renewed = await self._renew(connection)
                if self._marks:
                    self.gaps = await self._marks.compare(connection, self._indexes())
            if renewed:
                await self.scrub()
        except BaseException:
            await self.close()
            raise

    async def look(self) -> None:
        """Open it for reading only, beside whoever serves: nothing is locked, and nothing may be written."""
        if self.database.path and not self.database.path.exists():
            raise StorageRefusedError("There is no database yet: run «python -m bot migrate».")
        self._buried()
        async with self.database.reading() as connection:
            await self._judge(connection)
            await self._learn(connection)

    async def close(self) -> None:
        """Close the connections and let the lock go."""
        if self._exchange:
            await self._exchange.close()
        await self.database.close()
        if self._lock:
            self._lock.release()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """A write transaction: committed at the end, rolled back on any exception. Never open one inside another."""
        async with self.database.writing() as connection:
            ring = Ring(connection, self._keys, {}, set())
            yield Unit(connection, ring, self.secrets)
        ring.settle()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """A snapshot to read from; it does not wait for the writer."""
        async with self.database.reading() as connection:
            yield Reading(connection, Ring(connection, self._keys, {}, set()), self.secrets)

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[Reading]:
        """A snapshot for a few rows by their keys, such as a page asks for after each turn; long looks are readings."""
        async with self.database.glancing() as connection:
            yield Reading(connection, Ring(connection, self._keys, {}, set()), self.secrets)

    async def scrub(self) -> bool:
        """Leave nothing of what was erased in the journal; False where that has to be tried again later."""
        return await self.database.truncate()

    async def mark(self) -> None:
        """Keep the newest seals outside the database, so that an older copy of it shows."""
        if self._marks:
            async with self.database.reading() as connection:
                await self._marks.keep(connection, self._indexes())

    def _indexes(self) -> dict[str, bytes]:
        return {name: own.index for name, own in self.secrets.items()}

    async def note(self, organisation: str, erased: Erasure, at: datetime) -> None:
        """Write into the ledger what is about to be erased: call it last before the commit."""
        if self.erasures is None:
            return
        numbered = {"message": erased.named.messages, "inquiry": erased.named.inquiries}
        named = {kind: [f"{contact}.{number}" for contact, number in some] for kind, some in numbered.items()}
        own = {"person": erased.persons, "contact": erased.contacts, "case": erased.whole, "file": erased.files}
        ids = {**own, **named, "parked": erased.named.parked}
        lines = [Line(organisation, kind, id, at.isoformat()) for kind, some in ids.items() for id in some]
        await asyncio.to_thread(self.erasures.append, lines)

    def forget(self, organisation: str, kind: str, ids: Sequence[str]) -> None:
        """Let every process drop these keys from its memory; this one has."""
        for id in ids:
            self.wakeups.sign(organisation, FORGOTTEN, f"{kind}:{id}")

    def _heard(self, organisation: str, key: str) -> None:
        kind, _, id = key.partition(":")
        self._keys.forget((kind, organisation, id))

    def _missed(self) -> None:
        self._keys.clear()

    async def _renew(self, connection: Link) -> bool:
        ring = Ring(connection, self._keys, {}, set())
        renewed = await renew(Unit(connection, ring, self.secrets), self._buried(), datetime.now(UTC))
        ring.settle()
        return renewed

    def _buried(self) -> list[Line]:
        """What the ledger holds; no key that it names opens anything, whatever stands in the database."""
        lines = self.erasures.read() if self.erasures else []
        for line in lines:
            self._keys.forget((line.kind, line.organisation, line.id))
        return lines

    async def _news(self) -> dict[Place, Any]:
        async with self.database.reading() as connection:
            return await news(connection, self.wakeups.places, self.wakeups.houses)

    async def _judge(self, connection: Link) -> None:
        if self.database.dialect == "sqlite":
            judge_version(connection.dialect.dbapi.sqlite_version_info, to_file=not self.database.in_memory)  # type: ignore[union-attr]
            await assert_pragmas(connection)
        if self.database.in_memory:
            await connection.run_sync(METADATA.create_all)
        elif await connection.run_sync(revision_of) != HEAD:
            raise StorageRefusedError("The database is not up to date: run «python -m bot migrate».")

    async def _furnish(self, connection: Link, organisations: Sequence[str]) -> None:
        table = plan("organisations").table
        statement = insert_for(self.database.dialect, table).on_conflict_do_nothing()
        if organisations:
            await connection.execute(statement, [self._fresh(name) for name in sorted(organisations)])
        await self._learn(connection)

    async def _learn(self, connection: Link) -> None:
        """The organisations' own keys."""
        table = plan("organisations").table
        for row in await connection.execute(table.select()):
            name = row.organisation
            index = self._master.unwrap(row.index_key, name, "organisations", "index_key")
            reference = self._master.unwrap(row.reference_key, name, "organisations", "reference_key")
            self.secrets[name] = Secrets(index, reference)

    def _fresh(self, name: str) -> dict[str, Any]:
        def wrapped(column: str) -> bytes:
            return self._master.wrap(os.urandom(KEY), name, "organisations", column)

        own, _ = self._keys.fresh(("organisation", name, name))
        keys = {"key": own, "index_key": wrapped("index_key"), "reference_key": wrapped("reference_key")}
        counters = {"reference_counter": 0, "seal_number": 0, "seal_head": b""}
        return {"organisation": name, **keys, **counters}
