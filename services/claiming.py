"""Claiming: rows of the outbox whose turn it is become errands, each by the way that the planner chose."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from conversations import purposes
from conversations.calendar import next_sending
from conversations.channels import Parcel
from conversations.failures import Delivery
from conversations.organisation import Schedule
from services import kinship
from services.errands import STRIDE, Errand, failure_of, first_key, key_of, pack, packed, params_of, unpack, words_of
from services.outlets import Outlet, Outlets
from services.pacing import Pacing
from services.planner import REMINDER, STOP, Ask, Reach, Template, Way, choose, values_of
from services.ports import Row, Unit
from services.seating import fresh_token
from services.tasks import hopeless

UNKNOWN_HOLDS = timedelta(seconds=60)
# An association's templates by the key of the message that each may stand for.
Templates = Mapping[str, Mapping[str, Template]]
Rooms = Mapping[tuple[str, str], int]  # how many messages each (organisation, line) takes now
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class World:
    """What was loaded for the claimed rows: messages, addresses and persons' stops by contact, earlier attempts."""

    messages: Mapping[tuple[str, str, int], Row]
    addresses: Mapping[tuple[str, str], list[Row]]
    muted: Mapping[tuple[str, str], list[str]]
    earlier: Mapping[tuple[str, str, int, int], list[Row]]


@dataclass(slots=True)
class Plan:
    """What a claim leaves to write: changed rows, further pieces, and rows that have no way."""

    errands: list[Errand] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    pieces: list[Row] = field(default_factory=list)
    lost: list[tuple[Row, str, bool]] = field(default_factory=list)


class Clerk:
    """Claims rows and plans their way, inside the unit of a round."""

    def __init__(
        self, outlets: Outlets, templates: Templates, schedules: Mapping[str, Schedule], pacing: Pacing
    ) -> None:
        self._outlets = outlets
        self._pacing = pacing
        self._templates = templates
        self._schedules = schedules

    async def claim(self, unit: Unit, now: datetime, rooms: Rooms, most: int) -> list[Errand]:
        """The errands of this round, each of which may be called at once; *sending* once the unit is committed."""
        held = self._pacing.held(now)
        rows = await unit.claim(now, now - UNKNOWN_HOLDS, rooms, held, most, self._quiet(now))
        if not rows:
            return []
        world, plan = await _load(unit, rows), Plan()
        for row in rows:
            self._one(unit, row, world, plan, now)
        await unit.update("outbox", plan.changed)
        await unit.insert("outbox", plan.pieces)
        for row, reason, silent in plan.lost:
            await hopeless(unit, row, reason, now, silent=silent)
        return plan.errands

    def _quiet(self, now: datetime) -> list[str]:
        """The associations that write to nobody unasked at this hour, late or tried again as it may be."""
        return [house for house, schedule in self._schedules.items() if next_sending(schedule, now) > now]

    def _one(self, unit: Unit, row: Row, world: World, plan: Plan, now: datetime) -> None:
        """Plan one row; what cannot be planned is lost alone, and staff hear of it."""
        message = world.messages.get((row["organisation"], row["contact"], row["message"]))
        if message is None or message["content"] is None:
            return plan.lost.append((row, "erased", True))
        try:
            self._plan(unit, row, message, world, plan, now)
        except Exception as error:
            log.exception("delivery.unplanned", error=type(error).__name__)
            plan.lost.append((row, "malformed", False))

    def _plan(self, unit: Unit, row: Row, message: Row, world: World, plan: Plan, now: datetime) -> None:
        if key_refused(row, message, world.muted.get((row["organisation"], row["contact"]), ())):
            return plan.lost.append((row, "withdrawn", True))
        way = self._way(row, message, world, now)
        reach = way.reach
        if reach is None or reach.to is None:
            return plan.lost.append((row, way.reason, _may_lapse(row, message)))
        place = row["organisation"], reach.line
        if not self._pacing.take(place, reach.address, now):
            return  # it goes another way than it asked for, and there is no room yet: it stays as it is
        outlet = self._outlets[place]
        token = fresh_token()
        parcels = _parcels(row, message["content"], way, outlet, reach.to, token)
        content = row["content"] if packed(row["content"]) else pack(parcels[0], _count(row, parcels))
        told = {"state": Delivery.SENDING.value, "claimed_at": now, "changed_at": now, "content": content}
        told |= {"address": reach.address, "reason": way.reason}
        plan.changed.append({**key_of(row), **told, "token_hash": unit.index(place[0], "outbox", token)})
        claimed = {**row, **told}
        plan.pieces += [
            _piece(claimed, at, pack(p, len(parcels)), cut_again=bool(row["content"]))
            for at, p in enumerate(parcels)
            if at
        ]
        plan.errands.append(Errand(claimed, outlet, replace(parcels[0], token=token), message["at"]))

    def _way(self, row: Row, message: Row, world: World, now: datetime) -> Way:
        """A call that was planned before goes its way again; anything else is planned."""
        who = row["organisation"], row["contact"]
        reaches = [self._reach(row, address, world.muted.get(who, [])) for address in world.addresses.get(who, [])]
        if packed(row["content"]):
            own = next((r for r in reaches if r.address == row["address"]), None)
            return Way(row["reason"] or "reply", own)
        key = (*who, row["number"], row["piece"])
        tried = [(e["address"], "template" in (e["content"] or {}), failure_of(e)) for e in world.earlier.get(key, [])]
        return choose(
            Ask(
                own=row["address"],
                interactive=row["interactive"],
                reaches=reaches,
                now=now,
                template=self._templates.get(row["organisation"], {}).get(first_key(message["content"])),
                tried=frozenset((address, by, failure) for address, by, failure in tried if failure),
            )
        )

    def _reach(self, row: Row, address: Row, muted: Sequence[str]) -> Reach:
        outlet = self._outlets.get((row["organisation"], address["line"]))
        return Reach(
            address=address["address"],
            line=address["line"],
            to=address["value"],
            open=outlet is not None,
            proven=address["proven_at"] is not None,
            muted=address["line"] in muted,
            last_inbound_at=address["last_inbound_at"],
            stopped_at=address["stopped_at"],
            doubted=address["doubted_at"] is not None,
            window=outlet.window if outlet else None,
        )


