"""A list of papers, settled one after the other; files come with uploads, until then a paper is brought later."""

from collections.abc import Mapping
from typing import Any

from conversations import arabic
from conversations.events import Said
from conversations.fields.reading import Context, Good, Reading, Wrong, quoted
from conversations.forms import Document, Question
from conversations.lexicon import Command
from conversations.messages import Line, Param

LATER, ALL_LATER = "later", "all_later"


def papers(question: Question, said: Said, context: Context) -> Reading:
    """The papers so far with the current one marked for later (or all the rest, at the word `all_later`)."""
    settled = _settled(context)
    missing = [paper.key for paper in context.documents if paper.key not in settled]
    if not missing:
        return Good(settled, said.text)
    word = _word(said, context)
    if word is None:
        return _wrong(said, missing[0])
    now_later = missing if word == ALL_LATER else missing[:1]
    states = settled | {key: {"state": LATER} for key in now_later}
    ordered = {paper.key: states[paper.key] for paper in context.documents if paper.key in states}
    return Good(ordered, said.text or word)


def complete(value: Any, documents: tuple[Document, ...]) -> bool:
    """Whether each of these papers has a state."""
    return isinstance(value, Mapping) and all(paper.key in value for paper in documents)


def shown(question: Question, value: Any) -> Param:
    """A line for each paper that has a state, in the question's order."""
    states = value if isinstance(value, Mapping) else {}
    return tuple(_line(paper.key, states[paper.key]) for paper in question.documents if paper.key in states)


def _settled(context: Context) -> dict[str, Any]:
    known = context.partial if isinstance(context.partial, Mapping) else {}
    return {paper.key: known[paper.key] for paper in context.documents if paper.key in known}


def _word(said: Said, context: Context) -> str | None:
    """Later, all later, or None: by tap, by number (1 and 2), by a label, or by the command's own words."""
    if said.choices:
        meant = said.choices[0] if len(said.choices) == 1 else None
    else:
        folded = arabic.fold(said.text)
        meant = {"1": LATER, "2": ALL_LATER}.get(folded) or context.labels.get(folded)
        meant = LATER if context.lexicon.commands.get(folded) is Command.LATER else meant
    return meant if meant in (LATER, ALL_LATER) else None


def _wrong(said: Said, missing: str) -> Wrong:
    document = Line(f"document.{missing}")
    if said.files:
        return Wrong(Line("wrong.documents.file", {"document": document}))
    return Wrong(Line("wrong.documents.unknown", {"read": quoted(said.text), "document": document}))


def _line(key: str, state: Any) -> Line:
    name = state.get("state", LATER) if isinstance(state, Mapping) else LATER
    return Line(f"document.state.{name}", {"document": Line(f"document.{key}")})
