"""The requests of an association for its staff: the list with its views, the search by number, and one request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from conversations.facts import CaseState
from conversations.forms import RELATION, About, Kind, Matter
from conversations.organisation import Organisation
from conversations.reference import read
from services import kinship
from services.coming import way_of
from services.disclosing import city_of
from services.dossiers import Dossier, dossier
from services.inbox import Officer
from services.naming import name_fields, name_of, staff_names
from services.ports import Clock, Memory, Reading, Row
from services.ranking import first_cases

PAGE = 50
SOON = timedelta(days=7)
TICK = timedelta(microseconds=1)


class Show(StrEnum):
    """Which requests are listed."""

    OPEN = "open"
    VERIFYING = "verifying"
    RETURNED = "returned"
    COMMITTEE = "committee"
    HELD = "held"
    LATE = "late"
    DONE = "done"


_RUNNING = (CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.COMMITTEE, CaseState.DECIDED)
STATES: Mapping[Show, tuple[CaseState, ...]] = {
    Show.OPEN: (*_RUNNING, CaseState.RETURNED),
    Show.VERIFYING: (CaseState.SUBMITTED, CaseState.VERIFYING),
    Show.RETURNED: (CaseState.RETURNED,),
    Show.COMMITTEE: (CaseState.COMMITTEE,),
    Show.HELD: (CaseState.DECIDED,),
    Show.LATE: _RUNNING,
    Show.DONE: (
        CaseState.ACCEPTED,
        CaseState.REJECTED,
        CaseState.REGISTERED,
        CaseState.SERVED,
        CaseState.CLOSED,
        CaseState.WITHDRAWN,
    ),
}
LISTED = frozenset(state for states in STATES.values() for state in states)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list; `officer` is who looked into it last, `came` says of one that staff filled in whether it was
    confirmed, `doubted` that a number of theirs may be another's by now. Times are aware UTC."""

    case: str
    reference: str
    name: str
    form: str
    city: str
    state: str
    accepted_at: datetime
    floor_at: datetime | None
    ceiling_at: datetime | None
    stopped_at: datetime | None
    officer: str = ""
    came: str = ""
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list; `after` leads to the next, empty where there is none."""

    rows: tuple[Entry, ...]
    after: str = ""


class Requests:
    """Reads the requests of an association as its staff may see them; drafts are none yet."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def listed(self, member: Officer, show: Show = Show.OPEN, after: str = "") -> Listed:
        """One page, the oldest first; of what is done the newest."""
        organisation = self._organisations[member.organisation]
        async with self._memory.reading() as unit:
            rows = await _page(unit, organisation.name, _forms(organisation), show, _place(after), self._clock())
            shown = await _told(unit, organisation, member, rows[:PAGE])
        return Listed(tuple(shown), _written(rows[PAGE - 1]) if len(rows) > PAGE else "")

    async def find(self, member: Officer, words: str) -> str | None:
        """The request of a whole reference number, in any digits; None where there is none."""
        number = read(words)
        if number is None:
            return None
        async with self._memory.reading() as unit:
            found = unit.index(member.organisation, "reference", number)
            rows = await unit.select("cases", {"organisation": member.organisation, "reference_hash": found})
        forms = _forms(self._organisations[member.organisation])
        return next((str(r["case"]) for r in rows if r["state"] in LISTED and r["form"] in forms), None)

    async def one(self, member: Officer, case: str) -> Dossier | None:
        """The whole request as this member may see it; None where the association has none such."""
        async with self._memory.reading() as unit:
            rows = await unit.select("cases", {"organisation": member.organisation, "case": case})
            house = self._organisations[member.organisation]
            if not rows or rows[0]["state"] not in LISTED or rows[0]["form"] not in _forms(house):
                return None
            return await dossier(unit, house, member, rows[0], self._clock())


def _forms(organisation: Organisation) -> list[str]:
    """The forms of requests for support; what else people say stands in a room of its own."""
    return [form.id for form in organisation.forms.values() if form.matter is Matter.REQUEST]


