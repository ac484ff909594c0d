"""Erasing a person: what stands in the way is said; then the keys go, the ledger knows it, and the bytes follow."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import structlog

from conversations.facts import CaseState
from conversations.failures import Delivery
from conversations.forms import About
from conversations.organisation import Organisation
from conversations.records import Erasure
from conversations.reference import read
from services import evidence, hiding, kinship
from services.audits import audited
from services.belonging import cases_of, held_contacts, merged, named_files
from services.hiding import Reader
from services.knowledge import Knowledge
from services.naming import name_fields
from services.ports import Clock, FileStore, Reading, Row, Unit, Wakeups
from services.traces import traces

LEAST, MOST = 5, 500  # letters of a reason
ERASED = "erased"
OPEN = frozenset({CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.RETURNED, CaseState.COMMITTEE, CaseState.DECIDED})
SWEPT = {"state": "gone", "reason": ERASED}
log = structlog.get_logger(__name__)


class Fault(StrEnum):
    """Why nobody was erased: there is none such, no reason was given, a request of theirs is open, a call to a vendor
    is being made, or something that was told to them has not gone out yet."""

    GONE = "gone"
    REASON = "reason"
    OPEN = "open"
    SENDING = "sending"
    UNDELIVERED = "undelivered"


class Vault(Protocol):
    """The memory, as far as keys are destroyed in it."""

    def unit(self) -> AbstractAsyncContextManager[Unit]: ...
    def reading(self) -> AbstractAsyncContextManager[Reading]: ...
    async def note(self, organisation: str, erased: Erasure, at: datetime) -> None: ...
    async def scrub(self) -> bool: ...
    def forget(self, organisation: str, kind: str, ids: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Held:
    """A case of a person: `open` where it stands in the way of an erasure."""

    case: str
    reference: str
    form: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A person that a contact speaks for; `name` is empty for who never told it."""

    person: str
    name: str
    cases: tuple[Held, ...]


