"""What a turn committed for a contact, as a page of this process may tell it without looking it up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services import presence, transcript
from services.ledger import Ledger
from services.presence import Standing
from services.seating import Place
from services.transcript import LINE, Passage


@dataclass(frozen=True, slots=True)
class Echo:
    """The messages of one turn, which follow number `before`, and the contact's row after it. Whoever has not come
    exactly so far looks at the rows instead: something else was committed meanwhile."""

    before: int
    rows: Sequence[Mapping[str, Any]]
    contact: Mapping[str, Any]
    line: str

    @property
    def standing(self) -> Standing | None:
        """Who is there now; None where others' rows say it."""
        return presence.standing(self.contact)

    def said(self, after: int) -> Passage:
        """What was told above this seq, and the person's own line where it came from a page."""
        own = {row["address"] for row in self.rows} if self.line == LINE else set()
        return transcript.said(self.rows, after, own, self.before)


def echoes(ledger: Ledger, places: Iterable[Place]) -> Mapping[tuple[str, str], Echo]:
    """By organisation and contact; none of a turn that left no message, nor where the contact is one with another."""
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in ledger.inserts.get("messages", ()):
        rows.setdefault((row["organisation"], row["contact"]), []).append(row)
    changed, found = ledger.updates.get("contacts", {}), {}
    for spot in places:
        key, before = (spot.organisation, spot.seat.contact), spot.seat.row
        after = {**before, **changed.get(key, {})}
        if key in rows and not (after["merged_into"] or after["kin"]):
            found[key] = Echo(before["message_number"], rows[key], after, spot.arrival.inbound.line)
    return found
