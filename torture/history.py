"""What a run records: what people sent, what was accepted, what they saw, and what the house keeps at its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What may be wrong."""

    LOST = "lost"
    DOUBLED = "doubled"
    ORDER = "out of order"
    EFFECTS = "effects differ"
    UNANSWERED = "not answered"
    TWICE = "answered twice"
    UNSEEN = "answer lost"
    SEEN_TWICE = "seen twice"
    SEEN_ORDER = "seen out of order"
    BLIND = "sent again blindly"
    UNLISTED = "unknown and not listed"
    UNFINISHED = "never finished"
    POISON = "poison not kept once"
    FAULT = "broke a rule"


SUMMED = {  # how the kinds add up to the figures that are promised to be nought
    "lost": (Kind.LOST, Kind.UNANSWERED, Kind.UNSEEN, Kind.UNFINISHED, Kind.UNLISTED, Kind.POISON),
    "doubled": (Kind.DOUBLED, Kind.EFFECTS, Kind.TWICE, Kind.SEEN_TWICE, Kind.BLIND),
    "out of order": (Kind.ORDER, Kind.SEEN_ORDER),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A row of the outbox: one call to a vendor. `listed`: staff have a task of it;
    `overtaken`: the person wrote on."""

    number: int
    piece: int
    attempt: int
    state: str
    text: str
    reason: str = ""
    settled: bool = False
    listed: bool = False
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Calm:
    """What the same lines leave where nothing is killed: how often one is answered, and the effects by table."""

    told: int
    effects: Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote: ids in the order they were sent, those that were accepted, those that are poison, and what
    was seen: words at a vendor, or `told` by their numbers on the page."""

    name: str
    line: str
    sent: tuple[str, ...]
    accepted: frozenset[str]
    poison: frozenset[str] = frozenset()
    seen: tuple[str, ...] = ()
    told: Mapping[int, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What the house keeps of one contact at the end."""

    heard: tuple[str, ...] = ()
    told: tuple[tuple[int, str], ...] = ()
    effects: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    parked: int = 0


@dataclass(frozen=True, slots=True)
class Lived:
    """One person with what is kept of them and what would have been."""

    person: Person
    kept: Kept
    calm: Calm


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something that must not be."""

    kind: Kind
    person: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.person}: {self.detail}"