class Erasing:
    """Destroys the keys of persons, and all that hangs on them."""

    def __init__(
        self,
        memory: Vault,
        store: FileStore,
        organisations: Mapping[str, Organisation],
        knowledge: Knowledge,
        wakeups: Wakeups,
        clock: Clock,
    ) -> None:
        self._memory = memory
        self._store = store
        self._organisations = organisations
        self._knowledge = knowledge
        self._wakeups = wakeups
        self._clock = clock
        self._unscrubbed = False

    async def subjects(self, reader: Reader, contact: str) -> tuple[Subject, ...]:
        """The persons that the contact, or one that is the same human, speaks for, as this member may know of them."""
        organisation = reader.organisation
        async with self._memory.reading() as unit:
            where = {"organisation": organisation, "contact": await kinship.family(unit, organisation, contact)}
            every = await unit.select("cases", {**where, "erased_at": None}, order=["opened_at"])
            unseen = await hiding.hidden(unit, reader, every)
            cases = [row for row in every if row["case"] not in unseen]
            spoken = [row["person"] for row in await unit.select("contact_persons", where)]
            sides = [row[side] for row in cases for side in ("applicant", "beneficiary")]
            persons = list(dict.fromkeys([*sides, *spoken]))
            names = await self._names(unit, organisation, persons)
        found = [Subject(p, names.get(p, ""), tuple(_held(row) for row in cases if _about(row, [p]))) for p in persons]
        return tuple(subject for subject in found if subject.cases)

    async def applicant(self, organisation: str, number: str) -> list[str]:
        """Who made the request of this reference number, in any digits; nobody where there is none."""
        sought = read(number)
        async with self._memory.reading() as unit:
            found = unit.index(organisation, "reference", sought or "")
            rows = await unit.select("cases", {"organisation": organisation, "reference_hash": found})
        return [row["applicant"] for row in rows]

    async def erase(
        self, organisation: str, persons: Sequence[str], by: str, reason: str, *, case: str = "", force: bool = False
    ) -> Erasure | Fault:
        """Erase these persons; `case` is the request for it, which goes whole. By `force` what is open is withdrawn."""
        why = " ".join(reason.split())
        if not LEAST <= len(why) <= MOST:
            return Fault.REASON
        async with self._memory.unit() as unit:
            cases = await cases_of(unit, organisation, persons, case)
            contacts = await held_contacts(unit, organisation, persons, cases)
            if fault := await self._fault(unit, organisation, persons, cases, contacts, case, force):
                return fault
            more = await self._beside(unit, organisation, persons, cases, contacts)
            whole, now = [case] if case else [], self._clock()
            erased = await unit.erase(organisation, persons, now, cases=whole, **more)
            await self._record(unit, organisation, erased, by, why, now)
            await self._memory.note(organisation, erased, now)
        await self._after(organisation, erased)
        return erased

    async def sweep(self) -> int:
        """Let go of the bytes of erased files, and of what is left in the journal; how many files."""
        async with self._memory.reading() as unit:
            rows = await unit.select("files", {"organisation": sorted(self._organisations), **SWEPT})
        for row in rows:
            await self._store.delete(row["organisation"], row["file"])
        if rows:
            async with self._memory.unit() as unit:
                await unit.delete("files", [{name: row[name] for name in ("organisation", "file")} for row in rows])
        if rows or self._unscrubbed:
            await self._scrub()
        return len(rows)

    async def _after(self, organisation: str, erased: Erasure) -> None:
        self._memory.forget(organisation, "person", erased.persons)
        self._memory.forget(organisation, "contact", erased.contacts)
        self._unscrubbed = True
        await self.sweep()
        async with self._memory.reading() as unit:
            kept = {row["id"] for row in await unit.select("entries", {"organisation": organisation})}
        if kept != {entry.id for entry in self._knowledge.all(organisation)}:
            await self._knowledge.reload(organisation)
        for contact in erased.contacts:
            self._wakeups.wake(organisation, contact)
        log.info("person.erased", persons=len(erased.persons), cases=len(erased.cases), files=len(erased.files))

    async def _scrub(self) -> None:
        self._unscrubbed = not await self._memory.scrub()
        if self._unscrubbed:
            log.warning("erasing.journal_held")

    async def _fault(
        self,
        unit: Unit,
        organisation: str,
        persons: Sequence[str],
        cases: Sequence[Row],
        contacts: Sequence[str],
        case: str,
        force: bool,
    ) -> Fault | None:
        known = await unit.select("persons", {"organisation": organisation, "person": list(persons)})
        if not persons or len(known) < len(set(persons)) or (case and all(row["case"] != case for row in cases)):
            return Fault.GONE
        if not force and any(_held(row).open for row in cases if row["case"] != case):
            return Fault.OPEN
        where = {"organisation": organisation, "contact": contacts, "seq": None}
        calls = await unit.select("outbox", {**where, "state": [Delivery.NEW, Delivery.SENDING]}, lock=True)
        if any(row["state"] == Delivery.SENDING for row in calls):
            return Fault.SENDING
        return Fault.UNDELIVERED if calls and not force else None

    async def _beside(
        self, unit: Unit, organisation: str, persons: Sequence[str], cases: Sequence[Row], contacts: Sequence[str]
    ) -> dict[str, Any]:
        """What is theirs and filed to nothing of theirs: files that were only named, messages that tell of them."""
        gone = set(await merged(unit, organisation, persons))
        forms = self._organisations[organisation].forms
        files = await named_files(unit, organisation, contacts, cases)
        return {"files": files, "named": await traces(unit, forms, organisation, contacts, cases, gone)}

    async def _record(self, unit: Unit, organisation: str, erased: Erasure, by: str, why: str, now: datetime) -> None:
        """A link in each chain says why its bodies are gone, and a row of the audit log who did it."""
        chains = {"organisation": organisation, "chain": list(erased.cases)}
        heads = {row["chain"]: row for row in await unit.select("evidence", chains, order=["number"])}
        body, whose = {"kind": ERASED, "by": by, "at": now.isoformat()}, ("organisation", organisation)
        links = [evidence.link(organisation, c, ERASED, whose, body, now, last=last) for c, last in heads.items()]
        if links:
            await unit.insert("evidence", links)
        more = {"persons": erased.persons, "cases": erased.cases, "reason": why}
        await unit.insert("audit", [audited(organisation, by, "person_erased", now, **more)])

    async def _names(self, unit: Reading, organisation: str, persons: Sequence[str]) -> dict[str, str]:
        house = self._organisations[organisation]
        fields = [field for about in About for field in name_fields(house, about)]
        where = {"organisation": organisation, "field": fields, "person": list(persons)}
        rows = await unit.select("answers", where, order=["at"]) if persons and fields else []
        return {row["person"]: str(row["value"]) for row in rows if row["value"]}


def _held(row: Row) -> Held:
    stands = row["erased_at"] is None and row["state"] in OPEN
    return Held(row["case"], row["reference"] or "", row["form"], row["state"], stands)


def _about(row: Row, persons: Sequence[str]) -> bool:
    return row["applicant"] in persons or row["beneficiary"] in persons
