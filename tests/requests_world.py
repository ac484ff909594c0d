"""Requests that real turns made, and what staff found and decided about them, as rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.household import Household
from services.members import Member
from services.requests import Requests
from services.revealing import Revealing
from services.roles import Role
from tests.mind_world import NOW, profiles
from tests.turns_world import Guest, rows

DAY = timedelta(days=1)


STAFF: Mapping[str, tuple[str, str]] = {
    "noura": ("نورة العتيبي", Role.RELATIONS),
    "saad": ("سعد الباحث", Role.RESEARCH),
    "hind": ("هند السالم", Role.COMMITTEE),
    "ali": ("علي الراجح", Role.COMMITTEE),
    "amal": ("أمل المشرفة", Role.SUPERVISOR),
}


def having(*roles: str, staff: str = "noura", organisation: str = "qalb") -> Member:
    return Member(organisation, staff, STAFF[staff][0], frozenset(roles))


NOURA = having(Role.RELATIONS)


def requests(home: Household, clock: Any) -> Requests:
    return Requests(home.memory, {name: p.organisation for name, p in profiles().items()}, clock)


def revealing(home: Household, clock: Any) -> Revealing:
    return Revealing(home.memory, {name: p.organisation for name, p in profiles().items()}, clock)


async def employ(home: Household, name: str = "qalb") -> None:
    """The staff of an association."""
    row = {"organisation": name, "created_at": NOW}
    people = [
        {**row, "staff": id, "login": id, "login_hash": uuid4().bytes, "name": called, "roles": [role]}
        for id, (called, role) in STAFF.items()
    ]
    async with home.memory.unit() as unit:
        await unit.insert("staff", people)


async def submitted(home: Household, key: str = "guest", name: str = "qalb", **given: str) -> str:
    """The id of a request that somebody submitted."""
    guest = Guest(home, name=name, key=key)
    await guest.submit(**given)
    (row,) = await rows(home, "cases", name, contact=guest.contact)
    assert row["reference"]
    return str(row["case"])


async def change(home: Household, case: str, name: str = "qalb", **columns: Any) -> None:
    """Change a case, as a verb of staff would."""
    async with home.memory.unit() as unit:
        await unit.update("cases", [{"organisation": name, "case": case, **columns}])


async def many(home: Household, case: str, count: int, name: str = "qalb") -> list[str]:
    """Copies of a request, one minute apart, under ids of their own."""
    (model,) = await rows(home, "cases", name, case=case)
    answers = await rows(home, "answers", name, case=case)
    ids = [uuid4().hex for _ in range(count)]
    cases = [
        {**model, "case": id, "reference_hash": None, "reference": "100000001", "accepted_at": _later(model, n)}
        for n, id in enumerate(ids, 1)
    ]
    async with home.memory.unit() as unit:
        await unit.insert("cases", cases)
        await unit.insert("answers", [{**row, "case": id} for id in ids for row in answers])
    return ids


def _later(model: Mapping[str, Any], minutes: int) -> datetime:
    at: datetime = model["accepted_at"]
    return at + timedelta(minutes=minutes)


async def found(home: Household, case: str, field: str, name: str = "qalb", **columns: Any) -> None:
    """An item of the verification list."""
    (row,) = await rows(home, "cases", name, case=case)
    item = {"organisation": name, "case": case, "field": field, "document": "", "person": row["applicant"], "at": NOW}
    async with home.memory.unit() as unit:
        await unit.upsert("items", [{**item, **columns}])


async def voted(home: Household, case: str, staff: str, accepted: bool, reason: str) -> None:
    """A vote of the committee."""
    (row,) = await rows(home, "cases", "qalb", case=case)
    vote = {"organisation": "qalb", "case": case, "staff": staff, "person": row["applicant"], "at": NOW}
    async with home.memory.unit() as unit:
        await unit.insert("votes", [{**vote, "accepted": accepted, "reason": reason}])


async def decided(home: Household, case: str, accepted: bool, reason: str, **columns: Any) -> None:
    """The committee's decision, held."""
    (row,) = await rows(home, "cases", "qalb", case=case)
    decision = {"organisation": "qalb", "case": case, "person": row["applicant"], "at": NOW}
    async with home.memory.unit() as unit:
        await unit.insert("decisions", [{**decision, "accepted": accepted, "reason": reason, **columns}])
        await unit.update("cases", [{"organisation": "qalb", "case": case, "state": "decided"}])
