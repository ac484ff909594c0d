"""Casework: what a member of staff does to a conversation or a case becomes an event of the mind, once."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from conversations import acts
from conversations.acts import Begun, CaseAct, ChatAct, StaffAct
from conversations.codec import dump_event
from conversations.effects import OpenCase
from conversations.events import Inbound
from conversations.handling import Refuse
from conversations.messages import Capabilities
from services import homes
from services.members import Member
from services.ports import Memory, Row
from services.roles import Right, may
from services.seating import Arrival
from services.turns import Taken, Turns

RIGHTS: Mapping[type[StaffAct], Right] = {
    **dict.fromkeys(acts.CHAT_ACTS, Right.HOLD_CHATS),
    acts.Checked: Right.VERIFY,
    acts.ItemsReturned: Right.RETURN_ITEMS,
    acts.CommitteeAsked: Right.ASK_COMMITTEE,
    acts.Voted: Right.VOTE,
    acts.ReleaseAsked: Right.RELEASE,
    acts.Registered: Right.REGISTER,
    acts.Served: Right.REGISTER,
    acts.Answered: Right.ANSWER,
    acts.SignedOnPaper: Right.VERIFY,
    acts.CaseClosed: Right.REGISTER,
    **dict.fromkeys((acts.Begun, *acts.FILLING), Right.FILL),
    acts.Corrected: Right.CORRECT,
}
FORCING = "supervisor"
PAPER = "paper"  # the line of whom no channel reaches


class Forbidden(Exception):
    """The member has no right to do this."""


class NotThere(Exception):
    """There is no such conversation or case in the member's association."""


class NotDone(Exception):
    """The act stumbled and was parked; staff's supervisor finds it among what is parked."""


class Casework:
    """The verbs of the desk, the same for the console, the messenger's group and the terminal."""

    def __init__(self, memory: Memory, turns: Turns, ways: Callable[[str], Capabilities]) -> None:
        self._memory = memory
        self._turns = turns
        self._ways = ways

    async def chat(self, member: Member, act_id: str, contact: str, event: ChatAct) -> Refuse | None:
        """Do it to the contact's conversation; `act_id` makes a repeat of it have no second effect."""
        self._require(member, event)
        async with self._memory.reading() as unit:
            home = await homes.last_used(unit, member.organisation, contact)
        return await self._do(member, act_id, home, event)

    async def begin(self, member: Member, act_id: str, event: Begun, contact: str = "") -> str | Refuse:
        """Begin a request that staff fill in, for a contact or for somebody whom no channel reaches; the case's id."""
        self._require(member, event)
        async with self._memory.reading() as unit:
            home = await homes.last_used(unit, member.organisation, contact) if contact else None
        if contact and home is None:
            raise NotThere
        taken = await self._take(member, act_id, home, event)
        if taken.refused:
            return taken.refused
        opened = next((effect.case for effect in taken.effects if isinstance(effect, OpenCase)), "")
        return opened or await self._newest(member, taken.contact)

    async def _newest(self, member: Member, contact: str) -> str:
        """What a repeat of the act had begun."""
        where = {"organisation": member.organisation, "contact": contact, "filled_by": member.staff}
        async with self._memory.reading() as unit:
            rows = await unit.select("cases", where, order=["-opened_at"], limit=1)
        if not rows:
            raise NotDone
        return str(rows[0]["case"])

    async def rule(self, member: Member, act_id: str, event: CaseAct) -> Refuse | None:
        """Do it to the case that the event names; what is told of it goes where the applicant is best reached."""
        self._require(member, event)
        async with self._memory.reading() as unit:
            found = await unit.select("cases", {"organisation": member.organisation, "case": event.case})
            addresses = await homes.best(unit, found)
        if any(row["erased_at"] is not None for row in found):
            return Refuse("case")
        return await self._do(member, act_id, next(iter(addresses.values()), None), event)

    def _require(self, member: Member, event: StaffAct) -> None:
        forced = bool(getattr(event, "force", False)) and FORCING not in member.roles
        if event.by != member.staff or forced or not may(member.roles, RIGHTS[type(event)]):
            raise Forbidden

    async def _do(self, member: Member, act_id: str, home: Row | None, event: StaffAct) -> Refuse | None:
        if home is None:
            raise NotThere
        return (await self._take(member, act_id, home, event)).refused

    async def _take(self, member: Member, act_id: str, home: Row | None, event: StaffAct) -> Taken:
        """One turn of the contact's; without a home it is that of somebody new, known by this act alone."""
        id = f"act:{member.staff}:{act_id}:{_content(home['contact'] if home else '', event)}"
        line = home["line"] if home else PAPER
        keys = () if home else (f"{member.staff}:{act_id}",)
        inbound = Inbound(member.organisation, line, keys, id, event, address=home["address"] if home else "")
        (taken,) = await self._turns.take([Arrival(inbound, self._ways(line))])
        if taken.parked or (taken.repeat and await self._stumbled(member.organisation, taken.contact, event)):
            raise NotDone
        return taken

    async def _stumbled(self, organisation: str, contact: str, event: StaffAct) -> bool:
        """Whether this act is still parked since it came first."""
        where = {"organisation": organisation, "contact": contact, "replayed_at": None}
        async with self._memory.reading() as unit:
            parked = await unit.select("parked", where)
        return any(_plain(row["payload"]) == _plain(dump_event(event)) for row in parked)


def _content(contact: str, event: StaffAct) -> str:
    """What an act is about, in short: a form that is sent once more with other words in it is another act."""
    return hashlib.sha256(f"{contact}|{_plain(dump_event(event))}".encode()).hexdigest()


def _plain(event: Mapping[str, Any]) -> str:
    """An event's one spelling, wherever it happened."""
    return json.dumps({name: value for name, value in event.items() if name != "address"}, sort_keys=True)
