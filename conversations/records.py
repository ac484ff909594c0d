"""Who sits at the table in one unit of work: values that services and storage share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class FreshSeat:
    """Random ids (32 hex digits) for a contact, its address and first person, used only where the sender is unknown."""

    contact: str
    address: str
    person: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote on a line. `keys` name it there, the best first; `value` is what one writes back to, kept sealed.
    Where the house itself has news for somebody, `address` names the address instead of keys."""

    organisation: str
    line: str
    keys: tuple[str, ...]
    fresh: FreshSeat
    value: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A sender's contact, locked. `row` holds the contact's plain columns, `state` its opened conversation; `heard_at`
    is when the address was last written from, `doubted` that it may be another's by now."""

    organisation: str
    contact: str
    address: str
    new: bool
    state: Mapping[str, Any] | None
    row: Mapping[str, Any]
    persons: tuple[str, ...]
    heard_at: datetime | None = None
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """A row of which some columns may be `broken` (they cannot be read, or do not open), `erased` with their owner's
    key, or `emptied`; each of those reads as None."""

    row: Mapping[str, Any]
    broken: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Named:
    """What names somebody and is filed to others or to nobody: messages and questions as (contact, number), and parked
    events by their ids."""

    messages: tuple[tuple[str, int], ...] = ()
    inquiries: tuple[tuple[str, int], ...] = ()
    parked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased: the persons, the contacts on which nobody was left, the cases of which the tombstones stay, the
    files whose bytes have to follow, the cases that were cleared whole, and what was `named` beside them."""

    persons: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    named: Named = Named()
