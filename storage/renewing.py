"""What the erasure ledger says, done once more: an older copy that was put back holds nobody who was erased."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_

from conversations.records import Named
from storage.erasing import EMPTY, GONE
from storage.erasures import Line
from storage.plans import plan

if TYPE_CHECKING:
    from storage.unit import Unit

MOST = 500  # ids in one question
TABLES = {"person": "persons", "contact": "contacts", "case": "cases", "file": "files", "parked": "parked"}


def _as_before(name: str, c: Any) -> ColumnElement[bool]:
    """A row that an erasure would have changed."""
    match name:
        case "cases":
            return c.erased_at.is_(None)  # type: ignore[no-any-return]
        case "files":
            return or_(c.secret.is_not(None), c.state != GONE)
        case "parked":
            return c.payload != EMPTY  # type: ignore[no-any-return]
    return c.key.is_not(None)  # type: ignore[no-any-return]


async def renew(unit: "Unit", lines: Sequence[Line], now: datetime) -> bool:
    """Erase what came back; whether anything had."""
    came_back = False
    for organisation in sorted({line.organisation for line in lines}):
        own = [line for line in lines if line.organisation == organisation]
        found = {kind: await _back(unit, own, kind) for kind in ("person", "contact", "case", "file")}
        named = await _named(unit, own)
        if named != Named() or any(found.values()):
            came_back = True
            more = {"cases": found["case"], "files": found["file"], "contacts": found["contact"]}
            await unit.erase(organisation, found["person"], now, **more, named=named)
    return came_back


async def _back(unit: "Unit", lines: Iterable[Line], kind: str) -> set[str]:
    """The ids of this kind whose rows are there as they were before."""
    own: Any = plan(TABLES[kind]).table
    id = own.c["id" if kind == "parked" else kind]
    pairs = [(line.organisation, line.id) for line in lines if line.kind == kind]
    found: set[str] = set()
    for first in range(0, len(pairs), MOST):
        some = pairs[first : first + MOST]
        named = and_(own.c.organisation == some[0][0], id.in_([named for _, named in some]))
        rows = await unit.connection.execute(select(id).where(named, _as_before(own.name, own.c)))
        found |= {row[0] for row in rows}
    return found


async def _named(unit: "Unit", lines: Sequence[Line]) -> Named:
    """What the ledger names that holds words again."""
    messages = await _wordy(unit, [line for line in lines if line.kind == "message"], "messages", "content")
    inquiries = await _wordy(unit, [line for line in lines if line.kind == "inquiry"], "inquiries", "question")
    return Named(tuple(messages), tuple(inquiries), tuple(await _back(unit, lines, "parked")))


async def _wordy(unit: "Unit", lines: Sequence[Line], name: str, column: str) -> list[tuple[str, int]]:
    own: Any = plan(name).table
    found: list[tuple[str, int]] = []
    for first in range(0, len(lines), MOST):
        some = lines[first : first + MOST]
        parts = [line.id.rpartition(".") for line in some]
        named = tuple_(own.c.contact, own.c.number).in_([(contact, int(number)) for contact, _, number in parts])
        wordy = and_(own.c.organisation == some[0].organisation, named, own.c[column] != EMPTY)
        rows = await unit.connection.execute(select(own.c.contact, own.c.number).where(wordy))
        found += [(row[0], row[1]) for row in rows]
    return found
