"""A declaration that was signed on paper: its scan is judged and kept like any paper, then filed by an act of staff."""

from conversations.acts import SignedOnPaper
from conversations.handling import Refuse
from services import homes
from services.casework import RIGHTS, Casework, Forbidden, NotThere
from services.members import Member
from services.papers import Papers, Refusal, TooMany
from services.ports import Memory
from services.roles import may

UNREAD = Refuse("scan")


class Scanning:
    """Keeps scans that staff upload."""

    def __init__(self, memory: Memory, papers: Papers, casework: Casework) -> None:
        self._memory = memory
        self._papers = papers
        self._casework = casework

    async def signed(self, member: Member, act_id: str, case: str, name: str, data: bytes) -> Refuse | None:
        """Keep the scan with the request; sent twice, the same act has one effect."""
        if not may(member.roles, RIGHTS[SignedOnPaper]):
            raise Forbidden
        async with self._memory.reading() as unit:
            cases = await unit.select("cases", {"organisation": member.organisation, "case": case})
            home = next(iter((await homes.best(unit, cases)).values()), None)
        if home is None:
            raise NotThere
        whose = member.organisation, home["contact"], home["address"]
        try:
            kept = await self._papers.receive(*whose, f"{member.staff}:{act_id}", name, data)
        except TooMany:
            return UNREAD
        if isinstance(kept, Refusal):
            return UNREAD
        return await self._casework.rule(member, act_id, SignedOnPaper(member.staff, case, (kept.id,)))
