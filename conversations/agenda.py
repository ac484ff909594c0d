"""A form as an agenda: ask the first question that applies and has no answer; the rest falls out of that rule."""

from datetime import date
from typing import Any

from conversations.fields import complete, in_hand
from conversations.forms import SKIPPED, Answers, Choice, Condition, Document, Form, Op, Privacy, Question, Test
from conversations.messages import Progress


def age(born: date, today: date) -> int:
    """Whole years between two Gregorian dates."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def younger(born: str, years: int, today: date) -> bool:
    """Whether somebody born on that ISO date is below that age; an unknown date is not."""
    return bool(born) and age(date.fromisoformat(born), today) < years


def holds(test: Test, answers: Answers, today: date) -> bool:
    """Whether one comparison holds; an absent answer fails it."""
    if test.field not in answers:
        return False
    value = answers[test.field]
    if value == SKIPPED:
        return False
    if test.op is Op.ABOVE:
        return float(value) > float(test.values[0])
    if test.op is Op.YOUNGER:
        return younger(value, test.values[0], today)
    given = value if isinstance(value, list | tuple) else (value,)
    return any(each in test.values for each in given)


def applies(condition: Condition, answers: Answers, today: date) -> bool:
    """Whether any of the alternatives holds wholly; an empty condition always does."""
    return not condition or any(all(holds(test, answers, today) for test in tests) for tests in condition)


def applicable(form: Form, answers: Answers, today: date) -> tuple[Question, ...]:
    """The questions that stand, given what was answered so far."""
    return tuple([q for q in form.questions if not q.when or applies(q.when, answers, today)])


def choices(question: Question, answers: Answers, today: date) -> tuple[Choice, ...]:
    """The choices of a question that stand now."""
    return tuple([c for c in question.choices if not c.when or applies(c.when, answers, today)])


def documents(question: Question, answers: Answers, today: date) -> tuple[Document, ...]:
    """The papers of a question that are wanted now."""
    return tuple([d for d in question.documents if not d.when or applies(d.when, answers, today)])


def answered(question: Question, answers: Answers, today: date) -> bool:
    """Whether the question has a whole answer; a list of papers has one when each wanted paper does."""
    if question.id not in answers:
        return bool(question.documents) and not documents(question, answers, today)
    if answers[question.id] == SKIPPED:
        return question.optional
    wanted = documents(question, answers, today) if question.documents else ()
    return complete(question, answers[question.id], wanted)


def waiting(form: Form, answers: Answers, deferred: tuple[str, ...], today: date) -> Question | None:
    """The next question to ask: the first without an answer, those left for later at the end."""
    left = None
    for question in applicable(form, answers, today):
        if answered(question, answers, today):
            continue
        if question.id not in deferred:
            return question
        left = left or question
    return left


def before(form: Form, answers: Answers, question: str | None, today: date) -> Question | None:
    """The question that stands before this one (before the end where None), or None at the start."""
    asked = [q for q in applicable(form, answers, today) if not q.documents or documents(q, answers, today)]
    ids = [q.id for q in asked]
    place = ids.index(question) if question in ids else len(ids)
    return asked[place - 1] if place > 0 else None


def place(form: Form, answers: Answers, question: str, today: date) -> Progress:
    """Where a question stands among those that apply now."""
    ids = [q.id for q in applicable(form, answers, today)]
    return Progress(step=ids.index(question) + 1 if question in ids else len(ids), of=len(ids))


def stale(form: Form, answers: Answers, changed: str, today: date) -> tuple[str, ...]:
    """Answers that fall after a change: those renewed by it, those that no longer apply, those the form has no more."""
    renewed = form.renewed.get(changed, frozenset())
    known = {id: question for id in answers if id not in renewed and (question := form.question(id)) is not None}
    left = {id: answers[id] for id in known}
    bound = [question for question in known.values() if question.when]
    while gone := [q.id for q in bound if q.id in left and not applies(q.when, left, today)]:
        left = {id: value for id, value in left.items() if id not in gone}
    left = {id: value for id, value in left.items() if not outdated(known[id], value, left, today)}
    return tuple([id for id in answers if id not in left])


def outdated(question: Question, value: Any, answers: Answers, today: date) -> bool:
    """Whether a chosen key is no longer among the choices that stand."""
    if not question.choices or value == SKIPPED:
        return False
    keys = {c.key for c in choices(question, answers, today)}
    return not keys.issuperset(value if isinstance(value, list | tuple) else (value,))


def paper(question: Question, answers: Answers, today: date) -> Document | None:
    """The paper that is asked for now: the one in hand, else the first without a state; None when each is settled."""
    return in_hand(answers.get(question.id, {}), documents(question, answers, today))


def sensitive(question: Question, answers: Answers, today: date) -> bool:
    """Whether asking this question now would draw a sensitive answer."""
    if question.privacy is Privacy.SENSITIVE or not question.documents:
        return question.privacy is Privacy.SENSITIVE
    wanted = documents(question, answers, today)
    return any(d.privacy is Privacy.SENSITIVE for d in wanted)
