"""What the erasure ledger says, done once more: an older copy that was put back holds nobody who was erased."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from storage.erasing import EMPTY, GONE
from storage.erasures import Line
from storage.plans import plan

if TYPE_CHECKING:
    from storage.unit import Unit

MOST = 500  # ids in one question


def _as_before(name: str, c: Any) -> ColumnElement[bool]:
    """A row that an erasure would have changed."""
    match name:
        case "cases":
            return c.erased_at.is_(None)  # type: ignore[no-any-return]
        case "files":
            return or_(c.secret.is_not(None), c.state != GONE)
    return c.key.is_not(None)  # type: ignore[no-any-return]


async def renew(unit: "Unit", lines: Sequence[Line], now: datetime) -> bool:
    """Erase what came back; whether anything had."""
    came_back = False
    for organisation in sorted({line.organisation for line in lines}):
        own = [line for line in lines if line.organisation == organisation]
        found = {kind: await _back(unit, own, kind) for kind in ("person", "contact", "case", "file")}
        messages = await _told(unit, [line for line in own if line.kind == "message"])
        if messages or any(found.values()):
            came_back = True
            more = {"cases": found["case"], "files": found["file"], "contacts": found["contact"]}
            await unit.erase(organisation, found["person"], now, **more, messages=messages)
    return came_back


async def _back(unit: "Unit", lines: Iterable[Line], kind: str) -> set[str]:
    """The ids of this kind whose rows are there as they were before."""
    own: Any = plan(f"{kind}s").table
    pairs = [(line.organisation, line.id) for line in lines if line.kind == kind]
    found: set[str] = set()
    for first in range(0, len(pairs), MOST):
        some = pairs[first : first + MOST]
        named = and_(own.c.organisation == some[0][0], own.c[kind].in_([id for _, id in some]))
        rows = await unit.connection.execute(select(own.c[kind]).where(named, _as_before(own.name, own.c)))
        found |= {row[0] for row in rows}
    return found


async def _told(unit: "Unit", lines: Sequence[Line]) -> list[tuple[str, int]]:
    """The messages of the ledger that hold words again."""
    own: Any = plan("messages").table
    found: list[tuple[str, int]] = []
    for first in range(0, len(lines), MOST):
        some = lines[first : first + MOST]
        parts = [line.id.rpartition(".") for line in some]
        named = tuple_(own.c.contact, own.c.number).in_([(contact, int(number)) for contact, _, number in parts])
        wordy = and_(own.c.organisation == some[0].organisation, named, own.c.content != EMPTY)
        rows = await unit.connection.execute(select(own.c.contact, own.c.number).where(wordy))
        found += [(row[0], row[1]) for row in rows]
    return found
