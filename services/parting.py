"""An address that is somebody else's now: it begins anew with a contact of its own, and the old one keeps its rows."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conversations.effects import DoubtAddress, PartAddress
from conversations.events import Opened
from conversations.facts import Outcome
from conversations.records import FreshSeat, Seat
from conversations.state import Conversation
from services.ports import Row, Unit
from services.seating import Place, fresh_id

if TYPE_CHECKING:
    from services.rows import Scribe

COUNTERS: dict[str, Any] = {
    "message_number": 0,
    "outbox_number": 0,
    "told": 0,
    "notice_version": None,
    "messages_stopped": [],
}


def doubt(scribe: "Scribe", effect: DoubtAddress) -> None:
    """Nothing is said unasked at an address in doubt; one that proved itself begins to count from now."""
    changes = {"doubted_at": scribe.now} if effect.doubted else {"doubted_at": None, "last_inbound_at": scribe.now}
    scribe.ledger.update("addresses", scribe.key(address=scribe.place.seat.address), **changes)


def part(scribe: "Scribe", _: PartAddress) -> None:
    """The old address is told nothing any more; its keys lead elsewhere by now."""
    key = scribe.key(address=scribe.place.seat.address)
    scribe.ledger.update("addresses", key, doubted_at=scribe.now, stopped_at=scribe.now)


def asked(outcome: Outcome) -> bool:
    """Whether the mind decided that somebody else writes here now."""
    return any(isinstance(effect, PartAddress) for effect in outcome.effects)


async def newcomer(unit: Unit, spot: Place, conversation: Conversation, now: datetime) -> Place:
    """Whoever writes from here now, as somebody who comes for the first time."""
    house, inbound = spot.organisation, spot.arrival.inbound
    (old,) = await unit.select("addresses", {"organisation": house, "address": spot.seat.address})
    ids = FreshSeat(fresh_id(), fresh_id(), fresh_id())
    await settle(unit, house, ids, now)
    row = {"organisation": house, "address": ids.address, "contact": ids.contact, "line": old["line"]}
    times = {"proven_at": now, "last_inbound_at": now}
    await unit.insert("addresses", [{**row, **times, "value": inbound.value or old["value"]}])
    await lead(unit, house, spot.seat.address, ids.address)
    seat = Seat(house, ids.contact, ids.address, True, None, {"contact": ids.contact, **COUNTERS}, (ids.person,))
    fresh = replace(inbound, id=f"parted:{inbound.id}", event=Opened(conversation.language))
    return Place(replace(spot.arrival, inbound=fresh), seat, (), Conversation(language=conversation.language))


async def settle(unit: Unit, house: str, ids: FreshSeat, now: datetime) -> None:
    """A contact and its first person, with keys of their own."""
    whose: dict[str, Any] = {"organisation": house}
    await unit.insert("contacts", [{**whose, "contact": ids.contact, "created_at": now}])
    await unit.insert("persons", [{**whose, "person": ids.person, "created_at": now}])
    await unit.insert("contact_persons", [{**whose, "contact": ids.contact, "person": ids.person}])


async def lead(unit: Unit, house: str, old: str, new: str) -> None:
    """The keys of one address lead to another from now on."""
    rows: list[Row] = await unit.select("address_keys", {"organisation": house, "address": old})
    names = ("organisation", "line", "hash")
    await unit.update("address_keys", [{**{name: row[name] for name in names}, "address": new} for row in rows])
