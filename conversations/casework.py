"""What staff do to a case: check its items, return some, ask the committee, decide, register, serve, close."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from conversations import behalf, correcting, deciding, news, surveys
from conversations.acts import (
    Answered,
    CaseAct,
    CaseClosed,
    Checked,
    CommitteeAsked,
    Corrected,
    Dropped,
    Filled,
    ItemsReturned,
    Lodged,
    Offered,
    Registered,
    ReleaseAsked,
    Served,
    SignedOnPaper,
    TakenBack,
    Voted,
)
from conversations.effects import FilePapers, Forget, Remind
from conversations.facts import CASE_MOVES, Case, CaseState, Need
from conversations.forms import DECLARED, SIGNED, About, Matter, Privacy
from conversations.handling import AskStaff, Decide, PutVerdict, Refuse, SeePaper, SetCase, TellDecision
from conversations.turn import Turn
from conversations.wording import wrong_words

VERDICTS = frozenset({"matched", "mismatched", "expired"})
CHECKING = (CaseState.SUBMITTED, CaseState.VERIFYING)


def act(turn: Turn, event: CaseAct) -> Refuse | Need | None:
    """Do it, or say why it cannot be done (what is refused has no effect), or what must be looked up before."""
    case = next((c for c in turn.facts.cases if c.id == event.case), None)
    if case is None:
        return Refuse("case")
    if turn.organisation.matter_of(case.form) is not Matter.REQUEST and not isinstance(event, Answered | CaseClosed):
        return Refuse("state")
    return ACTS[type(event)](turn, case, event)


def _may(case: Case, state: CaseState) -> bool:
    return state in CASE_MOVES.get(case.state, frozenset())


def _item(turn: Turn, case: Case, field: str, document: str) -> bool:
    """Whether the form has the item: a question, and the paper where it is a list of papers."""
    form = turn.organisation.forms.get(case.form)
    question = form.question(field) if form else None
    if question is None:
        return False
    return document in {d.key for d in question.documents} if question.documents else not document


def _check(turn: Turn, case: Case, event: Checked) -> Refuse | None:
    if case.state not in CHECKING:
        return Refuse("state")
    if event.verdict not in VERDICTS or not _item(turn, case, event.field, event.document):
        return Refuse("item")
    if event.note.strip() and (refused := wrong_words(event.note)):
        return refused
    if case.state is CaseState.SUBMITTED:
        turn.act(SetCase(case.id, CaseState.VERIFYING))
        news.tell(turn, case, "case.told.verifying")
    verdict = PutVerdict(case.id, event.field, event.document, verdict=event.verdict, note=event.note or None)
    turn.act(verdict)
    return None


def _return(turn: Turn, case: Case, event: ItemsReturned) -> Refuse | None:
    """Only these items are asked for again; meanwhile the ceiling's clock stands still."""
    if not _may(case, CaseState.RETURNED):
        return Refuse("state")
    if not event.items or not all(_item(turn, case, field, document) for field, document, _ in event.items):
        return Refuse("item")
    for _, _, note in event.items:
        if refused := wrong_words(note, "note"):
            return refused
    for (field, document), note in {(f, d): note.strip() for f, d, note in event.items}.items():
        turn.act(PutVerdict(case.id, field, document, note=note, returned=True))
    organisation = turn.organisation
    first = min((*organisation.reminder_days, organisation.draft_days))
    turn.act(SetCase(case.id, CaseState.RETURNED, stopped=True), Forget(case.id, ("ceiling",)))
    turn.act(Remind("returned", case.id, turn.facts.now + timedelta(days=first)))
    news.tell(turn, case, "case.update", fix=True)
    return None


def _ask_committee(turn: Turn, case: Case, event: CommitteeAsked) -> Refuse | None:
    if case.state not in CHECKING:
        return Refuse("state")
    turn.act(SetCase(case.id, CaseState.COMMITTEE))
    news.tell(turn, case, "case.told.committee")
    return None


def _register(turn: Turn, case: Case, event: Registered) -> Refuse | None:
    return _go(turn, case, CaseState.REGISTERED)


def _serve(turn: Turn, case: Case, event: Served) -> Refuse | None:
    return _go(turn, case, CaseState.SERVED) if turn.organisation.serves else Refuse("state")


def _answer(turn: Turn, case: Case, event: Answered) -> Refuse | None:
    """Told at once, and kept as evidence like a decision; a request for support is decided, never answered."""
    if turn.organisation.matter_of(case.form) is Matter.REQUEST or not _may(case, CaseState.ANSWERED):
        return Refuse("state")
    if refused := wrong_words(event.text):
        return refused
    turn.act(Decide(case.id, True, event.text.strip()), SetCase(case.id, CaseState.ANSWERED), TellDecision(case.id))
    turn.act(Forget(case.id, ("ceiling",)))
    surveys.remind(turn, case)
    if not news.tell(turn, case, "matter.answered"):
        turn.act(AskStaff(deciding.OFFICER, "decision_unheard", case.id))
    return None


def _see_paper(turn: Turn, case: Case, event: SignedOnPaper) -> Refuse | None:
    """The declaration on paper is kept with the request; nothing else of it changes, and nobody is told."""
    if case.accepted_at is None or case.state is CaseState.WITHDRAWN:
        return Refuse("state")
    if not event.files:
        return Refuse("scan")
    turn.act(FilePapers(case.id, DECLARED, SIGNED, event.files, About.APPLICANT, Privacy.PERSONAL))
    turn.act(SeePaper(case.id, event.files, turn.organisation.declaration_version))
    return None


def _close(turn: Turn, case: Case, event: CaseClosed) -> Refuse | None:
    return _go(turn, case, CaseState.CLOSED)


def _ends(turn: Turn, state: CaseState) -> bool:
    """Whether the procedure has nothing more for the applicant after this."""
    last = CaseState.SERVED if turn.organisation.serves else CaseState.REGISTERED
    return state in (last, CaseState.CLOSED, CaseState.ANSWERED)


def _go(turn: Turn, case: Case, state: CaseState) -> Refuse | None:
    """A decided case goes on; what it has become is read where nobody else reads along."""
    if not _may(case, state):
        return Refuse("state")
    turn.act(SetCase(case.id, state))
    news.tell(turn, case, "case.update")
    if _ends(turn, state) and not _ends(turn, case.state):
        surveys.remind(turn, case)
    return None


ACTS: Mapping[type, Callable[[Turn, Case, Any], Refuse | Need | None]] = {
    Checked: _check,
    ItemsReturned: _return,
    CommitteeAsked: _ask_committee,
    Voted: deciding.vote,
    ReleaseAsked: deciding.release,
    Registered: _register,
    Served: _serve,
    Answered: _answer,
    SignedOnPaper: _see_paper,
    CaseClosed: _close,
    Filled: behalf.fill,
    Offered: behalf.offer,
    TakenBack: behalf.take_back,
    Lodged: behalf.lodge,
    Dropped: behalf.drop,
    Corrected: correcting.correct,
}
