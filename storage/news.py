"""How far each contact has come that somebody waits for: on a page, or at the desk; and how new the knowledge is."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, select, text

from storage.link import Link
from storage.plans import plan
from storage.wakeups import SIGN, Place

CONTACTS = plan("contacts").table
HANDOVERS = plan("handovers").table
ENTRIES = plan("entries").table
KNOWLEDGE = "knowledge"  # the sign that the entries of an association were changed
ROW = (CONTACTS.c.organisation, CONTACTS.c.contact, CONTACTS.c.message_number)
WAITED_FOR = select(*ROW).where(
    CONTACTS.c.organisation.in_(bindparam("houses", expanding=True)),
    CONTACTS.c.contact.in_(bindparam("contacts", expanding=True)),
)
AT_THE_DESK = (
    select(*ROW, HANDOVERS.c.number, HANDOVERS.c.state, HANDOVERS.c.holder)
    .join(
        HANDOVERS,
        and_(HANDOVERS.c.organisation == CONTACTS.c.organisation, HANDOVERS.c.contact == CONTACTS.c.contact),
    )
    .where(
        text("handovers.state <> 'over'"),  # the words of the index, so that it is used
        HANDOVERS.c.organisation.in_(bindparam("houses", expanding=True)),
    )
)
KNOWN = select(ENTRIES.c.organisation, func.max(ENTRIES.c.at), func.count()).group_by(ENTRIES.c.organisation)


async def news(connection: Link, places: Iterable[Place], houses: Sequence[str]) -> dict[Place, Any]:
    """A mark for each of these contacts, and for those that stand in the inbox of these houses; news changes it."""
    known = await connection.execute(KNOWN)
    found: dict[Place, Any] = {(row[0], f"{KNOWLEDGE}{SIGN}"): tuple(row[1:]) for row in known}
    pairs = sorted(places)
    if pairs:
        params = {"houses": sorted({house for house, _ in pairs}), "contacts": [contact for _, contact in pairs]}
        found |= _marks(await connection.execute(WAITED_FOR, params))
    if houses:
        found |= _marks(await connection.execute(AT_THE_DESK, {"houses": sorted(houses)}))
    return found


def _marks(rows: Iterable[Any]) -> dict[Place, Any]:
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}
