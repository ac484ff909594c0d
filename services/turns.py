"""Turns: lock, load, step, effects to rows, commit; the only caller of `step`, the only place that locks contacts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from conversations.acts import CASE_ACTS, CHAT_ACTS
from conversations.codec import dump_event
from conversations.effects import Effect, Say
from conversations.events import TimePassed
from conversations.facts import Facts, Found, Need, Outcome
from conversations.failures import Interrupted
from conversations.handling import Refuse
from conversations.lexicon import Lexicon
from conversations.messages import Line, Outbound, Part, Role
from conversations.organisation import Organisation
from conversations.records import Seat, Sender
from conversations.step import step
from services import attachments, booking, joining, loading, lookups, parting, presence
from services.dues import still_due
from services.echoes import echoes
from services.labels import Labels
from services.ledger import Ledger
from services.ports import Clock, Knowing, Memory, Row, Tongues, Unit, Wakeups
from services.rows import Scribe
from services.seating import Arrival, Place, door, fresh_id, sender
from services.telling import Told

PAUSES_S = (0.02, 0.1, 0.5)  # then once more, and then it is for the vendor to repeat
log = structlog.get_logger(__name__)


class SameContact(Exception):
    """Two events of one batch belong to one contact; the batch is run one by one."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrival: a repeat of one that had its effect, parked, or taken with what was told."""

    contact: str
    address: str
    repeat: bool = False
    parked: bool = False
    queued: bool = False
    told: tuple[Told, ...] = ()
    effects: tuple[Effect, ...] = ()
    holder: str = ""

    @property
    def refused(self) -> Refuse | None:
        """Why an act of staff was not done, where it was not."""
        return next((effect for effect in self.effects if isinstance(effect, Refuse)), None)


