"""Staff who fill a request in at a person's word, before a house whose clock is moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from conversations import agenda
from conversations.acts import Begun, Filled, StaffAct
from conversations.forms import Form, Kind, Question
from conversations.handling import Refuse
from tests.casework_world import NORA, Desk
from tests.mind_world import NOW, answer, profiles
from tests.turns_world import rows

FORM = profiles()["labas"].organisation.forms[profiles()["labas"].organisation.request]
TAPS = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO})


@dataclass
class Filling:
    """One request that is being filled in."""

    desk: Desk
    case: str
    form: Form = FORM

    @classmethod
    async def begun(cls, desk: Desk, contact: str = "", person: str = "") -> "Filling":
        """Begin it for a contact, or for somebody new."""
        case = await desk.home.casework.begin(NORA, uuid4().hex, Begun(NORA.staff, NORA.name, FORM.id, person), contact)
        assert isinstance(case, str), case
        return cls(desk, case)

    async def act(self, kind: Callable[..., StaffAct], **more: object) -> Refuse | None:
        """One act on it."""
        return await self.desk.rule(NORA, kind(NORA.staff, self.case, **more))

    async def put(self, field: str, text: str = "", choices: Sequence[str] = ()) -> Refuse | None:
        """One answer."""
        return await self.act(Filled, field=field, text=text, choices=tuple(choices))

    async def answers(self) -> dict[str, object]:
        """What stands in it."""
        return {row["field"]: row["value"] for row in await rows(self.desk.home, "answers", case=self.case)}

    async def whole(self, **given: str) -> "Filling":
        """Answer whatever is asked, by the very agenda, until nothing is."""
        for _ in range(60):
            answers = await self.answers()
            asked = agenda.waiting(self.form, answers, (), NOW.date())
            if asked is None:
                return self
            assert await self._good(asked, answers, given) is None, asked.id
        raise AssertionError("it never ends")

    async def _good(self, asked: Question, answers: dict[str, object], given: dict[str, str]) -> Refuse | None:
        if asked.kind is Kind.DOCUMENTS:
            return await self.put(asked.id, choices=("all_later",))
        if asked.kind is Kind.YES_NO:
            return await self.put(asked.id, choices=(given.get(asked.id, "no"),))
        if asked.kind in TAPS:
            first = agenda.choices(asked, answers, NOW.date())[0].key
            return await self.put(asked.id, choices=(given.get(asked.id, first),))
        return await self.put(asked.id, given.get(asked.id, answer(asked, NOW.date())))

    async def row(self) -> dict[str, object]:
        """Its row."""
        (case,) = await rows(self.desk.home, "cases", case=self.case)
        return case
