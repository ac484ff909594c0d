"""What was decided and committed, step by step: the simulator looks here instead of asking the database."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.effects import Accept, IssueCode, IssueLink, Lapse, OpenCase, Say, Submit, Withdraw
from conversations.events import Event
from conversations.facts import Case, CaseState, Facts, Outcome
from conversations.handling import CallStaff, EndCall, GiveStaff, SetCase
from conversations.messages import Outbound
from conversations.state import Conversation
from conversations.step import step as decide

Who = tuple[str, str]  # organisation, contact


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the mind that was committed."""

    at: datetime
    who: Who
    address: str
    private: bool
    event: Event
    before: Conversation
    after: Conversation
    effects: tuple[Any, ...]
    cases: tuple[Case, ...]

    @property
    def told(self) -> list[Outbound]:
        """What it said."""
        return [effect.message for effect in self.effects if isinstance(effect, Say)]

    @property
    def keys(self) -> list[str]:
        """The wording keys of what it said, in order."""
        return [part.line.key for message in self.told for part in message.parts]


@dataclass(slots=True)
class Seen:
    """A case as the steps tell of it."""

    who: Who
    form: str
    state: str
    reference: str = ""


@dataclass(slots=True)
class Eye:
    """Every committed step of a run, and where everybody stands after it."""

    steps: list[Step] = field(default_factory=list)
    state: dict[Who, Conversation] = field(default_factory=dict)
    newest: dict[Who, Outbound] = field(default_factory=dict)
    links: dict[Who, str] = field(default_factory=dict)
    codes: dict[Who, str] = field(default_factory=dict)
    cases: dict[tuple[str, str], Seen] = field(default_factory=dict)
    calls: dict[Who, str] = field(default_factory=dict)
    short: deque[str] = field(default_factory=lambda: deque(maxlen=4000))
    _pending: list[Step] = field(default_factory=list)

    def step(self, conversation: Conversation, event: Event, facts: Facts) -> Outcome:
        """The mind's step, noted."""
        outcome = decide(conversation, event, facts)
        if outcome.needs is None:
            who = facts.organisation.name, facts.contact.id
            more = facts.contact.address, facts.channel.private, event, conversation, outcome.conversation
            self._pending.append(Step(facts.now, who, *more, outcome.effects, facts.cases))
        return outcome

    def rolled_back(self) -> None:
        """Nothing of it happened."""
        self._pending.clear()

    def committed(self) -> list[Step]:
        """All of it did."""
        done, self._pending = self._pending, []
        for one in done:
            self.steps.append(one)
            self.note(f"{one.at:%m-%d %H:%M:%S} {one.who[0]}/{one.who[1][:6]} {brief(one.event)} -> {brief_of(one)}")
            self.state[one.who] = one.after
            self._newest(one)
            for effect in one.effects:
                self._effect(one.who, effect)
        return done

    def note(self, line: str) -> None:
        """A line of the short history."""
        self.short.append(line)

    def _newest(self, one: Step) -> None:
        for message in one.told:
            live = {f"{one.after.prompt}-{key}" for key, _ in one.after.live}
            if any(option.id in live for option in message.options):
                self.newest[one.who] = message

    def _effect(self, who: Who, effect: Any) -> None:
        match effect:
            case OpenCase():
                self.cases[who[0], effect.case] = Seen(who, effect.form, CaseState.DRAFT)
            case Accept() | Submit():
                self._move(who, effect.case, CaseState.SUBMITTED)
                self.cases[who[0], effect.case].reference = effect.reference
            case SetCase():
                self._move(who, effect.case, effect.state)
            case Lapse():
                self._move(who, effect.case, CaseState.LAPSED)
            case Withdraw():
                self._move(who, effect.case, CaseState.WITHDRAWN)
            case IssueLink():
                self.links[who] = effect.token
            case IssueCode(code):
                self.codes[who] = code
            case CallStaff():
                self.calls[who] = effect.reason
            case GiveStaff():
                self.calls[who] = "held"
            case EndCall():
                self.calls.pop(who, None)

    def _move(self, who: Who, case: str, state: str) -> None:
        self.cases[who[0], case].state = state


def brief(event: Event) -> str:
    """An event in a few words."""
    fields = {name: getattr(event, name) for name in getattr(event, "__dataclass_fields__", {})}
    return f"{type(event).__name__}({', '.join(str(v)[:24] for v in fields.values() if v)})"


def brief_of(one: Step) -> str:
    """What a step did, in a few words."""
    plain: Iterable[str] = (type(e).__name__ for e in one.effects if not isinstance(e, Say))
    told = [key for key in one.keys if key != "value"][:4]
    return f"{one.after.mode.value}:{one.after.asking or ''} {' '.join(plain)} {told}"
