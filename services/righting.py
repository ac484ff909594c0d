"""Setting right an answer of a submitted request: which can be, how its question is asked, and the act itself."""

from collections.abc import Mapping

from conversations import agenda, calendar
from conversations.acts import Corrected
from conversations.correcting import NOT_NOW, correctable
from conversations.facts import CaseState
from conversations.forms import Question
from conversations.handling import Refuse
from conversations.organisation import Organisation
from services.casework import Casework
from services.members import Member
from services.ports import Clock, Memory, Row
from services.questioning import Asked, asked_of
from services.roles import sees


class Righting:
    """Reads what may be set right, for those who may read it."""

    def __init__(
        self, memory: Memory, organisations: Mapping[str, Organisation], casework: Casework, clock: Clock
    ) -> None:
        self._memory = memory
        self._organisations = organisations
        self._casework = casework
        self._clock = clock

    def fields(self, member: Member, form: str) -> frozenset[str]:
        """The questions of a form whose answers this member may set right."""
        known = self._organisations[member.organisation].forms.get(form)
        return frozenset(q.id for q in (known.questions if known else ()) if _may(member, q))

    async def asked(self, member: Member, case: str, field: str) -> Asked | None:
        """How its question is asked; None where there is no such answer, or none that this member may set right."""
        house = self._organisations[member.organisation]
        async with self._memory.reading() as unit:
            where = {"organisation": house.name, "case": case}
            rows = [row for row in await unit.select("cases", where) if _stands(row)]
            answers = await unit.select("answers", where) if rows else []
        form = house.forms.get(rows[0]["form"]) if rows else None
        question = form.question(field) if form else None
        given = {row["field"]: row["value"] for row in answers if row["value"] is not None}
        if form is None or question is None or field not in given or not _may(member, question):
            return None
        today = calendar.local(house.schedule, self._clock()).date()
        wanted = agenda.applies(question.when, given, today)
        return asked_of(form, question, given, today, member.roles) if wanted else None

    async def correct(self, member: Member, act_id: str, event: Corrected) -> Refuse | None:
        """Set it right; what the member's roles do not see they do not write either."""
        if await self.asked(member, event.case, event.field) is None:
            return Refuse("item")
        return await self._casework.rule(member, act_id, event)


def _may(member: Member, question: Question) -> bool:
    return correctable(question) and sees(member.roles, question)


def _stands(row: Row) -> bool:
    """Whether it was submitted and is nobody else's to write in now."""
    return row["accepted_at"] is not None and row["erased_at"] is None and CaseState(row["state"]) not in NOT_NOW
