"""Where each own request stands: the truth for its person, and not a word of a decision that is still held."""

from conversations import calendar, deciding, reference
from conversations.effects import IssueLink
from conversations.facts import Case, CaseState
from conversations.forms import Matter
from conversations.messages import Code, Line, Part, Quote, Role
from conversations.state import FILLING, Mode
from conversations.turn import Turn, part, text
from conversations.turning import LINK_MINUTES

STUDIED = (CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.COMMITTEE)
HELD = {CaseState.DECIDED: CaseState.COMMITTEE}  # a decision that was not told reads as if there were none


def all_of(turn: Turn) -> list[Part]:
    """A line for each request; the one that was decided last with its decision."""
    told = max((c for c in known(turn) if _told(c)), key=_when, default=None)
    parts = [part for case in known(turn) for part in (whole(turn, case) if case is told else [_line(turn, case)])]
    return parts or [text("case.none")]


def known(turn: Turn) -> list[Case]:
    """The own requests that are spoken of: neither what lapsed nor a draft that was withdrawn."""
    gone = (CaseState.LAPSED, CaseState.WITHDRAWN)
    return [c for c in turn.facts.cases if c.state not in gone or (c.reference and c.state is not CaseState.LAPSED)]


def _told(case: Case) -> bool:
    return case.told_at is not None and case.verdict is not None and case.state not in HELD


def _when(case: Case) -> float:
    return case.told_at.timestamp() if case.told_at else 0.0


def whole(turn: Turn, case: Case) -> list[Part]:
    """Where one request stands, and its decision."""
    return [_line(turn, case), *(decision(turn, case) if _told(case) else [])]


def decision(turn: Turn, case: Case) -> list[Part]:
    """The decision's reason and what can be done about it, or a one-time link to the page where it is read."""
    if turn.organisation.matter_of(case.form) is not Matter.REQUEST:
        return [text("matter.answer", answer=Quote(case.reason))]
    return [*_reason(turn, case), *([] if case.verdict else [text("decision.rights")])]


def _reason(turn: Turn, case: Case) -> list[Part]:
    if turn.private and turn.state.guarded:
        return [text("decision.guarded")] if case.reason else []
    if turn.private:
        return [text("decision.reason", reason=Quote(case.reason))] if case.reason else []
    if turn.state.mode in FILLING | {Mode.DECLARATION}:  # its own link may be needed for the question that is open
        return [text("decision.later")]
    token = turn.facts.fresh.link
    turn.act(IssueLink(token, case.id))
    url = Code(f"{turn.facts.public_url}/chat/{turn.organisation.name}#k={token}")
    minutes = part(Role.NOTE, "link.minutes", count=LINK_MINUTES)
    return [text("decision.link"), part(Role.LINK, "link.url", url=url), minutes]


def _line(turn: Turn, case: Case) -> Part:
    title, schedule = Line(f"form.{case.form}.title"), turn.organisation.schedule
    if case.reference is None or case.accepted_at is None:
        return text("case.draft", form=title, opened=calendar.local(schedule, case.opened_at).date())
    state = HELD.get(case.state, case.state)
    plain = state is CaseState.SUBMITTED and turn.organisation.matter_of(case.form) is not Matter.REQUEST
    return text(
        "case.line",
        form=title,
        reference=Code(reference.shown(case.reference)),
        state=Line("matter.submitted") if plain else Line(f"case.state.{state}"),
        next=_next(turn, case, state),
    )


def _next(turn: Turn, case: Case, state: CaseState) -> Line:
    """What comes next; a day that has passed is named no more, and some procedures end with the registration."""
    if turn.organisation.matter_of(case.form) is not Matter.REQUEST:
        if case.slot is not None:
            return Line("matter.next.slot", {"at": case.slot.at})
        until = calendar.local(turn.organisation.schedule, case.ceiling_at or case.opened_at).date()
        return Line(f"matter.next.{state}", {"until": until})
    if state is CaseState.REGISTERED and not turn.organisation.serves:
        return Line("case.next.ended")
    floor = deciding.floor_of(turn, case)
    if state in STUDIED and floor <= turn.facts.now:
        return Line("case.next.soon")
    return Line(f"case.next.{state}", {"earliest": calendar.local(turn.organisation.schedule, floor).date()})
