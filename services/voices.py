"""What people say that is no request for support: complaints, suggestions, offers to help, rights, and their clocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from conversations.facts import CaseState, Slot
from conversations.forms import Matter
from conversations.organisation import Organisation
from services import booking
from services.disclosing import Answer, disclosed
from services.hiding import Reader, hidden
from services.ports import Clock, Memory, Reading, Row
from services.ranking import first_cases

MOST = 200
COUNTED = 5_000
OPEN = (CaseState.SUBMITTED,)
ANSWERED = (CaseState.ANSWERED, CaseState.CLOSED)
DONE = (CaseState.ANSWERED, CaseState.CLOSED, CaseState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Voice:
    """One row: `until` is the day that was promised, `late` whether it has passed unanswered. Times are aware UTC."""

    case: str
    form: str
    reference: str
    state: str
    at: datetime
    until: datetime | None
    late: bool
    about: Answer | None = None
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One of them whole: the answers this member may read, and what was answered."""

    voice: Voice
    contact: str
    applicant: str
    answers: tuple[Answer, ...]
    reply: str = ""
    replied_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.voice.state in OPEN


@dataclass(frozen=True, slots=True)
class Figures:
    """How many wait for an answer, how many of them `late`, and how many were answered."""

    open: int
    late: int
    answered: int


class Voices:
    """Reads them as a member of staff may know them."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    def matters(self, organisation: str) -> tuple[Matter, ...]:
        """What the association takes, in the order of its forms."""
        forms = self._organisations[organisation].forms.values()
        return tuple(form.matter for form in forms if form.matter is not Matter.REQUEST)

    async def listed(self, member: Reader, matter: Matter, done: bool = False) -> list[Voice]:
        """Those that wait, the promise that ends first above; of what is done the newest."""
        house = self._organisations[member.organisation]
        forms = [form.id for form in house.forms.values() if form.matter is matter]
        where = {"organisation": house.name, "form": forms, "state": [s.value for s in (DONE if done else OPEN)]}
        async with self._memory.reading() as unit:
            if done:
                rows = await first_cases(unit, where, MOST, newest=True)
            else:
                rows = await unit.select("cases", where, order=["ceiling_at", "case"], limit=MOST)
            unseen = await hidden(unit, member, rows)
            shown = [row for row in rows if row["case"] not in unseen]
            first = {form: house.forms[form].questions[0].id for form in forms}
            answers = await _answers(unit, house.name, shown, set(first.values()))
            slots = await booking.of_cases(unit, [house.name], [row["case"] for row in shown])
        voices = [self._voice(house, member, row, answers.get(row["case"], {}), slots) for row in shown]
        return voices

    async def figures(self, member: Reader, matter: Matter) -> Figures:
        """How many wait, how many of them too long, and how many were answered, as far as the member may know."""
        house = self._organisations[member.organisation]
        forms = [form.id for form in house.forms.values() if form.matter is matter]
        where = {"organisation": house.name, "form": forms, "state": [s.value for s in (*OPEN, *ANSWERED)]}
        async with self._memory.reading() as unit:
            rows = await unit.select("cases", where, limit=COUNTED)
            unseen = await hidden(unit, member, rows)
        seen, now = [row for row in rows if row["case"] not in unseen], self._clock()
        waiting = [row for row in seen if row["state"] in OPEN]
        late = sum(row["ceiling_at"] is not None and row["ceiling_at"] < now for row in waiting)
        return Figures(len(waiting), late, len(seen) - len(waiting))

    async def waiting(self, member: Reader) -> int:
        """How many wait for an answer."""
        return sum([len(await self.listed(member, matter)) for matter in self.matters(member.organisation)])

    async def one(self, member: Reader, case: str) -> Told | None:
        """The whole of one; None where the association has none such, or none that this member may know of."""
        house = self._organisations[member.organisation]
        async with self._memory.reading() as unit:
            rows = await unit.select("cases", {"organisation": house.name, "case": case})
            known = [r for r in rows if r["state"] in (*OPEN, *DONE) and self._is_voice(house, r["form"])]
            if not known or await hidden(unit, member, known):
                return None
            given = (await _answers(unit, house.name, known, None)).get(case, {})
            slots = await booking.of_cases(unit, [house.name], [case])
            decided = await unit.select("decisions", {"organisation": house.name, "case": case})
        form = house.forms[known[0]["form"]]
        reply = (decided[0]["reason"] or "", decided[0]["at"]) if decided else ("", None)
        answers = disclosed(form, given, member.roles)
        return Told(
            self._voice(house, member, known[0], given, slots),
            known[0]["contact"],
            known[0]["applicant"],
            answers,
            *reply,
        )

    async def find(self, member: Reader, number: str) -> str | None:
        """The one with this reference number that the member may know of."""
        async with self._memory.reading() as unit:
            found = unit.index(member.organisation, "reference", number)
            rows = await unit.select("cases", {"organisation": member.organisation, "reference_hash": found})
        told = await self.one(member, rows[0]["case"]) if rows else None
        return told.voice.case if told else None

    def _is_voice(self, house: Organisation, form: str) -> bool:
        return form in house.forms and house.matter_of(form) is not Matter.REQUEST

    def _voice(
        self, house: Organisation, member: Reader, row: Row, given: Mapping[str, object], slots: Mapping[str, Slot]
    ) -> Voice:
        form = house.forms[row["form"]]
        first = form.questions[0].id
        about = next(iter(disclosed(form, {first: given[first]}, member.roles)), None) if first in given else None
        until = row["ceiling_at"]
        late = row["state"] in OPEN and until is not None and until < self._clock()
        known = row["case"], row["form"], row["reference"] or "", row["state"], row["accepted_at"]
        return Voice(*known, until, late, about, slots.get(row["case"]))


async def _answers(unit: Reading, house: str, rows: list[Row], fields: set[str] | None) -> dict[str, dict[str, object]]:
    if not rows:
        return {}
    where: dict[str, object] = {"organisation": house, "case": [row["case"] for row in rows]}
    if fields is not None:
        where["field"] = sorted(fields)
    found: dict[str, dict[str, object]] = {}
    for row in await unit.select("answers", where):
        found.setdefault(row["case"], {})[row["field"]] = row["value"]
    return found
