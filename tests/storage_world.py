"""A real memory on a real SQLite file or a real PostgreSQL, and the people who write to it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from conversations.records import FreshSeat, Seat, Sender
from storage import Memory
from storage.engine import parsed
from tests.migrated import migrated

NOW = datetime(2026, 11, 20, 9, 30, 15, 250000, tzinfo=UTC)
OLD = ("2026a", b"k" * 32)
HOUSES = ("labas", "kafl")
Place = Path | str  # a folder for a SQLite file, or the address of a migrated PostgreSQL database


def url_of(place: Place) -> str:
    """The database's URL in a folder, or as it is."""
    return place if isinstance(place, str) else f"sqlite:///{place / 'data' / 'wasl.db'}"


@asynccontextmanager
async def opened(place: Place | None, keys: tuple[tuple[str, bytes], ...] = (OLD,)) -> AsyncIterator[Memory]:
    """A migrated memory in a place, or one without any, open."""
    if isinstance(place, Path):
        await migrated(url_of(place))
    memory = Memory(url_of(place) if place else "sqlite://", keys)
    await memory.open(HOUSES)
    try:
        yield memory
    finally:
        await memory.close()


@asynccontextmanager
async def behind(place: Place) -> AsyncIterator[AsyncConnection]:
    """A connection behind the memory's back."""
    engine = create_async_engine(parsed(url_of(place)), poolclass=NullPool)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


async def change(place: Place, statement: str) -> None:
    """Reach into the database behind the memory's back."""
    async with behind(place) as connection:
        await connection.exec_driver_sql(statement)


def fresh() -> str:
    """A random id."""
    return secrets.token_hex(16)


def sender(*keys: str, house: str = "labas", line: str = "web", value: str | None = None) -> Sender:
    """Somebody with these keys, and fresh ids."""
    return Sender(house, line, keys, FreshSeat(fresh(), fresh(), fresh()), value)


async def seated(memory: Memory, *senders: Sender, now: datetime = NOW) -> list[Seat]:
    """Seat them in a unit of their own."""
    async with memory.unit() as unit:
        return await unit.seat(senders, now)


def message(seat: Seat, number: int, content: Any, **more: Any) -> Mapping[str, Any]:
    """A row of the transcript, the contact's own."""
    row = {"organisation": seat.organisation, "contact": seat.contact, "number": number, "at": NOW, "content": content}
    return row | {"direction": "in", "by": "person", "owner_kind": "contact", "owner": seat.contact} | more


def case(seat: Seat, id: str, **more: Any) -> Mapping[str, Any]:
    """A draft of the contact's first person."""
    row = {"organisation": seat.organisation, "case": id, "contact": seat.contact, "applicant": seat.persons[0]}
    return (
        row
        | {"beneficiary": seat.persons[0], "form": "request", "version": "1", "state": "draft", "opened_at": NOW}
        | more
    )
