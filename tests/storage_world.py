"""A real memory on a real SQLite file, and the people who write to it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conversations.records import FreshSeat, Seat, Sender
from storage import Memory, migrate

NOW = datetime(2026, 11, 20, 9, 30, 15, 250000, tzinfo=UTC)
OLD = ("2026a", b"k" * 32)
HOUSES = ("labas", "kafl")


def url_of(folder: Path) -> str:
    """The database's URL in a folder."""
    return f"sqlite:///{folder / 'data' / 'wasl.db'}"


@asynccontextmanager
async def opened(folder: Path | None, keys: tuple[tuple[str, bytes], ...] = (OLD,)) -> AsyncIterator[Memory]:
    """A migrated memory in a folder, or one without any, open."""
    if folder:
        await migrate(url_of(folder))
    memory = Memory(url_of(folder) if folder else "sqlite://", keys)
    await memory.open(HOUSES)
    try:
        yield memory
    finally:
        await memory.close()


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
