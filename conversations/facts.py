"""What a step may know: the world at this moment, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from conversations.answers import Answer
from conversations.effects import Effect, Joint
from conversations.lexicon import Lexicon
from conversations.messages import Capabilities
from conversations.organisation import Organisation
from conversations.state import Conversation


class CaseState(StrEnum):
    """The life of a request; `CASE_MOVES` says which may follow which. A decision is held until it is told."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    VERIFYING = "verifying"
    RETURNED = "returned"
    COMMITTEE = "committee"
    DECIDED = "decided"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REGISTERED = "registered"
    SERVED = "served"
    CLOSED = "closed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


_ALIVE = (CaseState.RETURNED, CaseState.COMMITTEE, CaseState.WITHDRAWN)
CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.DRAFT: frozenset({CaseState.SUBMITTED, CaseState.LAPSED, CaseState.WITHDRAWN}),
    CaseState.SUBMITTED: frozenset({CaseState.VERIFYING, CaseState.ANSWERED, *_ALIVE}),
    CaseState.ANSWERED: frozenset({CaseState.CLOSED}),
    CaseState.VERIFYING: frozenset(_ALIVE),
    CaseState.RETURNED: frozenset({CaseState.VERIFYING, CaseState.WITHDRAWN}),
    CaseState.COMMITTEE: frozenset({CaseState.DECIDED, CaseState.RETURNED, CaseState.WITHDRAWN}),
    CaseState.DECIDED: frozenset({CaseState.ACCEPTED, CaseState.REJECTED, CaseState.WITHDRAWN}),
    CaseState.ACCEPTED: frozenset({CaseState.REGISTERED, CaseState.CLOSED}),
    CaseState.REJECTED: frozenset({CaseState.CLOSED}),
    CaseState.REGISTERED: frozenset({CaseState.SERVED, CaseState.CLOSED}),
    CaseState.SERVED: frozenset({CaseState.CLOSED}),
}


@dataclass(frozen=True, slots=True)
class Returned:
    """An item that the applicant is asked for again: a field, one `document` of it where it is a list of papers, and
    what is wrong with it in words for the applicant."""

    field: str
    document: str
    note: str


@dataclass(frozen=True, slots=True)
class Vote:
    """What one member of the committee said."""

    by: str
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that staff keep for an interview, aware UTC; `kind` is visit or phone."""

    id: str
    at: datetime
    minutes: int
    kind: str


@dataclass(frozen=True, slots=True)
class Case:
    """One own case of the contact; times are aware UTC. Drafts and returned ones come with `answers`, `typed` as they
    were written, and `whose` they are (field to person id).

    `returned` are the items that are still to be given again, `stopped_at` since when the ceiling's clock stands still.
    `votes` are the committee's, the newest last; `verdict` and `reason` are the decision's, held until `told_at`;
    `release` is who asked to tell it early, and why, and it is `released` once a second person said the same. `slot` is
    the time of an interview. `filler` is the member of staff who fills it in at the person's word; it is the person's
    to confirm once it was `offered`, and stays `unconfirmed` where it was submitted without.
    """

    id: str
    form: str
    version: str
    state: CaseState
    opened_at: datetime
    applicant: str
    beneficiary: str
    reference: str | None = None
    accepted_at: datetime | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    whose: Mapping[str, str] = field(default_factory=dict)
    floor_at: datetime | None = None
    ceiling_at: datetime | None = None
    stopped_at: datetime | None = None
    returned: tuple[Returned, ...] = ()
    votes: tuple[Vote, ...] = ()
    verdict: bool | None = None
    reason: str = ""
    told_at: datetime | None = None
    release: tuple[str, str] | None = None
    released: bool = False
    slot: Slot | None = None
    filler: str = ""
    offered: bool = False
    unconfirmed: bool = False

    @property
    def hidden(self) -> bool:
        """Whether staff still fill it in, so that the conversation knows nothing of it."""
        return bool(self.filler) and not self.offered and self.state is CaseState.DRAFT


@dataclass(frozen=True, slots=True)
class Known:
    """A person who is known by an own request that was sent: who applied, in which relation, and what was answered."""

    person: str
    applicant: str
    reference: str
    form: str
    relation: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who talks: the address in hand, when they last wrote, the notice they acknowledged, whether they `stopped`
    what comes unasked on this line, and the `person` who is known first of those it speaks for. `heard_at` is when the
    address was last written from, `doubted` that it may be another's by now; `refused` are the purposes whose consent
    was withdrawn."""

    id: str
    address: str
    last_at: datetime | None = None
    notice: str | None = None
    stopped: bool = False
    person: str | None = None
    heard_at: datetime | None = None
    doubted: bool = False
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fresh:
    """Made before the step: random 128-bit ids (32 hex digits), a 256-bit link token (43 base64url characters) and a
    code of eight digits."""

    case: str
    applicant: str
    beneficiary: str
    link: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was judged and can be read: `kind` is image or pdf, `size` in bytes."""

    id: str
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a need: a fresh reference number of nine digits, or approved entries, the likeliest first; where
    it is `sure` the first may be told as the answer; or the `joint` that a code leads to, where it is a good one; or
    the `case` that a reference and its second factor fit, else `until` when none may be tried after too many."""

    reference: str | None = None
    answers: tuple[Answer, ...] = ()
    sure: bool = False
    watching: bool = False
    slots: tuple[Slot, ...] = ()
    joint: Joint | None = None
    case: Case | None = None
    until: datetime | None = None


class Need(StrEnum):
    """A look-up that `turns` makes before the step is called once more with `found` filled."""

    REFERENCE = "reference"
    ANSWER = "answer"
    ENTRIES = "entries"
    WATCH = "watch"
    SLOTS = "slots"
    CODE = "code"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Facts:
    """The world of one step. `public_url` is the base of links; `now` is aware UTC.

    `labels` maps the folded labels of the conversation's live options to their keys, in the words the person saw;
    `people` are the persons of own requests that were sent, each with the newest.
    `questions` maps the folded review labels of the form in hand to its questions' ids; `papers` are the files that the
    event names, by id.
    """

    now: datetime
    organisation: Organisation
    lexicon: Lexicon
    channel: Capabilities
    contact: Contact
    fresh: Fresh
    public_url: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    people: tuple[Known, ...] = ()
    found: Found | None = None
    papers: Mapping[str, Paper] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step decided: the next state and the effects, or the needs (and then no effects).

    `sought` are the words that an answer is needed for, or the ids of the entries, told in this `language`; or a
    reference number and its second factor, as its kind and its value.
    """

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    needs: Need | None = None
    sought: tuple[str, ...] = ()
    language: str = ""
