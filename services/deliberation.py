"""The committee on a request: who has voted, what was said to whom it may be shown, and the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.organisation import Organisation
from services.inbox import Officer
from services.ports import Reading, Row
from services.roles import Role

INSIDE = frozenset({Role.COMMITTEE, Role.SUPERVISOR})  # who reads what others said before it is told


@dataclass(frozen=True, slots=True)
class Vote:
    """One member of the committee; `accepted` is None where they have not voted or it may not be shown here."""

    name: str
    mine: bool
    voted: bool
    accepted: bool | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deliberation:
    """Votes, quorum and decision; `accepted` is None where there is none yet or it may not be shown here.

    `asked_by` wants it told early, for a `wish`; `asked` is the name, `mine` whether this member is the one.
    """

    votes: tuple[Vote, ...]
    quorum: int
    floor: datetime | None
    decided: bool = False
    accepted: bool | None = None
    reason: str = ""
    told_at: datetime | None = None
    asked: str = ""
    wish: str = ""
    asked_by_me: bool = False
    released: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of votes and of the decision."""

    votes: list[Row]
    decision: Row | None


async def rows(unit: Reading, where: Mapping[str, Any]) -> Found:
    """What the committee said of this case."""
    decisions = await unit.select("decisions", where)
    return Found(await unit.select("votes", where, order=["at"]), decisions[0] if decisions else None)


def told(organisation: Organisation, member: Officer, case: Row, found: Found, staff: Sequence[Row]) -> Deliberation:
    """The committee as this member may see it."""
    decision = found.decision
    inside = not INSIDE.isdisjoint(member.roles)
    plain = Deliberation(_votes(member, found.votes, staff, inside), organisation.quorum, case["floor_at"])
    if decision is None:
        return plain
    open_now = inside or decision["told_at"] is not None
    names = {row["staff"]: str(row["name"] or "") for row in staff}
    return Deliberation(
        votes=plain.votes,
        quorum=plain.quorum,
        floor=plain.floor,
        decided=True,
        accepted=decision["accepted"] if open_now else None,
        reason=(decision["reason"] or "") if open_now else "",
        told_at=decision["told_at"],
        asked=names.get(decision["released_by"] or "", ""),
        wish=(decision["release_reason"] or "") if inside else "",
        asked_by_me=decision["released_by"] == member.staff,
        released=decision["released_at"] is not None,
    )


def _votes(member: Officer, votes: list[Row], staff: Sequence[Row], inside: bool) -> tuple[Vote, ...]:
    """Who voted, in that order, then the committee's other members."""
    names = {row["staff"]: str(row["name"] or "") for row in staff}
    voted = {row["staff"] for row in votes}
    cast = [_cast(row, names.get(row["staff"], ""), member, inside) for row in votes]
    others = [row for row in staff if Role.COMMITTEE in row["roles"] and not row["disabled_at"]]
    waiting = sorted((r for r in others if r["staff"] not in voted), key=lambda r: names[r["staff"]])
    return (*cast, *(Vote(names[row["staff"]], row["staff"] == member.staff, voted=False) for row in waiting))


def _cast(row: Row, name: str, member: Officer, inside: bool) -> Vote:
    mine = row["staff"] == member.staff
    if not inside:
        return Vote(name, mine, voted=True)
    return Vote(name, mine, True, row["accepted"], row["reason"] or "")
