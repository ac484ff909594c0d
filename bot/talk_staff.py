"""Staff in the terminal: `/staff take`, `say`, `back`, `decide` and the rest, by stand-ins for each role."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from bot.household import Household
from conversations import acts
from conversations.acts import CaseAct, ChatAct
from services.members import Member
from services.ports import Row
from services.roles import Role

VERDICTS = {"accept": True, "reject": False}
REFUSED = {
    "nobody": "nobody holds the conversation",
    "held": "somebody else holds the conversation",
    "yours": "the conversation is held already",
    "state": "the case does not stand where this can be done",
    "item": "there is no such item in the form",
    "note": "say what is wrong with the item",
}


class BadAct(Exception):
    """What was typed is no act of staff's, or it cannot be done now; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Staffroom:
    """Stand-ins for the staff of one association, who deal with one contact and its newest case."""

    house: Household
    organisation: str

    async def act(self, contact: str, line: str) -> None:
        """One line after `/staff`; BadAct where it is none."""
        verb, _, rest = line.strip().partition(" ")
        events = self._events(verb, rest.strip(), await self._case(contact))
        for member, event in events:
            if isinstance(event, ChatAct):
                refused = await self.house.casework.chat(member, uuid4().hex, contact, event)
            else:
                refused = await self.house.casework.rule(member, uuid4().hex, event)
            if refused:
                raise BadAct(REFUSED.get(refused.code, f"/staff {verb} is refused: {refused.code}"))

    async def told(self, contact: str, after: int) -> list[Row]:
        """What the person was told since that number of the transcript."""
        where = {"organisation": self.organisation, "contact": contact, "direction": "out"}
        async with self.house.memory.reading() as unit:
            return await unit.select("messages", where, after={"number": after}, order=["number"])

    async def _case(self, contact: str) -> Row | None:
        async with self.house.memory.reading() as unit:
            cases = await unit.select("cases", {"organisation": self.organisation, "contact": contact})
        return max(cases, key=lambda case: case["opened_at"], default=None)

    def _events(self, verb: str, rest: str, case: Row | None) -> Sequence[tuple[Member, ChatAct | CaseAct]]:
        if verb in CHATS:
            member = self._member(Role.RELATIONS)
            return [(member, CHATS[verb](member, rest))]
        if verb not in CASES:
            raise BadAct(f"/staff takes {', '.join((*CHATS, *CASES))}")
        if case is None:
            raise BadAct("there is no case yet")
        return list(CASES[verb](self, case, rest))

    def _member(self, role: Role, number: int = 1) -> Member:
        name = "نورة" if role is Role.RELATIONS else role.value
        return Member(self.organisation, f"talk-{role.value}-{number}", name, frozenset({role.value}))

    def check(self, case: Row, rest: str) -> Iterator[tuple[Member, CaseAct]]:
        """`check FIELD VERDICT`."""
        field, _, verdict = rest.partition(" ")
        officer = self._member(Role.RELATIONS)
        yield officer, acts.Checked(officer.staff, case["case"], field, verdict.strip() or "matched")

    def back_to(self, case: Row, rest: str) -> Iterator[tuple[Member, CaseAct]]:
        """`return FIELD[.PAPER] WORDS`."""
        item, _, words = rest.partition(" ")
        field, _, paper = item.partition(".")
        officer = self._member(Role.RELATIONS)
        yield officer, acts.ItemsReturned(officer.staff, case["case"], ((field, paper, words.strip()),))

    def decide(self, case: Row, rest: str) -> Iterator[tuple[Member, CaseAct]]:
        """`decide accept|reject [REASON]`: to the committee where it is not there yet, then as many votes as decide."""
        verdict, _, reason = rest.partition(" ")
        if verdict not in VERDICTS:
            raise BadAct("/staff decide takes accept or reject, and a reason")
        if case["state"] in ("submitted", "verifying"):
            yield from self.simply(acts.CommitteeAsked)(case, "")
        for number in range(1, self.house.profiles[self.organisation].organisation.quorum + 1):
            voter = self._member(Role.COMMITTEE, number)
            yield voter, acts.Voted(voter.staff, case["case"], VERDICTS[verdict], reason.strip() or verdict)

    def release(self, case: Row, rest: str) -> Iterator[tuple[Member, CaseAct]]:
        """`release REASON`, by two."""
        for role in (Role.SUPERVISOR, Role.COMMITTEE):
            member = self._member(role)
            yield member, acts.ReleaseAsked(member.staff, case["case"], rest)

    def simply(self, kind: Callable[[str, str], CaseAct]) -> Callable[[Row, str], Iterator[tuple[Member, CaseAct]]]:
        """An act of an officer that names nothing but the case."""

        def done(case: Row, _: str) -> Iterator[tuple[Member, CaseAct]]:
            officer = self._member(Role.RELATIONS)
            yield officer, kind(officer.staff, case["case"])

        return done


CHATS: Mapping[str, Callable[[Member, str], ChatAct]] = {
    "take": lambda who, _: acts.TakenOver(who.staff, who.name),
    "say": lambda who, text: acts.Wrote(who.staff, who.name, text),
    "note": lambda who, text: acts.Noted(who.staff, who.name, text),
    "back": lambda who, _: acts.HandedBack(who.staff, who.name),
    "refer": lambda who, text: acts.Referred(who.staff, who.name, Role.RESEARCH.value, text),
    "end": lambda who, _: acts.Ended(who.staff, who.name),
}
CASES: Mapping[str, Callable[[Staffroom, Row, str], Iterator[tuple[Member, CaseAct]]]] = {
    "check": Staffroom.check,
    "return": Staffroom.back_to,
    "committee": lambda room, case, rest: room.simply(acts.CommitteeAsked)(case, rest),
    "decide": Staffroom.decide,
    "release": Staffroom.release,
    "register": lambda room, case, rest: room.simply(acts.Registered)(case, rest),
    "serve": lambda room, case, rest: room.simply(acts.Served)(case, rest),
    "close": lambda room, case, rest: room.simply(acts.CaseClosed)(case, rest),
}
