"""Files for staff: who may see which, and what is written down when somebody looks."""

from collections.abc import Mapping

from conversations.forms import DECLARED, Privacy
from conversations.organisation import Organisation
from services.attachments import READY
from services.inbox import Officer
from services.ports import Clock, FileStore, Memory, Reading, Row
from services.roles import Right, may, sees
from services.seating import fresh_id

LOOKED = "looked_at_file"


class Filesight:
    """Opens files of an association for those of its staff who may see them."""

    def __init__(
        self, memory: Memory, store: FileStore, organisations: Mapping[str, Organisation], clock: Clock
    ) -> None:
        self._memory = memory
        self._store = store
        self._organisations = organisations
        self._clock = clock

    async def file(self, member: Officer, file: str) -> tuple[str, bytes] | None:
        """Kind and bytes of a file; None where there is none that this member may see. A sensitive look is recorded."""
        house = member.organisation
        async with self._memory.reading() as unit:
            rows = await unit.select("files", {"organisation": house, "file": file, "state": READY})
            if not rows or rows[0]["secret"] is None or not await self._may_see(unit, member, rows[0]):
                return None
        row = rows[0]
        data = await self._store.get(house, file, row["secret"])
        if data is None:
            return None
        if row["privacy"] == Privacy.SENSITIVE:
            await self._record(member, row)
        return row["kind"], data

    async def _may_see(self, unit: Reading, member: Officer, row: Row) -> bool:
        """What no request holds yet belongs to the conversation; the rest is seen as its question is."""
        if row["case"] is None or row["field"] is None:
            return may(member.roles, Right.READ_INBOX)
        if row["field"] == DECLARED:
            return may(member.roles, Right.READ_REQUESTS)
        cases = await unit.select("cases", {"organisation": member.organisation, "case": row["case"]})
        form = self._organisations[member.organisation].forms.get(cases[0]["form"]) if cases else None
        question = form.question(row["field"]) if form else None
        return question is not None and sees(member.roles, question)

    async def _record(self, member: Officer, row: Row) -> None:
        whose = {"owner_kind": row["owner_kind"], "owner": row["owner"], "more": {"file": row["file"]}}
        place = {"organisation": member.organisation, "id": fresh_id(), "staff": member.staff, "verb": LOOKED}
        about = {"case": row["case"], "contact": row["contact"], "at": self._clock()}
        async with self._memory.unit() as unit:
            await unit.insert("audit", [{**place, **about, **whose}])
