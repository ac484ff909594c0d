"""The verification list of a request: each answer that can be compared, and each paper, with what was found."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from conversations.forms import Form, Kind, Privacy, Question
from services.attachments import READY
from services.disclosing import Answer, disclosed
from services.ports import Row
from services.roles import sees

CHOSEN = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO})  # nothing to compare them with
GIVEN, EXPIRED, LATER = "given", "expired", "later"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a paper: `kind` is image or pdf; `open` where it may be looked at."""

    id: str
    kind: str
    pages: int
    open: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of a list of papers, in the state that the applicant said: given, expired or later."""

    field: str
    document: str
    state: str
    until: date | None
    files: tuple[File, ...]
    sensitive: bool

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.field}.{self.document}"


@dataclass(frozen=True, slots=True)
class Item:
    """One item: an answer or a paper, the newest verdict with its note and whose it is; `returned` until it came
    again."""

    field: str
    document: str
    answer: Answer | None = None
    paper: Paper | None = None
    verdict: str = ""
    note: str = ""
    by: str = ""
    at: datetime | None = None
    returned_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.field}.{self.document}"

    @property
    def outstanding(self) -> bool:
        """Whether it was returned and has not come again."""
        back, came = self.returned_at, self.answered_at
        return back is not None and (came is None or came < back)


def papers(form: Form, given: Mapping[str, Any], files: Sequence[Row], roles: frozenset[str]) -> tuple[Paper, ...]:
    """The papers that these roles may see, in the form's order."""
    known = {row["file"]: row for row in files}
    lists = (q for q in form.questions if q.kind is Kind.DOCUMENTS and sees(roles, q))
    return tuple(paper for q in lists for paper in _papers(q, given.get(q.id), known))


def items(
    form: Form, given: Mapping[str, Any], found: Sequence[Row], roles: frozenset[str], names: Mapping[str, str]
) -> tuple[Item, ...]:
    """Every item that these roles may see, in the form's order."""
    rows = {(row["field"], row["document"]): row for row in found}
    kinds = {q.id: q.kind for q in form.questions}
    answers = [a for a in disclosed(form, given, roles) if kinds[a.id] not in CHOSEN]
    plain = [Item(a.id, "", answer=a) for a in answers if a.state not in ("closed", "skipped")]
    listed = [Item(p.field, p.document, paper=p) for p in papers(form, given, (), roles)]
    return tuple(_found(item, rows.get((item.field, item.document)), names) for item in (*plain, *listed))


def _papers(question: Question, value: Any, known: Mapping[str, Row]) -> Iterator[Paper]:
    states = value if isinstance(value, Mapping) else {}
    for document in question.documents:
        state = states.get(document.key)
        if not isinstance(state, Mapping):
            continue
        until = state.get("until")
        yield Paper(
            field=question.id,
            document=document.key,
            state=str(state.get("state", LATER)),
            until=date.fromisoformat(until) if until else None,
            files=tuple(_file(known[id]) for id in state.get("files", ()) if id in known),
            sensitive=Privacy.SENSITIVE in (document.privacy, question.privacy),
        )


def _file(row: Row) -> File:
    return File(row["file"], row["kind"], row["pages"] or 1, row["state"] == READY)


def _found(item: Item, row: Row | None, names: Mapping[str, str]) -> Item:
    if row is None:
        return item
    return Item(
        field=item.field,
        document=item.document,
        answer=item.answer,
        paper=item.paper,
        verdict=row["verdict"] or "",
        note=row["note"] or "",
        by=names.get(row["by"] or "", ""),
        at=row["at"],
        returned_at=row["returned_at"],
        answered_at=row["answered_at"],
    )
