"""A form as data: questions, the conditions under which they apply, and what each declares about its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an answer is; each kind reads, checks and explains itself in `fields`."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    DATE = "date"
    PHONE = "phone"
    NATIONAL_ID = "national_id"
    IBAN = "iban"
    PLACE = "place"
    DOCUMENTS = "documents"


class About(StrEnum):
    """Whom an answer is about; it is sealed with that person's key."""

    APPLICANT = "applicant"
    BENEFICIARY = "beneficiary"


class Privacy(StrEnum):
    """The class of an answer; sensitive ones travel on private channels only."""

    ORDINARY = "ordinary"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class Op(StrEnum):
    """How a condition compares: among values, a number above, an age in years below."""

    IS = "is"
    ABOVE = "above"
    YOUNGER = "younger"


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison with an earlier answer; an absent answer fails it."""

    field: str
    op: Op
    values: tuple[Any, ...]


# Any of the inner tuples, all tests within one; empty: always.
Condition = tuple[tuple[Test, ...], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose; its words stand under `choice.QUESTION.KEY` (and `.short`, `.hint`)."""

    key: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to send or to bring later; `expires` asks whether it has a date, words under `document.KEY`."""

    key: str
    when: Condition = ()
    privacy: Privacy = Privacy.PERSONAL
    expires: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One `[[question]]` block. Words stand under `question.ID.ask`, `.why`, `.example` and `.label`.

    `least` and `most` bound a number, an amount in riyals, or a text's length; for a date they are days from today
    (birth dates: 0 at most). `renews` names answers after whose change this one is asked again.
    """

    id: str
    kind: Kind
    section: str
    about: About
    privacy: Privacy
    purpose: str
    retention: str
    roles: tuple[str, ...]
    source: str
    when: Condition = ()
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    documents: tuple[Document, ...] = ()
    least: int | None = None
    most: int | None = None
    renews: tuple[str, ...] = ()


class Matter(StrEnum):
    """What a form is for. All but the request for support are sent without a declaration and answered by staff."""

    REQUEST = "request"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    VOLUNTEERING = "volunteering"
    INTERVIEW = "interview"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True)
class Form:
    """A case's questions in order. `minutes` is the estimate told before the first; words under `form.ID.title`.

    `days` are the working days in which staff answer a `matter` that no committee decides. What every turn asks of a
    form is worked out when it is read: its questions by id, and `renewed`, which are asked anew after whose change.
    """

    id: str
    version: str
    minutes: int
    questions: tuple[Question, ...]
    matter: Matter = Matter.REQUEST
    days: int = 0
    renewed: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what follows from the questions alone."""
        changes = {id for q in self.questions for id in q.renews}
        renewed = {id: frozenset(q.id for q in self.questions if id in q.renews) for id in changes}
        object.__setattr__(self, "renewed", renewed)
        object.__setattr__(self, "_by_id", {q.id: q for q in reversed(self.questions)})

    def question(self, id: str) -> Question | None:
        """The question of that id, or None where the form has none (any more)."""
        return self._by_id.get(id)


# Two questions the mind knows by name: who applies (its choice is the relation), and the beneficiary's birth date.
RELATION = "who"
ONESELF = "self"
BIRTH = "birth_date"

# Where the scan of a declaration on paper is kept: no question of any form, and the one paper of it.
DECLARED = "declaration"
SIGNED = "signed"

# An optional question that was passed over has this answer, whatever its kind.
SKIPPED = ""

# What was answered so far: question id to canonical value (see `fields`).
Answers = Mapping[str, Any]
