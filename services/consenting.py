"""Consents by purpose: each given or withdrawn one is a row and a link of its contact's chain; the newest row holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from conversations.consent import ONLY
from conversations.purposes import ANNOUNCEMENTS, APART, FOLLOWUP, PURPOSES, REQUEST, SURVEY
from conversations.records import Seat
from conversations.state import Mode
from services import evidence, kinship
from services.ports import Clock, Memory, Reading, Row, Unit
from services.seating import fresh_id

__all__ = ["ANNOUNCEMENTS", "FOLLOWUP", "PURPOSES", "REQUEST", "SURVEY", "Consenting", "heads", "standing", "written"]

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


def stopped(before: Iterable[str], what: str, *, given: bool) -> list[str]:
    """The lines and purposes that a contact wants nothing of, once this one was stopped or given again."""
    return sorted(set(before) - {what} if given else {*before, what})


async def heads(unit: Reading, seats: Iterable[Seat]) -> dict[str, Row]:
    """Where the chains end of those who may consent or withdraw now."""
    asked = [seat for seat in seats if _may_consent(seat)]
    return await _heads(unit, sorted({s.organisation for s in asked}), [s.contact for s in asked])


def _may_consent(seat: Seat) -> bool:
    """Whether the notice or a choice of purposes was shown, or a purpose that was withdrawn may be given again."""
    state = seat.state or {}
    offered = any(str(key).startswith(ONLY) for key, _ in state.get("live", ()))
    withdrawn = not set(PURPOSES).isdisjoint(seat.row.get("messages_stopped", ()))
    return state.get("mode") == Mode.NOTICE or offered or withdrawn


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
            home = await kinship.root(unit, organisation, contact)
            where = {"organisation": organisation, "contact": home["contact"] if home else contact}
            row = next(iter(await unit.select("contacts", where, lock=True)), None)
            if row is None or not await self._changes(unit, row, purpose, given=given):
                return False
            for kin in kinship.whole(row) if not given else [where["contact"]]:
                await self._write(unit, {**where, "contact": kin}, purpose, given, row["notice_version"] or "", by)
            notice = None if not given and purpose == REQUEST else row["notice_version"]
            ended = stopped(row["messages_stopped"], purpose, given=given)
            await unit.update("contacts", [{**where, "notice_version": notice, "messages_stopped": ended}])
        return True

    async def _changes(self, unit: Unit, row: Row, purpose: str, *, given: bool) -> bool:
        """Whether it says something new. What was never asked for stands by the notice, and can be withdrawn."""
        said = (await standing(unit, row["organisation"], kinship.whole(row), purpose)).values()
        return any(said) != given if said else given or purpose in APART

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
