"""The committee's decision: counted, held until its floor has passed, and told once."""

from dataclasses import replace
from datetime import datetime

from conversations import calendar, news
from conversations.acts import ReleaseAsked, Voted
from conversations.effects import Forget, Remind
from conversations.facts import Case, CaseState, Vote
from conversations.handling import AskStaff, Decide, PutRelease, PutVote, Refuse, SetCase, TellDecision
from conversations.turn import Turn
from conversations.wording import wrong_words

FLOOR, CEILING = "floor", "ceiling"
OFFICER = "relations_officer"


def vote(turn: Turn, case: Case, event: Voted) -> Refuse | None:
    """A vote of the committee; the decision stands once enough have voted and more say one thing than the other."""
    if case.state is not CaseState.COMMITTEE:
        return Refuse("state")
    if refused := wrong_words(event.reason, "reason"):
        return refused
    new = Vote(event.by, event.accepted, event.reason.strip())
    turn.act(PutVote(case.id, new.by, new.accepted, new.reason))
    votes = (*(v for v in case.votes if v.by != event.by), new)
    if (decided := _counted(votes, turn.organisation.quorum)) is not None:
        turn.act(Decide(case.id, decided.accepted, decided.reason), SetCase(case.id, CaseState.DECIDED))
        tell_or_hold(turn, replace(case, state=CaseState.DECIDED, verdict=decided.accepted, reason=decided.reason))
    return None


def _counted(votes: tuple[Vote, ...], quorum: int) -> Vote | None:
    """The newest vote of the majority, where there is one and enough have voted."""
    accepting = sum(v.accepted for v in votes)
    if len(votes) < quorum or 2 * accepting == len(votes):
        return None
    majority = 2 * accepting > len(votes)
    return next(v for v in reversed(votes) if v.accepted == majority)


def release(turn: Turn, case: Case, event: ReleaseAsked) -> Refuse | None:
    """Two people may have a held decision told before its floor."""
    if case.state is not CaseState.DECIDED or case.told_at is not None or case.released:
        return Refuse("state")
    if refused := wrong_words(event.reason, "reason"):
        return refused
    if case.release is not None and case.release[0] == event.by:
        return Refuse("second")
    confirmed = case.release is not None
    turn.act(PutRelease(case.id, event.by, event.reason.strip(), confirmed=confirmed))
    if confirmed:
        tell_or_hold(turn, replace(case, released=True))
    return None


def floor_of(turn: Turn, case: Case) -> datetime:
    """Before when the decision is not told, unless it is released."""
    organisation = turn.organisation
    if case.floor_at is None:
        accepted = case.accepted_at or turn.facts.now
        return calendar.floor(organisation.schedule, accepted, organisation.floor_days)
    return case.floor_at


def tell_or_hold(turn: Turn, case: Case) -> None:
    """Tell the decision where it may be told now, else when the bell rings for it."""
    if case.state is not CaseState.DECIDED or case.told_at is not None:
        return
    now = turn.facts.now
    at = calendar.next_sending(turn.organisation.schedule, now if case.released else max(now, floor_of(turn, case)))
    if at > now:
        return turn.act(Remind(FLOOR, case.id, at))
    state = CaseState.ACCEPTED if case.verdict else CaseState.REJECTED
    turn.act(TellDecision(case.id), SetCase(case.id, state), Forget(case.id, (FLOOR, CEILING)))
    if not news.tell(turn, case, "case.update"):
        turn.act(AskStaff(OFFICER, "decision_unheard", case.id))
