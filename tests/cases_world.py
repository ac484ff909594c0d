"""A request of the pure mind at each place of its life, and what staff do to it."""

from dataclasses import replace
from datetime import datetime, timedelta

from conversations.acts import Checked, CommitteeAsked, ItemsReturned, Voted
from conversations.events import Said, TimePassed
from conversations.facts import Case
from tests.mind import Mind
from tests.mind_world import NOW

DAY = timedelta(days=1)
NOURA, SAAD, HIND, ALI = ("n" * 32, "s" * 32, "h" * 32, "a" * 32)
REASON = "الدخل أعلى من حد الدعم"


def id_of(mind: Mind) -> str:
    return next(iter(mind.cases))


def case(mind: Mind) -> Case:
    return mind.cases[id_of(mind)]


def sent(name: str = "labas", now: datetime = NOW) -> Mind:
    return Mind(name, now=now).declared().tap("accept")


def checked(mind: Mind, verdict: str = "matched", field: str = "full_name", document: str = "") -> Mind:
    return mind.send(Checked(NOURA, id_of(mind), field, verdict, document))


def at_committee(name: str = "labas") -> Mind:
    mind = checked(sent(name))
    return mind.send(CommitteeAsked(NOURA, id_of(mind)))


def vote(mind: Mind, accepted: bool = False, by: str = HIND, reason: str = REASON) -> Mind:
    return mind.send(Voted(by, id_of(mind), accepted, reason))


def decided(name: str = "labas", accepted: bool = False) -> Mind:
    mind = at_committee(name)
    mind.organisation = replace(mind.organisation, quorum=1)
    return vote(mind, accepted)


def ring(mind: Mind, kind: str) -> Mind:
    return mind.send(TimePassed(kind, id_of(mind)))


def back(mind: Mind, *items: tuple[str, str, str]) -> Mind:
    return mind.send(ItemsReturned(NOURA, id_of(mind), items or (("full_name", "", "الاسم غير كامل"),)))


def fixed(mind: Mind) -> Mind:
    """The applicant goes on with what came back."""
    return mind.send(Said(choices=("start:fix",)))
