"""What a turn knows before it decides: each contact's own cases and those of its kin, the open ones with answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from conversations.acting_for import Corrected
from conversations.facts import CaseState, Known
from conversations.records import Seat
from conversations.state import Mode
from services import attachments, consenting, dockets, kinship
from services.ports import Row, Unit
from services.seating import Arrival, Place, case_of, place

GONE = frozenset({CaseState.LAPSED, CaseState.WITHDRAWN})


async def places(unit: Unit, arrivals: Sequence[Arrival], seats: Sequence[Seat], new: Sequence[bool]) -> list[Place]:
    """The own cases of those who are new in this batch, the drafts with their answers."""
    wanted = [(a, s) for a, s, fresh in zip(arrivals, seats, new, strict=True) if fresh]
    known = [s for _, s in wanted if not s.new]
    cases: dict[str, list[Any]] = {}
    known_of, people = dockets.Dockets(), dict[str, list[Known]]()
    if known:
        whose = {contact: s.contact for s in known for contact in kinship.whole(s.row)}
        where = {"organisation": sorted({s.organisation for s in known}), "contact": list(whose)}
        every = await unit.select("cases", where)
        rows = [row for row in every if row["erased_at"] is None]
        answers = await _answers(unit, rows)
        righted = {a.inbound.event.case for a, _ in wanted if isinstance(a.inbound.event, Corrected)}
        leaving = any((s.state or {}).get("mode") == Mode.WITHDRAW for s in known)
        known_of = await dockets.load(unit, rows, [a.inbound.event for a, _ in wanted], leaving=leaving)
        for row in rows:
            own = answers.get(row["case"], []) if row["state"] in dockets.EDITED or row["case"] in righted else []
            cases.setdefault(whose[row["contact"]], []).append(case_of(row, own, known_of.of(row)))
        people = _people(rows, answers, whose)
        ends = await consenting.heads(unit, known)
        files = await attachments.declared(
            unit, [s for _, s in wanted if not s.new], [a for a, s in wanted if not s.new]
        )
        known_of = replace(known_of, heads={**known_of.heads, **ends}, files=files)
        stones = {whose[row["contact"]] for row in every if row["erased_at"] is not None}
        wanted = [(a, _spoken_for(s, cases) if s.contact in stones else s) for a, s in wanted]
    papers = await attachments.named(unit, wanted)
    placed = [place(a, s, cases, papers, known_of) for a, s in wanted]
    return [replace(spot, people=tuple(people.get(spot.seat.contact, ()))) for spot in placed]


async def _answers(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Row]]:
    """The answers of what can be written on, and of what was sent: a person says nothing twice."""
    told = [row for row in rows if row["state"] in dockets.EDITED or _sent(row)]
    if not told:
        return {}
    where = {"organisation": sorted({r["organisation"] for r in told}), "case": [r["case"] for r in told]}
    found: dict[str, list[Row]] = {}
    for row in await unit.select("answers", where):
        found.setdefault(row["case"], []).append(row)
    return found


def _sent(row: Mapping[str, Any]) -> bool:
    return row["reference"] is not None and row["state"] not in GONE


def _people(
    rows: Sequence[Mapping[str, Any]], answers: Mapping[str, Sequence[Row]], whose: Mapping[str, str]
) -> dict[str, list[Known]]:
    """By contact, the persons of what was sent: each once for each form, as the newest of it tells."""
    found: dict[str, dict[tuple[str, str], Known]] = {}
    for row in sorted((r for r in rows if _sent(r)), key=lambda r: r["opened_at"]):
        told = [a for a in answers.get(row["case"], ()) if a["value"] is not None]
        values, typed = {a["field"]: a["value"] for a in told}, {a["field"]: a["typed"] or "" for a in told}
        names = row["beneficiary"], row["applicant"], row["reference"], row["form"], row["relation"] or ""
        key = row["form"], row["beneficiary"]
        found.setdefault(whose[row["contact"]], {}).pop(key, None)
        found[whose[row["contact"]]][key] = Known(*names, values, typed)
    return {contact: list(reversed(known.values())) for contact, known in found.items()}


def _spoken_for(seat: Seat, cases: Mapping[str, Sequence[Any]]) -> Seat:
    """Where somebody was erased, only whoever has a case left is known: nobody new is taken for somebody there was."""
    known = {person for case in cases.get(seat.contact, ()) for person in (case.applicant, case.beneficiary)}
    return replace(seat, persons=tuple(person for person in seat.persons if person in known))
