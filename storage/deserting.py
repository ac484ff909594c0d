"""A contact that nobody is left on: its key goes, and every way that leads to it or from it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, select, update

from conversations.failures import Delivery
from storage.plans import plan

if TYPE_CHECKING:
    from storage.erasing import Eraser

OVER, FAILED = "over", "failed"
REASON = "erased"


def _table(name: str) -> Any:
    return plan(name).table


async def deserted(eraser: "Eraser", family: Iterable[str]) -> set[str]:
    """The contacts of which no case is left, nor an answer of another person; those that were merged count as one."""
    everyone = set(family)
    cases, answers = _table("cases"), _table("answers")
    own = eraser.of("cases", "contact", everyone)
    alive = await eraser.ids(select(cases.c.contact).where(own, cases.c.erased_at.is_(None)))
    same = and_(answers.c.organisation == cases.c.organisation, answers.c.case == cases.c.case)
    alive |= await eraser.ids(select(cases.c.contact).join(answers, same).where(own))
    roots = await _roots(eraser, everyone)
    lived_on = {roots[contact] for contact in alive}
    return {contact for contact in everyone if roots[contact] not in lived_on}


async def _roots(eraser: "Eraser", family: set[str]) -> dict[str, str]:
    own = _table("contacts")
    rows = await eraser.unit.connection.execute(
        select(own.c.contact, own.c.merged_into).where(eraser.of("contacts", "contact", family))
    )
    above: Mapping[str, str | None] = dict(tuple(row) for row in rows)
    return {contact: _climbed(above, contact) for contact in family}


def _climbed(above: Mapping[str, str | None], contact: str) -> str:
    while up := above.get(contact):
        contact = up
    return contact


async def desert(eraser: "Eraser", contacts: set[str]) -> None:
    """Their keys, addresses and state go, with whatever still waits for them; persons of theirs hold nothing."""
    if not contacts:
        return
    own, speaks, persons = _table("contacts"), _table("contact_persons"), _table("persons")
    theirs = eraser.of("contacts", "contact", contacts)
    await eraser.do(update(own).where(theirs).values(key=None, state=None, last_at=None))
    elsewhere = select(speaks.c.person).where(
        speaks.c.organisation == eraser.organisation, speaks.c.contact.not_in(contacts)
    )
    only = and_(eraser.of("contact_persons", "contact", contacts), speaks.c.person.not_in(elsewhere))
    left = await eraser.ids(select(speaks.c.person).where(only))
    await eraser.do(update(persons).where(eraser.of("persons", "person", left)).values(key=None))
    eraser.persons |= left
    eraser.unit.ring.gone.update(("person", eraser.organisation, person) for person in left)
    eraser.unit.ring.gone.update(("contact", eraser.organisation, contact) for contact in contacts)
    await _ways(eraser, contacts)
    await _waiting(eraser, contacts)


async def _ways(eraser: "Eraser", contacts: set[str]) -> None:
    addresses = await eraser.ids(
        select(_table("addresses").c.address).where(eraser.of("addresses", "contact", contacts))
    )
    await eraser.do(delete(_table("address_keys")).where(eraser.of("address_keys", "address", addresses)))
    for name in ("addresses", "links", "codes", "contact_persons"):
        await eraser.do(delete(_table(name)).where(eraser.of(name, "contact", contacts)))


async def _waiting(eraser: "Eraser", contacts: set[str]) -> None:
    """Nothing is sent, rung, replayed or called any more."""
    await drop_drafts(eraser, eraser.of("inquiries", "contact", contacts))
    await silence(eraser, eraser.of("outbox", "contact", contacts))
    await unpost(eraser, eraser.of("posts", "contact", contacts))
    await eraser.do(delete(_table("due")).where(eraser.of("due", "contact", contacts)))
    for name in ("inquiries", "parked"):
        own = eraser.of(name, "contact", contacts)
        await eraser.do(update(_table(name)).where(own).values(**eraser.blank(name)))
    tasks, calls = _table("tasks"), _table("handovers")
    undone = and_(eraser.of("tasks", "contact", contacts), tasks.c.done_at.is_(None))
    await eraser.do(update(tasks).where(undone).values(done_at=eraser.at))
    called = and_(eraser.of("handovers", "contact", contacts), calls.c.state != OVER)
    await eraser.do(update(calls).where(called).values(state=OVER, ended_at=eraser.at, why=REASON))


async def drop_drafts(eraser: "Eraser", asked: ColumnElement[bool]) -> None:
    """Drafts that were made of their questions hold their words; an approved entry was read by staff and stays."""
    entries, inquiries = _table("entries"), _table("inquiries")
    made = await eraser.ids(select(inquiries.c.made).where(asked))
    drafts = and_(eraser.of("entries", "id", made), entries.c.state == "draft")
    await eraser.do(delete(entries).where(drafts))


async def silence(eraser: "Eraser", rows: ColumnElement[bool]) -> None:
    """Calls to vendors: what was sent in them goes, what waits is not sent, and no receipt finds its way back."""
    own = _table("outbox")
    waiting = own.c.state == Delivery.NEW.value
    unsettled = or_(waiting, own.c.state == Delivery.UNKNOWN.value)
    settled_at = case((unsettled, func.coalesce(own.c.settled_at, eraser.at)), else_=own.c.settled_at)
    gone = {"content": None, "token_hash": None, "vendor_hash": None, "settled_at": settled_at}
    state = case((waiting, Delivery.FAILED.value), else_=own.c.state)
    reason = case((waiting, REASON), else_=own.c.reason)
    await eraser.do(update(own).where(rows).values(**gone, state=state, reason=reason))


async def unpost(eraser: "Eraser", rows: ColumnElement[bool]) -> None:
    """Calls to the staff's group."""
    own = _table("posts")
    state = case((own.c.state == "new", FAILED), else_=own.c.state)
    await eraser.do(update(own).where(rows).values(content=None, state=state))
