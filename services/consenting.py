"""Consents by purpose: each given or withdrawn one is a row and a link of its contact's chain; the newest row holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from conversations.records import Seat
from conversations.state import Mode
from services import evidence, kinship
from services.ports import Clock, Memory, Reading, Row, Unit
from services.seating import fresh_id

REQUEST, FOLLOWUP, SURVEY, ANNOUNCEMENTS = "request", "followup", "survey", "announcements"
PURPOSES = (REQUEST, FOLLOWUP, SURVEY, ANNOUNCEMENTS)
KIND = "consent"
PERSON = "person"  # whose own word it was, where no member of staff noted it


def written(
    key: Mapping[str, str], purpose: str, given: bool, version: str, by: str, at: datetime, last: Row | None
) -> tuple[Row, Row]:
    """The row of a consent, and its link; `key` names organisation and contact, `last` ends the contact's chain."""
    organisation, contact = key["organisation"], key["contact"]
    said = {"purpose": purpose, "given": given, "version": version}
    row = {"organisation": organisation, "id": fresh_id(), "contact": contact, **said, "at": at}
    body = {"kind": KIND, "by": by, "at": at.isoformat(), **said}
    return row, evidence.link(organisation, contact, KIND, ("contact", contact), body, at, last=last)


async def heads(unit: Reading, seats: Iterable[Seat]) -> dict[str, Row]:
    """Where the chains end of those who may acknowledge the notice now."""
    asked = [seat for seat in seats if (seat.state or {}).get("mode") == Mode.NOTICE]
    return await _heads(unit, sorted({s.organisation for s in asked}), [s.contact for s in asked])


async def standing(unit: Reading, organisation: str, contacts: Sequence[str], purpose: str) -> dict[str, bool]:
    """By contact what was said last of this purpose; who was never asked is not in it."""
    where = {"organisation": organisation, "contact": list(contacts), "purpose": purpose}
    rows = await unit.select("consents", where, order=["at"]) if contacts else []
    return {row["contact"]: row["given"] for row in rows}


class Consenting:
    """Gives, withdraws and tells consents."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    async def given(self, organisation: str, contact: str, purpose: str, by: str = PERSON) -> bool:
        """The contact consents; False where it did already, or there is no such contact."""
        return await self._say(organisation, contact, purpose, given=True, by=by)

    async def withdraw(self, organisation: str, contact: str, purpose: str, by: str = PERSON) -> bool:
        """The contact consents no more; False where it did not. Without that for requests the notice is shown again."""
        return await self._say(organisation, contact, purpose, given=False, by=by)

    async def ledger(self, organisation: str, contact: str) -> list[Row]:
        """Every row of the contact and of those that are one with it, the oldest first."""
        async with self._memory.reading() as unit:
            family = await kinship.family(unit, organisation, contact)
            return await unit.select("consents", {"organisation": organisation, "contact": family}, order=["at"])

    async def _say(self, organisation: str, contact: str, purpose: str, *, given: bool, by: str) -> bool:
        if purpose not in PURPOSES:
            raise ValueError(f"there is no purpose {purpose!r}")
        async with self._memory.unit() as unit:
            where = {"organisation": organisation, "contact": contact}
            row = next(iter(await unit.select("contacts", where, lock=True)), None)
            if row is None or await self._stands(unit, organisation, row, purpose) == given:
                return False
            for kin in kinship.whole(row) if not given else [contact]:
                await self._write(unit, {**where, "contact": kin}, purpose, given, row["notice_version"] or "", by)
            if not given and purpose == REQUEST:
                await unit.update("contacts", [{**where, "notice_version": None}])
        return True

    async def _stands(self, unit: Unit, organisation: str, row: Row, purpose: str) -> bool:
        return any((await standing(unit, organisation, kinship.whole(row), purpose)).values())

    async def _write(
        self, unit: Unit, key: Mapping[str, str], purpose: str, given: bool, version: str, by: str
    ) -> None:
        last = (await _heads(unit, [key["organisation"]], [key["contact"]])).get(key["contact"])
        row, link = written(key, purpose, given, version, by, self._clock(), last)
        await unit.insert("consents", [row])
        await unit.insert("evidence", [link])


async def _heads(unit: Reading, organisations: Sequence[str], chains: Sequence[str]) -> dict[str, Row]:
    if not chains:
        return {}
    where: dict[str, Any] = {"organisation": organisations, "chain": chains}
    return {link["chain"]: link for link in await unit.select("evidence", where, order=["number"])}
