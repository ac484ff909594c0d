"""The review of all answers, the change of one, the declaration and the notice after it."""

from datetime import datetime, timedelta

from conversations import agenda, calendar, deciding, fields, mending, reference
from conversations.effects import Accept, Forget, Remind
from conversations.facts import Case, CaseState
from conversations.forms import SKIPPED, Kind, Matter, Question
from conversations.handling import SetCase
from conversations.messages import Code, Entry, Line, Param, Part, Role
from conversations.organisation import Gender
from conversations.state import Mode
from conversations.turn import Offer, Turn, part, text

DECLARATION = "declaration.text"
CONFIRM = {Matter.REQUEST: "review.confirm", Matter.INTERVIEW: "review.slots"}  # anything else is sent as it is


def review(turn: Turn, *lead: Part) -> None:
    """Show every answer on one page, each with its number."""
    questions = rows(turn)
    turn.move(Mode.REVIEW, asking=None, misses=0)
    written = [text("behalf.review")] if turn.draft is not None and turn.draft.filler else []
    parts = [
        *lead,
        part(Role.HEADING, "review.heading"),
        *written,
        *_sections(turn, questions),
        part(Role.NOTE, "review.hint"),
    ]
    also = [(f"change:{q.id}", f"question.{q.id}.label") for q in questions]
    turn.say(*parts, offers=[("confirm", CONFIRM.get(turn.form.matter, "review.send"))], also=also)


def rows(turn: Turn) -> tuple[Question, ...]:
    """The questions of the review, in order; their numbers count from 1."""
    return tuple(q for q in agenda.applicable(turn.form, turn.answers, turn.today) if q.id in turn.answers)


def _sections(turn: Turn, questions: tuple[Question, ...]) -> list[Part]:
    parts: list[Part] = []
    section = None
    for number, question in enumerate(questions, 1):
        if question.section != section:
            section = question.section
            parts.append(part(Role.SECTION, f"section.{section}"))
        parts.append(_row(turn, question, number))
    return parts


def _row(turn: Turn, question: Question, number: int) -> Part:
    label = Line(f"question.{question.id}.label")
    return Part(Role.ROW, Line("value", {"value": _value(turn, question)}), label, number, f"change:{question.id}")


def _value(turn: Turn, question: Question) -> Param:
    value = turn.answers[question.id]
    if value == SKIPPED:
        return Line("review.empty")
    if not turn.private and agenda.sensitive(question, turn.answers, turn.today):
        return Line("link.hidden")
    return fields.shown(question, value)


def numbered(turn: Turn, number: int) -> Question | None:
    """The question behind a row's number."""
    questions = rows(turn)
    return questions[number - 1] if 1 <= number <= len(questions) else None


def whole(turn: Turn) -> bool:
    """Whether every question that applies today is answered and nothing else is: a form may change overnight."""
    form, answers, deferred = turn.form, turn.answers, turn.state.deferred
    open_one = agenda.waiting(form, answers, deferred, turn.today)
    return open_one is None and not agenda.stale(form, turn.known, "", turn.today)


def declare(turn: Turn, *lead: Part) -> None:
    """Show the declaration as it will be kept, and ask for an explicit acceptance."""
    turn.move(Mode.DECLARATION, oath=turn.organisation.declaration_version, version=turn.form.version)
    turn.say(
        *lead,
        part(Role.HEADING, "declaration.heading"),
        Part(Role.OATH, oath(turn)),
        part(Role.NOTE, "declaration.note"),
        offers=[("accept", "declaration.accept"), ("refuse", "declaration.refuse"), *_address(turn)],
    )


def _address(turn: Turn) -> list[Offer]:
    """Until it was chosen once: to be addressed in the other gender, where the language has two."""
    if turn.state.gender or turn.state.language not in turn.facts.lexicon.gendered:
        return []
    own = turn.organisation.gender
    return [(other.value, f"address.{other}") for other in Gender if other is not own]


def oath(turn: Turn) -> Line:
    """The declaration's words, with the applicant's name."""
    name = turn.answers.get("applicant_name") or turn.answers.get("full_name") or ""
    return Line(DECLARATION, {"name": name, "organisation": Line("organisation.name")})


