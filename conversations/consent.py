"""Stopping what comes unasked, on one channel or for one purpose on all of them, and starting it again."""

from conversations import purposes
from conversations.effects import SetMessages, StopAddress
from conversations.events import Left
from conversations.facts import CaseState
from conversations.handling import AskStaff
from conversations.messages import Part, Role
from conversations.purposes import SetPurpose
from conversations.turn import Offer, Turn, part, text

OFFICER, REASON = "relations_officer", "messages_stopped"
ONLY = "only:"  # begins the key of an option that stops one purpose and keeps the rest
OPEN = (CaseState.DRAFT, CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.RETURNED)
OPEN_WITH_COMMITTEE = frozenset({*OPEN, CaseState.COMMITTEE, CaseState.DECIDED})
OFFERS: tuple[Offer, ...] = tuple((f"{ONLY}{purpose}", f"stop.only.{purpose}") for purpose in purposes.APART)


def stop(turn: Turn) -> None:
    """Nothing comes unasked on this channel any more; what is open stays open, and staff hear of that."""
    if not turn.facts.contact.stopped:
        _tell_staff(turn)
    turn.act(SetMessages(allowed=False))


def start(turn: Turn) -> None:
    """Everything may come again."""
    refused = turn.facts.contact.refused
    back = (SetPurpose(purpose, given=True) for purpose in purposes.APART if purpose in refused)
    turn.act(SetMessages(allowed=True), *back)


def only(turn: Turn, key: str) -> list[Part]:
    """Of what comes unasked only this purpose ends, on every channel; what to say of it."""
    purpose = key.removeprefix(ONLY)
    turn.act(SetMessages(allowed=True))
    if purpose not in turn.facts.contact.refused:
        turn.act(SetPurpose(purpose, given=False))
    return [text(f"stop.some.{purpose}")]


def which(turn: Turn) -> None:
    """Ask what shall end."""
    turn.say(part(Role.ASK, "stop.which"), offers=OFFERS)


def refuses(turn: Turn, key: str) -> bool:
    """Whether the person wants no such message unasked, here or anywhere."""
    contact = turn.facts.contact
    return contact.stopped or purposes.refused(key, contact.refused)


def left(turn: Turn, event: Left) -> None:
    """The vendor lets us write here no more, or again; nobody can be told anything here."""
    if not event.back:
        _tell_staff(turn)
    turn.act(StopAddress(stopped=not event.back))
    if event.back and event.asked:
        start(turn)


def _tell_staff(turn: Turn) -> None:
    """Whoever is owed an answer has to be reached otherwise."""
    owed = next((case for case in turn.facts.cases if case.state in OPEN_WITH_COMMITTEE), None)
    if owed is not None:
        turn.act(AskStaff(OFFICER, REASON, owed.id))
