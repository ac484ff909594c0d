"""A request that staff fill in at a person's word: the same questions, the same reading, and nothing is told by it."""

from dataclasses import replace
from datetime import timedelta

from conversations import agenda, asking, calendar, fields, filling, news, reviewing
from conversations.acting_for import Begun, Dropped, Filled, Lodged, Offered, TakenBack
from conversations.effects import FilePapers, Forget, Lapse, OpenCase, Remind, StopAddress
from conversations.events import Said
from conversations.facts import Case, CaseState, Need
from conversations.forms import SKIPPED, Kind, Matter, Question
from conversations.handling import AskStaff, Lodge, Offer, Refuse
from conversations.messages import Line, Option
from conversations.turn import Turn, text

DRAFT, CONFIRM = "draft", "confirm"
SKIP, AGAIN = "skip", "again"  # what may be chosen beside the question's own options
DAY = timedelta(days=1)
SHORT = Line("organisation.short")


def begin(turn: Turn, event: Begun) -> Refuse | None:
    """Open a draft that the conversation knows nothing of; where nobody can write to, nothing will be written."""
    form = turn.organisation.forms.get(event.form)
    if form is None or form.matter is not Matter.REQUEST:
        return Refuse("form")
    if event.person and event.person not in _known(turn):
        return Refuse("person")
    fresh = turn.facts.fresh
    turn.act(OpenCase(fresh.case, form.id, form.version, event.person or fresh.applicant, event.by))
    _wait(turn, fresh.case)
    if not turn.facts.channel.body:
        turn.act(StopAddress(stopped=True))
    return None


def fill(turn: Turn, case: Case, event: Filled) -> Refuse | None:
    """Read one answer as the person's own would be read; a wrong one is refused with the same sentences."""
    if refused := _closed(case):
        return refused
    turn.take(case)
    question = turn.form.question(event.field)
    if question is None or not agenda.applies(question.when, turn.answers, turn.today):
        return Refuse("item")
    _wait(turn, case.id)
    if event.choices == (AGAIN,) and question.kind is Kind.DOCUMENTS and question.id in turn.answers:
        asking.reopen(turn, question, case.id)
        return None
    if event.choices == (SKIP,) and question.kind is not Kind.DOCUMENTS:
        return _skip(turn, question)
    if event.files and not _paper(turn, case, question, event.files):
        return Refuse("item")
    return put(turn, question, Said(event.text, event.choices, event.files))


def put(turn: Turn, question: Question, said: Said) -> Refuse | None:
    """File what was said, where it reads as an answer."""
    reading = filling.read(turn, question, said)
    if isinstance(reading, fields.Wrong):
        return Refuse("wrong", why=filling.why(question, reading))
    filling.put(turn, question, reading.value, reading.typed)
    asking.drop(turn)
    return None


def offer(turn: Turn, case: Case, event: Offered) -> Refuse | None:
    """Ask the person to read it where they are; from now on it is a draft of theirs."""
    if refused := _closed(case):
        return refused
    contact = turn.facts.contact
    if not turn.facts.channel.body or contact.stopped or contact.doubted:
        return Refuse("nowhere")
    turn.take(case)
    if not reviewing.whole(turn):
        return Refuse("unfinished")
    turn.act(Offer(case.id, True), Remind(DRAFT, case.id, turn.facts.now + DAY))
    option = Option(f"start:{CONFIRM}", Line("behalf.confirm"), None, Line("behalf.confirm.short"))
    turn.tell(text("behalf.offered", short=SHORT), options=(option,))
    return None


def take_back(turn: Turn, case: Case, event: TakenBack) -> Refuse | None:
    """Staff go on filling it in."""
    if not case.filler or not case.offered or case.state is not CaseState.DRAFT:
        return Refuse("state")
    turn.act(Offer(case.id, False))
    _wait(turn, case.id)
    return None


def lodge(turn: Turn, case: Case, event: Lodged) -> Refuse | Need | None:
    """Submit it unconfirmed: it has its number and its times, and says everywhere that nobody confirmed it."""
    if refused := _closed(case):
        return refused
    turn.take(case)
    if not reviewing.whole(turn):
        return Refuse("unfinished")
    number = turn.facts.found.reference if turn.facts.found else None
    if number is None:
        return Need.REFERENCE
    organisation, now = turn.organisation, turn.facts.now
    floor = calendar.floor(organisation.schedule, now, organisation.floor_days)
    ceiling = now + timedelta(days=organisation.ceiling_days)
    turn.act(Lodge(case.id, number, turn.form.version, floor, ceiling), Forget(case.id, (DRAFT,)))
    turn.act(Remind("floor", case.id, floor), Remind("ceiling", case.id, ceiling))
    news.tell(turn, replace(case, reference=number), "case.lodged")
    return None


def drop(turn: Turn, case: Case, event: Dropped) -> Refuse | None:
    """Give it up; what stands of it is kept as of any draft that lapsed."""
    if refused := _closed(case):
        return refused
    turn.act(Lapse(case.id), Forget(case.id, (DRAFT,)))
    return None


def waited(turn: Turn, case: Case) -> None:
    """Nobody went on with it for as long as drafts are kept."""
    turn.act(Lapse(case.id), Forget(case.id, (DRAFT,)), AskStaff("relations_officer", "behalf_lapsed", case.id))


def _known(turn: Turn) -> set[str | None]:
    facts = turn.facts
    cases = {person for case in facts.cases for person in (case.applicant, case.beneficiary)}
    return {facts.contact.person} | cases


def _closed(case: Case) -> Refuse | None:
    """Why staff cannot write in it now."""
    if not case.filler or case.state is not CaseState.DRAFT:
        return Refuse("state")
    return Refuse("offered") if case.offered else None


def _wait(turn: Turn, case: str) -> None:
    turn.act(Remind(DRAFT, case, turn.facts.now + timedelta(days=turn.organisation.draft_days)))


def _skip(turn: Turn, question: Question) -> Refuse | None:
    if not question.optional:
        return Refuse("wrong", why=(Line("form.skipped_not_optional"),))
    filling.put(turn, question, SKIPPED, "")
    asking.drop(turn)
    return None


def _paper(turn: Turn, case: Case, question: Question, files: tuple[str, ...]) -> bool:
    """File what was scanned as the paper that is asked for now, where one is."""
    wanted = agenda.paper(question, turn.answers, turn.today) if question.kind is Kind.DOCUMENTS else None
    if wanted is not None:
        turn.act(FilePapers(case.id, question.id, wanted.key, files, question.about, wanted.privacy))
    return wanted is not None
