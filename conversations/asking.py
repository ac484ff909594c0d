"""Asking: the next question of the agenda, its words, its options and its place."""

from collections.abc import Sequence

from conversations import agenda, fields, mending, papering, persons, reviewing, turning
from conversations.effects import DropAnswer, PutAnswer
from conversations.forms import Choice, Kind, Question
from conversations.messages import Line, Part, Role, Select
from conversations.state import Mode
from conversations.turn import Offer, Turn, part, text

COUNTED = frozenset({Kind.NUMBER, Kind.MONEY})
TAPPED = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO})


def advance(turn: Turn) -> None:
    """Ask what the agenda asks next, or show the review where nothing is left."""
    drop(turn)
    question = agenda.waiting(turn.form, turn.answers, turn.state.deferred, turn.today)
    turning.home(turn, question)
    if question is None:
        return reviewing.review(turn)
    ask(turn, question)


def ask(turn: Turn, question: Question, *lead: Part) -> None:
    """Ask one question; a sensitive one on a channel that may not carry it leads to the private page."""
    turn.change(asking=question.id, version=turn.form.version)
    if not turn.private and secret(turn, question):
        return turning.lead_over(turn, question, *lead)
    turn.move(Mode.FORM)
    show(turn, question, *lead, *mending.why(turn, question), *_words(turn, question))


def show(turn: Turn, question: Question, *parts: Part, more: Sequence[Offer] = ()) -> None:
    """Say these parts with the question's options, its entry and its place."""
    turn.say(
        *parts,
        offers=[*offers(turn, question), *more],
        select=Select.MANY if question.kind is Kind.CHOICES else Select.ONE,
        numbered=question.kind not in COUNTED,
        entry=papering.entry(turn, question) if question.kind is Kind.DOCUMENTS else fields.entry(question),
        progress=agenda.place(turn.form, turn.answers, question.id, turn.today),
    )


def _words(turn: Turn, question: Question) -> list[Part]:
    asked = Part(Role.ASK, Line(f"question.{question.id}.ask"), Line(f"question.{question.id}.label"))
    why = part(Role.WHY, f"question.{question.id}.why")
    if question.kind is Kind.DOCUMENTS:
        return papering.words(turn, question)
    hint = [part(Role.WHY, "form.many_hint")] if question.kind is Kind.CHOICES else []
    sample = [] if question.kind in TAPPED else [part(Role.SAMPLE, f"question.{question.id}.example")]
    return [asked, why, *hint, *sample]


def offers(turn: Turn, question: Question) -> list[Offer]:
    """What can be tapped for this question."""
    found: list[Offer] = persons.offer(turn, question)
    found += [(c.key, f"choice.{question.id}.{c.key}") for c in standing(turn, question)]
    if question.kind is Kind.YES_NO:
        found += [("yes", "value.yes"), ("no", "value.no")]
    if question.kind is Kind.DOCUMENTS:
        found += papering.offers(turn, question)
    if question.optional:
        found.append(("skip", "form.skip"))
    return found


def standing(turn: Turn, question: Question) -> tuple[Choice, ...]:
    """The choices of the question that stand now."""
    return agenda.choices(question, turn.answers, turn.today)


def asked(turn: Turn) -> Question | None:
    """The question that was asked, where the form still has it and it still applies."""
    question = turn.form.question(turn.state.asking or "")
    if question is None or not agenda.applies(question.when, turn.answers, turn.today):
        return None
    return question


def secret(turn: Turn, question: Question | None) -> bool:
    """Whether this question draws an answer that only a private channel may carry."""
    return question is not None and agenda.sensitive(question, turn.answers, turn.today)


def drop(turn: Turn, changed: str = "") -> None:
    """Drop the answers that a change of one made stale, and those that no longer stand in the form of today."""
    for field in agenda.stale(turn.form, turn.known, changed, turn.today):
        turn.answers.pop(field, None)
        if turn.draft is not None:
            turn.act(DropAnswer(turn.draft.id, field))
            mending.gone(turn, field)


def changed(turn: Turn) -> None:
    """The form is another since the last message: say so, and ask on."""
    turn.say(text("form.changed"))
    advance(turn)


def restate(turn: Turn, *lead: Part) -> None:
    """Ask the pending question once more, after these words."""
    question = asked(turn)
    if question is None:
        turn.say(*lead) if lead else None
        return advance(turn)
    ask(turn, question, *lead)


def revisit(turn: Turn, question: Question, *lead: Part) -> None:
    """Ask an answered question again; of a list of papers those that were sent stay, unless each was."""
    if mending.fixed(turn, question.id):
        return _only_returned(turn)
    if question.kind is Kind.DOCUMENTS and question.id in turn.answers and turn.draft:
        reopen(turn, question, turn.draft.id)
    turn.change(misses=0)
    ask(turn, question, *lead)


def _only_returned(turn: Turn) -> None:
    """What nobody returned stays as it was declared: say so, and go on."""
    lead = part(Role.WRONG, "returned.only")
    if turn.state.mode in (Mode.FORM, Mode.LINK) and asked(turn) is not None:
        return restate(turn, lead)
    reviewing.review(turn, lead)


def reopen(turn: Turn, question: Question, case: str) -> None:
    """Ask for the papers that are still to bring; where nothing is, for all of them anew."""
    states = turn.answers.pop(question.id)
    sent = {key: state for key, state in states.items() if state.get("files")}
    if turn.mending:
        again = mending.mended(turn, question.id)
        sent = {key: state for key, state in states.items() if key not in again}
    elif not sent or len(sent) == len(states):
        return turn.act(DropAnswer(case, question.id))
    turn.answers[question.id] = sent
    turn.act(PutAnswer(case, question.id, sent, "", question.about, question.privacy))


def welcome_back(turn: Turn) -> None:
    """Say how far the draft is, or which items came back, and ask on."""
    if turn.draft is not None and turn.mending:
        turn.say(*mending.overview(turn, turn.draft))
        return restate(turn)
    if turn.draft is not None and turn.draft.filler and turn.state.asking is None:
        return advance(turn)
    wanted = agenda.applicable(turn.form, turn.answers, turn.today)
    done = [q for q in wanted if agenda.answered(q, turn.answers, turn.today)]
    turn.say(
        text("form.welcome_back"),
        text("form.resume_done", count=len(done)),
        text("form.resume_left", count=len(wanted) - len(done)),
    )
    restate(turn)
