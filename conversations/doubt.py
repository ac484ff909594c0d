"""A number that was silent for long may be another's by now: before anything personal is said there, it proves itself.

The conversation stays where it stood; what is said in doubt goes beside it, and other addresses know nothing of it.
"""

from conversations import anywhere, arabic, consent, fields, lookup
from conversations.arabic import fold
from conversations.effects import DoubtAddress, PartAddress
from conversations.events import Event, Opened, Said
from conversations.facts import CaseState
from conversations.forms import BIRTH, Kind
from conversations.handling import AskStaff
from conversations.joining import count_try, may_try
from conversations.lexicon import Command
from conversations.messages import Line, Option, Part, Role
from conversations.state import Mode
from conversations.turn import Turn, part, text

DOOR = "start:somebody_else"
OVER = frozenset({CaseState.LAPSED, CaseState.WITHDRAWN})
REASON = "number_changed"


def stands(turn: Turn) -> bool:
    """Whether this address is in doubt: it was silent for long, and there is something to keep from others."""
    contact = turn.facts.contact
    if not any(case.state not in OVER for case in turn.facts.cases):
        return False
    silent = contact.heard_at is not None and turn.facts.now - contact.heard_at > turn.organisation.idle
    return contact.doubted or (turn.facts.channel.recycled and silent)


def hears(turn: Turn, event: Event) -> bool:
    """Ask for what only the one who wrote from here before knows; False where the event tells nothing to anybody."""
    if not isinstance(event, Said | Opened):
        return False
    if not turn.facts.contact.doubted:
        turn.act(DoubtAddress(doubted=True))
    if isinstance(event, Opened):
        _ask(turn)
    else:
        _said(turn, event)
    return True


def _said(turn: Turn, said: Said) -> None:
    word = turn.facts.lexicon.commands.get(fold(said.text))
    word = Command(said.choices[0]) if len(said.choices) == 1 and said.choices[0] in set(Command) else word
    if DOOR in said.choices or word is Command.SOMEBODY_ELSE:
        return _part(turn)
    if word in (Command.STOP, Command.START):
        consent.start(turn) if word is Command.START else consent.stop(turn)
        return turn.tell(text("start.done" if word is Command.START else "stop.done"))
    if word is Command.LANGUAGE:
        return _speak(turn)
    if word is Command.HUMAN:
        return turn.tell(*anywhere.call(turn, "asked"))
    proof = _proof(turn, said)
    if proof is None:
        return _ask(turn)
    if proof in _factors(turn):
        return _proved(turn)
    count_try(turn)
    _ask(turn, part(Role.WRONG, "doubt.wrong")) if may_try(turn) else _part(turn)


def _proof(turn: Turn, said: Said) -> str | None:
    """A birth date as ISO, or the last digits of an id."""
    digits = arabic.machine(said.text)
    if digits.isascii() and digits.isdecimal() and len(digits) in (lookup.LAST, lookup.WHOLE):
        return digits[-lookup.LAST :]
    context = fields.Context(turn.facts.now, turn.organisation.schedule.zone, turn.facts.lexicon)
    read = fields.read(lookup.BORN, said, context)
    return str(read.value) if isinstance(read, fields.Good) else None


def _factors(turn: Turn) -> set[str]:
    """What the one who wrote from here before knows: birth dates and ends of ids of those in their requests."""
    found: set[str] = set()
    told = [(known.form, known.answers) for known in turn.facts.people]
    for name, answers in [*told, *((case.form, case.answers) for case in turn.facts.cases)]:
        form = turn.organisation.forms.get(name)
        for question in form.questions if form else ():
            value = str(answers.get(question.id) or "")
            if question.kind is Kind.NATIONAL_ID and len(value) == lookup.WHOLE:
                found.add(value[-lookup.LAST :])
            if question.id == BIRTH and value:
                found.add(value)
    return found


def _proved(turn: Turn) -> None:
    turn.act(DoubtAddress(doubted=False))
    told = text("doubt.proved")
    turn.tell(told) if turn.state.mode is Mode.STAFF else anywhere.stand(turn, told)


def _part(turn: Turn) -> None:
    """Whoever writes from here now is somebody new; staff look after the one who did before."""
    turn.act(PartAddress(), AskStaff("relations_officer", REASON))


def _ask(turn: Turn, *lead: Part) -> None:
    option = Option(DOOR, Line("doubt.somebody_else"), None, Line("doubt.somebody_else.short"))
    asked = [part(Role.ASK, "doubt.ask"), part(Role.SAMPLE, "lookup.factor.example"), part(Role.NOTE, "doubt.or")]
    turn.tell(*lead, *([] if lead else [text("doubt.why")]), *asked, options=(option,))


def _speak(turn: Turn) -> None:
    others = [code for code in turn.organisation.languages if code != turn.state.language]
    turn.change(language=next(iter(others), turn.state.language))
    _ask(turn)
