"""What a step wants to happen, as values that services turn into rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.answers import AskedInquiry as AskedInquiry
from conversations.answers import SettleInquiry as SettleInquiry
from conversations.events import Media
from conversations.forms import About, Privacy
from conversations.handling import Handling
from conversations.identity import DoubtAddress as DoubtAddress
from conversations.identity import IssueCode as IssueCode
from conversations.identity import Join as Join
from conversations.identity import Joint as Joint
from conversations.identity import MissCode as MissCode
from conversations.identity import PartAddress as PartAddress
from conversations.messages import Line, Outbound
from conversations.purposes import SetPurpose as SetPurpose


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the person something; `to` is an address id where it is not the one that wrote, `live` where that is a page.
    What staff say has `by`, their id, `name` as the person reads it, and perhaps `files`."""

    message: Outbound
    to: str | None = None
    by: str | None = None
    name: str = ""
    files: tuple[str, ...] = ()
    live: bool = False


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a draft of a form, made by the contact (or by staff for it), first about one person of its own."""

    case: str
    form: str
    version: str
    applicant: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class SetBeneficiary:
    """The draft is about this person, in this relation; the same id as the applicant's where one asks for oneself."""

    case: str
    beneficiary: str
    relation: str


@dataclass(frozen=True, slots=True)
class PutAnswer:
    """File an answer under (case, field), sealed with the key of the person it is about. `typed` is kept beside it."""

    case: str
    field: str
    value: Any
    typed: str
    about: About
    privacy: Privacy


@dataclass(frozen=True, slots=True)
class DropAnswer:
    """An answer no longer applies."""

    case: str
    field: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The privacy notice of this version was acknowledged."""

    version: str


@dataclass(frozen=True, slots=True)
class Accept:
    """The declaration was accepted: evidence is written and the case is submitted. `floor` and `ceiling` are UTC.
    One that is `renewed` after items were returned keeps the reference, the first acceptance and the floor."""

    case: str
    reference: str
    declaration: Line
    version: str
    phrase: str
    floor: datetime
    ceiling: datetime
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Submit:
    """What needs no declaration was sent: it has a number, and staff answer `until` then (UTC)."""

    case: str
    reference: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """The slot is the case's from now on, and the one it had `before` is free again."""

    case: str
    slot: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class AskSurvey:
    """The person is asked how it was, once: `kind` is inquiry or case, `id` the question's number or the case's id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class PutSurvey:
    """How it was, from 1 to 5, or in the person's own words."""

    kind: str
    id: str
    score: int | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Remind:
    """A row for the bell: this kind of thing is due for the case at that time. The same kind replaces the earlier."""

    kind: str
    case: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Forget:
    """The case's rows for the bell of these kinds are settled."""

    case: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lapse:
    """The draft waited too long for its person and is a draft no more."""

    case: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The applicant withdraws the case, confirmed with this `phrase`; one that was ever sent keeps that as evidence."""

    case: str
    phrase: str
    sent: bool


@dataclass(frozen=True, slots=True)
class SetMessages:
    """Proactive messages on this channel are stopped (or allowed again) at the person's word."""

    allowed: bool


@dataclass(frozen=True, slots=True)
class IssueLink:
    """A one-time link to the private channel is good for half an hour; only its hash is kept."""

    token: str
    case: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Attachments to fetch from the vendor and judge; a `Papers` event follows for those of kind paper."""

    media: tuple[Media, ...]


@dataclass(frozen=True, slots=True)
class FilePapers:
    """These files are a paper of the case, from now on sealed as its answer is."""

    case: str
    field: str
    document: str
    files: tuple[str, ...]
    about: About
    privacy: Privacy


@dataclass(frozen=True, slots=True)
class ProvePhone:
    """The phone is the person's own, as the channel proved it."""

    phone: str


@dataclass(frozen=True, slots=True)
class StopAddress:
    """Nothing more can be (or may be) written to the address in hand; `stopped` false: it can again."""

    stopped: bool


Effect = (
    Say
    | Fetch
    | FilePapers
    | ProvePhone
    | StopAddress
    | OpenCase
    | SetBeneficiary
    | PutAnswer
    | DropAnswer
    | Acknowledge
    | Accept
    | Submit
    | Book
    | AskSurvey
    | PutSurvey
    | Remind
    | Forget
    | Lapse
    | Withdraw
    | SetMessages
    | SetPurpose
    | IssueLink
    | IssueCode
    | MissCode
    | DoubtAddress
    | PartAddress
    | Join
    | AskedInquiry
    | SettleInquiry
    | Handling
)
