"""Acts by which staff fill a request in at a person's word, and set right what was declared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Begun:
    """A request is begun for the contact's `person` (empty: for somebody who is new to the house)."""

    by: str
    name: str
    form: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """One question of it is answered as the person said it: in words, by keys that were chosen, or by `files` that were
    judged."""

    by: str
    case: str
    field: str
    text: str = ""
    choices: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """The person is asked to read it on their own channel, to correct it, and to accept the declaration there."""

    by: str
    case: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Staff go on with it; the person has it no more."""

    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Lodged:
    """It is submitted as it stands, though the person has confirmed nothing yet."""

    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """It is given up before it was submitted."""

    by: str
    case: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """An answer of a submitted request is set right at the person's word, for a reason that is kept."""

    by: str
    case: str
    field: str
    reason: str
    text: str = ""
    choices: tuple[str, ...] = ()


FILLING: tuple[type[Filled | Offered | TakenBack | Lodged | Dropped], ...] = (
    Filled,
    Offered,
    TakenBack,
    Lodged,
    Dropped,
)
