"""What a step wants to happen where it is in question who writes: codes that join, numbers that changed hands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IssueCode:
    """A short code to go on in another channel is good for ten minutes, once; only its hash is kept."""

    code: str


@dataclass(frozen=True, slots=True)
class MissCode:
    """A code was written that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Joint:
    """Where a good `code` leads: the other contact, and the address it was told at, on a page where it is `live`."""

    contact: str
    code: str
    origin: str
    live: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """This contact and the other one are the same human from now on; the conversation goes on in the other."""

    joint: Joint


@dataclass(frozen=True, slots=True)
class DoubtAddress:
    """The address in hand may be another's by now, or has proved that it is not."""

    doubted: bool


@dataclass(frozen=True, slots=True)
class PartAddress:
    """Somebody else writes from the address in hand now: a new contact begins there."""
