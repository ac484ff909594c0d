"""What the services ask of the rooms below them, in their own words."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from conversations.facts import Found
from conversations.failures import Delivery
from conversations.messages import Line, Outbound, Words
from conversations.records import Erasure, Examined, Named, Seat, Sender

Row = dict[str, Any]


class Reading(Protocol):
    """What may be read of the memory: sealed columns come in clear, tables are named by their names."""

    async def select(
        self,
        table: str,
        where: Mapping[str, Any],
        *,
        after: Mapping[str, Any] = ...,
        upto: Mapping[str, Any] = ...,
        order: Sequence[str] = ...,
        limit: int | None = ...,
        claim: bool = ...,
        lock: bool = ...,
        opened: bool = ...,
    ) -> list[Row]:
        """Rows whose columns equal the value, or one of the values; above `after`, not above `upto`."""
        ...

    def index(self, organisation: str, kind: str, value: str) -> bytes:
        """The keyed hash under which a value is found."""
        ...

    async def examine(self, table: str, where: Mapping[str, Any]) -> list[Examined]:
        """Rows for whoever proves them: what cannot be read is named, and hides nothing of the rest."""
        ...

    async def keyless(self, organisation: str, persons: Sequence[str]) -> list[str]:
        """Those of the persons whose key was destroyed."""
        ...

    async def next_at(self, organisations: Sequence[str]) -> datetime | None:
        """When the first waiting row of the outbox may be sent; None where nothing waits."""
        ...

    async def next_due(self, organisations: Sequence[str], kinds: Sequence[str]) -> datetime | None:
        """When the next open row of these kinds is due; None where nothing is."""
        ...

    async def unfinished(self, organisations: Sequence[str], state: Delivery, upto: datetime) -> list[Row]:
        """Rows of the outbox that have been *sending*, or *unknown* and not settled, since then or longer."""
        ...

    async def unseen(self, organisations: Sequence[str], upto: datetime) -> list[Row]:
        """What was said unasked in web chat until then, and was not shown since."""
        ...

    async def latest(self, organisation: str, contacts: Sequence[str]) -> list[Row]:
        """The newest line that each of these contacts wrote."""
        ...


class Unit(Reading, Protocol):
    """One unit of work on the memory: sealed columns are given in clear."""

    async def seat(self, senders: Sequence[Sender], now: datetime) -> list[Seat]:
        """Insert unknown addresses, lock the contacts in the order of their ids, and load them."""
        ...

    async def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows with one statement."""
        ...

    async def insert_new(self, table: str, rows: Sequence[Row]) -> list[bool]:
        """Insert rows whose key is not there yet, and say of each whether it was new."""
        ...

    async def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Insert rows, or replace those of the same key."""
        ...

    async def update(self, table: str, rows: Sequence[Row]) -> None:
        """Write the given columns of the rows with these keys."""
        ...

    async def delete(self, table: str, keys: Sequence[Row]) -> None:
        """Delete rows by their keys."""
        ...

    async def number(self, organisation: str) -> str:
        """The next reference number, nine digits."""
        ...

    async def claim(
        self,
        now: datetime,
        settled: datetime,
        rooms: Mapping[tuple[str, str], int],
        held: Sequence[str] = ...,
        most: int = ...,
        quiet: Sequence[str] = ...,
    ) -> list[Row]:
        """Rows of the outbox whose turn it is, so many of each line; whoever calls marks them *sending*."""
        ...

    async def put_back(self, rows: Sequence[Row], now: datetime) -> None:
        """Let rows wait again that were claimed and not called."""
        ...

    async def claim_due(
        self, organisations: Sequence[str], kinds: Sequence[str], now: datetime, lease: datetime, most: int
    ) -> list[Row]:
        """Take rows of these kinds that are due, and hold them until `lease`."""
        ...

    async def advance(self, state: Delivery, rows: Sequence[Row]) -> int:
        """Move rows of the outbox on to this state where that is forward; how many moved (of one)."""
        ...

    async def show(self, rows: Sequence[Row]) -> None:
        """What each contact was told in web chat up to this seq is *delivered*."""
        ...

    async def erase(
        self,
        organisation: str,
        persons: Sequence[str],
        now: datetime,
        *,
        cases: Sequence[str] = ...,
        files: Sequence[str] = ...,
        named: Named = ...,
    ) -> Erasure:
        """Destroy the keys of the persons, these cases whole, these files, what names them, and what else is theirs."""
        ...

    async def new_person(self, organisation: str, contact: str, person: str) -> None:
        """A person with a key of their own, beside the contact's others."""
        ...


class Memory(Protocol):
    """The memory as a whole."""

    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """A unit that writes: committed at its end, rolled back where it fails."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Reading]:
        """A unit that only reads."""
        ...

    def glance(self) -> AbstractAsyncContextManager[Reading]:
        """A unit that only reads a few rows by their keys; what may take long is a reading."""
        ...


class FileStore(Protocol):
    """Where files lie, each sealed with a key of its own."""

    async def put(self, organisation: str, file: str, data: bytes) -> str:
        """Seal and keep the bytes; the secret that opens them."""
        ...

    async def get(self, organisation: str, file: str, secret: str) -> bytes | None:
        """The bytes; None where they are gone."""
        ...

    async def delete(self, organisation: str, file: str) -> None:
        """Let the bytes go."""
        ...


class Rebuilt(Protocol):
    """A paper made anew from what was read in it; `kind` is image or pdf."""

    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> bytes: ...
    @property
    def pages(self) -> int: ...


class Judge(Protocol):
    """Judges papers by their content, apart from the house."""

    async def judge(self, data: bytes) -> Rebuilt | str:
        """The paper made anew, or the reason why it is not taken."""
        ...


class Tongue(Protocol):
    """One language as an organisation speaks it."""

    def say(self, line: Line) -> str:
        """The line in words."""
        ...

    def has(self, key: str) -> bool:
        """Whether the key has words."""
        ...

    def render(self, message: Outbound) -> Words:
        """The whole message in words."""
        ...


class Tongues(Protocol):
    """Gives the tongue of an organisation in a language."""

    def __call__(self, organisation: str, language: str) -> Tongue:
        """The tongue; an unknown language falls back to the organisation's first."""
        ...


class Wakeups(Protocol):
    """Wakes whoever waits for news of a contact."""

    def wake(self, organisation: str, contact: str, echo: object = None) -> None:
        """Something was committed for this contact; `echo` is all that was, for who waits in this process."""
        ...


class Knowing(Protocol):
    """Knows the approved entries of each association, in memory."""

    def find(self, organisation: str, language: str, words: str) -> Found:
        """What the words may ask for, the likeliest first."""
        ...

    def opened(self, organisation: str, language: str, ids: Sequence[str]) -> Found:
        """These entries, as far as they may still be told."""
        ...


class Clock(Protocol):
    """Tells the time, so that tests and `talk` can move it."""

    def __call__(self) -> datetime:
        """Now, aware UTC."""
        ...
