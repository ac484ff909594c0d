"""Several persons on one contact: whom a new request is for, and what they once said, offered to be confirmed."""

from conversations import asking, filling, greeting, reference
from conversations.arabic import fold
from conversations.effects import OpenCase, PutAnswer, Remind, SetBeneficiary
from conversations.events import Said
from conversations.facts import Case, CaseState, Known, Need
from conversations.fields import shown
from conversations.forms import BIRTH, RELATION, SKIPPED, About, Kind, Matter, Question
from conversations.messages import Code, Param, Part, Role
from conversations.state import Mode
from conversations.turn import Offer, Turn, part

SAME = "same"
NEW = "new"
ASKED_AGAIN = frozenset({Kind.NAME, Kind.NATIONAL_ID, Kind.PHONE, Kind.PLACE})
LAST = 4
MOST = 8


def several(turn: Turn) -> bool:
    """Whether a request is to begin while persons are known who may be meant."""
    return turn.form.matter is Matter.REQUEST and bool(_listed(turn))


def ask(turn: Turn, *lead: Part) -> None:
    """For whom? Each by their first name and the number of their request, or somebody new."""
    turn.move(Mode.WHO, case=None, asking=None)
    offers: list[Offer] = [_offer(turn, n, known) for n, known in enumerate(_listed(turn), 1)]
    asked = [*lead, part(Role.ASK, "persons.ask"), part(Role.WHY, "persons.why")]
    turn.say(*asked, offers=[*offers, (NEW, "persons.new")])


def reply(turn: Turn, said: Said, key: str | None) -> Need | None:
    """One of them by tap, number or first name, or somebody new."""
    people = {f"who{n}": known for n, known in enumerate(_listed(turn), 1)}
    words = fold(said.text)
    named = [who for who, known in people.items() if words and words == fold(_name(turn, known))]
    who = key or (named[0] if len(named) == 1 else "")
    if who != NEW and who not in people:
        ask(turn, part(Role.WRONG, "persons.which"))
        return None
    if who == NEW:
        greeting.open_draft(turn)
        greeting.begin(turn)
        return None
    _open(turn, people[who])
    greeting.begin(turn)
    return None


def once_said(turn: Turn, question: Question | None) -> tuple[object, str] | None:
    """What this very person answered in an earlier request, and how it was typed, where it is worth offering."""
    case = turn.draft
    if case is None or question is None or question.id in turn.answers or asking.secret(turn, question):
        return None
    if question.kind not in ASKED_AGAIN and question.id != BIRTH:
        return None
    own = question.about is About.APPLICANT
    for known in turn.facts.people:
        same = known.applicant == case.applicant if own else known.person == case.beneficiary
        if same and known.answers.get(question.id, SKIPPED) not in (None, SKIPPED):
            return known.answers[question.id], known.typed.get(question.id, "")
    return None


def offer(turn: Turn, question: Question) -> list[Offer]:
    """The option that confirms it."""
    found = once_said(turn, question)
    return [(SAME, "persons.same", {"value": _shown(question, found[0])})] if found else []


def confirm(turn: Turn) -> None:
    """It is still so."""
    question = asking.asked(turn)
    found = once_said(turn, question)
    if question is None or found is None:
        return asking.restate(turn)
    filling.file(turn, question, found[0], found[1])


def _shown(question: Question, value: object) -> Param:
    """The value as a label has it; of a national id only its end, for a phone may be a family's."""
    return Code(f"…{str(value)[-LAST:]}") if question.kind is Kind.NATIONAL_ID else shown(question, value)


def _listed(turn: Turn) -> tuple[Known, ...]:
    """The persons of requests for support, each once, the newest request first."""
    matter_of = turn.organisation.matter_of
    found: dict[str, Known] = {}
    for known in turn.facts.people:
        if matter_of(known.form) is Matter.REQUEST:
            found.setdefault(known.person, known)
    return tuple(found.values())[:MOST]


def _offer(turn: Turn, number: int, known: Known) -> Offer:
    told: dict[str, Param] = {"reference": Code(reference.shown(known.reference))}
    if name := _name(turn, known):
        return f"who{number}", "persons.named", {**told, "name": name}
    return f"who{number}", "persons.numbered", told


def _name(turn: Turn, known: Known) -> str:
    """The first name of whom the request was for, as it was typed."""
    form = turn.organisation.forms.get(known.form)
    asked = (q.id for q in (form.questions if form else ()) if q.kind is Kind.NAME and q.about is About.BENEFICIARY)
    whole = next((str(known.answers[id]) for id in asked if known.answers.get(id, SKIPPED) not in (None, SKIPPED)), "")
    return next(iter(whole.split()), "")


def _open(turn: Turn, known: Known) -> None:
    """A draft for a person who is known: in the relation of their earlier request, which the review shows."""
    fresh, form, now = turn.facts.fresh, turn.form, turn.facts.now
    opened = Case(fresh.case, form.id, form.version, CaseState.DRAFT, now, known.applicant, known.person)
    greeting.take(turn, opened)
    turn.change(whom=known.person)
    turn.act(OpenCase(opened.id, form.id, form.version, known.applicant))
    turn.act(Remind("draft", opened.id, now + greeting.DRAFT_CHECK))
    relation, question = known.answers.get(RELATION), form.question(RELATION)
    if relation is None or question is None:
        return
    if known.person != known.applicant:
        turn.act(SetBeneficiary(opened.id, known.person, known.relation or str(relation)))
    turn.answers[RELATION] = relation
    typed = known.typed.get(RELATION, "")
    turn.act(PutAnswer(opened.id, RELATION, relation, typed, question.about, question.privacy))
