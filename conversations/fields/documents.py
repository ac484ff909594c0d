"""A list of papers, settled one after the other: sent page by page, with the day it expires, or brought later.

A paper's state is {"state": "later"} or {"state": "given" | "expired", "files": [id, ...], "until"?: ISO day}; while it
is in hand it also says what it is `open` for: more "pages", or its "date".
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from conversations import arabic
from conversations.events import Said
from conversations.fields import dates
from conversations.fields.reading import Context, Good, Reading, Wrong, quoted
from conversations.forms import Document, Question
from conversations.lexicon import Command
from conversations.messages import Line, Param

LATER, ALL_LATER, NEXT, UNDATED = "later", "all_later", "next", "undated"
WORDS = frozenset({LATER, ALL_LATER, NEXT, UNDATED})
PAGES, DATE = "pages", "date"
# Papers are rarely older than a life or valid longer than one: the widest bounds of a date of expiry, in days.
EARLIEST, LATEST = -43_830, 36_525

State = dict[str, Any]


def papers(question: Question, said: Said, context: Context) -> Reading:
    """The papers so far with what was said of the one in hand."""
    states = _known(context)
    paper = in_hand(states, context.documents)
    if paper is None:
        return Good(states, said.text)
    state = states.get(paper.key, {})
    if said.files:
        return _with(states, context, paper, {**_given(state, said.files), "open": PAGES}, said)
    if state.get("open") == DATE:
        return _dated(question, said, context, paper, states)
    word = _word(said, context)
    if word is None:
        return _wrong(said, paper.key)
    if state.get("open") == PAGES:
        return _with(states, context, paper, _closed(state, paper), said)
    now_later = [d.key for d in context.documents if d.key not in states] if word == ALL_LATER else [paper.key]
    return _ordered(states | {key: {"state": LATER} for key in now_later}, context, said.text or word)


def in_hand(states: Mapping[str, Any], documents: tuple[Document, ...]) -> Document | None:
    """The paper that is open, else the first without a state; None when each is settled."""
    opened = (d for d in documents if states.get(d.key, {}).get("open"))
    missing = (d for d in documents if d.key not in states)
    return next(opened, None) or next(missing, None)


def complete(value: Any, documents: tuple[Document, ...]) -> bool:
    """Whether each of these papers has a state and none is in hand."""
    return isinstance(value, Mapping) and in_hand(value, documents) is None


def shown(question: Question, value: Any) -> Param:
    """A line for each paper that has a state, in the question's order."""
    states = value if isinstance(value, Mapping) else {}
    return tuple(_line(paper.key, states[paper.key]) for paper in question.documents if paper.key in states)


def _known(context: Context) -> dict[str, Any]:
    known = context.partial if isinstance(context.partial, Mapping) else {}
    return {paper.key: known[paper.key] for paper in context.documents if paper.key in known}


def _given(state: State, files: tuple[str, ...]) -> State:
    """The paper with these files beside those it has, each once."""
    return {"state": "given", "files": list(dict.fromkeys([*state.get("files", ()), *files]))}


def _closed(state: State, paper: Document) -> State:
    """All pages are there; a paper that expires is asked for its day."""
    settled = {name: value for name, value in state.items() if name != "open"}
    return settled | {"open": DATE} if paper.expires else settled


def _dated(question: Question, said: Said, context: Context, paper: Document, states: dict[str, Any]) -> Reading:
    """The day on which the paper in hand expires, or that it has none."""
    settled = {name: value for name, value in states[paper.key].items() if name != "open"}
    if _word(said, context) in (UNDATED, LATER):
        return _with(states, context, paper, settled, said)
    reading = dates.day(replace(question, least=EARLIEST, most=LATEST), said.text, context)
    if isinstance(reading, Wrong):
        return reading
    today = context.now.astimezone(ZoneInfo(context.zone)).date()
    state = "expired" if date.fromisoformat(reading.value) < today else "given"
    return _with(states, context, paper, {**settled, "state": state, "until": reading.value}, said)


def _with(states: dict[str, Any], context: Context, paper: Document, state: State, said: Said) -> Good:
    return _ordered(states | {paper.key: state}, context, said.text)


def _ordered(states: Mapping[str, Any], context: Context, typed: str) -> Good:
    return Good({paper.key: states[paper.key] for paper in context.documents if paper.key in states}, typed)


def _word(said: Said, context: Context) -> str | None:
    """What was chosen: by tap, by number (1 and 2), by a label, or by a command's own words."""
    if said.choices:
        return said.choices[0] if len(said.choices) == 1 and said.choices[0] in WORDS else None
    folded = arabic.fold(said.text)
    if context.lexicon.commands.get(folded) in (Command.LATER, Command.SKIP):
        return LATER
    meant = {"1": LATER, "2": ALL_LATER}.get(folded) or context.labels.get(folded)
    return meant if meant in WORDS else None


def _wrong(said: Said, missing: str) -> Wrong:
    document = Line(f"document.{missing}")
    return Wrong(Line("wrong.documents.unknown", {"read": quoted(said.text), "document": document}))


def _line(key: str, state: Any) -> Line:
    name = state.get("state", LATER) if isinstance(state, Mapping) else LATER
    params: dict[str, Param] = {"document": Line(f"document.{key}")}
    if name != LATER:
        params["count"] = len(state.get("files", ()))
    if "until" in state:
        return Line(f"document.state.{name}_until", {**params, "until": date.fromisoformat(state["until"])})
    return Line(f"document.state.{name}", params)
