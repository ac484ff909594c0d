"""What can happen to a conversation."""

from dataclasses import dataclass
from enum import StrEnum

from conversations.acts import StaffAct


class MediaKind(StrEnum):
    """What a vendor calls an attachment, before it is judged by its content."""

    PAPER = "paper"
    VOICE = "voice"
    PLACE = "place"
    CARD = "card"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Media:
    """An attachment that still lies at the vendor. `ref` is the vendor's name for it, `size` in bytes where it told;
    those of one `group` belong together."""

    kind: MediaKind
    ref: str
    name: str = ""
    size: int | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote, tapped or sent. `files` are ids of papers that were judged already; `media` are still to fetch.
    An `edited` message corrects the open question only."""

    text: str = ""
    choices: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Papers:
    """Attachments that were fetched and judged: ids of those that can be read, and why others cannot."""

    files: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proved:
    """The channel proved that this phone (E.164) is the person's own."""

    phone: str


@dataclass(frozen=True, slots=True)
class Left:
    """The person blocked us on this channel, or came back; `asked` says that they wrote the word for it."""

    back: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The person opened the chat for the first time, perhaps through a door or with a language in mind."""

    language: str | None = None
    start: str | None = None


@dataclass(frozen=True, slots=True)
class Switched:
    """The person chose another language by the page's switch."""

    language: str


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The person tapped the one-time link and stands on a private channel; `case` is the draft it is bound to."""

    case: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The person proved that a further channel is theirs too, the one of this `line`: `origin` is the address that the
    code was told at, on a page where it is `live`; `case` is the draft that they had in hand there."""

    line: str
    origin: str
    live: bool = False
    case: str = ""


@dataclass(frozen=True, slots=True)
class TimePassed:
    """What was due for the case is due now: nobody wrote, and what is told is told unasked."""

    kind: str
    case: str


Event = Said | Papers | Opened | Switched | Redeemed | Joined | Proved | Left | TimePassed | StaffAct


@dataclass(frozen=True, slots=True)
class Inbound:
    """An event as a channel read it. `keys` name the sender on the line (plain; storage hashes them), first the best;
    `id` is the vendor's message id, unique on the line; `value` is what one writes back to, kept sealed. What the house
    itself has to tell the mind (papers that were fetched) names an `address` instead of keys."""

    organisation: str
    line: str
    keys: tuple[str, ...]
    id: str
    event: Event
    value: str | None = None
    address: str = ""
