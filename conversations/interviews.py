"""The interview: a time is chosen among those that staff keep, confirmed, called to mind, changed or cancelled."""

from datetime import timedelta

from conversations import calendar, consent, greeting, matters, reference
from conversations.effects import Book, Forget, Remind, Submit
from conversations.facts import Case, CaseState, Need, Slot
from conversations.forms import Matter
from conversations.handling import SetCase
from conversations.messages import Code, Line, Option, Part, Role
from conversations.state import Mode
from conversations.turn import Turn, part, text

DUE = "interview"
KIND = "interview_kind"
SLOT = "slot"
BEFORE = timedelta(days=1)
CHANGE, CANCEL = "slot_change", "slot_cancel"
SHORT = Line("organisation.short")


def begin(turn: Turn) -> None:
    """Show the appointment that stands, or begin with one."""
    case = booked(turn)
    if case is None or case.slot is None:
        return matters.begin(turn, Matter.INTERVIEW, "slot.not_given")
    if turn.draft is not None:
        turn.say(text("form.kept"))
    turn.move(Mode.SLOT, case=None, asking=None, origin=None, form=None, offered=())
    turn.say(*_appointment(case.slot), offers=[(CHANGE, "slot.change"), (CANCEL, "slot.cancel"), ("menu", "menu.back")])


def booked(turn: Turn) -> Case | None:
    """The own case with an appointment that is still to come."""
    coming = [c for c in turn.facts.cases if c.slot and c.slot.at > turn.facts.now and c.state is CaseState.SUBMITTED]
    return min(coming, key=lambda c: c.slot.at if c.slot else turn.facts.now, default=None)


def choose(turn: Turn, case: Case, kind: str, *lead: Part) -> Need | None:
    """Offer the free times; where there are none, the wish is sent and staff answer it."""
    found = turn.facts.found
    if found is None:
        return _look(turn, kind)
    if not found.slots:
        turn.say(*lead, text("slot.none"))
        if case.reference is None:
            return matters.send(turn, case)
        greeting.menu(turn)
        return None
    turn.move(Mode.SLOT, case=case.id if case.state is CaseState.DRAFT else None, asking=None)
    turn.change(offered=tuple(slot.id for slot in found.slots))
    offers = [(f"{SLOT}{n}", "slot.at", {"at": slot.at}) for n, slot in enumerate(found.slots, 1)]
    turn.say(*lead, part(Role.ASK, "slot.ask"), offers=[*offers, ("menu", "menu.back")])
    return None


def hear(turn: Turn, key: str | None) -> Need | None:
    """A time is chosen, or the appointment is changed or cancelled."""
    case = _in_hand(turn)
    if key == CANCEL and case is not None and case.slot is not None:
        _cancel(turn, case)
        return None
    if key == CHANGE and case is not None and case.slot is not None:
        return choose(turn, case, case.slot.kind)
    if case is not None and key is not None and key.startswith(SLOT) and key[len(SLOT) :].isdigit():
        return _chosen(turn, case, int(key.removeprefix(SLOT)) - 1)
    greeting.menu(turn)
    return None


def _in_hand(turn: Turn) -> Case | None:
    """What the time is chosen for: the draft, or the appointment that is changed."""
    return turn.draft if turn.draft is not None else booked(turn)


def _kind(case: Case) -> str:
    return case.slot.kind if case.slot else str(case.answers.get(KIND, ""))


def _look(turn: Turn, kind: str) -> Need:
    turn.sought = (kind,)
    return Need.SLOTS


def _chosen(turn: Turn, case: Case, place: int) -> Need | None:
    """It is theirs if it is still free; else the others are offered."""
    found, offered = turn.facts.found, turn.state.offered
    if found is None:
        return _look(turn, _kind(case))
    wanted = offered[place] if place < len(offered) else ""
    slot = next((one for one in found.slots if one.id == wanted), None)
    if slot is None:
        return choose(turn, case, _kind(case), text("slot.taken"))
    number = case.reference or found.reference
    if number is None:
        return _look(turn, _kind(case))
    _book(turn, case, slot, number)
    return None


def _book(turn: Turn, case: Case, slot: Slot, number: str) -> None:
    turn.act(Book(case.id, slot.id, case.slot.id if case.slot else None))
    turn.act(*([Submit(case.id, number, slot.at)] if case.reference is None else []))
    turn.act(Forget(case.id, ("draft", "ceiling")))
    early = calendar.next_sending(turn.organisation.schedule, max(slot.at - BEFORE, turn.facts.now))
    if turn.facts.now < early < slot.at:
        turn.act(Remind(DUE, case.id, early))
    turn.move(Mode.MENU, case=None, asking=None, origin=None, form=None, offered=())
    code = Part(Role.CODE, Line("value", {"value": Code(reference.shown(number))}), Line("sent.reference"))
    turn.say(part(Role.HEADING, "sent.interview.heading"), *_appointment(slot), code, text("sent.interview.text"))


def _appointment(slot: Slot) -> list[Part]:
    kind = Line(f"choice.{KIND}.{slot.kind}")
    return [
        Part(Role.FACT, Line("value", {"value": slot.at}), Line("slot.when")),
        Part(Role.FACT, kind, Line("slot.how")),
    ]


def _cancel(turn: Turn, case: Case) -> None:
    turn.act(SetCase(case.id, CaseState.WITHDRAWN), Forget(case.id, (DUE, "ceiling")))
    greeting.menu(turn, "slot.cancelled")


def due(turn: Turn, case: Case) -> None:
    """Tomorrow is the day: say so, with the way to change it; nothing of what it is about."""
    slot = case.slot
    if slot is None or slot.at <= turn.facts.now or case.state is not CaseState.SUBMITTED:
        return
    later = calendar.next_sending(turn.organisation.schedule, turn.facts.now)
    if later > turn.facts.now:
        return turn.act(Remind(DUE, case.id, later)) if later < slot.at else None
    if consent.refuses(turn, "remind.interview"):
        return
    option = Option("start:interview", Line("slot.manage"), None, Line("slot.manage.short"))
    turn.tell(text("remind.interview", short=SHORT, at=slot.at), options=(option,))
