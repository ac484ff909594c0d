"""What a step wants to happen where staff have a hand in it: calls, holdings, verdicts, decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.messages import Line


@dataclass(frozen=True, slots=True)
class CallStaff:
    """A person of this role is asked to come into the conversation: the handover of this `number` waits for one.
    `reason` is a key, never a person's words."""

    role: str
    reason: str
    number: int
    case: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class MarkUrgent:
    """The handover comes before all others: somebody may come to harm."""

    number: int


@dataclass(frozen=True, slots=True)
class GiveStaff:
    """The handover is in somebody's hands now; where nobody had asked for staff, it begins with this."""

    number: int
    by: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class EndCall:
    """The handover is over: handed back, ended, or the person waits no longer (`why` is a key)."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class AskStaff:
    """A task beside any conversation for whoever has the role; `reason` is a key."""

    role: str
    reason: str
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """A staff act cannot be done: `code` is a key, `name` who stands in its way, `why` the sentences that a person
    would have been told. Nothing else comes of the step."""

    code: str
    name: str = ""
    why: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class SetCase:
    """The case goes on to this state; the ceiling's clock stops (`stopped`), or runs on to another `ceiling`."""

    case: str
    state: str
    stopped: bool | None = None
    ceiling: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutVerdict:
    """What became of an item of the verification list; `returned`: the applicant is asked for it again, `answered`: it
    came. None leaves each as it is."""

    case: str
    field: str
    document: str = ""
    verdict: str | None = None
    note: str | None = None
    returned: bool | None = None
    answered: bool | None = None


@dataclass(frozen=True, slots=True)
class PutVote:
    """A vote of the committee; a member's later vote replaces the earlier while nothing is decided."""

    case: str
    by: str
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Decide:
    """The committee has decided; it is evidence from now on, and is told later."""

    case: str
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PutRelease:
    """Somebody asked to tell the decision early; it needs a second person (`confirmed`)."""

    case: str
    by: str
    reason: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class SeePaper:
    """The declaration of this version was signed on paper; `files` are its scan, as a member of staff saw it."""

    case: str
    files: tuple[str, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What staff filled in is the person's to confirm, or (`open` false) theirs no more."""

    case: str
    open: bool


@dataclass(frozen=True, slots=True)
class Lodge:
    """What staff filled in is submitted unconfirmed: evidence of that is written. `floor` and `ceiling` are UTC."""

    case: str
    reference: str
    version: str
    floor: datetime
    ceiling: datetime


@dataclass(frozen=True, slots=True)
class Correct:
    """A declared answer was set right: what was declared stays in the evidence, and this stands after it."""

    case: str
    field: str
    before: Any
    after: Any
    reason: str


@dataclass(frozen=True, slots=True)
class TellDecision:
    """The decision is told in this very turn; it is so once."""

    case: str


Handling = (
    CallStaff
    | MarkUrgent
    | GiveStaff
    | EndCall
    | AskStaff
    | Refuse
    | SetCase
    | PutVerdict
    | PutVote
    | Decide
    | PutRelease
    | SeePaper
    | Offer
    | Lodge
    | Correct
    | TellDecision
)
