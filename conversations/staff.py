"""What staff do to a conversation: take it, write in it, pass it on, give it back."""

from conversations import anywhere, behalf, greeting
from conversations.acts import Begun, ChatAct, Ended, HandedBack, Noted, Referred, TakenOver, Wrote
from conversations.effects import Say
from conversations.handling import CallStaff, EndCall, GiveStaff, Refuse
from conversations.messages import Line, Outbound, Part, Quote, Role
from conversations.state import Mode
from conversations.turn import Turn, text
from conversations.wording import wrong_words

ROLES = ("relations_officer", "social_researcher", "supervisor")  # who may be called into a conversation
SHORT = Line("organisation.short")
RECORDED = ("", "phone", "interview", "letter", "visit", "social")


def act(turn: Turn, event: ChatAct) -> Refuse | None:
    """Do it, or say why it cannot be done; what is refused has no effect."""
    match event:
        case TakenOver():
            return _take_over(turn, event)
        case Wrote():
            return _write(turn, event)
        case Noted():
            return wrong_words(event.text) if event.kind in RECORDED else Refuse("kind")
        case Referred():
            return _refer(turn, event)
        case HandedBack():
            return _hand_back(turn, event)
        case Ended():
            return _end(turn, event)
        case Begun():
            return behalf.begin(turn, event)


def _take_over(turn: Turn, event: TakenOver) -> Refuse | None:
    state = turn.state
    if state.holder == event.by:
        return Refuse("yours", state.holder_name)
    if state.holder is not None and not event.force:
        return Refuse("held", state.holder_name)
    asked = state.queued or state.holder is not None
    number = state.call if asked else state.call + 1
    if state.mode is not Mode.STAFF:
        turn.move(Mode.STAFF, paused=Mode.MENU if state.mode is Mode.NEW else state.mode)
    turn.change(queued=False, call=number, holder=event.by, holder_name=event.name)
    turn.act(GiveStaff(number, event.by, state.case))
    turn.tell(text("officer.here", name=event.name, short=SHORT))
    return None


def _write(turn: Turn, event: Wrote) -> Refuse | None:
    if refused := _not_holding(turn, event.by):
        return refused
    if event.text.strip() or not event.files:
        if refused := wrong_words(event.text):
            return refused
        words = Part(Role.SAY, Line("officer.words", {"text": Quote(event.text.strip())}))
    else:
        words = text("officer.files", count=len(event.files))
    turn.act(Say(Outbound((words,)), by=event.by, name=event.name, files=event.files))
    return None


def _not_holding(turn: Turn, by: str, *, force: bool = False) -> Refuse | None:
    if turn.state.holder is None:
        return Refuse("nobody")
    return None if force or turn.state.holder == by else Refuse("not_yours", turn.state.holder_name)


def _refer(turn: Turn, event: Referred) -> Refuse | None:
    """The handover waits on for another role; where nobody had asked for staff it begins with this."""
    held = turn.state.holder is not None
    if held and (refused := _not_holding(turn, event.by)):
        return refused
    if event.role not in ROLES:
        return Refuse("role")
    if event.note.strip() and (refused := wrong_words(event.note)):
        return refused
    number = turn.state.call if held or turn.state.queued else turn.state.call + 1
    turn.act(CallStaff(event.role, "referred", number, turn.state.case))
    coming = _coming(turn, event.role)
    _release(turn)
    turn.change(queued=True, call=number)
    _stand(turn, coming) if held else turn.tell(coming)
    return None


def _coming(turn: Turn, role: str) -> Part:
    who, opening = Line(f"officer.role.{role}"), anywhere.away_until(turn)
    return text("officer.referred", who=who) if opening is None else text("officer.later", who=who, opening=opening)


def _hand_back(turn: Turn, event: HandedBack) -> Refuse | None:
    if refused := _not_holding(turn, event.by, force=event.force):
        return refused
    turn.act(EndCall(turn.state.call, "back"))
    _release(turn)
    _stand(turn, text("officer.back"))
    return None


def _end(turn: Turn, event: Ended) -> Refuse | None:
    """Who is in staff's hands comes to the menu; who only waited is told so, and goes on where they are."""
    held = turn.state.holder is not None
    if not turn.state.queued and (refused := _not_holding(turn, event.by, force=event.force)):
        return refused
    turn.act(EndCall(turn.state.call, "ended"))
    if not held:
        turn.change(queued=False)
        turn.tell(text("officer.closed"))
        return None
    _release(turn)
    turn.say(text("officer.ended"))
    anywhere.to_menu(turn)
    return None


def _release(turn: Turn) -> None:
    """Nobody holds the conversation, and it stands where it stood before."""
    if turn.state.mode is Mode.STAFF:
        turn.move(turn.state.paused or Mode.MENU, paused=None)
    turn.change(holder=None, holder_name="")


def _stand(turn: Turn, lead: Part) -> None:
    """Show again what was waited for; a draft that is a draft no more is said to be gone."""
    if turn.state.case is not None and turn.draft is None:
        turn.say(lead)
        return greeting.menu(turn, "form.no_draft")
    anywhere.stand(turn, lead)
