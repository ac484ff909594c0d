"""One question of a form as a page of the desk asks it: its words, its options, and of papers the one in hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from conversations import agenda, fields
from conversations.forms import Form, Kind, Question
from conversations.messages import Line
from services.disclosing import Answer
from services.roles import masked, sees

TAPPED = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO})
LONG = 200  # signs from which on a text is written in a field of several lines
SEND, PAGES, DATE = "send", "pages", "date"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question. `options` are (key, words); of a list of papers `paper` is the one in hand and `stage` what is
    asked of it: to send it, its further pages, or its day of expiry. `again`: its papers may be asked for anew."""

    id: str
    kind: str
    section: str
    ask: Line
    why: Line
    sample: Line | None
    options: tuple[tuple[str, Line], ...] = ()
    many: bool = False
    optional: bool = False
    entry: str = "text"
    long: bool = False
    step: int = 1
    of: int = 1
    paper: str = ""
    stage: str = ""
    again: bool = False
    secret: bool = False
    chosen: frozenset[str] = frozenset()


def asked_of(form: Form, question: Question, given: Mapping[str, Any], today: date, roles: frozenset[str]) -> Asked:
    """How it is asked now; what was chosen before is shown to those who may see it."""
    place = agenda.place(form, given, question.id, today)
    paper = agenda.paper(question, given, today) if question.documents else None
    return Asked(
        id=question.id,
        kind=question.kind,
        section=question.section,
        ask=Line(f"question.{question.id}.ask"),
        why=Line(f"question.{question.id}.why"),
        sample=None if question.kind in TAPPED | {Kind.DOCUMENTS} else Line(f"question.{question.id}.example"),
        options=_options(question, given, today),
        many=question.kind is Kind.CHOICES,
        optional=question.optional,
        entry=fields.entry(question),
        long=question.kind is Kind.TEXT and (question.most or LONG) >= LONG,
        step=place.step,
        of=place.of,
        paper=paper.key if paper else "",
        stage=_stage(given.get(question.id, {}).get(paper.key, {})) if paper else "",
        again=bool(question.documents) and question.id in given,
        secret=agenda.sensitive(question, given, today),
        chosen=_chosen(question, given) if sees(roles, question) else frozenset(),
    )


def papers_of(form: Form, given: Mapping[str, Any], roles: frozenset[str]) -> list[Answer]:
    """Lists of papers as answers, a line for each paper that has a state."""
    lists = [q for q in form.questions if q.kind is Kind.DOCUMENTS and given.get(q.id)]
    return [
        Answer(q.id, q.section, q.kind, q.privacy, "hidden" if masked(q) else "open", fields.shown(q, given[q.id]))
        if sees(roles, q)
        else Answer(q.id, q.section, q.kind, q.privacy, "closed")
        for q in lists
    ]


def _options(question: Question, given: Mapping[str, Any], today: date) -> tuple[tuple[str, Line], ...]:
    if question.kind is Kind.YES_NO:
        return ("yes", Line("value.yes")), ("no", Line("value.no"))
    standing = agenda.choices(question, given, today)
    return tuple((choice.key, Line(f"choice.{question.id}.{choice.key}")) for choice in standing)


def _chosen(question: Question, given: Mapping[str, Any]) -> frozenset[str]:
    """What was chosen before, where that may be shown."""
    value = given.get(question.id)
    if question.kind not in TAPPED or masked(question) or value is None:
        return frozenset()
    if isinstance(value, bool):
        return frozenset({"yes" if value else "no"})
    return frozenset(value if isinstance(value, list | tuple) else (str(value),))


def _stage(state: Mapping[str, Any]) -> str:
    return {fields.DATE: DATE, "pages": PAGES}.get(str(state.get("open", "")), SEND)
