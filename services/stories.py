"""What happened to a request, the newest first: its evidence, what staff did, and what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.acts import CASE_ACTS
from services.deeds import CASE
from services.filesight import LOOKED
from services.ports import Row

ACCEPTED, RENEWED, DECIDED, TOLD, RETURNED = "accepted", "renewed", "decided", "told", "returned"
WITHDRAWN, LODGED = "withdrawn", "lodged"
# Verbs of the audit log that are told, by the last part of their names.
TOLD_OF = {
    "checked": "checked",
    "itemsreturned": RETURNED,
    "returned": RETURNED,
    "committeeasked": "committee",
    "voted": "voted",
    "releaseasked": "release",
    "registered": "registered",
    "served": "served",
    "signedonpaper": "signed",
    "offered": "offered",
    "takenback": "taken_back",
    "lodged": LODGED,
    "corrected": "corrected",
    "caseclosed": "closed",
    "closed": "closed",
    "revealed": "revealed",
    "looked_at_file": "looked",
}
REVEALED = ".".join(("case", "revealed"))  # verbs of the audit log, no words
ACTED = tuple(f"{CASE}.{kind.__name__.lower()}" for kind in CASE_ACTS)
LOOKED_AT = (REVEALED, LOOKED)
LOOKS = frozenset({"revealed", "looked"})  # somebody looked; nothing changed
KEY = frozenset({ACCEPTED, RENEWED, RETURNED, DECIDED, TOLD, WITHDRAWN, LODGED, "voted"})


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story; `name` is of staff, `more` what belongs to it."""

    what: str
    at: datetime
    name: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def main(self) -> bool:
        """Whether it is a turn of the request rather than a step of the work."""
        return self.what in KEY


def story(
    evidence: Sequence[Row], audit: Sequence[Row], decision: Row | None, names: Mapping[str, str]
) -> tuple[Event, ...]:
    """Every event of a case, the newest first."""
    found = [*_declared(evidence), *(event for row in audit if (event := _done(row, names)))]
    if decision:
        found.append(Event(DECIDED, decision["at"]))
        found += [Event(TOLD, decision["told_at"])] if decision["told_at"] else []
    return tuple(sorted(found, key=lambda event: event.at, reverse=True))


def moments(events: Sequence[Event], what: str) -> list[datetime]:
    """When this happened."""
    return [event.at for event in events if event.what == what]


def _declared(evidence: Sequence[Row]) -> list[Event]:
    """The acceptance of the declaration, each time it was renewed, and the applicant's withdrawal."""
    times = sorted(row["at"] for row in evidence if row["kind"] in (ACCEPTED, RENEWED))
    gone = [Event(WITHDRAWN, row["at"]) for row in evidence if row["kind"] == WITHDRAWN]
    return [*(Event(RENEWED if number else ACCEPTED, at) for number, at in enumerate(times)), *gone]


def _done(row: Row, names: Mapping[str, str]) -> Event | None:
    what = TOLD_OF.get(str(row["verb"]).rpartition(".")[2])
    return Event(what, row["at"], names.get(row["staff"], ""), row["more"] or {}) if what else None
