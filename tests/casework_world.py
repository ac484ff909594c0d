"""Staff before a house whose clock is moved."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.household import Household
from conversations.acts import Checked, CommitteeAsked, StaffAct
from conversations.handling import Refuse
from services.members import Member
from tests.turns_world import Clock, Guest, house, rows

NORA = Member("labas", "s-nora", "نورة", frozenset({"relations_officer"}))
HIND = Member("labas", "s-hind", "هند", frozenset({"social_researcher"}))
RAED = Member("labas", "s-raed", "رائد", frozenset({"committee"}))
SAMI = Member("labas", "s-sami", "سامي", frozenset({"supervisor"}))


@dataclass
class Desk:
    """Staff before a house whose clock is moved."""

    home: Household
    clock: Clock
    case: str = ""
    told: list[str] = field(default_factory=list)

    async def chat(self, who: Member, guest: Guest, event: StaffAct, id: str = "") -> Refuse | None:
        return await self.home.casework.chat(who, id or uuid4().hex, guest.contact, event)  # type: ignore[arg-type]

    async def rule(self, who: Member, event: StaffAct) -> Refuse | None:
        return await self.home.casework.rule(who, uuid4().hex, event)  # type: ignore[arg-type]

    async def state(self) -> str:
        (case,) = await rows(self.home, "cases", case=self.case)
        return str(case["state"])

    async def pass_(self, **time: float) -> None:
        """Time passes; whatever falls due on the way is rung."""
        until = self.clock.now + timedelta(**time)
        while (due := await self.home.ringing.next_at()) and due <= until:
            self.clock.now = max(due, self.clock.now)
            rung = await self.home.ringing.ring()
            self.told += [told.words.text for taken in rung for told in taken.told]
            if not rung:
                break
        self.clock.now = max(until, self.clock.now)

    async def carried(self, guest: Guest) -> "Desk":
        """To the committee."""
        await guest.submit()
        (case,) = await rows(self.home, "cases", contact=guest.contact)
        self.case = case["case"]
        assert await self.rule(NORA, Checked(NORA.staff, self.case, "national_id", "matched")) is None
        assert await self.rule(NORA, CommitteeAsked(NORA.staff, self.case)) is None
        return self


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        yield Desk(home, clock)


async def transcript(desk: Desk, guest: Guest) -> list[dict[str, Any]]:
    return sorted(await rows(desk.home, "messages", contact=guest.contact), key=lambda row: row["number"])


async def called(desk: Desk) -> Guest:
    guest = await Guest(desk.home).start()
    await guest.say("موظف")
    return guest
