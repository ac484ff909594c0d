"""Withdrawal: the applicant takes a request back, as long as no decision was told, and only after confirming it."""

from conversations import calendar, greeting, reference, status
from conversations.arabic import fold
from conversations.effects import DropAnswer, Forget, Withdraw
from conversations.events import Said
from conversations.facts import CASE_MOVES, Case, CaseState, Need
from conversations.forms import Matter
from conversations.messages import Code, Line, Part, Role
from conversations.state import FILLING, Mode
from conversations.turn import Turn, part, text

BELLS = ("draft", "returned", "floor", "ceiling")


def may(turn: Turn, case: Case) -> bool:
    """Whether it can be taken back; what was decided can until it is told, and an interview has a way of its own."""
    booked = turn.organisation.matter_of(case.form) is Matter.INTERVIEW and case.state is not CaseState.DRAFT
    return CaseState.WITHDRAWN in CASE_MOVES.get(case.state, ()) and case.told_at is None and not booked


def begin(turn: Turn) -> None:
    """The word was said: the one in hand, else the only one, else ask which."""
    own = sorted((c for c in turn.facts.cases if may(turn, c)), key=lambda case: case.opened_at)
    held = turn.draft if turn.state.mode in FILLING | {Mode.DECLARATION} else None
    if held is not None and may(turn, held):
        return sure(turn, held)
    if len(own) == 1:
        return sure(turn, own[0])
    if not own:
        return greeting.menu(turn, "withdraw.none")
    turn.move(Mode.MENU, case=None, asking=None, origin=None, form=None)
    turn.say(part(Role.ASK, "withdraw.which"), offers=[*status.which(turn, own), ("menu", "menu.back")])


def sure(turn: Turn, case: Case, *lead: Part) -> None:
    """Say what will happen and ask for an explicit yes."""
    if not may(turn, case):
        return greeting.menu(turn, "withdraw.none")
    turn.move(Mode.WITHDRAW, case=None, asking=None, origin=None, form=None, leaving=case.id)
    offers = [("withdraw", "withdraw.yes"), ("keep", "withdraw.no")]
    turn.say(*lead, _what(turn, case), part(Role.ASK, "withdraw.sure"), offers=offers)


def again(turn: Turn, *lead: Part) -> None:
    """Ask once more."""
    case = _case(turn)
    return sure(turn, case, *lead) if case else greeting.menu(turn, "withdraw.none")


def hear(turn: Turn, said: Said, key: str | None) -> Need | None:
    """The explicit yes, by the option, its number or its words; less than that is none."""
    case = _case(turn)
    if case is None or not may(turn, case):
        greeting.menu(turn, "withdraw.none")
    elif key == "withdraw":
        _do(turn, case, said.text or key)
    elif key == "keep" or fold(said.text) in turn.facts.lexicon.no:
        _keep(turn, case)
    else:
        sure(turn, case, part(Role.WRONG, "withdraw.explicit"))
    return None


def _case(turn: Turn) -> Case | None:
    return next((c for c in turn.facts.cases if c.id == turn.state.leaving), None)


def _keep(turn: Turn, case: Case) -> None:
    """It stays; whoever was filling it in goes on with it."""
    turn.change(leaving="")
    if case in turn.open:
        turn.say(text("withdraw.kept"))
        return greeting.resume(turn, case)
    greeting.menu(turn, "withdraw.kept")


def _do(turn: Turn, case: Case, phrase: str) -> None:
    draft = case.state is CaseState.DRAFT
    if draft:
        turn.act(*(DropAnswer(case.id, field) for field in case.answers))
    turn.act(Withdraw(case.id, phrase, sent=not draft), Forget(case.id, BELLS))
    turn.move(Mode.MENU, leaving="", mended=_without(turn, case))
    words = "withdraw.done_draft" if draft else "withdraw.done"
    number = {} if draft else {"reference": Code(reference.shown(case.reference or ""))}
    offers = [("request", "menu.request")] if "request" in turn.organisation.doors else []
    turn.say(text(words, at=turn.facts.now, **number), offers=[*offers, ("menu", "menu.back")])


def _without(turn: Turn, case: Case) -> tuple[str, ...]:
    return tuple(item for item in turn.state.mended if not item.startswith(f"{case.id}."))


def _what(turn: Turn, case: Case) -> Part:
    """What is taken back, and what follows."""
    if case.state is CaseState.DRAFT:
        opened = calendar.local(turn.organisation.schedule, case.opened_at).date()
        return text("withdraw.what_draft", form=Line(f"form.{case.form}.title"), opened=opened)
    plain = turn.organisation.matter_of(case.form) is not Matter.REQUEST
    number = Code(reference.shown(case.reference or ""))
    return text("withdraw.what_matter" if plain else "withdraw.what", reference=number)
