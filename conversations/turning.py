"""Turning to the private page for sensitive questions, and home again after the last of them."""

from itertools import takewhile

from conversations import agenda
from conversations.effects import IssueLink
from conversations.forms import Question
from conversations.messages import Code, Entry, Part, Role
from conversations.state import Mode
from conversations.turn import Turn, part, text

LINK_MINUTES = 30


def lead_over(turn: Turn, question: Question, *lead: Part) -> None:
    """Give a one-time link to the private page, bound to the draft, and wait."""
    token, case = turn.facts.fresh.link, turn.state.case or ""
    turn.move(Mode.LINK, origin=turn.state.origin or turn.facts.contact.address)
    turn.act(IssueLink(token, case))
    turn.say(
        *lead,
        text("link.ask", count=_run(turn, question)),
        part(Role.LINK, "link.url", url=Code(f"{turn.facts.public_url}/chat/{turn.organisation.name}#k={token}")),
        part(Role.NOTE, "link.minutes", count=LINK_MINUTES),
        entry=Entry.NONE,
    )


def _run(turn: Turn, first: Question) -> int:
    """How many sensitive questions stand in a row."""
    questions = agenda.applicable(turn.form, turn.answers, turn.today)
    rest = questions[questions.index(first) :]
    return len(list(takewhile(lambda q: agenda.sensitive(q, turn.answers, turn.today), rest)))


def home(turn: Turn, question: Question | None) -> None:
    """After the last sensitive question, go back to where the link was asked from."""
    origin = turn.state.origin
    if origin is None or not turn.facts.channel.private:
        return
    if question is not None and agenda.sensitive(question, turn.answers, turn.today):
        return
    turn.say(text("link.back"), entry=Entry.NONE)
    turn.elsewhere = origin
    turn.change(origin=None)
