"""A request by its number and a second factor: the same work whatever there is to find, five wrong tries an hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hmac import compare_digest

from conversations.facts import Case, Found
from conversations.forms import BIRTH, Kind, Matter
from conversations.lookup import BY_ID, LAST
from conversations.organisation import Organisation
from services.ports import Row, Unit
from services.seating import case_of, fresh_id

MOST = 5
HOUR = timedelta(hours=1)
HOUR_S = 3600
MINUTE = timedelta(minutes=1)
SWEPT = 64
TIMES = ("floor_at", "ceiling_at", "stopped_at")


async def find(unit: Unit, organisation: Organisation, contact: str, sought: Sequence[str], now: datetime) -> Found:
    """The request that number and factor fit. A wrong try counts for who tries and for the number, whoever else tries
    it; it is written before anything is compared, so that tries at the same moment do not outrun the count."""
    number, kind, value = sought
    await _sweep(unit, organisation.name, now)
    taken: list[Row] = []
    again: datetime | None = None
    for what in (f"contact|{contact}", f"reference|{number}"):
        row, free_at = await _take(unit, organisation.name, what, now)
        if row is None:
            return Found(until=free_at)
        taken.append(row)
        again = max(filter(None, (again, free_at)), default=None)
    case = await _fitting(unit, organisation, number, kind, value)
    if case is None:
        return Found(until=again)
    await unit.delete("tries", [{name: row[name] for name in row if name != "at"} for row in taken])
    return Found(case=case)


async def _take(unit: Unit, house: str, what: str, now: datetime) -> tuple[Row | None, datetime | None]:
    """A free slot of this hour, and when the next is free where this is the last; none where all are taken."""
    key = {"organisation": house, "hash": unit.index(house, "try", what)}
    rows = await unit.select("tries", key, after={"at": now - HOUR}, order=["at"])
    hour = int(now.timestamp()) // HOUR_S
    slots = {row["slot"] for row in rows if row["hour"] == hour}
    before = sum(row["hour"] != hour for row in rows)
    for slot in sorted(set(range(MOST)) - slots)[: max(MOST - before - len(slots), 0)]:
        row = {**key, "hour": hour, "slot": slot, "at": now}
        if (await unit.insert_new("tries", [row]))[0]:
            return row, _free_at([*rows, row]) if len(rows) + 1 >= MOST else None
    return None, _free_at(rows) if len(rows) >= MOST else _whole_minute(now + HOUR)


def _free_at(rows: Sequence[Row]) -> datetime:
    return _whole_minute(rows[-MOST]["at"] + HOUR)


def _whole_minute(at: datetime) -> datetime:
    """The clock tells minutes: whoever comes back then is not early."""
    return at.replace(second=0, microsecond=0) + MINUTE


async def _fitting(unit: Unit, organisation: Organisation, number: str, kind: str, value: str) -> Case | None:
    """A request for support that is not erased, where one of its answers is the factor; complaints are asked for at
    home only."""
    house = organisation.name
    where = {"organisation": house, "reference_hash": unit.index(house, "reference", number)}
    found = [row for row in await unit.select("cases", where) if row["erased_at"] is None]
    case = found[0]["case"] if found else fresh_id()
    answers = await unit.select("answers", {"organisation": house, "case": case, "field": _fields(organisation, kind)})
    given = [str(row["value"] or "") for row in answers] or [""]
    fits = [compare_digest((one[-LAST:] if kind == BY_ID else one).encode(), value.encode()) for one in given]
    if not found or not any(fits) or organisation.matter_of(found[0]["form"]) is not Matter.REQUEST:
        return None
    return case_of(found[0], [], {name: found[0][name] for name in TIMES})


def _fields(organisation: Organisation, kind: str) -> list[str]:
    """The questions whose answers are such a factor."""
    questions = [question for form in organisation.forms.values() for question in form.questions]
    by_id = kind == BY_ID
    return sorted({q.id for q in questions if (q.kind is Kind.NATIONAL_ID if by_id else q.id == BIRTH)})


async def _sweep(unit: Unit, house: str, now: datetime) -> None:
    """What is older than any count tells nothing any more."""
    old = await unit.select("tries", {"organisation": house}, upto={"at": now - 2 * HOUR}, limit=SWEPT)
    await unit.delete("tries", [{name: row[name] for name in ("organisation", "hash", "hour", "slot")} for row in old])
