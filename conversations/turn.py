"""One step in the making: what is known, what was said so far, and where the conversation now stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from conversations import calendar
from conversations.effects import Effect, Say
from conversations.events import Said
from conversations.facts import Case, CaseState, Facts, Outcome
from conversations.fields.reading import Context, Reading
from conversations.forms import Form, Matter, Question
from conversations.handling import AskStaff
from conversations.messages import Entry, Line, Option, Outbound, Part, Progress, Role, Select
from conversations.organisation import Organisation
from conversations.returned import asked_again, still_given
from conversations.state import Conversation, IllegalMove, Mode, may_move

# An option to offer: its key and the wording key of its label, with parameters where it has them.
Offer = tuple[str, str] | tuple[str, str, Mapping[str, Any]]
KEYS = 4096  # so many wordings are remembered as lines without values: keys of the profile, never a person's words
NEWS = ("case.", "matter.", "decision.")  # how the keys of what an applicant must hear begin


class Turn:
    """Collects the effects of one step; it lives only as long as the call and is seen by nobody else."""

    def __init__(self, conversation: Conversation, facts: Facts) -> None:
        self.state = conversation
        self.facts = facts
        self.organisation: Organisation = facts.organisation  # in whose name we speak
        self.drafts = _drafts(facts)
        self.open = (*_back(facts), *self.drafts)
        self.effects: list[Effect] = []
        self.draft: Case | None = None
        self.answers: dict[str, Any] = {}
        self.elsewhere: str | None = None
        self.sought: tuple[str, ...] = ()
        self.reading: tuple[tuple[Question, Said, Context], Reading] | None = None
        self.take(next((c for c in self.open if c.id == conversation.case), None))

    @property
    def mending(self) -> bool:
        """Whether the request in hand came back for some of its items."""
        return self.draft is not None and self.draft.state is CaseState.RETURNED

    @property
    def known(self) -> dict[str, Any]:
        """Every answer, also the old ones of items that are asked for again."""
        old = asked_again(self.draft)
        if not old:
            return dict(self.answers)
        papers = {field: {**old[field], **new} for field, new in self.answers.items() if field in old}
        return {**old, **self.answers, **papers}

    def take(self, case: Case | None) -> None:
        """Have a request in hand; items that were returned count as not answered."""
        self.draft, self.answers = case, still_given(case)

    @cached_property
    def today(self) -> date:
        """The day on the organisation's calendar."""
        return calendar.local(self.organisation.schedule, self.facts.now).date()

    @property
    def requests(self) -> tuple[Case, ...]:
        """Of what the contact can fill in, the requests for support."""
        return tuple(c for c in self.open if self.organisation.matter_of(c.form) is Matter.REQUEST)

    @property
    def form(self) -> Form:
        """The form of the draft in hand, else the one that is to begin: where none is named, «request support»."""
        forms, named = self.organisation.forms, self.draft.form if self.draft else self.state.form
        return forms.get(named or "", forms[self.organisation.request])

    @property
    def private(self) -> bool:
        """Whether what is said now may carry sensitive words."""
        return self.facts.channel.private and self.elsewhere is None

    def act(self, *effects: Effect) -> None:
        """Add effects in order."""
        self.effects.extend(effects)

    def change(self, **changes: Any) -> None:
        """Set parts of the state that are not the mode."""
        self.state = self.state.but(**changes)

    def move(self, mode: Mode, **changes: Any) -> None:
        """Go to a mode; a move the table does not hold is a defect."""
        if not may_move(self.state.mode, mode):
            raise IllegalMove(f"{self.state.mode} -> {mode}")
        self.change(mode=mode, **changes)

    def say(
        self,
        *parts: Part,
        offers: Sequence[Offer] = (),
        select: Select = Select.ONE,
        entry: Entry = Entry.TEXT,
        progress: Progress | None = None,
        also: Iterable[tuple[str, str]] = (),
        numbered: bool = True,
        receipt: str | None = None,
    ) -> None:
        """Tell the person one message. Options get this prompt's ids, and from now on only they are live.

        A message without options closes those before it too. `also` are live options that are not listed: the review's
        rows. Options are not `numbered` where a typed number is an answer of its own.
        """
        first = 1 + max([p.number or 0 for p in parts], default=0)
        live = tuple([(o[0], o[1] if len(o) == 2 else "") for o in offers]) + tuple(also)
        rows, at = first - 1 if live else 0, self.elsewhere or self.here
        self.change(prompt=self.state.prompt + 1, rows=rows, at=at, live=live)
        options = tuple([self._option(n if numbered else None, offer) for n, offer in enumerate(offers, first)])
        parts = tuple([self._with_id(p) if p.option else p for p in parts])
        self.act(Say(Outbound(parts, options, select, entry, progress, receipt), to=self.elsewhere))

    def tell(self, *parts: Part, options: tuple[Option, ...] = ()) -> None:
        """Tell the person something beside the conversation: the open question and its options stay as they are."""
        self.act(Say(Outbound(parts, options)))

    def tell_at(self, address: str, live: bool, *parts: Part) -> None:
        """Tell the person something at another address, on a page where it is `live`."""
        self.act(Say(Outbound(parts), to=address, live=live))

    @property
    def here(self) -> str:
        """Where what is said now is shown: an address, or empty for the page, which shows all of its own."""
        return "" if self.facts.channel.structured else self.facts.contact.address

    def option_id(self, key: str) -> str:
        """The id of an option of the newest prompt."""
        return f"{self.state.prompt}-{key}"

    def _with_id(self, row: Part) -> Part:
        return Part(row.role, row.line, row.label, row.number, self.option_id(row.option or ""))

    def _option(self, number: int | None, offer: Offer) -> Option:
        label, short, hint = _labels(offer[1]) if len(offer) == 2 else _labelled(offer[1], offer[2])
        return Option(self.option_id(offer[0]), label, number, short, hint)

    def outcome(self) -> Outcome:
        """What the step decided; whom no channel reaches is told by hand what cannot wait."""
        told = self.effects if self.facts.channel.body else by_hand(self.effects)
        return Outcome(self.state, tuple(told))