class Turns:
    """Takes events, one or many, at most one per contact, with one commit."""

    def __init__(
        self,
        memory: Memory,
        organisations: Mapping[str, Organisation],
        tongues: Tongues,
        lexicon: Lexicon,
        wakeups: Wakeups,
        clock: Clock,
        public_url: str,
        knowledge: Knowing,
    ) -> None:
        self._memory = memory
        self._organisations = organisations
        self._tongues = tongues
        self._lexicon = lexicon
        self._wakeups = wakeups
        self._clock = clock
        self._public_url = public_url
        self._knowledge = knowledge
        self._labels = Labels(tongues)

    async def take(self, arrivals: Sequence[Arrival]) -> list[Taken]:
        """Take a batch. What fails alone is parked; the rest of its batch is not touched by that.

        Where the memory was interrupted the whole batch is taken again: what was committed after all is a repeat.
        `Interrupted` after the last time is for whoever sent the events, who sends them again.
        """
        for pause in PAUSES_S:
            try:
                return await self._taken(arrivals)
            except Interrupted as interrupted:
                log.warning("turn.interrupted", reason=str(interrupted))
                await asyncio.sleep(pause)
        return await self._taken(arrivals)

    async def _taken(self, arrivals: Sequence[Arrival], also: Sequence[Sender] = ()) -> list[Taken]:
        try:
            return await self._together(arrivals, also=also)
        except Interrupted:
            raise
        except Exception as error:
            if len(arrivals) > 1:
                return [one for arrival in arrivals for one in await self.take([arrival])]
            if isinstance(error, joining.Wanted) and not also:
                return await self._taken(arrivals, (error.sender,))
            log.error("turn.failed", error=type(error).__name__)
            return await self._together(arrivals, failed=type(error).__name__)

    async def _together(
        self, arrivals: Sequence[Arrival], failed: str = "", also: Sequence[Sender] = ()
    ) -> list[Taken]:
        ledger = Ledger()
        async with self._memory.unit() as unit:
            every = await unit.seat([*(sender(a) for a in arrivals), *also], self._clock())
            seats, hosts = every[: len(arrivals)], every[len(arrivals) :]  # those behind are locked beside their own
            if len({(s.organisation, s.contact) for s in seats}) < len(seats):
                raise SameContact
            keys = self._inbox(unit, arrivals, seats)
            new = await still_due(unit, arrivals, await unit.insert_new("inbox", keys))
            places = await loading.places(unit, arrivals, seats, new)
            taken = {}
            for spot in places:
                taken[spot.seat.contact] = await self._one(unit, spot, ledger, failed, hosts)
            await ledger.write(unit)
            undone = {contact for contact, one in taken.items() if one.refused}
            await unit.delete("inbox", [key for key in keys if key["contact"] in undone])
        heard = echoes(ledger, places)
        for spot in places:
            for contact in {spot.seat.contact, taken[spot.seat.contact].contact}:
                self._wakeups.wake(spot.organisation, contact, heard.get((spot.organisation, contact)))
        return [taken.get(s.contact) or Taken(s.contact, s.address, repeat=True) for s in seats]

    def _inbox(self, unit: Unit, arrivals: Sequence[Arrival], seats: Sequence[Seat]) -> list[Row]:
        """The duplicate keys. A refused act's goes again, so that its repeat is refused too and not taken for done."""
        return [
            {
                "organisation": a.inbound.organisation,
                "line": door(a),
                "hash": unit.index(a.inbound.organisation, "inbox", f"{door(a)}|{a.inbound.id}"),
                "contact": s.contact,
                "at": self._clock(),
            }
            for a, s in zip(arrivals, seats, strict=True)
        ]

    async def _one(
        self, unit: Unit, spot: Place, ledger: Ledger, failed: str = "", hosts: Sequence[Seat] = ()
    ) -> Taken:
        now = self._clock()  # one moment for what is decided and what is filed of it
        try:
            outcome = _parked_outcome(spot) if failed else await self._decide(unit, spot, now)
        except Interrupted:
            raise
        except Exception as error:
            failed, outcome = type(error).__name__, _parked_outcome(spot)
        if failed:
            self._park(spot, ledger, failed)
        scribe = self._scribe(unit, spot, ledger, outcome, now)
        if join := joining.asked(outcome):
            host = joining.host_of(join, spot.organisation, hosts)
            scribe.write(tuple(effect for effect in outcome.effects if not isinstance(effect, Say)))
            return await self._one(unit, await joining.welcomed(unit, spot, join, host, ledger), ledger)
        if parting.asked(outcome):
            scribe.write(tuple(effect for effect in outcome.effects if not isinstance(effect, Say)))
            return await self._one(unit, await parting.newcomer(unit, spot, outcome.conversation, now), ledger)
        scribe.write(outcome.effects)
        seat, told = spot.seat, tuple(scribe.told)
        stands = outcome.conversation
        held = stands.holder_name if stands.holder else ""
        return Taken(seat.contact, seat.address, False, bool(failed), stands.queued, told, outcome.effects, held)

    def _scribe(self, unit: Unit, spot: Place, ledger: Ledger, outcome: Outcome, now: datetime) -> Scribe:
        tongue = self._tongues(spot.organisation, outcome.conversation.speech)
        return Scribe(
            spot, outcome.conversation, tongue, unit, ledger, now, self._organisations[spot.organisation].forms
        )

    async def _decide(self, unit: Unit, spot: Place, now: datetime) -> Outcome:
        """Call the mind, and once more with what it needed to know."""
        facts = self._facts(spot, now)
        event = attachments.own(spot.arrival.inbound.event, spot.papers)
        outcome = step(spot.conversation, event, facts)
        if outcome.needs is None:
            return outcome
        found = await self._found(unit, spot, outcome)
        return step(spot.conversation, event, replace(facts, found=found))

    async def _found(self, unit: Unit, spot: Place, outcome: Outcome) -> Found:
        """What the mind needed to know; of the knowledge only what is in memory."""
        place = spot.organisation, outcome.language
        match outcome.needs:
            case Need.ANSWER:
                return self._knowledge.find(*place, outcome.sought[0])
            case Need.ENTRIES:
                return self._knowledge.opened(*place, outcome.sought)
            case Need.CODE:
                return await joining.find(unit, spot.organisation, outcome.sought[0], self._clock())
            case Need.CASE:
                seat, organisation = spot.seat.contact, self._organisations[spot.organisation]
                return await lookups.find(unit, organisation, seat, outcome.sought, self._clock())
            case Need.SLOTS:
                number = await unit.number(spot.organisation)
                free = await booking.free(unit, spot.organisation, outcome.sought[0], self._clock())
                return Found(reference=number, slots=free)
            case Need.WATCH:
                return Found(watching=await presence.watched(unit, spot.organisation, self._clock()))
        return Found(reference=await unit.number(spot.organisation))

    def _facts(self, spot: Place, now: datetime) -> Facts:
        organisation = self._organisations[spot.organisation]
        language = spot.conversation.speech
        return Facts(
            now=now,
            organisation=organisation,
            lexicon=self._lexicon,
            channel=spot.arrival.channel,
            contact=spot.contact(),
            fresh=spot.fresh(),
            public_url=self._public_url,
            labels=self._labels.live(spot.organisation, language, spot.conversation.live),
            questions=self._labels.questions(organisation, language, spot.form),
            cases=spot.cases,
            people=spot.people,
            papers=attachments.shown(spot.papers),
        )

    def _park(self, spot: Place, ledger: Ledger, reason: str) -> None:
        """Keep an event on which the mind stumbled; its duplicate key stays, so the vendor's repeats do nothing."""
        log.error("turn.parked", reason=reason)
        inbound = spot.arrival.inbound
        payload = {"address": spot.seat.address, **dump_event(inbound.event)}
        row = {"id": fresh_id(), "line": inbound.line, "contact": spot.seat.contact, "payload": payload}
        case = getattr(inbound.event, "case", None) or spot.conversation.case
        ledger.insert("parked", organisation=spot.organisation, reason=reason, case=case, at=self._clock(), **row)


def _parked_outcome(spot: Place) -> Outcome:
    """Who wrote hears that it arrived and that staff will look at it; the conversation stays where it was."""
    if isinstance(spot.arrival.inbound.event, (TimePassed, *CHAT_ACTS, *CASE_ACTS)):
        return Outcome(spot.conversation)
    told = Say(Outbound((Part(Role.SAY, Line("parked.told")),)))
    return Outcome(spot.conversation, (told,))
