"""Curating: what staff do with the knowledge. Unanswered questions become drafts, drafts are edited and approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from conversations.answers import AnswerKind, Became
from conversations.arabic import fold
from conversations.facts import Found
from services.answers.gist import Gist, plain
from services.audits import audited
from services.knowledge import Entry, Knowledge, State, in_language, row_of
from services.members import Member
from services.ports import Clock, Memory, Reading, Row, Unit
from services.seating import fresh_id

MOST = 500  # so many of the newest questions are read
LONG = 4000
OTHERS = 5  # so many other words for one question are shown, and kept with its draft
Span = tuple[datetime | None, datetime | None]  # from when on, and until when


class Fault(StrEnum):
    """Why something was not done."""

    GONE = "gone"
    INCOMPLETE = "incomplete"
    SPAN = "span"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that nobody answered, how often it was asked, the newest who asked it, and other words for it."""

    question: str
    count: int
    at: datetime
    contact: str
    number: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What a form says of an entry in one language; `questions` one on a line."""

    title: str
    text: str
    source: str
    questions: str = ""


class Curating:
    """The knowledge in the hands of staff; every change is audited and learned at once."""

    def __init__(
        self,
        memory: Memory,
        knowledge: Knowledge,
        approvals: Mapping[str, int],
        clock: Clock,
        gist: Gist = plain,
    ) -> None:
        self._memory = memory
        self._knowledge = knowledge
        self._approvals = approvals
        self._clock = clock
        self._gist = gist

    def all(self, member: Member) -> tuple[Entry, ...]:
        """Every entry, by kind and title."""
        return self._knowledge.all(member.organisation)

    def one(self, member: Member, id: str) -> Entry | None:
        """An entry of the member's association."""
        return self._knowledge.one(member.organisation, id)

    def would_say(self, member: Member, language: str, words: str) -> Found:
        """What would be answered, with the chances; nothing is noted."""
        return self._knowledge.find(member.organisation, language, words[:LONG])

    async def unanswered(self, member: Member) -> list[Asked]:
        """The questions without an answer, also those whose offers nobody took, the newest first; one that was asked in
        several words stands once."""
        async with self._memory.reading() as unit:
            rows = await self._open(unit, member.organisation)
        groups: dict[frozenset[str], list[Row]] = {}
        for row in rows:
            groups.setdefault(self._gist(row["question"]), []).append(row)
        return [
            Asked(own[0]["question"], len(own), own[0]["at"], own[0]["contact"], own[0]["number"], _others(own))
            for own in groups.values()
        ]

    async def _open(self, unit: Reading, organisation: str) -> list[Row]:
        where = {"organisation": organisation, "became": [Became.NONE, Became.OFFERED], "made": None}
        rows = await unit.select("inquiries", where, order=["-at"], limit=MOST)
        return [row for row in rows if row["question"] is not None]

    async def draft(self, member: Member, contact: str, number: int) -> str | None:
        """A draft out of a question, and the id of it; all who asked the same are settled by it."""
        organisation, own = member.organisation, {"contact": contact, "number": number}
        async with self._memory.unit() as unit:
            rows = await unit.select("inquiries", {"organisation": organisation, **own})
            if not rows or rows[0]["question"] is None:
                return None
            if rows[0]["made"]:
                return str(rows[0]["made"])
            said, gist = {rows[0]["language"]: rows[0]["question"]}, self._gist(rows[0]["question"])
            alike = [row for row in await self._open(unit, organisation) if self._gist(row["question"]) == gist]
            asked = {rows[0]["language"]: _others([rows[0], *alike])}
            entry = Entry(fresh_id(), AnswerKind.ANSWER, said, {}, {}, asked, state=State.DRAFT, by=member.staff)
            await self._write(unit, member, entry, "entry_drafted")
            same = [*await unit.select("inquiries", {"organisation": organisation, "hash": rows[0]["hash"]}), *alike]
            settled = {(row["contact"], row["number"]) for row in same}
            keys = [{"organisation": organisation, "contact": who, "number": n} for who, n in sorted(settled)]
            await unit.update("inquiries", [{**key, "made": entry.id} for key in keys])
        await self._knowledge.reload(organisation)
        return entry.id

    async def blank(self, member: Member, language: str, title: str) -> str:
        """A draft that begins with a title, and its id."""
        said = {language: title.strip()[:LONG]} if title.strip() else {}
        entry = Entry(fresh_id(), AnswerKind.ANSWER, said, {}, {}, state=State.DRAFT, by=member.staff)
        await self._change(member, entry, "entry_drafted")
        return entry.id

    async def save(
        self, member: Member, id: str, kind: AnswerKind, said: Mapping[str, Words], span: Span = (None, None)
    ) -> Fault | None:
        """Write an entry's words and the span in which it may be told; it is a draft until it is approved."""
        known = self.one(member, id)
        if known is None:
            return Fault.GONE
        if span[0] and span[1] and span[1] <= span[0]:
            return Fault.SPAN
        title, text, source = (_part(said, part) for part in ("title", "text", "source"))
        asked = {code: tuple(_lines(words.questions)) for code, words in said.items() if _lines(words.questions)}
        known = replace(known, from_at=span[0], until_at=span[1])
        entry = replace(known, kind=kind, title=title, text=text, source=source, questions=asked)
        fresh = replace(entry, state=State.DRAFT, by=member.staff, approved_by=None)
        await self._change(member, fresh, "entry_saved")
        return None

    async def approve(self, member: Member, id: str) -> Fault | None:
        """Let it be told; where the association asks for two, never by whoever wrote it."""
        entry = self.one(member, id)
        if entry is None:
            return Fault.GONE
        if not all(in_language(part, "") for part in (entry.title, entry.text, entry.source)):
            return Fault.INCOMPLETE
        if self._approvals.get(member.organisation, 1) > 1 and entry.by == member.staff:
            return Fault.SECOND
        await self._change(member, replace(entry, state=State.APPROVED, approved_by=member.staff), "entry_approved")
        return None

    async def withdraw(self, member: Member, id: str) -> Fault | None:
        """Let it be told no more; the words stay as a draft."""
        entry = self.one(member, id)
        if entry is None:
            return Fault.GONE
        await self._change(member, replace(entry, state=State.DRAFT, approved_by=None), "entry_withdrawn")
        return None

    async def _change(self, member: Member, entry: Entry, verb: str) -> None:
        async with self._memory.unit() as unit:
            await self._write(unit, member, entry, verb)
        await self._knowledge.reload(member.organisation)

    async def _write(self, unit: Unit, member: Member, entry: Entry, verb: str) -> None:
        now = self._clock()
        await unit.upsert("entries", [row_of(member.organisation, entry, now)])
        await unit.insert("audit", [audited(member.organisation, member.staff, verb, now, entry=entry.id)])


def _others(rows: Sequence[Row]) -> tuple[str, ...]:
    """What else was written for the question of the first row, in its language, each once."""
    own = {fold(rows[0]["question"])}
    found: list[str] = []
    for row in rows[1:]:
        if row["language"] == rows[0]["language"] and fold(row["question"]) not in own:
            own.add(fold(row["question"]))
            found.append(row["question"])
    return tuple(found[:OTHERS])


def _part(said: Mapping[str, Words], part: str) -> dict[str, str]:
    words = {code: str(getattr(each, part)).strip()[:LONG] for code, each in said.items()}
    return {code: text for code, text in words.items() if text}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text[:LONG].splitlines() if line.strip()]
