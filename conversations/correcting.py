"""Setting right what was declared: one plain answer, at the person's word; what was declared stays in the evidence."""

from conversations import agenda, fields, filling, news
from conversations.acting_for import Corrected
from conversations.effects import PutAnswer
from conversations.events import Said
from conversations.facts import Case, CaseState
from conversations.forms import BIRTH, ONESELF, RELATION, SKIPPED, Answers, Kind, Question
from conversations.handling import Correct, Refuse
from conversations.turn import Turn
from conversations.wording import wrong_words

NOT_NOW = (CaseState.DRAFT, CaseState.RETURNED, CaseState.LAPSED, CaseState.WITHDRAWN)


def correctable(question: Question) -> bool:
    """Whether it is a plain answer: papers are returned to the applicant, and who asks for whom is another request."""
    return question.kind is not Kind.DOCUMENTS and question.id != RELATION


def correct(turn: Turn, case: Case, event: Corrected) -> Refuse | None:
    """File it in place of the old one, unless other questions would arise or fall by it."""
    if case.accepted_at is None or case.state in NOT_NOW:
        return Refuse("state")
    if refused := wrong_words(event.reason, "reason"):
        return refused
    turn.take(case)
    question = turn.form.question(event.field)
    if question is None or question.id not in case.answers or not correctable(question):
        return Refuse("item")
    reading = filling.read(turn, question, Said(event.text, event.choices))
    if isinstance(reading, fields.Wrong):
        return Refuse("wrong", why=filling.why(question, reading))
    before = case.answers[question.id]
    if reading.value == before:
        return Refuse("same")
    if not _plain(turn, {**case.answers, question.id: reading.value}):
        return Refuse("branches")
    turn.act(PutAnswer(case.id, question.id, reading.value, reading.typed, question.about, question.privacy))
    turn.act(Correct(case.id, question.id, before, reading.value, event.reason.strip()))
    news.tell(turn, case, "case.corrected")
    return None


def _plain(turn: Turn, after: Answers) -> bool:
    """Whether the same questions stand, and the same persons."""
    before = turn.answers
    same = agenda.applicable(turn.form, before, turn.today) == agenda.applicable(turn.form, after, turn.today)
    return same and not agenda.stale(turn.form, after, "", turn.today) and _apart(turn, before) == _apart(turn, after)


def _apart(turn: Turn, answers: Answers) -> bool:
    """Whether the beneficiary is a person of their own."""
    young = agenda.younger(answers.get(BIRTH, SKIPPED), filling.ADULT, turn.today)
    return young or answers.get(RELATION) != ONESELF
