"""What can happen to a conversation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """The person wrote, tapped or sent files."""

    text: str = ""
    choices: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


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


Event = Said | Opened | Switched | Redeemed


@dataclass(frozen=True, slots=True)
class Inbound:
    """An event as a channel read it. `keys` name the sender on the line (plain; storage hashes them), first the best;
    `id` is the vendor's message id, unique on the line. `capabilities` are the channel's own."""

    organisation: str
    line: str
    keys: tuple[str, ...]
    id: str
    event: Event
