"""The newest seal of each association, kept beside the erasure ledger: an older copy that was put back shows by it.

A chain proves that nothing inside it was changed, never that it is all there was. What was said here of the database
stands outside of it and of its backups, so a house that begins with less knows how much is missing.
"""

import asyncio
import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from storage.errors import StorageRefusedError
from storage.indexes import keyed
from storage.link import Link
from storage.plans import plan

BESIDE = ".seals"
Kept = dict[str, dict[str, Any]]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Gap:
    """Seals of an association that were kept here once and are not in the database: after one number, up to another.

    Where `after` is `upto` the seal of that number is another one: the evidence was written anew.
    """

    organisation: str
    after: int
    upto: int
    at: str
    found_at: str

    def __str__(self) -> str:
        day = self.at[:16].replace("T", " ")
        if self.after == self.upto:
            return f"{self.organisation}: seal {self.upto} of {day} is another one: the evidence was written anew."
        lost = f"seals {self.after + 1} to {self.upto}" if self.after + 1 < self.upto else f"seal {self.upto}"
        return (
            f"{self.organisation}: an older copy was put back: {lost}, until {day} UTC, with what it sealed, is gone."
        )


class Marks:
    """The file. It holds numbers, hashes and times, and nothing of anybody."""

    def __init__(self, ledger: Path) -> None:
        self.path = ledger.with_name(ledger.name + BESIDE)

    def gaps(self) -> list[Gap]:
        """Every gap that was ever found."""
        return [Gap(**gap) for gap in self._read()[1]]

    async def compare(self, connection: Link, indexes: Mapping[str, bytes]) -> list[Gap]:
        """What the database lacks of what was kept; it is written down, and from now on counts as known."""
        kept, _ = await asyncio.to_thread(self._read)
        now = await _newest(connection, indexes)
        found = [gap for name, mark in now.items() if (gap := await _gap(connection, name, mark, kept.get(name)))]
        for gap in found:
            log.error("%s", gap)
        if found:
            await asyncio.to_thread(self._write, now, found)
        return found

    async def keep(self, connection: Link, indexes: Mapping[str, bytes]) -> None:
        """Write down what is the newest now."""
        now = await _newest(connection, indexes)
        kept, _ = await asyncio.to_thread(self._read)
        if any(kept.get(name) != mark for name, mark in now.items()):
            await asyncio.to_thread(self._write, now, [])

    def _read(self) -> tuple[Kept, list[dict[str, Any]]]:
        try:
            whole = json.loads(self.path.read_text("utf-8"))
            return dict(whole["seals"]), list(whole["gaps"])
        except FileNotFoundError:
            return {}, []
        except (ValueError, KeyError, TypeError):
            raise StorageRefusedError(
                f"{self.path.name}, beside the erasure ledger, cannot be read: put its copy back, or remove it; "
                "without it an older copy of the database is not noticed."
            ) from None

    def _write(self, now: Kept, found: list[Gap]) -> None:
        with _alone(self.path.parent):
            kept, gaps = self._read()
            whole = {"seals": kept | now, "gaps": gaps + [asdict(gap) for gap in found]}
            half = self.path.with_name(self.path.name + ".half")
            file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as out:
                json.dump(whole, out, indent=1)
                out.flush()
                os.fsync(out.fileno())
            os.replace(half, self.path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process of this machine at a time."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


async def _newest(connection: Link, indexes: Mapping[str, bytes]) -> Kept:
    """The newest seal of each association that has one; `house` tells one database from another of the same name."""
    seals = plan("seals").table
    own = plan("organisations").table
    same = (seals.c.organisation == own.c.organisation) & (seals.c.number == own.c.seal_number)
    statement = select(own.c.organisation, own.c.seal_number, own.c.seal_head, seals.c.at).outerjoin(seals, same)
    found: Kept = {}
    for name, number, head, at in await connection.execute(statement):
        if name in indexes:
            when = at.astimezone(UTC).isoformat() if at else ""
            house = keyed(indexes[name], "house", name).hex()
            found[name] = {"number": number, "hash": head.hex(), "at": when, "house": house}
    return found


async def _gap(connection: Link, name: str, mark: Mapping[str, Any], kept: Mapping[str, Any] | None) -> Gap | None:
    if kept is None or kept["house"] != mark["house"] or not kept["number"]:
        return None
    now = datetime.now(UTC).isoformat()
    if mark["number"] < kept["number"]:
        return Gap(name, mark["number"], kept["number"], kept["at"], now)
    seals = plan("seals").table
    same = seals.c.organisation == name, seals.c.number == kept["number"]
    there = (await connection.execute(select(seals.c.hash).where(*same))).scalar()
    if there is not None and there.hex() == kept["hash"]:
        return None
    return Gap(name, kept["number"], kept["number"], kept["at"], now)
