"""What is known of cases beside their rows: items, votes, the decision, and where their chain of evidence ends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.acts import CASE_ACTS
from conversations.events import Event, TimePassed
from conversations.facts import CaseState, Returned, Slot, Vote
from conversations.forms import Matter
from services import booking
from services.ports import Row, Unit

EDITED = frozenset({CaseState.DRAFT, CaseState.RETURNED})  # whose answers the person may still write
VOTING = frozenset({CaseState.COMMITTEE, CaseState.DECIDED})
_TOLD = (CaseState.ANSWERED, CaseState.ACCEPTED, CaseState.REJECTED)
_AFTER = (*_TOLD, CaseState.REGISTERED, CaseState.SERVED, CaseState.CLOSED)
RULED = frozenset({CaseState.DECIDED, *_AFTER})
Item = tuple[str, str, str]  # case, field, document


@dataclass(frozen=True, slots=True)
class Dockets:
    """By case: the newest link of its chain, its items, votes and decision; its files where it may be declared now."""

    heads: Mapping[str, Row] = field(default_factory=dict)
    items: Mapping[Item, Row] = field(default_factory=dict)
    votes: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    decisions: Mapping[str, Row] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)
    files: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the mind is told of one case beside its own columns."""
        case, decision = row["case"], self.decisions.get(row["case"])
        told: dict[str, Any] = {name: row[name] for name in ("floor_at", "ceiling_at", "stopped_at")}
        if row["filled_by"]:
            told |= {"filler": row["filled_by"], "offered": row["offered_at"] is not None}
            told["unconfirmed"] = bool(row["unconfirmed"])
        told["returned"] = tuple(
            Returned(item["field"], item["document"], item["note"] or "")
            for (whose, _, _), item in self.items.items()
            if whose == case and item["returned_at"] is not None and item["answered_at"] is None
        )
        told["slot"] = self.slots.get(case)
        told["votes"] = tuple(Vote(v["staff"], v["accepted"], v["reason"] or "") for v in self.votes.get(case, ()))
        return told | (_ruled(decision) if decision else {})


def _ruled(row: Row) -> dict[str, Any]:
    asked = (row["released_by"], row["release_reason"] or "") if row["released_by"] else None
    told = {"told_at": row["told_at"], "released": row["released_at"] is not None, "release": asked}
    return {"verdict": row["accepted"], "reason": row["reason"] or "", **told}


async def load(unit: Unit, rows: Sequence[Row], events: Iterable[Event], *, leaving: bool = False) -> Dockets:
    """Only what some case here can have; a turn in which nobody has such a case asks nothing. Whoever is `leaving` may
    withdraw any."""
    acted = any(isinstance(event, (*CASE_ACTS, TimePassed)) for event in events)
    states = {CaseState(row["state"]) for row in rows}
    live = [row for row in rows if row["state"] not in (CaseState.DRAFT, CaseState.LAPSED)]
    returned = live if acted else [row for row in live if row["state"] == CaseState.RETURNED]
    items = await _of(unit, "items", returned)
    chains = await _chains(unit, live if leaving else returned)
    votes = await _of(unit, "votes", [r for r in live if r["state"] in VOTING]) if states & VOTING else []
    decisions = await _of(unit, "decisions", [r for r in live if r["state"] in RULED]) if states & RULED else []
    cast: dict[str, list[Row]] = {}
    for vote in sorted(votes, key=lambda v: v["at"]):
        cast.setdefault(vote["case"], []).append(vote)
    placed = {(i["case"], i["field"], i["document"]): i for i in items}
    slots = await _slots(unit, live)
    return Dockets(chains, placed, cast, {d["case"]: d for d in decisions}, slots)


async def _slots(unit: Unit, rows: Sequence[Row]) -> dict[str, Slot]:
    """The times of interviews that are still to come."""
    waiting = [r for r in rows if r["form"] == Matter.INTERVIEW and r["state"] == CaseState.SUBMITTED]
    return await booking.of_cases(unit, sorted({r["organisation"] for r in waiting}), [r["case"] for r in waiting])


async def _of(unit: Unit, table: str, rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    where = {"organisation": sorted({r["organisation"] for r in rows}), "case": [r["case"] for r in rows]}
    return await unit.select(table, where)


async def _chains(unit: Unit, rows: Sequence[Row]) -> dict[str, Row]:
    """The newest link of each chain."""
    if not rows:
        return {}
    where = {"organisation": sorted({r["organisation"] for r in rows}), "chain": [r["case"] for r in rows]}
    return {link["chain"]: link for link in await unit.select("evidence", where, order=["number"])}
