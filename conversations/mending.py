"""A request that came back for some of its items: only those are asked for again, and only those may be changed."""

from collections.abc import Mapping
from dataclasses import replace

from conversations import agenda, reference
from conversations.facts import Case, Returned
from conversations.forms import Question
from conversations.handling import PutVerdict
from conversations.messages import Code, Line, Part, Quote, Role
from conversations.turn import Turn, part, text


def settle(turn: Turn, question: Question) -> None:
    """Note which items of the question were given again just now."""
    case = turn.draft
    if case is None or not turn.mending:
        return
    value, old = turn.answers.get(question.id), case.answers.get(question.id)
    _answered(turn, case, [item for item in case.returned if item.field == question.id and _whole(item, value)])
    papers = [""]
    if isinstance(value, Mapping):
        papers = [key for key in value if not isinstance(old, Mapping) or old.get(key) != value[key]]
    new = (f"{case.id}.{question.id}.{paper}" for paper in papers)
    turn.change(mended=tuple(dict.fromkeys((*turn.state.mended, *new))))


def gone(turn: Turn, field: str) -> None:
    """An answer no longer applies: nothing of it is waited for any more."""
    if turn.draft is not None:
        _answered(turn, turn.draft, [item for item in turn.draft.returned if item.field == field])


def close(turn: Turn, case: Case) -> None:
    """The request is declared anew: no item is open, and none may be changed any more."""
    _answered(turn, case, list(case.returned))
    turn.change(mended=tuple(item for item in turn.state.mended if not item.startswith(f"{case.id}.")))


def _answered(turn: Turn, case: Case, items: list[Returned]) -> None:
    turn.act(*(PutVerdict(case.id, item.field, item.document, answered=True) for item in items))
    turn.draft = replace(case, returned=tuple(item for item in case.returned if item not in items))


def _whole(item: Returned, value: object) -> bool:
    """Whether the item is there again; a paper is, once it is no longer in hand."""
    if not item.document or not isinstance(value, Mapping):
        return True
    state = value.get(item.document)
    return isinstance(state, Mapping) and not state.get("open")


def mended(turn: Turn, field: str) -> frozenset[str]:
    """The papers of this question (the empty name for any other answer) that were given again."""
    start = f"{turn.state.case}.{field}."
    return frozenset(item.removeprefix(start) for item in turn.state.mended if item.startswith(start))


def fixed(turn: Turn, field: str) -> bool:
    """Whether this answer stands as it was declared, because nobody asked for it again; nothing was, of what staff
    lodged unconfirmed."""
    if turn.draft is None or not turn.mending or turn.draft.unconfirmed:
        return False
    return field not in {item.field for item in turn.draft.returned} and not mended(turn, field)


def why(turn: Turn, question: Question) -> list[Part]:
    """What staff wrote of the item that is asked for now."""
    items = turn.draft.returned if turn.draft is not None else ()
    paper = agenda.paper(question, turn.answers, turn.today) if question.documents else None
    wanted = paper.key if paper else ""
    notes = [i.note for i in items if i.field == question.id and i.document in ("", wanted)]
    return [text("returned.why", note=Quote(note)) for note in notes]


def overview(turn: Turn, case: Case) -> list[Part]:
    """Which items came back; what was wrong with each stands with its question."""
    number = Code(reference.shown(case.reference or ""))
    items = dict.fromkeys(_label(turn, item) for item in case.returned)
    if not items:
        return [text("returned.complete", reference=number)]
    return [
        text("returned.heading", reference=number, count=len(items)),
        *(part(Role.FACT, "value", value=Line(label)) for label in items),
    ]


def _label(turn: Turn, item: Returned) -> str:
    """A paper by its name where nobody else reads along, else by its question's."""
    shown = item.document and turn.private
    return f"document.{item.document}" if shown else f"question.{item.field}.label"
