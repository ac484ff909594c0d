"""The lines that an association writes on, each with its channel, its pace and its vendor's manners."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from conversations.channels import Channel


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a vendor lets us write: messages a second on the line, and to one address, with as many at once."""

    per_second: float
    to_one: float
    at_once: int


@dataclass(frozen=True, slots=True)
class Outlet:
    """A line that can be written on. `window` is how long after the person's last word free text is allowed;
    `repeats` says that its vendor offers no look-up, so that an unknown question is asked once more; `polled` that
    we fetch what people write there."""

    channel: Channel
    pace: Pace
    window: timedelta | None = None
    repeats: bool = False
    polled: bool = False


# By organisation and line.
Outlets = Mapping[tuple[str, str], Outlet]