def _drafts(facts: Facts) -> tuple[Case, ...]:
    """The contact's drafts, the newest first."""
    forms = facts.organisation.forms
    drafts = [c for c in facts.cases if c.state is CaseState.DRAFT and not c.hidden and c.form in forms]
    return tuple(sorted(drafts, key=lambda c: c.opened_at, reverse=True))


def _back(facts: Facts) -> list[Case]:
    """Requests with items that came back, the oldest first."""
    forms = facts.organisation.forms
    back = [c for c in facts.cases if c.state is CaseState.RETURNED and c.form in forms]
    return sorted(back, key=lambda c: c.opened_at)


def _labelled(wording: str, params: Mapping[str, Any]) -> tuple[Line, Line, Line]:
    """What an option is called: its label, the short one of a button, and its hint."""
    return Line(wording, params), Line(f"{wording}.short", params), Line(f"{wording}.hint", params)


@lru_cache(maxsize=KEYS)
def _labels(wording: str) -> tuple[Line, Line, Line]:
    return _labelled(wording, {})


@lru_cache(maxsize=KEYS)
def _bare(role: Role, key: str) -> Part:
    return Part(role, Line(key))


def by_hand(effects: Sequence[Effect]) -> list[Effect]:
    """What is left where nothing can be written: in place of news of a request a task for whoever tells it by hand."""
    said = [effect for effect in effects if isinstance(effect, Say)]
    news = any(each.line.key.startswith(NEWS) for effect in said for each in effect.message.parts)
    task: list[Effect] = [AskStaff("relations_officer", "tell_by_hand")] if news else []
    return [*(effect for effect in effects if not isinstance(effect, Say)), *task]


def part(role: Role, key: str, **params: Any) -> Part:
    """A part of a message by its role and wording; one without values is always the same."""
    return Part(role, Line(key, params)) if params else _bare(role, key)


def text(key: str, **params: Any) -> Part:
    """A plain paragraph."""
    return part(Role.SAY, key, **params)
