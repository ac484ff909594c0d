"""Insults and threats: one calm sentence, an urgent call, and nothing that was given is lost or closed by it."""

from conversations import arriving, asking, danger
from conversations.arabic import fold
from conversations.events import Said
from conversations.forms import Kind
from conversations.state import Mode
from conversations.turn import Turn, text

REASON = "abuse"
MOST = 7  # words: in a longer message such a word is told of somebody, and is part of what is told


def heard(turn: Turn, said: Said) -> bool:
    """Whether a short message is one, and was not answered within the hour."""
    words = fold(said.text)
    if not words or len(words.split()) > MOST or _asked_for_words(turn):
        return False
    quiet = turn.state.minute - turn.state.abused < danger.QUIET_MINUTES
    return not quiet and danger.among(turn.facts.lexicon.abuse).search(words) is not None


def _asked_for_words(turn: Turn) -> bool:
    """Whether the person was asked to tell what happened: there such words belong to the answer."""
    question = asking.asked(turn) if turn.state.mode is Mode.FORM else None
    return turn.state.mode is Mode.SURVEY or (question is not None and question.kind is Kind.TEXT)


def answer(turn: Turn, said: Said) -> None:
    """Say so beside whatever was asked, and call for somebody."""
    if turn.state.mode is Mode.NEW:
        arriving.first_words(turn, said)
    turn.change(abused=turn.state.minute)
    danger.urgent(turn, REASON)
    turn.tell(text("abuse.text"))
