"""The pure mind played in memory: effects are applied to the facts as the services would apply them."""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from conversations import acts, effects, handling, purposes
from conversations.answers import Answer
from conversations.codec import dump_event, dump_state, load_event, load_state
from conversations.effects import Effect, Say
from conversations.events import Event, Opened, Redeemed, Said, TimePassed
from conversations.facts import CASE_MOVES, Case, CaseState, Contact, Facts, Found, Fresh, Known, Need, Outcome, Slot
from conversations.forms import About, Form, Kind, Question
from conversations.messages import Capabilities, Outbound, Words
from conversations.organisation import Organisation
from conversations.reference import number
from conversations.state import Conversation, Mode
from conversations.step import step
from tests.mind_cases import handled, wanting
from tests.mind_world import NOW, WEB, answer, check, labels, profiles, tongue, words


@dataclass
class Mind:
    """One person before the mind; every turn is checked for what must always hold."""

    name: str = "labas"
    channel: Capabilities = WEB
    now: datetime = NOW
    state: Conversation = field(default_factory=Conversation)
    cases: dict[str, Case] = field(default_factory=dict)
    contact: Contact = field(default_factory=lambda: Contact("c" * 32, "a" * 32))
    organisation: Organisation = field(init=False)
    last: tuple[Effect, ...] = ()
    every: list[Effect] = field(default_factory=list)
    relations: dict[str, str] = field(default_factory=dict)
    count: int = 0
    deterministic: bool = True
    knowledge: dict[str, Found] = field(default_factory=dict)
    watching: bool = False
    slots: list[Slot] = field(default_factory=list)
    proofs: dict[tuple[str, ...], Found] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.organisation = profiles()[self.name].organisation

    # What the person does.

    def send(self, event: Event) -> "Mind":
        """One event: decided, checked, applied."""
        self.count += 1
        facts = self.facts()
        outcome = self._decide(event, facts)
        check(self.state, outcome, self.name)
        self.last = outcome.effects
        self.every.extend(outcome.effects)
        self.state = load_state(orjson.loads(orjson.dumps(dump_state(outcome.conversation))))
        assert self.state == outcome.conversation
        self._apply(outcome.effects)
        if not isinstance(event, (TimePassed, *acts.CHAT_ACTS, *acts.CASE_ACTS)):
            self.contact = replace(self.contact, last_at=self.now)
        return self

    def say(self, *lines: str) -> "Mind":
        for line in lines:
            self.send(Said(line))
        return self

    def tap(self, *keys: str) -> "Mind":
        """Tap options of the newest prompt."""
        return self.send(Said(choices=tuple(self.option(key) for key in keys)))

    def option(self, key: str) -> str:
        assert key in self.live, (key, self.live)
        return f"{self.state.prompt}-{key}"

    def wait(self, **time: float) -> "Mind":
        self.now += timedelta(**time)
        return self

    # What the person knows.

    @property
    def live(self) -> list[str]:
        return [key for key, _ in self.state.live]

    @property
    def draft(self) -> Case:
        return self.cases[self.state.case or ""]

    @property
    def form(self) -> Form:
        case = self.cases.get(self.state.case or "")
        return self.organisation.forms[case.form if case else self.organisation.request]

    @property
    def asked(self) -> Question:
        found = self.form.question(self.state.asking or "")
        assert found is not None, self.state
        return found

    @property
    def told(self) -> list[Outbound]:
        """What the last turn said."""
        return [e.message for e in self.last if isinstance(e, Say)]

    @property
    def keys(self) -> list[str]:
        """The wording keys of the last turn, in order."""
        return [p.line.key for message in self.told for p in message.parts]

    @property
    def text(self) -> str:
        """The words of the last turn."""
        return "\n".join(w.text for w in self.rendered())

    def rendered(self) -> list[Words]:
        return [tongue(self.name, self.state.speech).render(message) for message in self.told]

    def of(self, kind: type[Effect]) -> list[Any]:
        """The last turn's effects of a kind."""
        return [e for e in self.last if isinstance(e, kind)]

    # Ways through a form.

    def start(self) -> "Mind":
        """From nothing to the first question."""
        self.send(Opened("ar")).tap("request")
        self.tap("agree") if self.state.mode is Mode.NOTICE else self
        return self.tap("new") if self.state.mode is Mode.WHO else self

    def good(self, **given: str) -> "Mind":
        """One good answer to the question that is asked, or the given one."""
        if self.state.mode is Mode.LINK:
            return self.redeem()
        question = self.asked
        if question.kind is Kind.DOCUMENTS and "later" not in self.live:
            return self.say("لاحقا")
        line = given.get(question.id, answer(question, self.now.date()))
        if question.kind is Kind.DOCUMENTS:
            return self.tap("all_later" if "all_later" in self.live else "later")
        return self.say(line)

    def redeem(self) -> "Mind":
        """Tap the one-time link and go on in the private page."""
        return self.redeem_of(self.state.case or "")

    def redeem_of(self, case: str) -> "Mind":
        """Tap the one-time link of a case."""
        self.channel = WEB
        return self.send(Redeemed(case))

    def until(self, question: str, **given: str) -> "Mind":
        """Answer until this question is asked."""
        for _ in range(60):
            if self.state.asking == question:
                return self
            self.good(**given)
        raise AssertionError(f"{question} was not asked")

    def review(self, **given: str) -> "Mind":
        """Answer everything."""
        for _ in range(60):
            if self.state.mode is Mode.REVIEW:
                return self
            self.good(**given)
        raise AssertionError("there is no review")

    def declared(self, **given: str) -> "Mind":
        return self.start().review(**given).tap("confirm")

    def facts(self) -> Facts:
        """The world of the next step."""
        n = self.count
        return Facts(
            now=self.now,
            organisation=self.organisation,
            lexicon=words(),
            channel=self.channel,
            contact=self.contact,
            fresh=Fresh(f"{n:032x}", f"{n:031x}a", f"{n:031x}b", f"link{n:039d}", f"{n:08d}"),
            public_url="https://wasl.example",
            labels=labels().live(self.name, self.state.speech, self.state.live),
            questions=labels().questions(self.organisation, self.state.speech, self.form.id),
            cases=tuple(self.cases.values()),
            people=self.people,
        )

    @property
    def people(self) -> tuple[Known, ...]:
        """The persons of what was sent, as the services know them."""
        sent = [
            c for c in self.cases.values() if c.reference and c.state not in (CaseState.LAPSED, CaseState.WITHDRAWN)
        ]
        found: dict[tuple[str, str], Known] = {}
        for c in sorted(sent, key=lambda c: c.opened_at):
            names = c.beneficiary, c.applicant, c.reference or "", c.form, self.relations.get(c.id, "")
            found.pop((c.form, c.beneficiary), None)
            found[c.form, c.beneficiary] = Known(*names, c.answers, c.typed)
        return tuple(reversed(found.values()))

    # What staff do.

    @property
    def refused(self) -> str:
        """Why the last act was refused."""
        return "".join(effect.code for effect in self.last if isinstance(effect, handling.Refuse))

    # How it is applied.

    def _decide(self, event: Event, facts: Facts) -> Outcome:
        assert load_event(orjson.loads(orjson.dumps(dump_event(event)))) == event
        before = copy.deepcopy((facts.cases, self.state))
        outcome = step(self.state, event, facts)
        if outcome.needs is not None:
            assert outcome.effects == () and outcome.conversation == self.state
            facts = replace(facts, found=self._found(outcome))
            outcome = step(self.state, event, facts)
        assert (facts.cases, self.state) == before
        if self.deterministic:
            assert step(self.state, event, facts) == outcome
        return outcome

    def _found(self, outcome: Outcome) -> Found:
        if outcome.needs is Need.REFERENCE:
            return Found(number(10_000_000 + self.count))
        if outcome.needs is Need.CASE:
            return self.proofs.get(outcome.sought, Found())
        if outcome.needs is Need.SLOTS:
            taken = {case.slot.id for case in self.cases.values() if case.slot}
            free = tuple(s for s in self.slots if s.kind == outcome.sought[0] and s.at > self.now and s.id not in taken)
            return Found(number(10_000_000 + self.count), slots=free[:8])
        if outcome.needs is Need.WATCH:
            return Found(watching=self.watching)
        if outcome.needs is Need.ANSWER:
            return self.knowledge.get(outcome.sought[0], Found())
        every: dict[str, Answer] = {a.id: a for found in self.knowledge.values() for a in found.answers}
        return Found(answers=tuple(every[id] for id in outcome.sought if id in every))

    def _apply(self, decided: Iterable[Effect]) -> None:
        for effect in decided:
            if isinstance(effect, effects.OpenCase):
                self._open(effect)
            if isinstance(effect, effects.SetBeneficiary):
                self._update(effect.case, beneficiary=effect.beneficiary)
                self.relations[effect.case] = effect.relation
        for effect in decided:
            self._one(effect)

    def _open(self, effect: effects.OpenCase) -> None:
        names = effect.case, effect.form, effect.version, CaseState.DRAFT, self.now, effect.applicant, effect.applicant
        self.cases[effect.case] = Case(*names, filler=effect.by or "")

    def _one(self, effect: Effect) -> None:
        match effect:
            case effects.PutAnswer():
                self._put(effect)
            case effects.DropAnswer(id, name):
                case = self.cases[id]
                kept = ({k: v for k, v in m.items() if k != name} for m in (case.answers, case.typed, case.whose))
                self._update(id, **dict(zip(("answers", "typed", "whose"), kept, strict=True)))
            case effects.Acknowledge(version):
                self.contact = replace(self.contact, notice=version)
            case effects.SetMessages() | purposes.SetPurpose():
                self.contact = wanting(self.contact, effect)
            case effects.Withdraw(id):
                assert CaseState.WITHDRAWN in CASE_MOVES[self.cases[id].state] and self.cases[id].told_at is None
                self._update(id, state=CaseState.WITHDRAWN)
            case effects.Lapse(id):
                self._update(id, state=CaseState.LAPSED)
            case effects.Accept(renewed=False):
                changes = {"reference": effect.reference, "accepted_at": self.now}
                times = {"floor_at": effect.floor, "ceiling_at": effect.ceiling}
                self._update(effect.case, state=CaseState.SUBMITTED, **changes, **times)
            case handling.Offer(id, offered):
                self._update(id, offered=offered)
            case handling.Lodge(id, reference, _, floor, ceiling):
                changes = {"reference": reference, "accepted_at": self.now, "unconfirmed": True}
                self._update(id, state=CaseState.SUBMITTED, floor_at=floor, ceiling_at=ceiling, **changes)
            case effects.Book(id, slot):
                self._update(id, slot=next(one for one in self.slots if one.id == slot))
            case effects.Submit(id, reference, until):
                changes = {"reference": reference, "accepted_at": self.now, "ceiling_at": until}
                self._update(id, state=CaseState.SUBMITTED, **changes)
            case handling.SetCase() | handling.PutVerdict() | handling.PutVote() | handling.PutRelease():
                self.cases[effect.case] = handled(self.cases[effect.case], effect, self.now)
            case handling.Decide(id, accepted, reason):
                self._update(id, verdict=accepted, reason=reason)
            case handling.TellDecision(id):
                assert self.cases[id].told_at is None
                self._update(id, told_at=self.now)

    def _put(self, effect: effects.PutAnswer) -> None:
        case = self.cases[effect.case]
        person = case.applicant if effect.about is About.APPLICANT else case.beneficiary
        self._update(
            case.id,
            answers={**case.answers, effect.field: effect.value},
            typed={**case.typed, effect.field: effect.typed},
            whose={**case.whose, effect.field: person},
        )

    def _update(self, id: str, **changes: Any) -> None:
        self.cases[id] = replace(self.cases[id], **changes)
