"""The judge of a form: its conditions can be met, every way through it ends, and each answer declares what it must."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from conversations.forms import Form, Kind, Matter, Op, Question, Test
from organisations.problem import Problem, error, warning
from organisations.walking import Given, Way, comparisons, deciding, for_oneself, walk

SHARED = ("who", "full_name", "national_id", "birth_date", "mobile", "city", "reach", "reach_safe")
FEWEST, MOST, MOST_FOR_OTHERS = 10, 16, 18
OPTIONS = 10
ROLES = ("relations_officer", "social_researcher", "committee", "supervisor", "administrator", "delegate")
CHOSEN = (Kind.CHOICE, Kind.CHOICES)
FITTING = {
    Op.IS: (*CHOSEN, Kind.YES_NO),
    Op.ABOVE: (Kind.NUMBER, Kind.MONEY),
    Op.YOUNGER: (Kind.DATE,),
}


def judge_form(form: Form, today: date) -> list[Problem]:
    """Everything wrong with a form; it is walked only where its conditions make sense."""
    shared = _shared(form) if form.matter is Matter.REQUEST else ()
    shape = [*_doubles(form), *_conditions(form), *shared, *_empty(form)]
    return [*shape, *_declared(form), *_options(form), *([] if shape else _walked(form, today))]


def _doubles(form: Form) -> Iterator[Problem]:
    for id in _twice(question.id for question in form.questions):
        yield error(f"form «{form.id}» has two questions «{id}»; give one another id.")
    for question in form.questions:
        for key in _twice(choice.key for choice in question.choices):
            yield error(f"question «{question.id}» has the choice «{key}» twice; remove one.")
        for key in _twice(document.key for document in question.documents):
            yield error(f"question «{question.id}» has the document «{key}» twice; remove one.")


def _twice(ids: Iterable[str]) -> list[str]:
    return [id for id, count in Counter(ids).items() if count > 1]


def _shared(form: Form) -> Iterator[Problem]:
    for id in SHARED:
        if form.question(id) is None:
            yield error(f'form «{form.id}» does not ask «{id}», which every form asks; add use = "{id}".')


def _empty(form: Form) -> Iterator[Problem]:
    for question in form.questions:
        if bool(question.choices) != (question.kind in CHOSEN):
            yield error(f"question «{question.id}»: exactly the kinds choice and choices have `choices`.")
        if bool(question.documents) != (question.kind is Kind.DOCUMENTS):
            yield error(f"question «{question.id}»: exactly the kind documents has `documents`.")


def _conditions(form: Form) -> Iterator[Problem]:
    ids = [question.id for question in form.questions]
    for place, question in enumerate(form.questions):
        for test in dict.fromkeys(comparisons(question)):
            if test.field not in ids:
                yield error(f"question «{question.id}» depends on «{test.field}», which the form does not ask.")
            elif test.field not in ids[:place]:
                yield error(f"question «{question.id}» depends on «{test.field}», which comes later; move it below.")
            else:
                yield from _fits(question, test, form.questions[ids.index(test.field)])
        for id in question.renews:
            if id not in ids:
                yield error(f"question «{question.id}» is renewed by «{id}», which the form does not ask.")


def _fits(question: Question, test: Test, asked: Question) -> Iterator[Problem]:
    if asked.kind not in FITTING[test.op]:
        yield error(f"question «{question.id}» tests «{asked.id}» by `{test.op}`, which a {asked.kind} cannot answer.")
    elif asked.kind in CHOSEN:
        for key in test.values:
            if key not in {choice.key for choice in asked.choices}:
                yield error(f"question «{question.id}» waits for «{key}», which «{asked.id}» does not offer.")


def _declared(form: Form) -> Iterator[Problem]:
    for question in form.questions:
        for name in ("purpose", "retention", "roles"):
            if not getattr(question, name):
                yield error(f"question «{question.id}» ({question.privacy}) declares no {name}; name it.")
        for role in question.roles:
            if role not in ROLES:
                yield error(f"question «{question.id}» is for «{role}», a role nobody has; use {', '.join(ROLES)}.")


def _options(form: Form) -> Iterator[Problem]:
    for question in form.questions:
        count = len(question.choices) + question.optional
        if count > OPTIONS:
            yield warning(f"question «{question.id}» offers {count} options; lists on phones hold {OPTIONS}.")


def _walked(form: Form, today: date) -> Iterator[Problem]:
    found = walk(form, today)
    for question in form.questions:
        keys = [choice.key for choice in question.choices] + [document.key for document in question.documents]
        for id in (question.id, *(f"{question.id}.{key}" for key in keys)):
            if id not in found.met:
                yield error(f"«{id}» can never be reached; loosen its `when`, or remove it.")
    decides = deciding(form.questions)
    for id, given in found.stuck.items():
        yield error(f"question «{id}» offers no choice after {_shown(given, decides)}; give one that always stands.")
    for way in found.ends if form.matter is Matter.REQUEST else ():
        yield from _length(way, MOST if for_oneself(way, today) else MOST_FOR_OTHERS, decides)


def _length(way: Way, most: int, decides: set[str]) -> Iterator[Problem]:
    (least, brief), (count, full) = way.shortest, way.longest
    if least < FEWEST:
        yield error(f"only {least} questions are asked after {_shown(brief, decides)}; a request has {FEWEST} or more.")
    if count > most:
        yield error(f"{count} questions are asked after {_shown(full, decides)}; {most} at most are bearable.")


def _shown(given: Given, decides: set[str]) -> str:
    """The answers of a way as one reads them, only those that decide something."""
    return ", ".join(f"{id} = {value}" for id, value in given.items() if id in decides) or "the first question"
