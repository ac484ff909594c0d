"""Papers that a person uploads: judged, kept sealed, and shown again to nobody but who sent them."""

import asyncio
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from weakref import WeakValueDictionary

from services.attachments import PENDING, READY, REFUSED
from services.ports import Clock, FileStore, Judge, Memory, Row

LINE = "web"
MOST_UNNAMED = 40
UNNAMED_FOR = timedelta(hours=24)
ENDINGS = {"image": ".jpg", "pdf": ".pdf"}
NAME_LENGTH = 60
JOINERS = "\u200c\u200d"  # Persian and Urdu names need them
SWEPT = 200


class TooMany(Exception):
    """The contact has more files that no message named than anybody needs."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: `kind` is image or pdf, `size` in bytes, `name` as it may be shown."""

    id: str
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not taken; `reason` ends the key `paper.refused.*`."""

    reason: str


class Papers:
    """Takes uploads, gives files back to their contact, and lets go of those that no message named for a day."""

    def __init__(
        self, memory: Memory, store: FileStore, workshop: Judge, clock: Clock, organisations: Sequence[str]
    ) -> None:
        self._memory = memory
        self._store = store
        self._workshop = workshop
        self._clock = clock
        self._organisations = list(organisations)
        # Two tries of one upload at once would keep the bytes of one under the secret of the other.
        self._turns: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()

    async def receive(
        self, organisation: str, contact: str, address: str, upload: str, name: str, data: bytes
    ) -> Kept | Refusal:
        """Take an upload; the same `upload` id of a contact gets the same answer, however often it comes."""
        turn = self._turns.setdefault((organisation, contact, upload), asyncio.Lock())
        async with turn:
            return await self._receive(organisation, contact, address, upload, name, data)

    async def _receive(
        self, organisation: str, contact: str, address: str, upload: str, name: str, data: bytes
    ) -> Kept | Refusal:
        async with self._memory.unit() as unit:
            # Its id is a keyed hash of whose upload it is, so a repeat finds its row and nobody else's.
            file = unit.index(organisation, "upload", f"{contact}|{upload}").hex()
            rows = await unit.select("files", {"organisation": organisation, "file": file})
            if rows and rows[0]["state"] != PENDING:
                return _told(rows[0])
            if not rows:
                await _room(unit, organisation, contact)
                await unit.insert("files", [self._row(organisation, file, contact, address)])
        return await self.settle({"organisation": organisation, "file": file, "contact": contact}, name, data)

    async def settle(self, row: Row, name: str, data: bytes) -> Kept | Refusal:
        """Judge the bytes of a row, keep them where they can be read, and write down what became of them."""
        found = await self._workshop.judge(data)
        if isinstance(found, str):
            await self.write(row, state=REFUSED, reason=found)
            return Refusal(found)
        called = clean(name, found.kind)
        await self.keep(row, found.data, name=called, kind=found.kind, pages=found.pages)
        return Kept(row["file"], called, found.kind, len(found.data))

    async def keep(self, row: Row, data: bytes, *, name: str, kind: str, pages: int | None) -> None:
        """Keep the bytes of a row."""
        secret = await self._store.put(row["organisation"], row["file"], data)
        owner = {"owner_kind": "contact", "owner": row["contact"], "digest": hashlib.sha256(data).hexdigest()}
        told = {"kind": kind, "pages": pages, "size": len(data), "state": READY}
        await self.write(row, **owner, **told, name=name or None, secret=secret, ref=None)

    async def write(self, row: Row, **columns: Any) -> None:
        """Write columns of a file's row."""
        async with self._memory.unit() as unit:
            await unit.update("files", [{"organisation": row["organisation"], "file": row["file"], **columns}])

    async def own(self, organisation: str, contact: str, files: Sequence[str]) -> list[Kept]:
        """Those of the files that are the contact's own and ready, in the order they were named."""
        rows = {row["file"]: row for row in await self._ready(organisation, contact, files)}
        return [_kept(rows[file]) for file in files if file in rows]

    async def opened(self, organisation: str, contact: str, file: str) -> tuple[Kept, bytes] | None:
        """A file of the contact's own with its bytes; None for anybody else's."""
        rows = await self._ready(organisation, contact, [file])
        if not rows or rows[0]["secret"] is None:
            return None
        data = await self._store.get(organisation, file, rows[0]["secret"])
        return None if data is None else (_kept(rows[0]), data)

    async def _ready(self, organisation: str, contact: str, files: Sequence[str]) -> list[Row]:
        where = {"organisation": organisation, "contact": contact, "file": list(files), "state": READY}
        async with self._memory.reading() as unit:
            rows = await unit.select("files", where)
        return [row for row in rows if row["kind"] in ENDINGS]

    async def sweep(self) -> int:
        """Let go of the files that no message named for a day; how many. First the bytes, so that no row is lost."""
        where = {"organisation": self._organisations, "named_at": None}
        async with self._memory.reading() as unit:
            rows = await unit.select("files", where, upto={"at": self._clock() - UNNAMED_FOR}, limit=SWEPT)
        for row in rows:
            await self._store.delete(row["organisation"], row["file"])
        async with self._memory.unit() as unit:
            await unit.delete("files", [{n: row[n] for n in ("organisation", "file")} for row in rows])
        return len(rows)

    def _row(self, organisation: str, file: str, contact: str, address: str) -> Row:
        now = self._clock()
        whose = {"contact": contact, "address": address, "line": LINE, "owner_kind": "contact", "owner": contact}
        return {
            "organisation": organisation,
            "file": file,
            **whose,
            "kind": "paper",
            "state": PENDING,
            "at": now,
            "next_at": now,
        }


async def _room(unit: Any, organisation: str, contact: str) -> None:
    where = {"organisation": organisation, "contact": contact, "named_at": None}
    if len(await unit.select("files", where, limit=MOST_UNNAMED)) >= MOST_UNNAMED:
        raise TooMany


def _kept(row: Row) -> Kept:
    return Kept(row["file"], row["name"] or "", row["kind"], row["size"])


def _told(row: Row) -> Kept | Refusal:
    return _kept(row) if row["state"] == READY else Refusal(row["reason"] or "unreadable")


def clean(name: str, kind: str) -> str:
    """A file's name as it may be shown: no path, no hidden or turning signs, not long, with the ending of its kind."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" or sign in JOINERS)
    stem = re.sub(r"(\.\w{1,8})+$", "", " ".join(seen.split())).strip(" .")
    return (stem[:NAME_LENGTH].strip() or kind) + ENDINGS[kind]
