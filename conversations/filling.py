"""Filling a form: read, file, go back, skip, leave for later; every answer goes to the question that was asked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from conversations import agenda, asking, fields, mending, papering, reviewing
from conversations.arabic import fold
from conversations.effects import PutAnswer, SetBeneficiary
from conversations.events import Said
from conversations.forms import BIRTH, ONESELF, RELATION, SKIPPED, About, Kind, Question
from conversations.lexicon import Command
from conversations.messages import Line, Part, Role
from conversations.turn import Offer, Turn, part, text

PLAIN = frozenset({Kind.NATIONAL_ID, Kind.PHONE, Kind.IBAN})  # what is one of these is nothing else
MISSES = 3
ADULT = 18
MINOR = "minor"
PAUSE = timedelta(hours=12)


def hear(turn: Turn, said: Said) -> None:
    """Read an answer to the question that was asked."""
    question = asking.asked(turn)
    if question is None:
        return asking.changed(turn)
    lexicon, words = turn.facts.lexicon, fold(said.text)
    if words in lexicon.greetings or words in lexicon.thanks:
        return asking.welcome_back(turn) if returning(turn) else asking.restate(turn)
    reading = read(turn, question, said)
    if isinstance(reading, fields.Good):
        if question.kind is Kind.DOCUMENTS and (late := papering.expired(turn.answers.get(question.id), reading.value)):
            turn.say(*late)
        return file(turn, question, reading.value, reading.typed)
    if returning(turn):
        return asking.welcome_back(turn)
    if (before := _answered_by(turn, said)) is not None:
        return already(turn, before)
    miss(turn, question, reading)


def _answered_by(turn: Turn, said: Said) -> Question | None:
    """The question before that these words plainly answer, where they do not fit the one that is open."""
    if said.choices or said.files:
        return None
    known = (turn.form.question(id) for id in turn.answers)
    plain = [q for q in known if q is not None and q.kind in PLAIN and (turn.private or not asking.secret(turn, q))]
    return next((q for q in plain if isinstance(read(turn, q, said), fields.Good)), None)


def read(turn: Turn, question: Question, said: Said) -> fields.Reading:
    """What the person's words say for this question; asked once more in the same turn, they are not read again."""
    context = fields.Context(
        now=turn.facts.now,
        zone=turn.organisation.schedule.zone,
        lexicon=turn.facts.lexicon,
        choices=asking.standing(turn, question),
        documents=agenda.documents(question, turn.answers, turn.today),
        labels=turn.facts.labels,
        partial=turn.answers.get(question.id),
    )
    asked = question, said, context
    if turn.reading is None or turn.reading[0] != asked:
        turn.reading = asked, fields.read(question, said, context)
    return turn.reading[1]


def file(turn: Turn, question: Question, value: Any, typed: str) -> None:
    """File an answer, drop what no longer stands, keep persons apart, and go on."""
    if turn.draft is None:
        return
    put(turn, question, value, typed, whom=turn.state.whom)
    turn.change(misses=0, closed=(turn.state.prompt, question.id))
    if agenda.answered(question, turn.answers, turn.today):
        turn.change(deferred=tuple(d for d in turn.state.deferred if d != question.id))
    asking.advance(turn)


def put(turn: Turn, question: Question, value: Any, typed: str, *, whom: str | None = None) -> None:
    """File an answer of the request in hand, drop what no longer stands, and keep persons apart."""
    case = turn.draft
    if case is None:
        return
    changed = turn.known.get(question.id) not in (None, value)
    turn.answers[question.id] = value
    turn.act(PutAnswer(case.id, question.id, value, typed, question.about, question.privacy))
    mending.settle(turn, question)
    if changed:
        asking.drop(turn, question.id)
    keep_apart(turn, renamed=changed and question.id == RELATION, whom=whom)


def keep_apart(turn: Turn, *, renamed: bool, whom: str | None = None) -> None:
    """The beneficiary is a person of their own unless an adult asks for themselves; their answers follow them.

    A relation that was `renamed` is named again where the beneficiary stays a person of their own; `whom` is the known
    person that the request was begun for.
    """
    case = turn.draft
    answers = turn.known
    relation = answers.get(RELATION)
    if case is None or relation is None:
        return
    young = agenda.younger(answers.get(BIRTH, SKIPPED), ADULT, turn.today)
    apart = relation != ONESELF or young
    named = relation if relation != ONESELF or not young else MINOR
    if apart == (case.beneficiary != case.applicant):
        turn.act(*([SetBeneficiary(case.id, case.beneficiary, named)] if apart and renamed else []))
        return
    chosen = whom if whom != case.applicant else None
    person = (chosen or turn.facts.fresh.beneficiary) if apart else case.applicant
    turn.draft = replace(case, beneficiary=person)
    typed = {**case.typed, **{e.field: e.typed for e in turn.effects if isinstance(e, PutAnswer)}}
    turn.act(SetBeneficiary(case.id, person, named))
    for question in turn.form.questions:
        if question.about is About.BENEFICIARY and question.id in answers:
            value = answers[question.id]
            turn.act(
                PutAnswer(case.id, question.id, value, typed.get(question.id, ""), question.about, question.privacy)
            )


