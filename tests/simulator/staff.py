"""Staff with characters: they take over, hand back, verify, return, vote, forget, press at once, or let things lie."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from conversations import acts
from conversations.acts import CaseAct, ChatAct
from conversations.calendar import staff_present
from conversations.facts import CaseState
from conversations.forms import Kind, Matter
from conversations.handling import Refuse
from services.members import Member
from services.slots import Slots
from tests.mind_world import profiles
from tests.simulator.eye import Seen
from tests.simulator.world import World

ZONE = ZoneInfo("Asia/Riyadh")
HOURS = (9, 11, 14)  # at which somebody looks at the lists
REASON = "بعد دراسة الطلب"


@dataclass(slots=True)
class Office:
    """The staff of one association. `careless` is how often something is left lying."""

    world: World
    organisation: str
    chance: Random
    careless: float
    refused: list[tuple[datetime, str]] = field(default_factory=list)
    lying: set[str] = field(default_factory=set)
    said: list[tuple[Any, ...]] = field(default_factory=list)

    def member(self, name: str, *roles: str) -> Member:
        return Member(self.organisation, f"{self.organisation}-{name}", name, frozenset(roles))

    @property
    def noura(self) -> Member:
        return self.member("نورة السالم", "relations_officer")

    @property
    def hind(self) -> Member:
        return self.member("هند العمري", "social_researcher")

    @property
    def sami(self) -> Member:
        return self.member("سامي الحربي", "supervisor")

    @property
    def committee(self) -> list[Member]:
        return [self.member(name, "committee") for name in ("رائد", "فهد", "منى")]

    # Their days.

    async def live(self) -> None:
        """Look at the lists at some hours of every working day."""
        while True:
            await self._next_hour()
            if not self._present() or self.chance.random() < 0.25:
                continue
            for who, why in list(self.world.eye.calls.items()):
                if who[0] == self.organisation:
                    await self._chat(who[1], why)
            for (house, case), seen in list(self.world.eye.cases.items()):
                if house == self.organisation and case not in self.lying:
                    await self._case(case, seen)

    async def _next_hour(self) -> None:
        here = self.world.clock().astimezone(ZONE)
        times = [here.replace(hour=h, minute=0, second=0, microsecond=0) for h in HOURS]
        times += [time + timedelta(days=1) for time in times]
        at = next(time for time in times if time > here)
        await asyncio.sleep((at - here).total_seconds())

    def _present(self) -> bool:
        return staff_present(profiles()[self.organisation].organisation.schedule, self.world.clock())

    async def keep_times(self) -> None:
        """Times for interviews in the next weeks."""
        slots = Slots(self.world.store, {n: p.organisation for n, p in profiles().items()}, self.world.clock)
        for day in range(2, 40, 9):
            at = (self.world.clock() + timedelta(days=day)).astimezone(ZONE)
            for kind in ("visit", "phone"):
                await slots.add(self.sami, kind, f"{at:%Y-%m-%d}", "10:00", 30, 4)

    # What they do.

    async def chat(self, member: Member, contact: str, event: ChatAct, id: str = "") -> Refuse | None:
        act = id or self.chance.randbytes(8).hex()
        self.said.append((self.world.clock(), member.name, contact[:6], type(event).__name__))
        return await self.world.until_done(lambda house: house.casework.chat(member, act, contact, event))

    async def rule(self, member: Member, event: CaseAct) -> Refuse | None:
        """A ruling; now and then the form is sent twice at once."""
        act = self.chance.randbytes(8).hex()

        async def once() -> Refuse | None:
            return await self.world.until_done(lambda house: house.casework.rule(member, act, event))

        if self.chance.random() < 0.1:
            both = await asyncio.gather(once(), once())
            return both[0]
        return await once()

    async def _chat(self, contact: str, why: str) -> None:
        if why == "held":
            if self.chance.random() > self.careless:  # somebody forgot to hand it back
                await self.chat(self.sami, contact, acts.HandedBack(self.sami.staff, self.sami.name, force=True))
            return
        if self.chance.random() < self.careless:
            return
        noura, hind = self.noura, self.hind
        takers = [acts.TakenOver(noura.staff, noura.name), acts.TakenOver(hind.staff, hind.name)]
        both = self.chance.random() < 0.3
        first = await asyncio.gather(
            self.chat(noura, contact, takers[0]), *([self.chat(hind, contact, takers[1])] if both else [])
        )
        if first[0] is not None:
            noura = hind  # who was second reads who has it
        await self._talk(noura, contact)

    async def _talk(self, member: Member, contact: str) -> None:
        for _ in range(self.chance.randint(1, 2)):
            await asyncio.sleep(self.chance.uniform(30, 900))
            await self.chat(member, contact, acts.Wrote(member.staff, member.name, "وعليكم السلام، معك فريق الجمعية"))
        await asyncio.sleep(self.chance.uniform(30, 4000))
        end = self.chance.random()
        if end < 0.6:
            await self.chat(member, contact, acts.HandedBack(member.staff, member.name))
        elif end < 0.7:
            await self.chat(member, contact, acts.Referred(member.staff, member.name, "social_researcher", "للدراسة"))
        elif end < 0.85:
            await self.chat(member, contact, acts.Ended(member.staff, member.name))

    async def _case(self, case: str, seen: Seen) -> None:
        """One step of one case, or none today."""
        if self.chance.random() < 0.45 or seen.state in (CaseState.DRAFT, CaseState.LAPSED, CaseState.WITHDRAWN):
            return
        if self.chance.random() < self.careless * 0.3:
            self.lying.add(case)  # nobody decides
            return
        if profiles()[self.organisation].organisation.matter_of(seen.form) is not Matter.REQUEST:
            return await self._matter(case, seen)
        if seen.state in (CaseState.SUBMITTED, CaseState.VERIFYING):
            await self._verify(case, seen)
        elif seen.state == CaseState.COMMITTEE:
            await self._vote(case)
        elif seen.state == CaseState.DECIDED and self.chance.random() < 0.05:
            await self.rule(self.sami, acts.ReleaseAsked(self.sami.staff, case, REASON))
            raed = self.committee[0]
            await self.rule(raed, acts.ReleaseAsked(raed.staff, case, REASON))
        else:
            await self._after(case, seen)

    async def _matter(self, case: str, seen: Seen) -> None:
        if seen.state == CaseState.SUBMITTED and seen.form != "interview":
            await self.rule(self.sami, acts.Answered(self.sami.staff, case, "وصلنا ما كتبتموه، وعالجناه"))
        elif seen.state == CaseState.ANSWERED and self.chance.random() < 0.5:
            await self.rule(self.sami, acts.CaseClosed(self.sami.staff, case))

    async def _verify(self, case: str, seen: Seen) -> None:
        by, roll = self.noura, self.chance.random()
        form = profiles()[self.organisation].organisation.forms[seen.form]
        if roll < 0.35:
            await self.rule(by, acts.Checked(by.staff, case, "national_id", "matched"))
        elif roll < 0.6:
            papers = next(q for q in form.questions if q.kind is Kind.DOCUMENTS)
            items = [("full_name", "", "الاسم غير مكتمل"), (papers.id, papers.documents[0].key, "غير واضحة")]
            count = self.chance.randint(1, 2)
            await self.rule(by, acts.ItemsReturned(by.staff, case, tuple(self.chance.sample(items, count))))
        else:
            await self.rule(by, acts.CommitteeAsked(by.staff, case))

    async def _vote(self, case: str) -> None:
        voters = self.chance.sample(self.committee, self.chance.randint(1, 3))
        accepted = self.chance.random() < 0.6
        votes = [
            self.rule(by, acts.Voted(by.staff, case, accepted if self.chance.random() < 0.8 else not accepted, REASON))
            for by in voters
        ]
        await asyncio.gather(*votes) if self.chance.random() < 0.5 else [await vote for vote in votes]

    async def _after(self, case: str, seen: Seen) -> None:
        by = self.noura
        following: dict[str, type[Any]] = {
            CaseState.ACCEPTED: acts.Registered,
            CaseState.REGISTERED: acts.Served,
            CaseState.SERVED: acts.CaseClosed,
            CaseState.REJECTED: acts.CaseClosed,
        }
        if kind := following.get(CaseState(seen.state)):
            await self.rule(by, kind(by.staff, case))