def refuse(turn: Turn) -> None:
    """The declaration was not accepted; what was written stays."""
    if turn.mending:
        turn.move(Mode.MENU, case=None, origin=None)
        return turn.say(text("returned.refused"))
    until = turn.facts.now + timedelta(days=turn.organisation.draft_days)
    here = calendar.local(turn.organisation.schedule, until)
    turn.move(Mode.MENU, case=None, origin=None)
    turn.say(text("declaration.refused", until=here.date()))


def accept(turn: Turn, case: Case, number: str, phrase: str) -> None:
    """The declaration was accepted: evidence, the reference number, and the two-week notice."""
    if turn.mending:
        return _renew(turn, case, number, phrase)
    organisation, now = turn.organisation, turn.facts.now
    floor = calendar.floor(organisation.schedule, now, organisation.floor_days)
    ceiling = now + timedelta(days=organisation.ceiling_days)
    version = organisation.declaration_version
    turn.act(Accept(case.id, number, oath(turn), version, phrase, floor, ceiling))
    turn.act(Forget(case.id, ("draft",)), Remind("floor", case.id, floor), Remind("ceiling", case.id, ceiling))
    turn.move(Mode.MENU, case=None, asking=None, origin=None)
    turn.say(*_receipt(turn, number, floor), entry=Entry.TEXT, receipt=case.id)


def _renew(turn: Turn, case: Case, number: str, phrase: str) -> None:
    """What came back was declared anew: the floor stays, the ceiling moves by the time that its clock stood still."""
    organisation, now = turn.organisation, turn.facts.now
    floor, limit = deciding.floor_of(turn, case), timedelta(days=organisation.ceiling_days)
    ceiling = (case.ceiling_at or (case.accepted_at or now) + limit) + (now - (case.stopped_at or now))
    version = organisation.declaration_version
    turn.act(Accept(case.id, number, oath(turn), version, phrase, floor, ceiling, renewed=True))
    turn.act(SetCase(case.id, CaseState.VERIFYING, stopped=False, ceiling=ceiling))
    mending.close(turn, turn.draft or case)
    turn.act(Forget(case.id, ("returned",)), Remind("ceiling", case.id, ceiling))
    turn.move(Mode.MENU, case=None, asking=None, origin=None)
    turn.say(*_renewed(turn, number, floor), entry=Entry.TEXT, receipt=case.id)


def _renewed(turn: Turn, number: str, floor: datetime) -> list[Part]:
    ahead = floor > turn.facts.now
    earliest = calendar.local(turn.organisation.schedule, floor).date()
    return [
        part(Role.HEADING, "returned.done"),
        Part(Role.CODE, Line("value", {"value": Code(reference.shown(number))}), Line("receipt.reference")),
        Part(Role.FACT, Line("value", {"value": turn.facts.now}), Line("receipt.accepted")),
        part(Role.NOTE, "returned.floor", earliest=earliest) if ahead else part(Role.NOTE, "returned.passed"),
        part(Role.NOTE, "receipt.status"),
    ]


def _receipt(turn: Turn, number: str, floor: datetime) -> list[Part]:
    zone = turn.organisation.schedule
    earliest = calendar.local(zone, floor).date()
    later = _still_to_bring(turn)
    open_words = (
        text("receipt.papers", papers=later) if turn.private else text("receipt.papers_count", count=len(later))
    )
    papers = [open_words] if later else []
    return [
        part(Role.HEADING, "receipt.heading"),
        Part(Role.CODE, Line("value", {"value": Code(reference.shown(number))}), Line("receipt.reference")),
        Part(Role.FACT, Line("value", {"value": turn.facts.now}), Line("receipt.accepted")),
        Part(Role.FACT, Line("value", {"value": earliest}), Line("receipt.earliest")),
        part(Role.DAYS, "receipt.days", count=turn.organisation.floor_days),
        part(Role.NOTE, "receipt.notice", earliest=earliest),
        *papers,
        part(Role.NOTE, "receipt.status"),
    ]


def _still_to_bring(turn: Turn) -> tuple[Param, ...]:
    papers = [q for q in agenda.applicable(turn.form, turn.answers, turn.today) if q.kind is Kind.DOCUMENTS]
    states = [(key, state) for q in papers for key, state in (turn.answers.get(q.id) or {}).items()]
    return tuple(Line(f"document.{key}") for key, state in states if state.get("state") == "later")
