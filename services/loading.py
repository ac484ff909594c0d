"""What a turn knows before it decides: each contact's own cases and those of its kin, the open ones with answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from conversations.records import Seat
from services import attachments, consenting, dockets, kinship
from services.ports import Row, Unit
from services.seating import Arrival, Place, case_of, place


async def places(unit: Unit, arrivals: Sequence[Arrival], seats: Sequence[Seat], new: Sequence[bool]) -> list[Place]:
    """The own cases of those who are new in this batch, the drafts with their answers."""
    wanted = [(a, s) for a, s, fresh in zip(arrivals, seats, new, strict=True) if fresh]
    known = [s for _, s in wanted if not s.new]
    cases: dict[str, list[Any]] = {}
    known_of = dockets.Dockets()
    if known:
        whose = {contact: s.contact for s in known for contact in kinship.whole(s.row)}
        where = {"organisation": sorted({s.organisation for s in known}), "contact": list(whose)}
        every = await unit.select("cases", where)
        rows = [row for row in every if row["erased_at"] is None]
        answers = await _answers(unit, rows)
        known_of = await dockets.load(unit, rows, [a.inbound.event for a, _ in wanted])
        for row in rows:
            own = answers.get(row["case"], [])
            cases.setdefault(whose[row["contact"]], []).append(case_of(row, own, known_of.of(row)))
        ends = await consenting.heads(unit, known)
        files = await attachments.declared(unit, known)
        known_of = replace(known_of, heads={**known_of.heads, **ends}, files=files)
        stones = {whose[row["contact"]] for row in every if row["erased_at"] is not None}
        wanted = [(a, _spoken_for(s, cases) if s.contact in stones else s) for a, s in wanted]
    papers = await attachments.named(unit, wanted)
    return [place(a, s, cases, papers, known_of) for a, s in wanted]


async def _answers(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Row]]:
    drafts = [row for row in rows if row["state"] in dockets.EDITED]
    if not drafts:
        return {}
    where = {"organisation": sorted({r["organisation"] for r in drafts}), "case": [r["case"] for r in drafts]}
    found: dict[str, list[Row]] = {}
    for row in await unit.select("answers", where):
        found.setdefault(row["case"], []).append(row)
    return found


def _spoken_for(seat: Seat, cases: Mapping[str, Sequence[Any]]) -> Seat:
    """Where somebody was erased, only whoever has a case left is known: nobody new is taken for somebody there was."""
    known = {person for case in cases.get(seat.contact, ()) for person in (case.applicant, case.beneficiary)}
    return replace(seat, persons=tuple(person for person in seat.persons if person in known))