async def _load(unit: Unit, rows: Sequence[Row]) -> World:
    where = {"organisation": sorted({r["organisation"] for r in rows}), "contact": [r["contact"] for r in rows]}
    messages = await unit.select("messages", {**where, "number": [r["message"] for r in rows]})
    addresses: dict[tuple[str, str], list[Row]] = {}
    for address in await unit.select("addresses", where):
        addresses.setdefault((address["organisation"], address["contact"]), []).append(address)
    for row, address in await _of_kin(unit, rows, addresses):
        addresses.setdefault((row["organisation"], row["contact"]), []).append(address)
    return World(
        {(m["organisation"], m["contact"], m["number"]): m for m in messages},
        addresses,
        await _muted(unit, rows),
        await _earlier(unit, rows),
    )


async def _of_kin(
    unit: Unit, rows: Sequence[Row], own: Mapping[tuple[str, str], Sequence[Row]]
) -> list[tuple[Row, Row]]:
    """The addresses of contacts that are one with these: where one of them is meant, or any of them may be chosen."""
    known = {address["address"] for found in own.values() for address in found}
    meant = {(row["organisation"], row["contact"]): row for row in rows if _wide(row) or row["address"] not in known}
    if not meant:
        return []
    houses = sorted({house for house, _ in meant})
    kin = await kinship.families(unit, houses, (contact for _, contact in meant))
    apart = [(key, one) for key in meant for one in kin.get(key[1], ()) if one != key[1]]
    where = {"organisation": houses, "contact": sorted({one for _, one in apart})}
    found = await unit.select("addresses", where) if apart else []
    return [(meant[key], a) for a in found for key, one in apart if (a["organisation"], a["contact"]) == (key[0], one)]


def _wide(row: Row) -> bool:
    """Whether the planner may choose another way than the address that the row names."""
    return not row["interactive"] or bool(row["attempt"])


async def _muted(unit: Unit, rows: Sequence[Row]) -> dict[tuple[str, str], list[str]]:
    """The lines and purposes of which these contacts want nothing unasked; who is only answered was not looked up."""
    unasked = [row for row in rows if _wide(row)]
    if not unasked:
        return {}
    where = {"organisation": sorted({r["organisation"] for r in unasked}), "contact": [r["contact"] for r in unasked]}
    found = await unit.select("contacts", where)
    homes = {c["contact"]: await kinship.root(unit, c["organisation"], c["contact"]) for c in found if c["merged_into"]}
    return {(c["organisation"], c["contact"]): (homes.get(c["contact"]) or c)["messages_stopped"] for c in found}


async def _earlier(unit: Unit, rows: Sequence[Row]) -> dict[tuple[str, str, int, int], list[Row]]:
    """The earlier attempts at what is planned again."""
    retried = [row for row in rows if row["attempt"] and not packed(row["content"])]
    found: dict[tuple[str, str, int, int], list[Row]] = {}
    if retried:
        where = {"organisation": sorted({r["organisation"] for r in retried}), "state": Delivery.FAILED.value}
        contacts, numbers = [r["contact"] for r in retried], [r["number"] for r in retried]
        for e in await unit.select("outbox", {**where, "contact": contacts, "number": numbers}):
            found.setdefault((e["organisation"], e["contact"], e["number"], e["piece"]), []).append(e)
    return found


def _parcels(row: Row, message: Mapping[str, Any], way: Way, outlet: Outlet, to: str, token: str) -> Sequence[Parcel]:
    """The calls that the row needs: the one it holds already, the template's, or the message fitted to the line."""
    if packed(row["content"]):
        return [unpack(row["content"], to, token)]
    words = words_of(row, message)
    if way.template is not None:
        return [Parcel(to, words.text, (), token, way.template.id, values_of(way.template, params_of(message)))]
    parcels = outlet.channel.parcels(to, words, token)
    if row["content"] or "receipt" not in message or not outlet.channel.capabilities.documents:
        return parcels
    return [*parcels, Parcel(to, "", token=token, receipt=message["receipt"])]


def _piece(row: Row, at: int, content: Mapping[str, Any], *, cut_again: bool) -> Row:
    """A further text of the same message, which waits for those before it."""
    names = ("organisation", "contact", "number", "attempt", "address", "message", "turn", "interactive", "holds", "at")
    same = {name: row[name] for name in (*names, "reason")}
    piece = row["piece"] + at * (1 if cut_again else STRIDE)
    return {**same, "piece": piece, "state": Delivery.NEW.value, "content": content}


def _count(row: Row, parcels: Sequence[Parcel]) -> int:
    """How many pieces the message was cut into, also where one of them was cut again."""
    before: int = (row["content"] or {}).get("of", 1)
    return max(len(parcels), before)


def key_refused(row: Row, message: Row, stopped: Collection[str]) -> bool:
    """Whether the person wants it no more, or it was a word of this one channel's stop that could not be said there."""
    key = first_key(message["content"])
    elsewhere = bool(row["attempt"]) and not packed(row["content"]) and key.startswith(STOP)
    return elsewhere or (not row["interactive"] and purposes.refused(key, stopped))


def _may_lapse(row: Row, message: Row) -> bool:
    """A reminder of a draft that cannot be told is nobody's task."""
    return not row["interactive"] and first_key(message["content"]).startswith(REMINDER)
