"""What the public doors need of the house; `bot.wiring` fills it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from conversations.channels import Channel, Heard
from services.acceptances import Acceptances
from services.access import origins
from services.echoes import Echo
from services.papers import Papers
from services.presence import Presence
from services.reception import Reception
from services.tokens import Tokens
from services.transcript import Transcript
from web.ear import Ear
from web.sockets import Sockets


class Woken(Protocol):
    """Set when something was committed for a contact; `taken` is what, or how far the contact came, where known."""

    async def wait(self) -> object: ...
    def taken(self) -> Sequence[Echo | int | None]: ...


class Wakeups(Protocol):
    """Who waits for what is committed for a contact, in whichever process."""

    def subscribe(self, organisation: str, contact: str) -> AbstractContextManager[Woken]: ...


# Words of an organisation in a language under a key; LookupError where there are none.
Say = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Association:
    """What the pages show of one association. `colours` are the accent and its soft tint, light then dark, `#rrggbb`;
    `policy` and `privacy` are Markdown by language; `embedders` are origins that may embed the chat."""

    name: str
    languages: tuple[str, ...]
    colours: tuple[str, str, str, str]
    approved: bool
    policy: Mapping[str, str]
    privacy: Mapping[str, str]
    embedders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a vendor's calls of one association go: its channel, and whoever takes what was heard."""

    channel: Channel
    hear: Callable[[str, Heard], Awaitable[None]]
    acknowledge: Callable[[Heard], None]


@dataclass(frozen=True, slots=True)
class Site:
    """The house as seen from the street."""

    public_url: str
    associations: Mapping[str, Association]
    direction: Callable[[str], str]
    language_name: Callable[[str], str]
    say: Say
    page_words: Callable[[str, str], Mapping[str, str]]
    reception: Reception
    tokens: Tokens
    transcript: Transcript
    presence: Presence
    papers: Papers
    wakeups: Wakeups
    ear: Ear
    ready: Callable[[], Awaitable[Mapping[str, bool]]]
    built: Path
    hooks: Mapping[tuple[str, str], Hook] = field(default_factory=dict)
    acceptances: Acceptances | None = None
    sockets: Sockets = field(default_factory=Sockets)

    def origins(self, association: Association | None) -> frozenset[str]:
        """The origins whose pages may talk to this association's doors."""
        return origins(self.public_url, association.embedders if association else ())
