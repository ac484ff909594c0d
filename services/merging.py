"""Staff join what is one human, part what is not, and take either back: rows stay where they are, only ways change."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from conversations.codec import load_state
from conversations.records import FreshSeat
from services import kinship, parting
from services.audits import audited
from services.inbox import Officer
from services.ports import Clock, Memory, Reading, Row, Unit, Wakeups
from services.roles import Right, may
from services.seating import fresh_id

LINE = "web"
CONTACTS, PERSONS = ("contacts", "contact"), ("persons", "person")


class Fault(StrEnum):
    """Why it was not done."""

    GONE = "gone"  # no such contact, person or address in the member's association
    SAME = "same"  # both are one already
    HELD = "held"  # somebody of staff is in one of the conversations
    NOT_YOURS = "not_yours"


class Merging:
    """Joins, parts and undoes, for those who have the right; each act is a row of the audit log."""

    def __init__(self, memory: Memory, clock: Clock, wakeups: Wakeups) -> None:
        self._memory = memory
        self._clock = clock
        self._wakeups = wakeups

    async def join_contacts(self, member: Officer, into: str, other: str) -> Fault | None:
        """The same human writes from both: the other conversation leads into this one from now on."""

        async def act(unit: Unit, now: datetime) -> Fault | None:
            rows = await _roots(unit, member.organisation, (into, other))
            if len(rows) < 2:
                return Fault.SAME if rows else Fault.GONE
            if any(_held(row) for row in rows.values()):
                return Fault.HELD
            host, guest = (rows[name] for name in await _names(unit, member.organisation, (into, other)))
            await _lead_over(unit, host, guest, now)
            return None

        return await self._do(member, "people.join", act, into, other)

    async def part_contacts(self, member: Officer, contact: str) -> Fault | None:
        """They were joined by mistake: the conversation stands by itself again, as it stood."""

        async def act(unit: Unit, now: datetime) -> Fault | None:
            row = await _row(unit, CONTACTS, member.organisation, contact)
            if row is None or not row["merged_into"]:
                return Fault.GONE
            gone = set(kinship.whole(row))
            house: dict[str, Any] = {"organisation": member.organisation}
            await unit.update("contacts", [{**house, "contact": contact, "merged_into": None, "merged_at": None}])
            above: Row | None = row
            while above and above["merged_into"]:
                above = await _row(unit, CONTACTS, member.organisation, above["merged_into"])
                kin = [one for one in (above or {}).get("kin") or () if one not in gone]
                await unit.update("contacts", [{**house, "contact": above["contact"], "kin": kin}] if above else [])
            await _tell_from(unit, member.organisation, sorted(gone), 0)
            return None

        return await self._do(member, "people.part", act, contact)

    async def join_persons(self, member: Officer, into: str, other: str) -> Fault | None:
        """Both are the same person, who has one page from now on."""

        async def act(unit: Unit, now: datetime) -> Fault | None:
            roots = [await root_of(unit, member.organisation, person) for person in (into, other)]
            if None in roots:
                return Fault.GONE
            if roots[0] == roots[1]:
                return Fault.SAME
            row = {"organisation": member.organisation, "person": roots[1], "merged_into": roots[0]}
            await unit.update("persons", [row])
            return None

        return await self._do(member, "people.join_persons", act, into, other)

    async def part_persons(self, member: Officer, person: str) -> Fault | None:
        """They are two after all."""

        async def act(unit: Unit, now: datetime) -> Fault | None:
            row = await _row(unit, PERSONS, member.organisation, person)
            if row is None or not row["merged_into"]:
                return Fault.GONE
            await unit.update("persons", [{"organisation": member.organisation, "person": person, "merged_into": None}])
            return None

        return await self._do(member, "people.part_persons", act, person)

    async def split(self, member: Officer, address: str) -> Fault | None:
        """Somebody else writes from this address: it begins anew with a contact of its own; what was said stays."""

        async def act(unit: Unit, now: datetime) -> Fault | None:
            key = {"organisation": member.organisation, "address": address}
            found = await unit.select("addresses", key, lock=True)
            if not found or not await unit.select("address_keys", key):
                return Fault.GONE
            ids = FreshSeat(fresh_id(), fresh_id(), fresh_id())
            await parting.settle(unit, member.organisation, ids, now)
            kept = {name: found[0][name] for name in ("line", "value", "proven_at", "last_inbound_at")}
            fresh = {"organisation": member.organisation, "address": ids.address, "contact": ids.contact}
            await unit.insert("addresses", [{**fresh, **kept}])
            await parting.lead(unit, member.organisation, address, ids.address)
            await unit.update("addresses", [{**key, "stopped_at": now}])
            return None

        return await self._do(member, "people.split", act, address)

    async def _do(
        self, member: Officer, verb: str, act: Callable[[Unit, datetime], Awaitable[Fault | None]], *about: str
    ) -> Fault | None:
        if not may(member.roles, Right.MERGE):
            return Fault.NOT_YOURS
        now = self._clock()
        async with self._memory.unit() as unit:
            fault = await act(unit, now)
            if fault is None:
                await unit.insert("audit", [audited(member.organisation, member.staff, verb, now, about=about)])
        if fault is None:
            for one in about:
                self._wakeups.wake(member.organisation, one)
        return fault


async def root_of(unit: Reading, organisation: str, person: str) -> str | None:
    """The person, or the one that they were joined to."""
    row = await _row(unit, PERSONS, organisation, person)
    while row and row["merged_into"]:
        row = await _row(unit, PERSONS, organisation, row["merged_into"])
    return row["person"] if row else None


async def _row(unit: Reading, table: tuple[str, str], organisation: str, id: str) -> Row | None:
    rows = await unit.select(table[0], {"organisation": organisation, table[1]: id}, lock=True)
    return rows[0] if rows else None


async def _names(unit: Reading, organisation: str, contacts: Sequence[str]) -> list[str]:
    """The contacts that count, by whichever was named; none for one that is not there."""
    rows = [await kinship.root(unit, organisation, contact) for contact in contacts]
    return [row["contact"] for row in rows if row] if all(rows) else []


async def _roots(unit: Unit, organisation: str, contacts: Sequence[str]) -> dict[str, Row]:
    """The contacts that count, locked in the order of their ids as turns lock them."""
    names = await _names(unit, organisation, contacts)
    where = {"organisation": organisation, "contact": sorted(set(names))}
    rows = await unit.select("contacts", where, order=["contact"], lock=True) if names else []
    return {row["contact"]: row for row in rows if not row["merged_into"]}


def _held(row: Mapping[str, Any]) -> bool:
    state = load_state(row["state"])
    return bool(state.holder or state.queued)


async def _lead_over(unit: Unit, host: Row, guest: Row, now: datetime) -> None:
    house, gone = {"organisation": host["organisation"]}, kinship.whole(guest)
    stopped = sorted({*host["messages_stopped"], *guest["messages_stopped"]})
    merged = {"merged_into": host["contact"], "merged_at": now}
    await unit.update("contacts", [{**house, "contact": guest["contact"], **merged}])
    kin = [*kinship.whole(host)[1:], *gone]
    await unit.update("contacts", [{**house, "contact": host["contact"], "kin": kin, "messages_stopped": stopped}])
    await _tell_from(unit, host["organisation"], gone, host["told"])


async def _tell_from(unit: Unit, organisation: str, contacts: Sequence[str], told: int) -> None:
    """A page that leads elsewhere now sees only what follows."""
    pages = await unit.select("addresses", {"organisation": organisation, "contact": list(contacts), "line": LINE})
    house: dict[str, Any] = {"organisation": organisation, "told_from": told}
    await unit.update("addresses", [{**house, "address": page["address"]} for page in pages])
