"""A hidden value shown once to a member of staff: for a reason, and written down before it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversations.forms import SKIPPED, Kind, Question
from conversations.messages import Param
from conversations.organisation import Organisation
from services.disclosing import covered, whole
from services.inbox import Officer
from services.ports import Clock, Memory, Row, Unit
from services.requests import LISTED
from services.roles import Right, Role, may, sees
from services.seating import fresh_id
from services.stories import REVEALED

LEAST, MOST = 5, 500
HOUR = timedelta(hours=1)
MANY = 50


@dataclass(frozen=True, slots=True)
class Revealed:
    """The value, or why it is not shown: `fault` is "reason" where none was given."""

    id: str
    value: Param = field(default="", repr=False)
    fault: str = ""


class Revealing:
    """Shows hidden values to whoever may see them, and counts how often."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def reveal(self, member: Officer, case: str, field: str, reason: str) -> Revealed | None:
        """The value of one field; None where there is nothing that this member may be shown."""
        why = " ".join(reason.split())
        if not may(member.roles, Right.REVEAL):
            return None
        key = {"organisation": member.organisation, "case": case}
        async with self._memory.unit() as unit:
            cases = await unit.select("cases", key)
            question = self._question(member, cases[0], field) if cases else None
            rows = await unit.select("answers", {**key, "field": field}) if question else []
            if question is None or not rows or rows[0]["value"] in (None, SKIPPED):
                return None
            if not LEAST <= len(why) <= MOST:
                return Revealed(field, fault="reason")
            await self._record(unit, member, cases[0], rows[0], why)
        return Revealed(field, whole(question, rows[0]["value"]))

    def _question(self, member: Officer, case: Row, field: str) -> Question | None:
        form = self._organisations[member.organisation].forms.get(case["form"])
        question = form.question(field) if form and case["state"] in LISTED else None
        if question is None or question.kind is Kind.DOCUMENTS or not covered(question):
            return None
        return question if sees(member.roles, question) else None

    async def _record(self, unit: Unit, member: Officer, case: Row, answer: Row, why: str) -> None:
        now = self._clock()
        place = {"organisation": member.organisation, "id": fresh_id(), "staff": member.staff, "verb": REVEALED}
        whose = {"owner_kind": "person", "owner": answer["person"]}
        more = {"field": answer["field"], "reason": why}
        about = {"case": case["case"], "contact": case["contact"], "at": now}
        await unit.insert("audit", [{**place, **whose, **about, "more": more}])
        await _watch(unit, member, now)


async def _watch(unit: Unit, member: Officer, now: datetime) -> None:
    """Whoever looks at very much within an hour is looked at: one task for the supervisor."""
    mine = {"organisation": member.organisation, "staff": member.staff, "verb": REVEALED}
    if len(await unit.select("audit", mine, after={"at": now - HOUR}, limit=MANY)) < MANY:
        return
    house = {"organisation": member.organisation}
    alarm = {**house, "kind": "alarm", "reason": "many_reveals"}
    mark = f"reveals.{member.staff}."
    recent = await unit.select("tasks", alarm, after={"at": now - HOUR})
    if not any(task["id"].startswith(mark) for task in recent):
        await unit.insert("tasks", [{**alarm, "id": f"{mark}{fresh_id()}", "role": Role.SUPERVISOR, "at": now}])
