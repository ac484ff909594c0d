"""The outbox of the staff's group: one row is one call, claimed and committed before it is made."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from services.ports import Clock, Memory, Row, Unit

LOST_AFTER = timedelta(seconds=60)


class Kind(StrEnum):
    """What a post is; all but the mirrored words may be repeated after a crash, for a second one harms nobody."""

    TOPIC = "topic"
    HEAD = "head"
    MARK = "mark"
    CLOSE = "close"
    SAID = "said"
    STAFF = "staff"


MIRRORED = frozenset({Kind.SAID, Kind.STAFF})


class Posting:
    """Keeps the rows."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    async def append(self, unit: Unit, topic: Mapping[str, Any], posts: Sequence[Row]) -> None:
        """Add posts behind those of the topic; each has kind, content, and perhaps the message it mirrors."""
        key = {name: topic[name] for name in ("organisation", "contact", "number")}
        last = await unit.select("posts", key, order=["-piece"], limit=1)
        first, now = (last[0]["piece"] + 1 if last else 0), self._clock()
        rows = [
            {"message": None, **post, **key, "piece": first + n, "state": "new", "at": now}
            for n, post in enumerate(posts)
        ]
        if rows:
            await unit.insert("posts", rows)

    async def claim(self, organisation: str) -> Row | None:
        """The next post whose turn and time it is, *sending*, with its topic's `thread`; topics keep their order."""
        now = self._clock()
        async with self._memory.reading() as unit:
            if not _ready(await _open(unit, organisation), now):
                return None
        async with self._memory.unit() as unit:
            row = _ready(await _open(unit, organisation, lock=True), now)
            if row is None:
                return None
            topics = await unit.select("topics", {name: row[name] for name in ("organisation", "contact", "number")})
            await unit.update(
                "posts", [{**key_of(row), "state": "sending", "tries": row["tries"] + 1, "changed_at": now}]
            )
        return {**row, "tries": row["tries"] + 1, "thread": topics[0]["thread"] if topics else None}

    async def sent(self, post: Row, vendor: int) -> None:
        """It is there, under the vendor's number; a topic's is where the rest goes."""
        async with self._memory.unit() as unit:
            await unit.update(
                "posts", [{**key_of(post), "state": "sent", "vendor": vendor, "changed_at": self._clock()}]
            )
            if post["kind"] == Kind.TOPIC:
                topic = {name: post[name] for name in ("organisation", "contact", "number")}
                await unit.update("topics", [{**topic, "thread": vendor}])

    async def later(self, post: Row, seconds: float) -> None:
        """It was surely not taken, and goes again after this time."""
        at = self._clock() + timedelta(seconds=seconds)
        await self._put(post, state="new", at=at, changed_at=self._clock())

    async def failed(self, post: Row) -> None:
        """It will not be taken; the console has it."""
        await self._put(post, state="failed", changed_at=self._clock())

    async def unknown(self, post: Row, seconds: float = 5) -> None:
        """Nobody knows whether it was taken: what may be repeated is, mirrored words leave a gap that is named."""
        if post["kind"] not in MIRRORED:
            return await self.later(post, seconds)
        async with self._memory.unit() as unit:
            await unit.update("posts", [{**key_of(post), "state": "unknown", "changed_at": self._clock()}])
            await self.append(unit, post, [{"kind": Kind.MARK, "content": {"key": "desk.telegram.gap"}}])

    async def recover(self, organisation: str, *, alone: bool = False) -> None:
        """Judge what a crash left *sending*; `alone`: at the start of the only process that posts."""
        upto = self._clock() - (timedelta() if alone else LOST_AFTER)
        async with self._memory.reading() as unit:
            rows = await unit.select("posts", {"organisation": organisation, "state": "sending"})
        for row in rows:
            if row["changed_at"] <= upto:
                await self.unknown(row, 0)

    async def _put(self, post: Row, **columns: Any) -> None:
        async with self._memory.unit() as unit:
            await unit.update("posts", [{**key_of(post), **columns}])


def key_of(post: Row) -> Row:
    """The columns of its primary key."""
    return {name: post[name] for name in ("organisation", "contact", "number", "piece")}


async def _open(unit: Any, organisation: str, *, lock: bool = False) -> list[Row]:
    where = {"organisation": organisation, "state": ["new", "sending"]}
    rows: list[Row] = await unit.select("posts", where, lock=lock)
    return sorted(rows, key=lambda row: (row["contact"], row["number"], row["piece"]))


def _ready(rows: Sequence[Row], now: Any) -> Row | None:
    """The oldest of the first posts of all topics that are not on their way already."""
    first: dict[tuple[str, int], Row] = {}
    for row in rows:
        first.setdefault((row["contact"], row["number"]), row)
    ready = [row for row in first.values() if row["state"] == "new" and row["at"] <= now]
    return min(ready, key=lambda row: row["at"], default=None)
