"""Requests that staff fill in at a person's word: begun for somebody known or new, and read as far as staff may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations import agenda, calendar
from conversations.acts import Begun, Filled
from conversations.facts import CaseState
from conversations.forms import Form, Kind, Matter
from conversations.handling import Refuse
from conversations.organisation import Organisation
from services import homes, kinship
from services.belonging import merged
from services.casework import PAPER, RIGHTS, Casework, Forbidden
from services.disclosing import Answer, disclosed
from services.inbox import Officer
from services.members import Member
from services.naming import name_of, staff_names
from services.papers import Papers, Refusal, TooMany
from services.ports import Clock, Memory, Reading, Row
from services.questioning import Asked, asked_of, papers_of
from services.roles import may

MOST = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """One that is being filled in. `line` is where the person could confirm it, empty where nowhere; `left` counts the
    questions that are still to be asked. Times are aware UTC."""

    case: str
    form: str
    state: str
    filler: str
    opened_at: datetime
    name: str = field(default="", repr=False)
    offered_at: datetime | None = None
    line: str = ""
    person: str = ""
    asked: Asked | None = None
    answers: tuple[Answer, ...] = ()
    done: int = 0
    left: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is left to ask."""
        return self.left == 0

    def sections(self) -> list[tuple[str, list[Answer]]]:
        """The answers by section, in the form's order."""
        found: dict[str, list[Answer]] = {}
        for answer in self.answers:
            found.setdefault(answer.section, []).append(answer)
        return list(found.items())


class Behalf:
    """What the desk's pages of filling in ask for; each answer itself is an act, and goes through casework."""

    def __init__(
        self,
        memory: Memory,
        organisations: Mapping[str, Organisation],
        casework: Casework,
        papers: Papers,
        clock: Clock,
    ) -> None:
        self._memory = memory
        self._organisations = organisations
        self._casework = casework
        self._papers = papers
        self._clock = clock

    def forms(self, organisation: str) -> tuple[str, ...]:
        """The forms that can be filled in, the usual one first."""
        house = self._organisations[organisation]
        known = [form.id for form in house.forms.values() if form.matter is Matter.REQUEST]
        return tuple(sorted(known, key=lambda id: id != house.request))

    async def begin(self, member: Member, act_id: str, form: str, phone: str = "") -> str | Refuse:
        """For somebody who is new to the house; a phone that reads well is the answer to its question already."""
        case = await self._casework.begin(member, act_id, Begun(member.staff, member.name, form))
        known = self._organisations[member.organisation].forms.get(form)
        asks = (q.id for q in known.questions if q.kind is Kind.PHONE and not q.when) if known else iter(())
        question = next(asks, None)
        if isinstance(case, str) and phone.strip() and question:
            await self._casework.rule(member, f"{act_id}.phone", Filled(member.staff, case, question, phone))
        return case

    async def begin_for(self, member: Member, act_id: str, form: str, person: str) -> str | Refuse | None:
        """For somebody known, in the conversation that speaks for them; None where there is no such person."""
        async with self._memory.reading() as unit:
            group = await merged(unit, member.organisation, [person])
            spoken = await unit.select("contact_persons", {"organisation": member.organisation, "person": group})
            ways = await homes.best(unit, spoken)
        if not spoken:
            return None
        chosen = max(spoken, key=lambda row: _written(ways.get(homes.who(row))))
        begun = Begun(member.staff, member.name, form, chosen["person"])
        return await self._casework.begin(member, act_id, begun, chosen["contact"])

    async def scan(self, member: Member, act_id: str, case: str, field: str, name: str, data: bytes) -> Refuse | None:
        """A paper that the person showed or gave: judged and kept like any, then filed by an act."""
        if not may(member.roles, RIGHTS[Filled]):
            raise Forbidden
        async with self._memory.reading() as unit:
            cases = await unit.select("cases", {"organisation": member.organisation, "case": case})
            home = next(iter((await homes.best(unit, cases)).values()), None)
        if home is None:
            return Refuse("case")
        whose = member.organisation, home["contact"], home["address"]
        try:
            kept = await self._papers.receive(*whose, f"{member.staff}:{act_id}", name, data)
        except TooMany:
            return Refuse("scan")
        if isinstance(kept, Refusal):
            return Refuse("scan")
        return await self._casework.rule(member, act_id, Filled(member.staff, case, field, files=(kept.id,)))

    async def listed(self, member: Officer) -> list[Draft]:
        """Those that are being filled in or wait to be confirmed, the newest first."""
        house = self._organisations[member.organisation]
        where = {"organisation": house.name, "state": CaseState.DRAFT.value, "erased_at": None}
        async with self._memory.reading() as unit:
            rows = await unit.select("cases", where, after={"filled_by": ""}, order=["-opened_at"], limit=MOST)
            names = await staff_names(unit, house.name, [row["filled_by"] for row in rows])
            given = await _answers(unit, house.name, [row["case"] for row in rows])
        return [self._draft(house, row, given.get(row["case"], {}), names) for row in rows]

    async def one(self, member: Officer, case: str, ask: str = "") -> Draft | None:
        """One whole, with the question that is asked next (or `ask`); None where there is none such."""
        house = self._organisations[member.organisation]
        async with self._memory.reading() as unit:
            where = {"organisation": house.name, "case": case, "erased_at": None}
            rows = [row for row in await unit.select("cases", where) if row["filled_by"]]
            if not rows or rows[0]["form"] not in house.forms or rows[0]["state"] == CaseState.LAPSED:
                return None
            row = rows[0]
            names = await staff_names(unit, house.name, [row["filled_by"]])
            given = (await _answers(unit, house.name, [case])).get(case, {})
            line = await _line(unit, row)
        form, today = house.forms[row["form"]], calendar.local(house.schedule, self._clock()).date()
        asked = agenda.waiting(form, given, (), today)
        chosen = next((q for q in agenda.applicable(form, given, today) if q.id == ask), None)
        question = chosen or asked
        more = {
            "asked": asked_of(form, question, given, today, member.roles)
            if question and row["offered_at"] is None
            else None,
            "answers": _disclosed(form, given, member.roles),
            "line": line,
        }
        return self._draft(house, row, given, names, **more)

    def _draft(
        self, house: Organisation, row: Row, given: Mapping[str, Any], names: Mapping[str, str], **more: Any
    ) -> Draft:
        form, today = house.forms.get(row["form"]), calendar.local(house.schedule, self._clock()).date()
        wanted = agenda.applicable(form, given, today) if form else ()
        done = sum(agenda.answered(q, given, today) for q in wanted)
        return Draft(
            case=row["case"],
            form=row["form"],
            state=row["state"],
            filler=names.get(row["filled_by"], ""),
            opened_at=row["opened_at"],
            name=name_of(house, given),
            offered_at=row["offered_at"],
            person=row["applicant"],
            done=done,
            left=len(wanted) - done,
            **more,
        )


