"""One row for each line that is fetched: how far it was, and who may fetch it now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.ports import Clock, Memory, Row, Unit
from services.seating import fresh_id

# Longer than a poll lasts; with the pause of those who wait for it (15 s) a dead poller is replaced within a minute.
FOR = timedelta(seconds=45)
RENEWED_BEFORE = timedelta(seconds=40)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll a line from a position on, until a time."""

    organisation: str
    line: str
    position: int | None
    until: datetime


class Leases:
    """Gives this process the right to poll. `alone` says that no other process can hold one: it would be dead."""

    def __init__(self, memory: Memory, clock: Clock, *, alone: bool) -> None:
        self._memory = memory
        self._clock = clock
        self.alone = alone
        self._me = fresh_id()
        self._held: dict[tuple[str, str], Lease] = {}

    async def take(self, place: tuple[str, str]) -> Lease | None:
        """The lease of a line, taken or renewed; None where another holds it."""
        held = self._held.get(place)
        if held and held.until - self._clock() > RENEWED_BEFORE:
            return held
        async with self._memory.unit() as unit:
            lease = await self._claim(unit, place)
        if lease:
            self._held[place] = lease
        else:
            self._held.pop(place, None)
        return lease

    async def move(self, lease: Lease, position: int | None) -> None:
        """Everything before this position is committed."""
        if position == lease.position:
            return
        until = self._clock() + FOR
        row = {"organisation": lease.organisation, "line": lease.line, "position": position, "until": until}
        async with self._memory.unit() as unit:
            await unit.update("polls", [row])
        self._held[lease.organisation, lease.line] = Lease(lease.organisation, lease.line, position, until)

    async def release(self) -> None:
        """Let others poll at once."""
        rows = [{"organisation": house, "line": line, "holder": None, "until": None} for house, line in self._held]
        if rows:
            async with self._memory.unit() as unit:
                await unit.update("polls", rows)
        self._held.clear()

    async def since(self, place: tuple[str, str]) -> datetime | None:
        """The time up to which nothing was missed on a line."""
        async with self._memory.reading() as unit:
            rows = await unit.select("polls", {"organisation": place[0], "line": place[1]})
        return rows[0]["since"] if rows else None

    async def fetched(self, place: tuple[str, str], now: datetime) -> None:
        """Nothing before this time is missed."""
        key = {"organisation": place[0], "line": place[1]}
        async with self._memory.unit() as unit:
            if not (await unit.insert_new("polls", [{**key, "since": now}]))[0]:
                await unit.update("polls", [{**key, "since": now}])

    async def _claim(self, unit: Unit, place: tuple[str, str]) -> Lease | None:
        key = {"organisation": place[0], "line": place[1]}
        until = self._clock() + FOR
        mine = {**key, "holder": self._me, "until": until}
        rows = await unit.select("polls", key, claim=True)
        if not rows:
            (new,) = await unit.insert_new("polls", [mine])
            return Lease(*place, None, until) if new else None
        if not self._mine(rows[0]):
            return None
        await unit.update("polls", [mine])
        return Lease(*place, rows[0]["position"], until)

    def _mine(self, row: Row) -> bool:
        """Whether the lease is free, over, or ours."""
        free = row["holder"] in (None, self._me) or row["until"] is None or row["until"] <= self._clock()
        return free or self.alone
