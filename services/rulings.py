"""What a turn files where staff have a hand in it: handovers, verdicts, votes, decisions and their evidence."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from conversations import handling as h
from conversations.acts import CHAT_ACTS
from conversations.effects import Withdraw
from conversations.facts import CaseState
from services import evidence
from services.seating import fresh_id

if TYPE_CHECKING:
    from services.rows import Scribe

WAITING, HELD, OVER = "waiting", "held", "over"


def call_staff(scribe: "Scribe", effect: h.CallStaff) -> None:
    """A conversation that waits for whoever has the role, or waits on for another."""
    rest = {"role": effect.role, "reason": effect.reason, "case": effect.case, "line": scribe.line}
    _handover(scribe, effect.number, state=WAITING, since=scribe.now, urgent=effect.urgent, **rest)
    if not isinstance(scribe.event, CHAT_ACTS):  # a referral is an act of its own in the transcript
        scribe.deed("bot", {"event": "called", "role": effect.role, "reason": effect.reason})


def mark_urgent(scribe: "Scribe", effect: h.MarkUrgent) -> None:
    """A handover that comes before all others."""
    scribe.ledger.update("handovers", _key(scribe, effect.number), urgent=True)


def give_staff(scribe: "Scribe", effect: h.GiveStaff) -> None:
    """A handover in somebody's hands; who was asked for, and since when, stays as it was."""
    held = {"state": HELD, "holder": effect.by, "taken_at": scribe.now}
    if scribe.place.conversation.queued or scribe.place.conversation.holder:
        return scribe.ledger.update("handovers", _key(scribe, effect.number), **held)
    rest = {"role": "relations_officer", "reason": "staff", "case": effect.case, "line": scribe.line}
    _handover(scribe, effect.number, since=scribe.now, **rest, **held)


def end_call(scribe: "Scribe", effect: h.EndCall) -> None:
    """A handover that is over."""
    scribe.ledger.update("handovers", _key(scribe, effect.number), state=OVER, ended_at=scribe.now, why=effect.why)


def _handover(scribe: "Scribe", number: int, **row: Any) -> None:
    scribe.ledger.upsert("handovers", _key(scribe, number), **row)


def _key(scribe: "Scribe", number: int) -> Mapping[str, Any]:
    return scribe.key(contact=scribe.place.seat.contact, number=number)


def ask_staff(scribe: "Scribe", effect: h.AskStaff) -> None:
    """A task for whoever has the role."""
    task = {"kind": "call", "role": effect.role, "reason": effect.reason, "case": effect.case}
    scribe.ledger.insert("tasks", **scribe.key(id=fresh_id()), contact=scribe.place.seat.contact, at=scribe.now, **task)


def set_case(scribe: "Scribe", effect: h.SetCase) -> None:
    """Where the case stands, and its ceiling's clock."""
    changes: dict[str, Any] = {"state": str(effect.state), "changed_at": scribe.now}
    if effect.stopped is not None:
        changes["stopped_at"] = scribe.now if effect.stopped else None
    if effect.ceiling is not None:
        changes["ceiling_at"] = effect.ceiling
    if slot := scribe.place.dockets.slots.get(effect.case):  # whatever becomes of it, its time is another's now
        scribe.ledger.delete("bookings", scribe.key(slot=slot.id))
    if effect.state == CaseState.RETURNED:  # what the committee said was said of what is mended now
        for vote in scribe.place.dockets.votes.get(effect.case, ()):
            scribe.ledger.delete("votes", scribe.key(case=effect.case, staff=vote["staff"]))
    scribe.ledger.update("cases", scribe.key(case=effect.case), **changes)


def put_verdict(scribe: "Scribe", effect: h.PutVerdict) -> None:
    """An item of the verification list; what the effect leaves open stays as it was."""
    place = effect.case, effect.field, effect.document
    person = scribe.whose(effect.case, effect.field)
    row = dict(scribe.items.get(place) or {"person": person, "at": scribe.now})
    if effect.verdict is not None:
        row |= {"verdict": effect.verdict, "by": scribe.by, "at": scribe.now}
    if effect.note is not None:
        row["note"] = effect.note
    if effect.returned:
        row |= {"returned_at": scribe.now, "answered_at": None, "by": scribe.by}
    if effect.answered:
        row["answered_at"] = scribe.now
    scribe.items[place] = row
    key = scribe.key(**dict(zip(("case", "field", "document"), place, strict=True)))
    scribe.ledger.upsert("items", key, **{name: value for name, value in row.items() if name not in key})


def put_vote(scribe: "Scribe", effect: h.PutVote) -> None:
    """What a member of the committee says."""
    vote = {"accepted": effect.accepted, "reason": effect.reason, "at": scribe.now}
    key = scribe.key(case=effect.case, staff=effect.by)
    scribe.ledger.upsert("votes", key, person=scribe.applicant(effect.case), **vote)


def decide(scribe: "Scribe", effect: h.Decide) -> None:
    """The decision, which is evidence from now on."""
    decision = {"accepted": effect.accepted, "reason": effect.reason}
    person = scribe.applicant(effect.case)
    scribe.ledger.insert("decisions", **scribe.key(case=effect.case), person=person, at=scribe.now, **decision)
    attest(scribe, effect.case, "decided", decision)


def put_release(scribe: "Scribe", effect: h.PutRelease) -> None:
    """Who asked to tell it early; confirmed by a second person it is evidence."""
    key = scribe.key(case=effect.case)
    if effect.confirmed:
        scribe.ledger.update("decisions", key, released_at=scribe.now)
        return attest(scribe, effect.case, "released", {"reason": effect.reason})
    asked = {"released_by": effect.by, "release_reason": effect.reason}
    scribe.ledger.update("decisions", key, person=scribe.applicant(effect.case), **asked)


def tell_decision(scribe: "Scribe", effect: h.TellDecision) -> None:
    """The decision is told in this turn."""
    scribe.ledger.update("decisions", scribe.key(case=effect.case), told_at=scribe.now)
    attest(scribe, effect.case, "told", {})


def withdraw(scribe: "Scribe", effect: Withdraw) -> None:
    """The applicant's own word, which ends the request; of a draft nothing is kept."""
    scribe.ledger.update("cases", scribe.key(case=effect.case), state=str(CaseState.WITHDRAWN), changed_at=scribe.now)
    if effect.sent:
        where = {"line": scribe.line, "address": scribe.place.seat.address, "message": scribe.place.arrival.inbound.id}
        attest(scribe, effect.case, "withdrawn", {"phrase": effect.phrase, **where})


def attest(scribe: "Scribe", case: str, kind: str, body: Mapping[str, Any], owner: str = "") -> None:
    """A link more in the case's chain: what was done, by whom and when; sealed as the owner's, else the applicant's."""
    whole = {"kind": kind, "by": scribe.by, "at": scribe.now.isoformat(), **body}
    who = ("person", owner or scribe.applicant(case))
    last = scribe.heads.get(case)
    scribe.heads[case] = evidence.link(scribe.organisation, case, kind, who, whole, scribe.now, last=last)
    scribe.ledger.insert("evidence", **scribe.heads[case])


RULED: Mapping[type, Callable[["Scribe", Any], None]] = {
    h.CallStaff: call_staff,
    h.MarkUrgent: mark_urgent,
    h.GiveStaff: give_staff,
    h.EndCall: end_call,
    h.AskStaff: ask_staff,
    h.SetCase: set_case,
    h.PutVerdict: put_verdict,
    h.PutVote: put_vote,
    h.Decide: decide,
    h.PutRelease: put_release,
    h.TellDecision: tell_decision,
    Withdraw: withdraw,
}
