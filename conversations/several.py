"""Several answers in one message, a line each: those that fit are filed in order, and then the rest is asked."""

from conversations import agenda, asking, fields, filling
from conversations.events import Said
from conversations.forms import Kind, Question
from conversations.state import Mode
from conversations.turn import Turn

WHOLE = frozenset({Kind.TEXT, Kind.DOCUMENTS, Kind.CHOICES})  # an answer that may have lines of its own


def hear(turn: Turn, said: Said) -> bool:
    """File the lines as far as each answers the next question; False where not even the first two do."""
    lines = [line for line in said.text.splitlines() if line.strip()]
    question = asking.asked(turn)
    if turn.state.mode is not Mode.FORM or said.choices or said.files or len(lines) < 2 or question is None:
        return False
    if question.kind in WHOLE or not _fits(turn, question, Said(lines[0])):
        return False
    for line in lines:
        if question is None or not _fits(turn, question, Said(line)):
            break
        _put(turn, question, Said(line))
        question = agenda.waiting(turn.form, turn.answers, turn.state.deferred, turn.today)
    asking.advance(turn)
    return True


def _fits(turn: Turn, question: Question, said: Said) -> bool:
    """Whether the line is this question's answer, and may be said here."""
    if question.kind in WHOLE or (not turn.private and asking.secret(turn, question)):
        return False
    return isinstance(filling.read(turn, question, said), fields.Good)


def _put(turn: Turn, question: Question, said: Said) -> None:
    reading = filling.read(turn, question, said)
    if isinstance(reading, fields.Good):
        filling.put(turn, question, reading.value, reading.typed, whom=turn.state.whom)
        turn.change(misses=0, closed=(turn.state.prompt, question.id))
