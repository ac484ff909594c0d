"""What staff's hands do to a case in the facts, as the services would write and load it."""

from dataclasses import replace
from datetime import datetime

from conversations.effects import SetMessages
from conversations.facts import CASE_MOVES, Case, CaseState, Contact, Returned, Vote
from conversations.handling import PutRelease, PutVerdict, PutVote, SetCase
from conversations.purposes import SetPurpose


def wanting(contact: Contact, effect: SetMessages | SetPurpose) -> Contact:
    """The contact once something was stopped, or may come again."""
    if isinstance(effect, SetMessages):
        return replace(contact, stopped=not effect.allowed)
    refused = contact.refused - {effect.purpose} if effect.given else contact.refused | {effect.purpose}
    return replace(contact, refused=refused)


def handled(case: Case, effect: SetCase | PutVerdict | PutVote | PutRelease, now: datetime) -> Case:
    """The case after one effect."""
    match effect:
        case SetCase():
            return _moved(case, effect, now)
        case PutVerdict():
            return _item(case, effect)
        case PutVote(_, by, accepted, reason):
            return replace(case, votes=(*(v for v in case.votes if v.by != by), Vote(by, accepted, reason)))
        case PutRelease(_, by, reason, confirmed):
            return replace(case, release=case.release or (by, reason), released=confirmed)


def _moved(case: Case, effect: SetCase, now: datetime) -> Case:
    assert CaseState(effect.state) in CASE_MOVES[case.state], (case.state, effect.state)
    stopped = case.stopped_at if effect.stopped is None else now if effect.stopped else None
    ceiling = effect.ceiling or case.ceiling_at
    return replace(case, state=CaseState(effect.state), stopped_at=stopped, ceiling_at=ceiling)


def _item(case: Case, effect: PutVerdict) -> Case:
    others = tuple(r for r in case.returned if (r.field, r.document) != (effect.field, effect.document))
    if effect.returned:
        return replace(case, returned=(*others, Returned(effect.field, effect.document, effect.note or "")))
    return replace(case, returned=others) if effect.answered else case
