"""An association as the mind sees it: what it offers, its hours, and how it addresses people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from conversations.forms import Form, Matter


class Gender(StrEnum):
    """The grammatical gender in which a person is addressed."""

    MASCULINE = "masculine"
    FEMININE = "feminine"


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening and closing in the organisation's zone; Monday is 0."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Schedule:
    """When staff work (`hours`, without `holidays`) and when proactive messages may leave (the sending window)."""

    zone: str
    hours: tuple[Hours, ...]
    holidays: frozenset[date]
    send_from: time
    send_until: time
    friday_from: time


@dataclass(frozen=True, slots=True)
class Organisation:
    """One association. `doors` are menu items in order; `forms` by id, `request` the one behind «request support».
    `quorum` is how many of the committee decide; `serves` is false where the procedure ends with the
    registration; `approvals` is how many
    approve an answer: 2 means somebody other than its writer; `danger` are numbers to call in distress, by key;
    `reach` are links that open the association on its other lines, by line, with {code} where a code goes."""

    name: str
    gender: Gender
    languages: tuple[str, ...]
    doors: tuple[str, ...]
    forms: Mapping[str, Form]
    request: str
    schedule: Schedule
    notice_version: str
    declaration_version: str
    approved: bool
    floor_days: int = 14
    ceiling_days: int = 30
    draft_days: int = 14
    idle_days: int = 90
    reminder_days: tuple[int, ...] = (1, 3)
    quorum: int = 1
    approvals: int = 1
    serves: bool = True

    @property
    def idle(self) -> timedelta:
        """How long a number may be silent before it could be another's."""
        return timedelta(days=self.idle_days)

    danger: tuple[tuple[str, str], ...] = ()
    reach: tuple[tuple[str, str], ...] = ()

    def matter_of(self, form: str) -> Matter:
        """What a form is for; of one that is gone, a request."""
        known = self.forms.get(form)
        return known.matter if known else Matter.REQUEST
