"""What is told unasked because time has passed: drafts and returned items that wait, decisions, and their delay."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from conversations import behalf, calendar, consent, deciding, interviews, news, reference, surveys
from conversations.effects import Forget, Lapse, Remind
from conversations.events import TimePassed
from conversations.facts import Case, CaseState
from conversations.forms import Matter
from conversations.handling import AskStaff
from conversations.messages import Code, Line, Part
from conversations.state import Mode
from conversations.turn import Turn, text

DRAFT, RETURNED, FLOOR, CEILING = "draft", "returned", "floor", "ceiling"
OFFICER, SUPERVISOR = "relations_officer", "supervisor"
SHORT = Line("organisation.short")
DAY = timedelta(days=1)
HELD = timedelta(hours=1)  # while staff hold the conversation the bot does not call drafts to mind; it looks again
OPEN = (CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.COMMITTEE)


def passed(turn: Turn, event: TimePassed) -> None:
    """Something is due for a case. The open question stays open, and outside the sending window it is due later."""
    case = next((c for c in turn.facts.cases if c.id == event.case), None)
    if case is not None and event.kind in ACTS:
        ACTS[event.kind](turn, case)


def _draft(turn: Turn, case: Case) -> None:
    """All drafts of a contact wait since its last word: one message speaks for them, and they lapse together."""
    if case.hidden:
        return behalf.waited(turn, case)
    if case not in turn.drafts:
        return
    if turn.state.mode is Mode.STAFF:
        return _remind(turn, turn.facts.now + HELD)
    remind, warn, lapse = _days(turn)
    steps = [*((at, text("remind.draft", short=SHORT)) for at in remind), (warn, _warning(turn, lapse))]
    ahead = [at for at, _ in [*steps, (lapse, None)] if at > turn.facts.now]
    behind = [words for at, words in steps if at <= turn.facts.now]
    if behind and (later := _closed(turn)):
        return _remind(turn, later)
    if ahead:
        _tell(turn, *behind[-1:])
        return _remind(turn, ahead[0])
    _tell(turn, text("remind.lapsed", short=SHORT))
    for draft in turn.drafts:
        turn.act(Lapse(draft.id), Forget(draft.id, (DRAFT,)))


def _days(turn: Turn) -> tuple[list[datetime], datetime, datetime]:
    """When to remind, when to tell that tomorrow is the last day, and when the drafts lapse."""
    organisation, contact = turn.organisation, turn.facts.contact
    since = max(c.opened_at for c in turn.drafts)
    since = max(since, contact.last_at) if contact.last_at else since

    def sending(at: datetime) -> datetime:
        return calendar.next_sending(organisation.schedule, at)

    warn = sending(since + timedelta(days=organisation.draft_days - 1))
    remind = [sending(since + timedelta(days=day)) for day in sorted(organisation.reminder_days)]
    return remind, warn, sending(max(since + timedelta(days=organisation.draft_days), warn + DAY))


def _warning(turn: Turn, lapse: datetime) -> Part:
    return text("remind.last", short=SHORT, until=calendar.local(turn.organisation.schedule, lapse).date())


def _remind(turn: Turn, at: datetime) -> None:
    turn.act(*(Remind(DRAFT, draft.id, at) for draft in turn.drafts))


def _ceiling(turn: Turn, case: Case) -> None:
    """No decision came in the time that the association gives itself: the applicant hears so, a supervisor too."""
    if case.state not in OPEN or case.reference is None:
        return
    if later := _closed(turn):
        return turn.act(Remind(CEILING, case.id, later))
    turn.act(AskStaff(SUPERVISOR, CEILING, case.id))
    matter = turn.organisation.matter_of(case.form)
    longer = "case.longer" if matter is Matter.REQUEST else "matter.longer"
    _tell(turn, text(longer, short=SHORT, reference=Code(reference.shown(case.reference))))


def _returned(turn: Turn, case: Case) -> None:
    """Returned items wait: the applicant is reminded as of a draft, then staff are asked to see to it."""
    if case.state is not CaseState.RETURNED:
        return
    organisation, now = turn.organisation, turn.facts.now
    if turn.state.mode is Mode.STAFF:
        return turn.act(Remind(RETURNED, case.id, now + HELD))
    since = case.stopped_at or now
    days = (*sorted(organisation.reminder_days), organisation.draft_days)
    times = [calendar.next_sending(organisation.schedule, since + timedelta(days=day)) for day in days]
    ahead = [at for at in times if at > now]
    if len(ahead) < len(times) and (later := _closed(turn)):
        return turn.act(Remind(RETURNED, case.id, later))
    if not ahead:
        return turn.act(AskStaff(OFFICER, "returned_waits", case.id))
    if len(ahead) < len(times):
        news.tell(turn, case, "remind.returned", fix=True)
    turn.act(Remind(RETURNED, case.id, ahead[0]))


def _closed(turn: Turn) -> datetime | None:
    """When messages may leave unasked again, if they may not now."""
    opens = calendar.next_sending(turn.organisation.schedule, turn.facts.now)
    return opens if opens > turn.facts.now else None


def _tell(turn: Turn, *parts: Part) -> None:
    """Say it beside the conversation, unless the person wants no such thing unasked."""
    if parts and not consent.refuses(turn, parts[0].line.key):
        turn.tell(*parts)


ACTS: Mapping[str, Callable[[Turn, Case], None]] = {
    DRAFT: _draft,
    RETURNED: _returned,
    FLOOR: deciding.tell_or_hold,
    CEILING: _ceiling,
    surveys.DUE: surveys.due,
    interviews.DUE: interviews.due,
}