async def _page(
    unit: Reading, house: str, forms: Sequence[str], show: Show, place: tuple[datetime, str] | None, now: datetime
) -> list[Row]:
    """The rows after a place and one more: what was accepted at its very moment, then the rest."""
    states = [state.value for state in STATES[show]]
    where = {"organisation": house, "form": forms, "state": states, "erased_at": None}
    upto = {"ceiling_at": now + SOON} if show is Show.LATE else {}
    newest = show is Show.DONE
    order = ["-accepted_at", "-case"] if newest else ["accepted_at", "case"]
    if place is None:
        return await first_cases(unit, where, PAGE + 1, newest=newest, upto=upto)
    at, case = place
    twins = await unit.select("cases", {**where, "accepted_at": at}, upto=upto, order=order)
    left = [row for row in twins if (row["case"] < case if newest else row["case"] > case)]
    beyond: dict[str, Any] = (
        {"upto": upto | {"accepted_at": at - TICK}} if newest else {"upto": upto, "after": {"accepted_at": at}}
    )
    rest = await first_cases(unit, where, PAGE + 1, newest=newest, **beyond)
    return [*left, *rest][: PAGE + 1]


def _written(row: Row) -> str:
    """A place of the list as it stands in an address."""
    return f"{row['accepted_at'].timestamp() * 1_000_000:.0f}-{row['case']}"


def _place(after: str) -> tuple[datetime, str] | None:
    moment, _, case = after.partition("-")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 17 and case):
        return None
    return _EPOCH + int(moment) * TICK, case


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def _told(unit: Reading, organisation: Organisation, member: Officer, rows: Sequence[Row]) -> list[Entry]:
    """The rows with their names; a constant number of statements."""
    where = {"organisation": organisation.name, "case": [row["case"] for row in rows]}
    if not rows:
        return []
    fields = _list_fields(organisation)
    given: dict[str, dict[str, object]] = {}
    for row in await unit.select("answers", {**where, "field": fields}):
        if row["value"] is not None:
            given.setdefault(row["case"], {})[row["field"]] = row["value"]
    checked = sorted(await unit.select("items", where), key=lambda row: row["at"])
    officers = {row["case"]: row["by"] for row in checked if row["by"]}
    staff = await staff_names(unit, organisation.name, list(officers.values()))
    doubted = await _doubted(unit, organisation.name, {row["contact"] for row in rows})
    told = [
        _entry(organisation, member, row, given.get(row["case"], {}), staff.get(officers.get(row["case"], ""), ""))
        for row in rows
    ]
    return [replace(one, doubted=row["contact"] in doubted) for one, row in zip(told, rows, strict=True)]


async def _doubted(unit: Reading, house: str, contacts: set[str]) -> set[str]:
    """Of these contacts those of whom a number may be another's by now, on whichever of their channels."""
    kin = await kinship.families(unit, [house], contacts)
    where = {"organisation": house, "contact": sorted({one for family in kin.values() for one in family})}
    found = {row["contact"] for row in await unit.select("addresses", where) if row["doubted_at"]}
    return {contact for contact in contacts if not found.isdisjoint(kin.get(contact, ()))}


def _list_fields(organisation: Organisation) -> list[str]:
    """What the list reads of the answers: who applies for whom, and where they live."""
    names = [*name_fields(organisation, About.APPLICANT), *name_fields(organisation, About.BENEFICIARY)]
    questions = (q for form in organisation.forms.values() for q in form.questions)
    return list(dict.fromkeys([RELATION, *names, *(q.id for q in questions if q.kind is Kind.PLACE)]))


def _entry(organisation: Organisation, member: Officer, row: Row, given: Mapping[str, object], officer: str) -> Entry:
    return Entry(
        case=row["case"],
        reference=row["reference"] or "",
        name=name_of(organisation, given),
        form=row["form"],
        city=city_of(organisation.forms.get(row["form"]), given, member.roles),
        state=row["state"],
        accepted_at=row["accepted_at"],
        floor_at=row["floor_at"],
        ceiling_at=row["ceiling_at"],
        stopped_at=row["stopped_at"],
        officer=officer,
        came=way_of(row),
    )
