"""Words of self-harm or danger: the approved text at once, an urgent call, and the truth about who is watching."""

import re
from functools import cache

from conversations import anywhere
from conversations.arabic import fold
from conversations.events import Said
from conversations.facts import Need
from conversations.handling import CallStaff, MarkUrgent
from conversations.messages import Code, Line, Part, Role
from conversations.state import Mode
from conversations.turn import Turn, part, text

REASON = "danger"
QUIET_MINUTES = 60  # within the hour the same person is heard as always, so that nothing they write is lost


def heard(turn: Turn, said: Said) -> bool:
    """Whether the words say so, and were not answered within the hour."""
    known = among(turn.facts.lexicon.danger).search(fold(said.text)) is not None
    return known and turn.state.minute - turn.state.danger >= QUIET_MINUTES


def answer(turn: Turn) -> Need | None:
    """Tell the approved text beside whatever was asked, and call for somebody; needs to know who is watching."""
    found = turn.facts.found
    if found is None:
        return Need.WATCH
    turn.change(danger=turn.state.minute)
    urgent(turn)
    numbers = [
        Part(Role.CALL, Line("value", {"value": Code(number)}), Line(f"danger.number.{key}"))
        for key, number in turn.organisation.danger
    ]
    turn.tell(text("danger.text"), *numbers, *_coming(turn, found.watching))
    return None


def urgent(turn: Turn, reason: str = REASON) -> None:
    """Whoever holds or awaits the conversation sees it first; where nobody was called, somebody is now."""
    if turn.state.mode is Mode.STAFF or turn.state.queued:
        return turn.act(MarkUrgent(turn.state.call))
    turn.change(queued=True, call=turn.state.call + 1)
    turn.act(CallStaff(anywhere.OFFICER, reason, turn.state.call, turn.state.case, urgent=True))


@cache
def among(phrases: frozenset[str]) -> re.Pattern[str]:
    """Finds any of the folded phrases as whole words; no phrase finds nothing."""
    return re.compile(rf"(?:^| )(?:{'|'.join(map(re.escape, sorted(phrases))) or '(?!)'})(?= |$)")


def _coming(turn: Turn, watching: bool) -> list[Part]:
    """What is true of who reads this now: somebody at the desk, somebody at an hour, or nobody that is known."""
    if turn.state.mode is Mode.STAFF:
        return [part(Role.NOTE, "danger.held", name=turn.state.holder_name)]
    if watching:
        return [part(Role.NOTE, "danger.watched")]
    opening = anywhere.away_until(turn)
    if opening is None:
        return [part(Role.NOTE, "danger.called")]
    return [part(Role.NOTE, "danger.unwatched", opening=opening)]
