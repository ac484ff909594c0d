"""One-time codes that lead from one channel to another, and the joining of two contacts in one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from conversations.effects import IssueCode, Join, Joint, MissCode
from conversations.events import Joined
from conversations.facts import Found, Outcome
from conversations.joining import MINUTES
from conversations.records import FreshSeat, Seat, Sender
from services import kinship, loading
from services.ports import Unit
from services.seating import Place, fresh_id

if TYPE_CHECKING:
    from services.ledger import Ledger
    from services.rows import Scribe

LIFE = timedelta(minutes=MINUTES)
HOUR = timedelta(hours=1)
MOST_MISSES = 300  # of a whole association in an hour: with eight digits nobody finds a code by trying
SWEPT = 64


class Wanted(Exception):
    """A second contact has to be locked for this turn; it is taken anew with both."""

    def __init__(self, sender: Sender) -> None:
        super().__init__("a second contact")
        self.sender = sender


async def find(unit: Unit, organisation: str, code: str, now: datetime) -> Found:
    """Where a code leads; nowhere while too many were tried."""
    await _sweep(unit, organisation, now)
    misses = {"organisation": organisation, "missed": True}
    if len(await unit.select("codes", misses, after={"made_at": now - HOUR}, limit=MOST_MISSES)) >= MOST_MISSES:
        return Found()
    key = {"organisation": organisation, "hash": unit.index(organisation, "code", code)}
    rows = await unit.select("codes", {**key, "missed": False}, lock=True)
    if not rows or rows[0]["used_at"] is not None or rows[0]["until"] < now:
        return Found()
    home = await kinship.root(unit, organisation, rows[0]["contact"])
    return Found(joint=Joint(home["contact"], code, rows[0]["address"], rows[0]["live"])) if home else Found()


async def _sweep(unit: Unit, organisation: str, now: datetime) -> None:
    """Codes whose hour is over tell nothing any more."""
    old = await unit.select("codes", {"organisation": organisation}, upto={"until": now - HOUR}, limit=SWEPT)
    await unit.delete("codes", [{"organisation": organisation, "hash": row["hash"]} for row in old])


def issue(scribe: "Scribe", effect: IssueCode) -> None:
    """A code; the same digits told to two at once lead nowhere, which nobody will see happen."""
    _row(scribe, effect.code, missed=False)


def miss(scribe: "Scribe", _: MissCode) -> None:
    """A wrong try counts against everybody's."""
    _row(scribe, fresh_id(), missed=True)


def _row(scribe: "Scribe", code: str, *, missed: bool) -> None:
    key = scribe.key(hash=scribe.unit.index(scribe.organisation, "code", code))
    seat, live = scribe.place.seat, scribe.place.arrival.channel.structured
    more = {"contact": seat.contact, "address": seat.address, "live": live, "missed": missed, "used_at": None}
    scribe.ledger.upsert("codes", key, **more, made_at=scribe.now, until=scribe.now + LIFE)


def join(scribe: "Scribe", effect: Join) -> None:
    """The code is used, and this contact leads to the other one; its rows stay as they are."""
    used = scribe.unit.index(scribe.organisation, "code", effect.joint.code)
    scribe.ledger.update("codes", scribe.key(hash=used), used_at=scribe.now)
    own = scribe.key(contact=scribe.place.seat.contact)
    scribe.ledger.update("contacts", own, merged_into=effect.joint.contact, merged_at=scribe.now)


def asked(outcome: Outcome) -> Join | None:
    """The joining that the mind decided, where it did."""
    return next((effect for effect in outcome.effects if isinstance(effect, Join)), None)


def host_of(join: Join, organisation: str, seats: Sequence[Seat]) -> Seat:
    """The other contact's seat; `Wanted` where it was not taken with the first."""
    if found := next((seat for seat in seats if seat.contact == join.joint.contact), None):
        return found
    fresh = FreshSeat(fresh_id(), fresh_id(), fresh_id())
    raise Wanted(Sender(organisation, "", (), fresh, address=join.joint.origin))


async def welcomed(unit: Unit, spot: Place, join: Join, host: Seat, ledger: "Ledger") -> Place:
    """The same moment as the other contact lives it: its human speaks from one more address."""
    inbound, key = spot.arrival.inbound, {"organisation": spot.organisation}
    kin = [*kinship.whole(host.row)[1:], *kinship.whole(spot.seat.row)]
    ledger.update("contacts", {**key, "contact": host.contact}, kin=kin)
    if spot.arrival.channel.structured:
        ledger.update("addresses", {**key, "address": spot.seat.address}, told_from=host.row["told"])
    event = Joined(inbound.line, join.joint.origin, join.joint.live, spot.conversation.case or "")
    arrival = replace(spot.arrival, inbound=replace(inbound, id=f"joined:{inbound.id}", event=event))
    stopped = sorted({*host.row["messages_stopped"], *spot.seat.row["messages_stopped"]})
    row: Mapping[str, Any] = {**host.row, "kin": kin, "messages_stopped": stopped}
    seat = replace(host, row=row, address=spot.seat.address, new=False)
    (place,) = await loading.places(unit, [arrival], [seat], [True])
    return place
