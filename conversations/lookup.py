"""A request that was made elsewhere: by its number and a second factor, and even then neutral words of its state only.

Nothing that is said here tells whether a number exists: the same question and the same failure for each.
"""

from conversations import anywhere, arabic, calendar, deciding, fields, greeting, inquiry, reference, status
from conversations.events import Said
from conversations.facts import Case, CaseState, Found, Need
from conversations.forms import BIRTH, About, Kind, Matter, Privacy, Question
from conversations.messages import Code, Line, Part, Role
from conversations.standing import HELD, STUDIED
from conversations.state import Mode
from conversations.turn import Offer, Turn, part, text

NAMED = frozenset({Mode.MENU, Mode.INQUIRY, Mode.DRAFTS, Mode.STOPPED})  # where nothing asks for a number
BY_ID, BY_BIRTH = "id", "birth"
LAST, WHOLE = 4, 10
BORN = Question(BIRTH, Kind.DATE, "", About.BENEFICIARY, Privacy.PERSONAL, "", "", (), "", most=0)
BACK: list[Offer] = [("menu", "menu.back")]
HELP: list[Offer] = [("human", "miss.human"), *BACK]


def named(turn: Turn, said: Said) -> bool:
    """Whether the words held a reference number, which is now opened or asked about."""
    if turn.state.mode not in NAMED or said.choices or said.files:
        return False
    number = reference.read(said.text)
    if number is not None:
        show(turn, number)
    elif reference.slipped(said.text):
        ask(turn, _misread())
    return number is not None or reference.slipped(said.text)


def show(turn: Turn, number: str) -> None:
    """An own request whole; of any other, known or not, its second factor is asked."""
    turn.change(misses=0)
    own = next((case for case in turn.facts.cases if case.reference == number), None)
    if own is None or guards(turn, own):
        return _factor(turn, number)
    status.show(turn, own)


def guards(turn: Turn, case: Case) -> bool:
    """Whether the reason of its decision is read only by who knows the second factor: a link may be in any hands."""
    told = case.told_at is not None and bool(case.reason)
    request = turn.organisation.matter_of(case.form) is Matter.REQUEST
    return turn.private and turn.state.guarded and told and request


def prove(turn: Turn, case: Case) -> None:
    """Ask for the second factor of an own request, before its decision is read."""
    _factor(turn, case.reference or "")


def ask(turn: Turn, *lead: Part) -> None:
    """Ask for the reference number."""
    turn.move(Mode.LOOKUP, case=None, asking=None, origin=None, form=None, sought="")
    asked = [part(Role.ASK, "lookup.reference"), part(Role.SAMPLE, "lookup.reference.example")]
    turn.say(*lead, *asked, offers=HELP if lead else BACK)


def again(turn: Turn, *lead: Part) -> None:
    """Ask once more for what was being asked."""
    return _factor(turn, turn.state.sought, *lead) if turn.state.sought else ask(turn, *lead)


def _factor(turn: Turn, number: str, *lead: Part) -> None:
    turn.move(Mode.LOOKUP, case=None, asking=None, origin=None, form=None, sought=number)
    own = any(case.reference == number for case in turn.facts.cases)
    turn.say(
        *lead,
        part(Role.ASK, "lookup.factor", reference=Code(reference.shown(number))),
        part(Role.WHY, "lookup.guard.why" if own else "lookup.factor.why"),
        part(Role.SAMPLE, "lookup.factor.example"),
        offers=HELP if lead else BACK,
    )


def hear(turn: Turn, said: Said, key: str | None) -> Need | None:
    """A reference number, or the second factor of the one that was given."""
    if key == "menu":
        greeting.menu(turn)
    elif key == "human":
        anywhere.human(turn)
    elif (proof := _proof(turn, said)) is not None:
        return _tried(turn, proof)
    elif (number := reference.read(said.text)) is not None:
        show(turn, number)
    elif inquiry.wordy(turn, said) and not any(sign.isdigit() for sign in arabic.plain(said.text)):
        return inquiry.hear(turn, said)
    else:
        again(turn, part(Role.WRONG, "lookup.unread") if turn.state.sought else _misread())
    return None


def _misread() -> Part:
    return part(Role.WRONG, "lookup.misread")


def _proof(turn: Turn, said: Said) -> tuple[str, str] | None:
    """The second factor as its kind and value: a birth date in either calendar, or the last digits of an id."""
    digits = arabic.machine(said.text)
    if not turn.state.sought or said.choices:
        return None
    if digits.isascii() and digits.isdecimal() and len(digits) in (LAST, WHOLE):
        return BY_ID, digits[-LAST:]
    context = fields.Context(turn.facts.now, turn.organisation.schedule.zone, turn.facts.lexicon)
    read = fields.read(BORN, said, context)
    return (BY_BIRTH, str(read.value)) if isinstance(read, fields.Good) else None


def _tried(turn: Turn, proof: tuple[str, str]) -> Need | None:
    number, found = turn.state.sought, turn.facts.found
    if found is None:
        turn.sought = (number, *proof)
        return Need.CASE
    if found.case is None and found.until is None:
        _factor(turn, number, part(Role.WRONG, "lookup.wrong"))
        return None
    turn.move(Mode.MENU, sought="", misses=0)
    own = next((case for case in turn.facts.cases if found.case is not None and case.reference == number), None)
    if own is not None:
        turn.change(guarded=False)
        status.show(turn, own)
        return None
    turn.say(*_told(turn, number, found), offers=BACK if found.case else HELP)
    return None


def _told(turn: Turn, number: str, found: Found) -> list[Part]:
    if found.case is None:
        return [text("lookup.too_many", again=found.until)]
    received = calendar.local(turn.organisation.schedule, found.case.accepted_at or turn.facts.now).date()
    state, follows = _neutral(turn, found.case)
    return [
        text("lookup.line", reference=Code(reference.shown(number)), state=Line(f"lookup.state.{state}"), next=follows),
        Part(Role.FACT, Line("value", {"value": received}), Line("lookup.received")),
        part(Role.NOTE, "lookup.note"),
    ]


def _neutral(turn: Turn, case: Case) -> tuple[str, Line]:
    """Words in which nobody reads what is asked for, by whom, or what was decided."""
    state = HELD.get(case.state, case.state)
    if state in STUDIED:
        floor = deciding.floor_of(turn, case)
        earliest = calendar.local(turn.organisation.schedule, floor).date()
        ahead = floor > turn.facts.now
        return "studied", Line("lookup.next.studied", {"earliest": earliest}) if ahead else Line("lookup.next.soon")
    known = state if state in (CaseState.RETURNED, CaseState.WITHDRAWN) else "told"
    return str(known), Line(f"lookup.next.{known}")
