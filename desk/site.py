"""What the rooms of the desk need of the house; `bot.wiring` fills it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from conversations.messages import Line, Param
from desk.streams import Streams
from services.access import origins
from services.papers import Papers
from services.ports import Clock
from services.roles import Role


class Member(Protocol):
    """Whoever is signed in, as the doors and the frame need them; `services.staffing.Member` is one."""

    @property
    def organisation(self) -> str: ...
    @property
    def staff(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...
    @property
    def language(self) -> str: ...


class Say(Protocol):
    """Words of an organisation in a language: of a key with its values, or of a whole line."""

    def __call__(self, organisation: str, language: str, key: str | Line, /, **params: Param) -> str: ...


class Wakeups(Protocol):
    """Who hears which contacts of an association were woken."""

    def watch(self, organisation: str) -> AbstractAsyncContextManager[AsyncIterator[frozenset[str]]]: ...


# How many of something wait in each room, by the room's id; a room without a figure is not named.
Counts = Callable[[Any], Awaitable[Mapping[str, int]]]


async def no_counts(_: Member) -> Mapping[str, int]:
    """A desk that counts nothing."""
    return {}


@dataclass(frozen=True, slots=True)
class Association:
    """What the desk shows of one association. `colours` are accent and soft, light then dark, `#rrggbb`;
    `roles` are those its staff may have; `tools` are the titles at the officer's hand, words under `tool.KEY`."""

    name: str
    languages: tuple[str, ...]
    colours: tuple[str, str, str, str]
    approved: bool
    zone: str = "Asia/Riyadh"
    tools: tuple[str, ...] = ()
    roles: tuple[str, ...] = tuple(Role)


@dataclass(frozen=True, slots=True)
class Desk:
    """The house as seen from the desk. Services that a test does not need may be left out."""

    public_url: str
    associations: Mapping[str, Association]
    say: Say
    direction: Callable[[str], str]
    language_name: Callable[[str], str]
    clock: Clock
    staffing: Any = None  # and who signs in, and what they do with their own account
    signing: Any = None
    accounts: Any = None
    qr: Callable[[str], str] = str  # the text as an image, in SVG
    casework: Any = None
    inbox: Any = None
    threads: Any = None
    filesight: Any = None
    requests: Any = None
    revealing: Any = None
    people: Any = None
    behalf: Any = None
    merging: Any = None
    voices: Any = None
    exporting: Any = None
    consenting: Any = None
    erasing: Any = None
    righting: Any = None
    slots: Any = None
    curating: Any = None
    acceptances: Any = None
    scanning: Any = None
    papers: Papers | None = None
    wakeups: Wakeups | None = None
    binding: Mapping[str, Any] = field(default_factory=dict)  # by association, where it has a group in a messenger
    counts: Counts = no_counts
    streams: Streams = field(default_factory=Streams)

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may send forms to the desk: our own."""
        return origins(self.public_url)
