"""The demonstration's staff of one association, and the work they have done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from bot.household import Household
from conversations.acts import CaseAct, Checked, CommitteeAsked, ItemsReturned, Registered, Voted
from services.members import Member
from services.roles import Role
from services.staffing import Colleague

# What is compared first, and what goes back to the applicant.
COMPARED = ("national_id", "birth_date", "full_name", "mobile")
UNCLEAR = "national_id"


class NotPlayed(Exception):
    """An act of the demonstration was refused; a defect of ours."""


@dataclass
class Crew:
    """Whoever works in the demonstration; `words` are the reason and the note they write."""

    house: Household
    organisation: str
    words: Mapping[str, str]
    members: Mapping[str, Member]
    checked: dict[str, int] = field(default_factory=dict)

    async def act(self, verb: str, contact: str) -> None:
        """One verb on the request of this contact."""
        for event in self._events(verb, await self._case(contact)):
            by = next(member for member in self.members.values() if member.staff == event.by)
            if refused := await self.house.casework.rule(by, str(uuid4()), event):
                raise NotPlayed(f"{verb}: {refused.code}")

    async def _case(self, contact: str) -> str:
        async with self.house.memory.reading() as unit:
            cases = await unit.select("cases", {"organisation": self.organisation, "contact": contact})
        return str(cases[0]["case"])

    def _events(self, verb: str, case: str) -> list[CaseAct]:
        officer = self.members[Role.RELATIONS].staff
        match verb:
            case "check":
                self.checked[case] = self.checked.get(case, 0) + 1
                return [Checked(officer, case, COMPARED[self.checked[case] - 1], "matched")]
            case "mismatch":
                return [Checked(officer, case, COMPARED[-1], "mismatched")]
            case "return":
                return [ItemsReturned(officer, case, ((UNCLEAR, "", self.words["note"]),))]
            case "committee":
                return [CommitteeAsked(officer, case)]
            case "accept":
                return [Voted(by, case, True, self.words["reason"]) for by in self._committee()]
            case _:
                return [Registered(officer, case)]

    def _committee(self) -> list[str]:
        """As many of the committee as decide."""
        quorum = self.house.profiles[self.organisation].organisation.quorum
        voters = [member.staff for member in self.members.values() if Role.COMMITTEE in member.roles]
        return voters[:quorum]


async def gather(house: Household, organisation: str, names: Mapping[str, str], words: Mapping[str, str]) -> Crew:
    """The association's demonstration staff: one for each role, and a committee that can decide."""
    for role, name in names.items():
        await house.staffing.demo_link(organisation, role, name)
    quorum = house.profiles[organisation].organisation.quorum
    members = {
        row.roles[0]: _member(organisation, row.staff, row.name, row.roles) for row in await _demo(house, organisation)
    }
    for number in range(2, quorum + 1):
        login = f"demo.committee.{number}"
        invited = await house.staffing.invite(None, organisation, login, names[Role.COMMITTEE], [Role.COMMITTEE])
        if staff := getattr(invited, "staff", None):
            members[login] = _member(organisation, staff, names[Role.COMMITTEE], (Role.COMMITTEE,))
    return Crew(house, organisation, words, members)


async def links(house: Household, organisation: str) -> dict[str, str]:
    """A fresh one-time link's token for each of the demonstration's members, by role."""
    known = {row.roles[0] for row in await _demo(house, organisation)}
    roles = [role.value for role in Role if role in known]
    return {role: await house.staffing.demo_link(organisation, role) for role in roles}


async def _demo(house: Household, organisation: str) -> list[Colleague]:
    return [row for row in await house.staffing.all(organisation) if row.demo]


def _member(organisation: str, staff: str, name: str, roles: tuple[str, ...]) -> Member:
    return Member(organisation, staff, name, frozenset(roles), demo=True)
