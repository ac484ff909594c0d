"""What a member of staff did in a turn, as a row of the audit log."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from services.ports import Row
from services.seating import fresh_id

if TYPE_CHECKING:
    from services.rows import Scribe

# What stands in columns of its own, and what the transcript keeps.
ELSEWHERE = frozenset({"by", "name", "case", "text", "choices"})
CHAT, CASE = "chat", "case"


def audited(scribe: "Scribe") -> Row:
    """One row: who did what to which case or conversation, and what belongs to it, sealed as its person's."""
    event = scribe.event
    case = getattr(event, "case", None)
    more = {name: value for name, value in asdict(event).items() if name not in ELSEWHERE and value}
    owner = ("person", scribe.applicant(case)) if case else ("contact", scribe.place.seat.contact)
    return {
        "organisation": scribe.organisation,
        "id": fresh_id(),
        "staff": scribe.by,
        "verb": f"{CASE if case else CHAT}.{type(event).__name__.lower()}",
        "case": case,
        "contact": scribe.place.seat.contact,
        "owner_kind": owner[0],
        "owner": owner[1],
        "more": more or None,
        "at": scribe.now,
    }
