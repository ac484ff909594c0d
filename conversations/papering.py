"""The words and options of a paper in hand: its pages, its day of expiry."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from conversations import agenda, fields
from conversations.forms import Question
from conversations.messages import Entry, Line, Part, Role
from conversations.turn import Offer, Turn, part, text


def state_in_hand(turn: Turn, question: Question) -> Mapping[str, Any]:
    """The state of the paper that is asked for now; empty where nothing of it came yet."""
    paper = agenda.paper(question, turn.answers, turn.today)
    return {} if paper is None else turn.answers.get(question.id, {}).get(paper.key, {})


def words(turn: Turn, question: Question) -> list[Part]:
    """What is asked of the paper in hand; nothing where each is settled."""
    paper = agenda.paper(question, turn.answers, turn.today)
    if paper is None:
        return []
    state, name = state_in_hand(turn, question), Line(f"document.{paper.key}")
    if state.get("open") == fields.DATE:
        return [part(Role.ASK, "paper.until", document=name), part(Role.WHY, "paper.until.why")]
    if state.get("open"):
        count = len(state["files"])
        return [part(Role.ASK, "paper.arrived", document=name, count=count), part(Role.WHY, "paper.more")]
    asked = Part(Role.ASK, Line(f"question.{question.id}.ask"), Line(f"question.{question.id}.label"))
    how = [part(Role.WHY, "paper.send")] if turn.facts.channel.files else []
    return [asked, text("document.ask", document=name), *how, part(Role.WHY, f"question.{question.id}.why")]


def offers(turn: Turn, question: Question) -> list[Offer]:
    """What can be tapped for the paper in hand."""
    state = state_in_hand(turn, question)
    if state.get("open") == fields.DATE:
        return [(fields.UNDATED, "paper.undated")]
    if state.get("open"):
        return [(fields.NEXT, "paper.next")]
    given = turn.answers.get(question.id) or {}
    wanted = [d for d in agenda.documents(question, turn.answers, turn.today) if d.key not in given]
    every: list[Offer] = [(fields.ALL_LATER, "form.all_later")] if len(wanted) > 1 else []
    return [(fields.LATER, "form.later"), *every]


def entry(turn: Turn, question: Question) -> Entry:
    """A file, or the day on which the paper in hand expires."""
    return Entry.DATE if state_in_hand(turn, question).get("open") == fields.DATE else Entry.FILE


def expired(before: Any, after: Any) -> list[Part]:
    """A word on each paper that turned out to be expired just now."""
    old = before if isinstance(before, dict) else {}
    new = {key: state for key, state in (after or {}).items() if state.get("state") == "expired"}
    return [
        text("paper.expired", document=Line(f"document.{key}"), until=date.fromisoformat(state["until"]))
        for key, state in new.items()
        if old.get(key, {}).get("state") != "expired"
    ]