def miss(turn: Turn, question: Question, wrong: fields.Wrong) -> None:
    """Say what was wrong with an example; the third time offer a person, or to leave the question for later."""
    misses = turn.state.misses + 1
    turn.change(misses=misses)
    said, sample = why(question, wrong)
    parts = [Part(Role.WRONG, said), Part(Role.SAMPLE, sample)]
    if misses % MISSES:
        return asking.show(turn, question, *parts)
    asking.show(turn, question, *parts, text("miss.third"), more=[("human", "miss.human"), ("defer", "miss.later")])


def why(question: Question, wrong: fields.Wrong) -> tuple[Line, Line]:
    """What was wrong with an answer, and an example of a right one."""
    return wrong.line, wrong.sample or Line(f"question.{question.id}.example")


def back(turn: Turn) -> None:
    """Ask the question before this one again; nothing already given is lost."""
    before = agenda.before(turn.form, turn.answers, turn.state.asking, turn.today)
    if before is None:
        return asking.restate(turn, text("form.first"))
    asking.revisit(turn, before)


def skip(turn: Turn) -> None:
    """Leave an optional question without an answer; pass one that has an answer already."""
    question = asking.asked(turn)
    if question is None:
        return asking.advance(turn)
    if question.kind is Kind.DOCUMENTS:
        return hear(turn, Said(choices=("later",)))
    if not question.optional and agenda.answered(question, turn.answers, turn.today):
        return asking.advance(turn)
    if not question.optional:
        return asking.restate(turn, text("form.skipped_not_optional"))
    file(turn, question, SKIPPED, "")


def defer(turn: Turn) -> None:
    """Leave a question for the end of the form."""
    deferred = tuple(d for d in turn.state.deferred if d != turn.state.asking)
    turn.change(deferred=(*deferred, turn.state.asking or ""), misses=0)
    turn.say(text("form.deferred"))
    asking.advance(turn)


def returning(turn: Turn) -> bool:
    """Whether the person comes back after a long pause."""
    last = turn.facts.contact.last_at
    return last is not None and turn.facts.now - last > PAUSE


def already(turn: Turn, question: Question) -> None:
    """A tap on a question that was answered meanwhile: say the answer and offer to change it."""
    shown = fields.shown(question, turn.answers[question.id])
    value = shown if turn.private or not asking.secret(turn, question) else Line("link.hidden")
    label = Line(f"question.{question.id}.label")
    offered: list[Offer] = [(f"change:{question.id}", "form.change_it"), ("keep", "form.keep_it")]
    pending = asking.asked(turn)
    numbered = pending is None or pending.kind not in asking.COUNTED
    turn.say(text("form.answered_before", label=label, value=value), offers=offered, numbered=numbered)


def named(turn: Turn, words: str) -> Question | None:
    """The answered question that was meant by its number in the review, by its label or by words of its label."""
    if words.isdigit():
        return reviewing.numbered(turn, int(words[:4]))
    labels = turn.facts.questions
    near = {id for label, id in labels.items() if set(words.split()) <= set(label.split())}
    exact = labels.get(words) or (near.pop() if len(near) == 1 else "")
    return turn.form.question(exact)


def to_change(turn: Turn, words: str) -> str | None:
    """What stands after a verb like «change», folded; None where there is no such verb."""
    verb, _, rest = fold(words).partition(" ")
    return rest if rest and verb in turn.facts.lexicon.change else None


def command(turn: Turn, word: Command) -> bool:
    """Obey a word that only means something inside a form; False where it does not."""
    acts = {Command.BACK: back, Command.SKIP: skip}
    if word in acts:
        acts[word](turn)
        return True
    if word is Command.LATER:
        question = asking.asked(turn)
        papers = question is not None and question.kind is Kind.DOCUMENTS
        hear(turn, Said(choices=("later",))) if papers else defer(turn)
        return True
    return False


def change(turn: Turn, question: Question | None) -> None:
    """Ask one answered question again; where none was meant, show the review and say so."""
    if question is None or question.id not in turn.answers:
        return reviewing.review(turn, part(Role.WRONG, "review.which"))
    asking.revisit(turn, question)
