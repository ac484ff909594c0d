"""What of an answer a member of staff reads: all of it, its end, nothing until it is revealed, or nothing at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations import fields
from conversations.forms import SKIPPED, Form, Kind, Question
from conversations.messages import Code, Param
from services.roles import masked, sees

DOT = "\N{BULLET}"
SPACE = "\N{NO-BREAK SPACE}"
CODES = frozenset({Kind.NATIONAL_ID, Kind.PHONE, Kind.IBAN})  # shown by their ends until they are revealed


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `state` is open, partial (its end is the value), hidden (sensitive: shown once it is revealed),
    closed (not for these roles), skipped or erased; only open and partial ones have a value."""

    id: str
    section: str
    kind: str
    privacy: str
    state: str
    value: Param = field(default="", repr=False)

    @property
    def can_be_revealed(self) -> bool:
        """Whether there is more of it than is shown."""
        return self.state in ("partial", "hidden")


def disclosed(form: Form, given: Mapping[str, Any], roles: frozenset[str]) -> tuple[Answer, ...]:
    """The answers in the form's order, each as far as these roles read it; papers stand elsewhere."""
    questions = (q for q in form.questions if q.id in given and q.kind is not Kind.DOCUMENTS)
    return tuple(_answer(question, given[question.id], roles) for question in questions)


def city_of(form: Form | None, given: Mapping[str, Any], roles: frozenset[str]) -> str:
    """The place that was named, where these roles may see it."""
    places = (q for q in (form.questions if form else ()) if q.kind is Kind.PLACE and sees(roles, q))
    return next((str(given[q.id]) for q in places if given.get(q.id)), "")


def whole(question: Question, value: Any) -> Param:
    """The value as it stands when it is revealed."""
    return fields.shown(question, value)


def covered(question: Question) -> bool:
    """Whether the value is shown in full only once it is revealed."""
    return masked(question) or question.kind in CODES


def _answer(question: Question, value: Any, roles: frozenset[str]) -> Answer:
    state, shown = _as_read(question, value, roles)
    return Answer(question.id, question.section, question.kind, question.privacy, state, shown)


def _as_read(question: Question, value: Any, roles: frozenset[str]) -> tuple[str, Param]:
    if not sees(roles, question):
        return "closed", ""
    if value is None:
        return "erased", ""
    if value == SKIPPED:
        return "skipped", ""
    if masked(question):
        return "hidden", ""
    if question.kind in CODES:
        return "partial", Code(end_of(question.kind, str(value)))
    return "open", fields.shown(question, value)


def end_of(kind: Kind, value: str) -> str:
    """An id, an account or a phone of which only the end is told, and of a mobile how it begins."""
    if kind is Kind.PHONE and len(value) >= 9:
        local = f"0{value.removeprefix('+966')}" if value.startswith("+9665") else value
        return f"{local[:3]}{SPACE}{DOT * 3}{SPACE}{DOT * 2}{local[-2:]}"
    return f"{DOT * 6}{SPACE}{value[-4:]}" if len(value) > 4 else DOT * 6
