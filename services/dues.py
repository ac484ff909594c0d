"""Rows for the bell inside a turn: what was settled or moved meanwhile has no effect, and a turn settles its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from conversations.effects import Effect, Remind
from conversations.events import TimePassed
from services.ports import Row, Unit
from services.seating import Arrival

if TYPE_CHECKING:
    from services.rows import Scribe


def ring_id(row: Row) -> str:
    """The duplicate key of a ring: the same row at the same time rings once."""
    return f"due:{row['id']}:{row['at'].isoformat()}"


def row_id(event: TimePassed) -> str:
    """The row that an event stands for."""
    return f"{event.case}.{event.kind}"


async def still_due(unit: Unit, arrivals: Sequence[Arrival], new: Sequence[bool]) -> list[bool]:
    """Which of the new arrivals count: all that people did, and the rings whose row stands as it rang."""
    rung = [a.inbound for a in arrivals if isinstance(a.inbound.event, TimePassed)]
    if not rung:
        return list(new)
    ids = [row_id(i.event) for i in rung if isinstance(i.event, TimePassed)]
    where: dict[str, Any] = {"organisation": sorted({i.organisation for i in rung}), "id": ids, "done_at": None}
    stands = {(row["organisation"], ring_id(row)) for row in await unit.select("due", where)}
    stale = [i for i in rung if i.id.startswith("due:") and (i.organisation, i.id) not in stands]
    return [fresh and a.inbound not in stale for a, fresh in zip(arrivals, new, strict=True)]


def settle(scribe: "Scribe", event: TimePassed, decided: Sequence[Effect]) -> None:
    """The row that rang is done, unless the turn asked to be reminded of the same again."""
    again = {(e.kind, e.case) for e in decided if isinstance(e, Remind)}
    if (event.kind, event.case) not in again:
        scribe.ledger.update("due", scribe.key(id=row_id(event)), done_at=scribe.now)
