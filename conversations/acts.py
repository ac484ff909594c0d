"""What staff do: to a conversation, and to a case. `by` is the member of staff's id, `name` how the person reads it."""

from dataclasses import dataclass

from conversations.acting_for import FILLING as FILLING
from conversations.acting_for import Begun as Begun
from conversations.acting_for import Corrected as Corrected
from conversations.acting_for import Dropped as Dropped
from conversations.acting_for import Filled as Filled
from conversations.acting_for import Lodged as Lodged
from conversations.acting_for import Offered as Offered
from conversations.acting_for import TakenBack as TakenBack


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A member of staff takes the conversation: the bot is silent until it is handed back or ended.

    By `force` (here and below) it is taken out of another's hands; services decide who may.
    """

    by: str
    name: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class Wrote:
    """Whoever holds the conversation writes to the person. `files` are ids of papers that were judged."""

    by: str
    name: str
    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """An internal note: the person never sees it. Of a `kind` it records what was said outside of any screen: a phone
    call, an interview, a letter, a delegate's visit, a message in other social media."""

    by: str
    name: str
    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Referred:
    """The conversation is passed on to a role; whoever held it holds it no more. `note` is internal."""

    by: str
    name: str
    role: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandedBack:
    """The bot goes on at the very step where it stood."""

    by: str
    name: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """What the person was waiting for is done; the person stands at the menu, drafts stay."""

    by: str
    name: str
    force: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """An item was compared: `verdict` is matched, mismatched or expired (as of the submission), `document` the paper of
    a list of papers."""

    by: str
    case: str
    field: str
    verdict: str
    document: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemsReturned:
    """Items go back to the applicant, each as (field, document or "", what is wrong, in words for the applicant)."""

    by: str
    case: str
    items: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class CommitteeAsked:
    """The request is whole and goes to the committee."""

    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Voted:
    """A member of the committee says yes or no, with the reason that is told with the decision."""

    by: str
    case: str
    accepted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseAsked:
    """Somebody wants a decision told before its floor; a second person has to say the same."""

    by: str
    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class Registered:
    """The registration of an accepted request is completed."""

    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Served:
    """The service was provided."""

    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What no committee decides (a complaint, a suggestion, an offer to help) is answered in these words."""

    by: str
    case: str
    text: str


@dataclass(frozen=True, slots=True)
class SignedOnPaper:
    """The declaration was signed on paper and seen by a member of staff; `files` are the scan, judged already."""

    by: str
    case: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """Nothing more is to be done for the case."""

    by: str
    case: str


ChatAct = TakenOver | Wrote | Noted | Referred | HandedBack | Ended | Begun
CaseAct = (
    Checked
    | ItemsReturned
    | CommitteeAsked
    | Voted
    | ReleaseAsked
    | Registered
    | Served
    | Answered
    | SignedOnPaper
    | CaseClosed
    | Filled
    | Offered
    | TakenBack
    | Lodged
    | Dropped
    | Corrected
)
StaffAct = ChatAct | CaseAct
CHAT_ACTS: tuple[type[ChatAct], ...] = (TakenOver, Wrote, Noted, Referred, HandedBack, Ended, Begun)
CASE_ACTS: tuple[type[CaseAct], ...] = (
    Checked,
    ItemsReturned,
    CommitteeAsked,
    Voted,
    ReleaseAsked,
    Registered,
    Served,
    Answered,
    SignedOnPaper,
    CaseClosed,
    *FILLING,
    Corrected,
)
