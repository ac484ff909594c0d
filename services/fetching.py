"""Attachments at vendors: fetched after the commit, tried for two hours, judged, and handed to the mind at once."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol, runtime_checkable

import structlog

from conversations import events
from conversations.channels import SendFailed
from conversations.events import Inbound, Media, MediaKind
from conversations.failures import Failure
from conversations.messages import Capabilities
from services.attachments import GONE, PENDING, READY, REFUSED, VOICE
from services.outlets import Outlets
from services.papers import Papers
from services.ports import Clock, Memory, Row
from services.reception import Busy, Reception
from services.seating import fresh_id

AT_ONCE = 8
WITHIN_S = 45
LEASE = timedelta(seconds=60)  # longer than a fetch, and taken again before what came is judged
FIRST_WAY = timedelta(minutes=2)  # a fetch, and one more where the first died with its process
TRIED_FOR = timedelta(hours=2)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
TOGETHER = timedelta(seconds=2)
MOST_BYTES = 20 * 1024 * 1024
FINAL = {"foreign": "gone", "gone": "gone", "too_large": "too_large", "too large": "too_large"}
log = structlog.get_logger(__name__)


@runtime_checkable
class Discarding(Protocol):
    """A channel whose vendor keeps files until they are deleted there."""

    async def discard(self, media: Media) -> bool:
        """Delete the file at the vendor; whether it is gone there."""
        ...


class Fetching:
    """Works off the rows of files that still lie at a vendor. It holds no data: what is due stands in the rows."""

    def __init__(
        self,
        memory: Memory,
        papers: Papers,
        reception: Reception,
        outlets: Outlets,
        ways: Callable[[str], Capabilities],
        clock: Clock,
    ) -> None:
        self._memory = memory
        self._papers = papers
        self._reception = reception
        self._outlets = outlets
        self._ways = ways
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._where = {"organisation": sorted({o for o, _ in outlets}), "line": sorted({line for _, line in outlets})}

    async def ring(self) -> None:
        """Begin to fetch what is due, and hand over what came; ring every second."""
        if not self._outlets:
            return
        for row in await self._claimed(AT_ONCE - len(self._tasks)):
            task = asyncio.create_task(self._try(row))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await self._hand_over()

    async def settled(self) -> None:
        """Wait until everything that was begun is done."""
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Break off what is on its way; it is begun again when its time is over."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _claimed(self, most: int) -> list[Row]:
        """Rows that are due; they are nobody else's for a while, and due again if this process dies over them."""
        now = self._clock()
        where = {**self._where, "state": PENDING}
        async with self._memory.unit() as unit:
            due = await unit.select(
                "files", where, upto={"next_at": now}, order=["next_at"], limit=max(most, 0), claim=True
            )
            rows = [row for row in due if (row["organisation"], row["line"]) in self._outlets]
            await unit.update("files", [{**_key(row), "next_at": now + LEASE} for row in rows])
        return [{**row, "next_at": now + LEASE} for row in rows]

    async def _still_ours(self, row: Row) -> bool:
        """Take it for a while again; False where it was taken over meanwhile, as the time of its lease tells."""
        async with self._memory.unit() as unit:
            (fresh,) = await unit.select("files", _key(row), lock=True)
            if (fresh["state"], fresh["next_at"]) != (PENDING, row["next_at"]):
                return False
            await unit.update("files", [{**_key(row), "next_at": self._clock() + LEASE}])
        return True

    async def _try(self, row: Row) -> None:
        """Fetch one file; what stumbles in this house is told in the log, and the row is due again in a while."""
        try:
            await self._fetch(row)
        except Exception as error:
            log.error("papers.failed", line=row["line"], error=type(error).__name__)

    async def _fetch(self, row: Row) -> None:
        """Fetch one file and settle it; where that fails now it is tried later."""
        channel = self._outlets[row["organisation"], row["line"]].channel
        if row["ref"] is None:
            return await self._papers.write(row, state=GONE, reason="gone")
        if (row["size"] or 0) > MOST_BYTES:
            return await self._papers.write(row, state=REFUSED, reason="too_large")
        media = _media(row)
        try:
            async with asyncio.timeout(WITHIN_S):
                data = await channel.fetch(media)
        except SendFailed as failed:
            return await self._failed(row, FINAL.get(failed.code, "") if failed.failure is Failure.MEDIA else "")
        except Exception as error:  # a channel that stumbles is asked again, as one that is slow
            log.warning("papers.fetch_failed", line=row["line"], error=type(error).__name__)
            return await self._failed(row, "")
        if not await self._still_ours(row):
            log.warning("papers.taken_over", line=row["line"])
            return
        await self._settle(row, data)
        if isinstance(channel, Discarding) and not await channel.discard(media):
            log.warning("papers.left_at_vendor", line=row["line"])

    async def _settle(self, row: Row, data: bytes) -> None:
        if row["kind"] == VOICE:
            await self._papers.keep(row, data, name=row["name"] or "", kind=VOICE, pages=None)
        else:
            await self._papers.settle(row, row["name"] or "", data)

    async def _failed(self, row: Row, final: str) -> None:
        """Too large or gone for good; else tried again, with growing pauses, until two hours are over."""
        if not await self._still_ours(row):
            return
        now, tries = self._clock(), row["tries"] + 1
        if final or now - row["at"] >= TRIED_FOR:
            state = REFUSED if final == "too_large" else GONE
            return await self._papers.write(row, state=state, reason=final or "gone", tries=tries)
        pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
        await self._papers.write(row, tries=tries, next_at=now + pause)

    async def _hand_over(self) -> None:
        """One event for each contact and album; its id is written first, so that a repeat has no second effect."""
        for batch, rows in await self._batches():
            first = rows[0]
            event = events.Papers(
                tuple(r["file"] for r in rows if r["state"] == READY),
                tuple(r["reason"] or "unreadable" for r in rows if r["state"] != READY),
            )
            place = (first["organisation"], first["line"])
            inbound = Inbound(*place, (), f"papers:{batch}", event, address=first["address"])
            try:
                await self._reception.receive(inbound, self._ways(first["line"]))
            except Busy:
                return
            except Exception as error:  # its files stay unnamed, so it is handed over again; the others go on
                log.error("papers.not_handed_over", line=first["line"], error=type(error).__name__)
                continue
            async with self._memory.unit() as unit:
                await unit.update("files", [{**_key(row), "named_at": self._clock()} for row in rows])

    async def _batches(self) -> list[tuple[str, list[Row]]]:
        """What can be handed over now: earlier batches whose handing over was cut, then fresh ones."""
        async with self._memory.unit() as unit:
            rows = await unit.select("files", {**self._where, "named_at": None}, order=["at", "file"], lock=True)
            cut = sorted((row for row in rows if row["batch"]), key=lambda row: str(row["batch"]))
            batches = [(batch, list(own)) for batch, own in groupby(cut, key=lambda row: str(row["batch"]))]
            fresh = [(fresh_id(), own) for own in _complete(rows, self._clock())]
            marks = [{**_key(row), "batch": batch} for batch, own in fresh for row in own]
            await unit.update("files", marks)
        return batches + fresh


def _complete(rows: Sequence[Row], now: datetime) -> Iterator[list[Row]]:
    """Settled files of those albums in which none is young or on its first way."""
    albums: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row["batch"] is None:
            albums.setdefault((row["organisation"], row["address"], row["album"]), []).append(row)
    for own in albums.values():
        settled = [row for row in own if row["state"] != PENDING]
        if settled and not any(_awaited(row, now) for row in own):
            yield settled


def _awaited(row: Row, now: datetime) -> bool:
    """Others of its album may still come, or it is on its first way."""
    age: timedelta = now - row["at"]
    return age < TOGETHER or (row["state"] == PENDING and row["tries"] == 0 and age < FIRST_WAY)


def _key(row: Row) -> Row:
    return {"organisation": row["organisation"], "file": row["file"]}


def _media(row: Row) -> Media:
    kind = MediaKind.VOICE if row["kind"] == VOICE else MediaKind.PAPER
    return Media(kind, row["ref"], row["name"] or "", row["size"], row["album"])
