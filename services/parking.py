"""Parked events: listed for staff, and replayed once at today's state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from conversations.codec import load_event
from conversations.events import Inbound
from conversations.messages import Capabilities
from services.ports import Clock, Memory, Row
from services.seating import Arrival
from services.turns import Taken, Turns


@dataclass(frozen=True, slots=True)
class Parked:
    """An event on which the mind stumbled; its words are not shown here."""

    id: str
    organisation: str
    line: str
    reason: str
    at: datetime
    replayed_at: datetime | None


class Parking:
    """Lists parked events and takes them once more."""

    def __init__(self, memory: Memory, turns: Turns, clock: Clock, ways: Callable[[str], Capabilities]) -> None:
        self._memory = memory
        self._turns = turns
        self._clock = clock
        self._ways = ways

    async def waiting(self, organisation: str) -> list[Parked]:
        """Events that wait for their replay, the oldest first."""
        async with self._memory.reading() as unit:
            rows = await unit.select("parked", {"organisation": organisation, "replayed_at": None}, order=["at"])
        return [Parked(r["id"], organisation, r["line"], r["reason"], r["at"], r["replayed_at"]) for r in rows]

    async def replay(self, organisation: str, id: str) -> Taken | None:
        """Take a parked event once more; None where it is unknown or was replayed before.

        The replay has a duplicate key of its own, so that two who press at once replay it once; it is marked only
        after its commit, so that a crash in between loses nothing.
        """
        row = await self._find(organisation, id)
        if row is None:
            return None
        payload = dict(row["payload"])
        address = payload.pop("address")
        inbound = Inbound(organisation, row["line"], (), f"replay:{id}", load_event(payload), address=address)
        (taken,) = await self._turns.take([Arrival(inbound, self._ways(row["line"]))])
        async with self._memory.unit() as unit:
            await unit.update("parked", [{"organisation": organisation, "id": id, "replayed_at": self._clock()}])
        return None if taken.repeat else taken

    async def _find(self, organisation: str, id: str) -> Row | None:
        async with self._memory.reading() as unit:
            rows = await unit.select("parked", {"organisation": organisation, "id": id, "replayed_at": None})
        return rows[0] if rows else None
