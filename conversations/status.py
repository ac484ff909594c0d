"""Own requests, where somebody asks for them: all in one message, one opened, and what can be done with each."""

from conversations import anywhere, calendar, lookup, reference, standing, withdrawing
from conversations.facts import Case, CaseState
from conversations.messages import Code, Line, Part
from conversations.state import Mode
from conversations.turn import Offer, Turn

LISTED = frozenset({Mode.MENU, Mode.STOPPED, Mode.SURVEY, Mode.LOOKUP, Mode.WITHDRAW})
MOST = 6  # the shortest list that a channel offers has ten rows, and some are wanted beside
OPEN, BEGIN, HAVE = "case:", "withdraw:", "lookup"


def tell(turn: Turn) -> None:
    """Where each own request stands; in the middle of something it is told beside what is asked."""
    free = turn.state.mode in LISTED or (turn.state.mode is Mode.INQUIRY and not turn.state.told)
    if not free:
        return anywhere.stand(turn, *standing.all_of(turn))
    parts, own = standing.all_of(turn), standing.known(turn)
    if len(own) == 1:
        return _say(turn, parts, _begin(turn, own[0]))
    newest = sorted(own, key=lambda case: case.opened_at)[-MOST:]
    _say(turn, parts, [_named(turn, f"{OPEN}{case.id}", case) for case in newest])


def show(turn: Turn, case: Case) -> None:
    """One own request, whole."""
    _say(turn, standing.whole(turn, case), _begin(turn, case))


def chose(turn: Turn, key: str) -> bool:
    """Do what was offered with the list; False where the key is none of it."""
    if key == HAVE:
        lookup.ask(turn)
        return True
    act = show if key.startswith(OPEN) else withdrawing.sure if key.startswith(BEGIN) else None
    id = key.partition(":")[2]
    case = next((c for c in turn.facts.cases if c.id == id), None)
    if act is None or case is None:
        return False
    act(turn, case)
    return True


def which(turn: Turn, cases: list[Case]) -> list[Offer]:
    """An option to withdraw for each of these."""
    return [_named(turn, f"{BEGIN}{case.id}", case) for case in cases[-MOST:]]


def _begin(turn: Turn, case: Case) -> list[Offer]:
    return [(f"{BEGIN}{case.id}", "withdraw.begin")] if withdrawing.may(turn, case) else []


def _named(turn: Turn, key: str, case: Case) -> Offer:
    """How an own request is named on an option: by its number, or a draft by its day."""
    if case.reference is not None:
        return key, "case.open", {"reference": Code(reference.shown(case.reference))}
    opened = calendar.local(turn.organisation.schedule, case.opened_at).date()
    return key, "case.open_draft", {"form": Line(f"form.{case.form}.title"), "opened": opened}


def _say(turn: Turn, parts: list[Part], offers: list[Offer]) -> None:
    turn.move(Mode.MENU, case=None, asking=None, origin=None, form=None)
    more: list[Offer] = [("resume", "menu.resume")] if turn.open else []
    sent = any(case.reference and case.state is not CaseState.LAPSED for case in turn.facts.cases)
    have: list[Offer] = [] if sent else [(HAVE, "lookup.have")]
    turn.say(*parts, offers=[*more, *offers, *have, ("menu", "menu.back")])
