"""What a step may know: the world at this moment, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from conversations.effects import Effect
from conversations.lexicon import Lexicon
from conversations.messages import Capabilities
from conversations.organisation import Organisation
from conversations.state import Conversation


class CaseState(StrEnum):
    """The life of a request; staff's part of it comes with the desk."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Case:
    """One own case of the contact; times are aware UTC. Drafts come with `answers`, `typed` as they were written,
    and `whose` they are (field to person id)."""

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


@dataclass(frozen=True, slots=True)
class Contact:
    """Who talks: the address in hand, when they last wrote, the notice they acknowledged, and whether they `stopped`
    what comes unasked on this line."""

    id: str
    address: str
    last_at: datetime | None = None
    notice: str | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Fresh:
    """Random 128-bit ids (32 hex digits) and a 256-bit link token (43 base64url characters), made before the step."""

    case: str
    applicant: str
    beneficiary: str
    link: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that was judged and can be read: `kind` is image or pdf, `size` in bytes."""

    id: str
    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a need: a fresh reference number of nine digits."""

    reference: str | None = None


class Need(StrEnum):
    """A look-up that `turns` makes before the step is called once more with `found` filled."""

    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Facts:
    """The world of one step. `public_url` is the base of links; `now` is aware UTC.

    `labels` maps the folded labels of the conversation's live options to their keys, in the words the person saw;
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
    found: Found | None = None
    papers: Mapping[str, Paper] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step decided: the next state and the effects, or the needs (and then no effects)."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    needs: Need | None = None
