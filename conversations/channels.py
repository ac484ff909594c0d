"""The contract of a channel: one file in `handlers/` each, with values in and out that every layer can speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conversations.events import Inbound, Media
from conversations.failures import Delivery, Failure
from conversations.messages import Capabilities, Document, Words


class CallRefused(Exception):
    """A call that is not authentic, too large or not of its form; `status` is the HTTP status that says so."""

    def __init__(self, status: int) -> None:
        super().__init__(f"refused with {status}")
        self.status = status


class SendFailed(Exception):
    """The vendor did not take a message; `retry_after` in seconds where it said so, `code` its own word for staff."""

    def __init__(self, failure: Failure, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{failure}: {code}")
        self.failure = failure
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook call before anything of it is believed. `url` is the public one, from settings, with the query;
    header names are in lower case; `body` is raw."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor hears once everything is committed."""

    status: int = 200
    media_type: str = "text/plain"
    body: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a vendor tells of a message that was sent: by our outbox token, by its own id, or by both."""

    state: Delivery
    token: str | None = None
    vendor_id: str | None = None
    failure: Failure | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a call held: events in the order they came, and receipts."""

    inbounds: tuple[Inbound, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One call to a vendor. `to` is the address as the channel wrote it; `words` are whole and the channel fits them
    (several texts where they do not fit one are several parcels: see `fitting`); `token` names the outbox row in the
    status callback; `template` and `values` stand where free text is not allowed. One that carries the receipt of the
    case `receipt` has no text: its `document` is made just before it goes."""

    to: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    token: str = ""
    template: str | None = None
    values: Mapping[str, str] | None = None
    receipt: str | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The vendor took it, under this id."""

    vendor_id: str
    parts: int = 1


class Channel(Protocol):
    """One line of one association."""

    @property
    def line(self) -> str:
        """Its name."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can carry."""
        ...

    def authentic(self, call: Call) -> None:
        """Return where the call is the vendor's; CallRefused otherwise. Nothing is parsed before."""
        ...

    def read(self, call: Call) -> Heard:
        """The events and receipts of an authentic call; CallRefused (400, 413, 415) where it is not of its form."""
        ...

    def answer(self) -> Answer:
        """What the vendor hears after the commit."""
        ...

    def parcels(self, to: str, words: Words, token: str) -> Sequence[Parcel]:
        """A message fitted to the channel: as many vendor calls as it needs."""
        ...

    async def send(self, parcel: Parcel) -> Sent:
        """Make the one call. SendFailed says why not; UNKNOWN where nobody can tell whether it was taken."""
        ...

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file, bounded; SendFailed(MEDIA) where it is gone, foreign or too large."""
        ...

    async def look_up(self, parcel: Parcel, since: datetime) -> Sent | None:
        """Whether a message whose call was cut was taken after all; None where it was not, or nobody can tell."""
        ...