def _disclosed(form: Form, given: Mapping[str, Any], roles: frozenset[str]) -> tuple[Answer, ...]:
    """The answers and the lists of papers, in the form's order, as far as these roles read them."""
    known = {answer.id: answer for answer in (*disclosed(form, given, roles), *papers_of(form, given, roles))}
    return tuple(known[q.id] for q in form.questions if q.id in known)


def _written(home: Row | None) -> tuple[bool, float]:
    """Where one can be reached before where one cannot, and the one last heard from."""
    if home is None:
        return False, 0.0
    wrote = home["last_inbound_at"]
    return home["line"] != PAPER, wrote.timestamp() if wrote else 0.0


async def _line(unit: Reading, case: Row) -> str:
    """The channel where the applicant could confirm it; none where nothing may be written to them."""
    home = next(iter((await homes.best(unit, [case])).values()), None)
    if home is None or home["line"] == PAPER or home["stopped_at"] or home["doubted_at"]:
        return ""
    everybody = await kinship.family(unit, case["organisation"], case["contact"])
    rows = await unit.select("contacts", {"organisation": case["organisation"], "contact": everybody})
    muted = any(home["line"] in (row["messages_stopped"] or ()) for row in rows)
    return "" if muted else str(home["line"])


async def _answers(unit: Reading, house: str, cases: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in await unit.select("answers", {"organisation": house, "case": cases}) if cases else []:
        if row["value"] is not None:
            found.setdefault(row["case"], {})[row["field"]] = row["value"]
    return found
