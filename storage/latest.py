"""The newest line that each of many contacts wrote, with one statement."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select

from storage.plans import plan

if TYPE_CHECKING:
    from storage.unit import Reading

PLAN = plan("messages")
MESSAGES = PLAN.table
CONTACTS = plan("contacts").table
INNER = MESSAGES.alias("m")
# A correlated look at the end of each contact's own numbers, however long its transcript is.
NEWEST = (
    select(INNER.c.number)
    .where(
        INNER.c.organisation == CONTACTS.c.organisation,
        INNER.c.contact == CONTACTS.c.contact,
        INNER.c.direction == "in",
    )
    .order_by(INNER.c.number.desc())
    .limit(1)
    .correlate(CONTACTS)
    .scalar_subquery()
)
LATEST = (
    select(*(MESSAGES.c[name] for name in PLAN.columns))
    .select_from(CONTACTS)
    .join(
        MESSAGES,
        and_(
            MESSAGES.c.organisation == CONTACTS.c.organisation,
            MESSAGES.c.contact == CONTACTS.c.contact,
            MESSAGES.c.number == NEWEST,
        ),
    )
    .where(
        CONTACTS.c.organisation == bindparam("house"),
        CONTACTS.c.contact.in_(bindparam("contacts", expanding=True)),
    )
)


async def latest(unit: "Reading", organisation: str, contacts: Sequence[str]) -> list[dict[str, Any]]:
    """The newest row of direction "in" of each of these contacts, opened."""
    if not contacts:
        return []
    found = await unit.connection.execute(LATEST, {"house": organisation, "contacts": list(contacts)})
    return await unit.ring.open(PLAN, [dict(zip(PLAN.columns, row, strict=True)) for row in found])
