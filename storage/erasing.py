"""Erasing: keys are destroyed, and what stands of a person under another key, or under none, goes with them.

A sealed column that cannot be null is emptied: no bytes read as None, as what an erased owner sealed does. The rows of
cases and of evidence stay, so that figures and chains are what they were.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select, tuple_, update

from conversations.facts import CaseState
from conversations.records import Erasure, Named
from storage import deserting
from storage.plans import plan
from storage.tables import METADATA

if TYPE_CHECKING:
    from storage.unit import Unit

EMPTY = b""
GONE, ERASED = "gone", "erased"
RUNNING = tuple(
    str(state)
    for state in (
        CaseState.DRAFT,
        CaseState.SUBMITTED,
        CaseState.VERIFYING,
        CaseState.RETURNED,
        CaseState.COMMITTEE,
        CaseState.DECIDED,
    )
)
OWN_WORDS = ("answers", "documents", "accepted")  # links whose body is about nobody but their owner
# Tables of a case whose rows are looked at one by one; in any other whatever is sealed is emptied by its case.
APART = frozenset({"answers", "cases", "files", "items", "messages"})


def table(name: str) -> Any:
    """A table by its name."""
    return plan(name).table


@dataclass(slots=True)
class Eraser:
    """Erases in one unit: the persons, their cases, those to clear `whole`, these files, and what is `named` beside."""

    unit: "Unit"
    organisation: str
    at: datetime
    persons: set[str]
    whole: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    named: Named = field(default_factory=Named)
    cases: set[str] = field(default_factory=set)

    async def run(self, forced: Iterable[str] = ()) -> Erasure:
        """Erase the persons, then each contact that nobody is left on, and the `forced` ones."""
        self.persons = await self.related("persons", "person", self.persons)
        family = await self._lock()
        self.cases = await self.ids(select(table("cases").c.case).where(self._theirs()))
        await self._persons()
        await self._rows()
        await self._emptied()
        await self._messages(family)
        await self._tombstones()
        contacts = {*await deserting.deserted(self, family), *forced}
        await deserting.desert(self, contacts)
        files = await self._files(contacts)
        persons, deserted, cases, gone = (tuple(sorted(ids)) for ids in (self.persons, contacts, self.cases, files))
        return Erasure(persons, deserted, cases, gone, tuple(sorted(self.whole)), self.named)

    def of(self, name: str, column: str, ids: Iterable[Any]) -> ColumnElement[bool]:
        """Rows of this organisation whose column is one of these."""
        own = table(name)
        return and_(own.c.organisation == self.organisation, own.c[column].in_(list(ids)))

    async def do(self, statement: Any) -> None:
        """Run a statement."""
        await self.unit.connection.execute(statement)

    async def ids(self, statement: Select[Any]) -> set[str]:
        """Every id that a select finds, in whatever column."""
        return {id for row in await self.unit.connection.execute(statement) for id in row if id is not None}

    async def related(self, name: str, column: str, ids: Iterable[str]) -> set[str]:
        """These and all that were merged with them, over whatever steps."""
        own, found, fresh = table(name), set(ids), set(ids)
        while fresh:
            either = or_(self.of(name, column, fresh), self.of(name, "merged_into", fresh))
            fresh = await self.ids(select(own.c[column], own.c.merged_into).where(either)) - found
            found |= fresh
        return found

    async def _lock(self) -> set[str]:
        """Hold every contact that speaks for them, as a turn would, in the order of their ids."""
        speaks, cases, contacts = table("contact_persons"), table("cases"), table("contacts")
        found = await self.ids(select(speaks.c.contact).where(self.of("contact_persons", "person", self.persons)))
        found |= await self.ids(select(cases.c.contact).where(self._theirs()))
        family = await self.related("contacts", "contact", found)
        held = select(contacts.c.contact).where(self.of("contacts", "contact", family))
        await self.do(held.order_by(contacts.c.contact).with_for_update())
        return family

    def _theirs(self) -> ColumnElement[bool]:
        sides = [self.of("cases", side, self.persons) for side in ("applicant", "beneficiary")]
        return or_(*sides, self.of("cases", "case", self.whole))

    async def _persons(self) -> None:
        """The keys go, and the hashes by which they were found."""
        await self.do(update(table("persons")).where(self.of("persons", "person", self.persons)).values(key=None))
        for name in ("person_keys", "contact_persons"):
            await self.do(delete(table(name)).where(self.of(name, "person", self.persons)))
        self.unit.ring.gone.update(("person", self.organisation, person) for person in self.persons)

    async def _rows(self) -> None:
        """Answers go as rows, for which questions somebody was asked tells of them; another's in the case stay."""
        theirs = or_(self.of("answers", "person", self.persons), self.of("answers", "case", self.whole))
        await self.do(delete(table("answers")).where(theirs))
        for name in ("items", "links", "due"):
            await self.do(delete(table(name)).where(self.of(name, "case", self.cases)))
        waiting = and_(self.of("tasks", "case", self.cases), table("tasks").c.done_at.is_(None))
        await self.do(update(table("tasks")).where(waiting).values(done_at=self.at))
        rated = self.of("surveys", "id", self.cases)
        await self.do(update(table("surveys")).where(rated).values(words=None))

    async def _emptied(self) -> None:
        """Every sealed column of a row that names the case; of evidence what tells of nobody else stays."""
        await deserting.drop_drafts(self, self.of("inquiries", "case", self.cases))
        asked = table("inquiries")
        beside = and_(asked.c.organisation == self.organisation, self._numbered(asked, self.named.inquiries))
        await deserting.drop_drafts(self, beside)
        await self.do(update(asked).where(beside).values(**self.blank("inquiries")))
        parked = self.of("parked", "id", self.named.parked)
        await self.do(update(table("parked")).where(parked).values(**self.blank("parked")))
        for name in sorted(METADATA.tables):
            p = plan(name)
            if "case" in p.table.c and p.sealed and name not in APART:
                await self.do(update(p.table).where(self.of(name, "case", self.cases)).values(**self.blank(name)))
        links = table("evidence")
        others = and_(links.c.owner.not_in(self.persons), links.c.kind.in_(OWN_WORDS), links.c.chain.not_in(self.whole))
        bodies = and_(self.of("evidence", "chain", self.cases), links.c.owner_kind == "person", ~others)
        await self.do(update(links).where(bodies).values(body=EMPTY))

    @staticmethod
    def _numbered(own: Any, pairs: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
        return tuple_(own.c.contact, own.c.number).in_(list(pairs))

    def blank(self, name: str) -> dict[str, Any]:
        """What a row of a table is when its words are gone."""
        p = plan(name)
        blank: dict[str, Any] = {s.column: None if p.table.c[s.column].nullable else EMPTY for s in p.sealed}
        if name == "inquiries":
            blank["hash"] = EMPTY
        if name == "parked":  # nobody can take it once more
            blank["replayed_at"] = func.coalesce(p.table.c.replayed_at, self.at)
        return blank

    async def _messages(self, family: set[str]) -> None:
        """What was said with the case in hand, and every copy of it on its way to a vendor or to the staff's group."""
        messages, outbox, posts, calls = (table(name) for name in ("messages", "outbox", "posts", "handovers"))
        beside = self._numbered(messages, self.named.messages)
        theirs = or_(messages.c.case.in_(list(self.cases)), beside)
        said = and_(self.of("messages", "contact", family), theirs)
        numbers = select(messages.c.contact, messages.c.number).where(said)
        sent = tuple_(outbox.c.contact, outbox.c.message).in_(numbers)
        await deserting.silence(self, and_(self.of("outbox", "contact", family), sent))
        called = select(calls.c.contact, calls.c.number).where(self.of("handovers", "case", self.cases))
        shown = or_(
            tuple_(posts.c.contact, posts.c.message).in_(numbers), tuple_(posts.c.contact, posts.c.number).in_(called)
        )
        await deserting.unpost(self, and_(self.of("posts", "contact", family), shown))
        await self.do(update(messages).where(said).values(**self.blank("messages")))

    async def _tombstones(self) -> None:
        """The case is told by its form, its state and its times."""
        own = table("cases")
        running = own.c.state.in_(RUNNING)
        settled = and_(running, own.c.case.in_(list(self.whole)))
        state = case((settled, str(CaseState.CLOSED)), (running, str(CaseState.WITHDRAWN)), else_=own.c.state)
        erased_at = func.coalesce(own.c.erased_at, self.at)
        told = update(own).where(self.of("cases", "case", self.cases))
        await self.do(told.values(state=state, relation=None, erased_at=erased_at))

    async def _files(self, contacts: set[str]) -> set[str]:
        """The secrets go; the bytes follow after the commit, and then the rows."""
        own = table("files")
        theirs = and_(own.c.owner_kind == "person", self.of("files", "owner", self.persons))
        loose = or_(own.c.owner_kind == "contact", own.c.owner.in_(list(self.persons)))
        named = and_(self.of("files", "file", self.files), loose)
        alone = and_(own.c.owner_kind == "contact", self.of("files", "contact", contacts))
        wanted = or_(theirs, named, alone, self.of("files", "case", self.whole))
        found = await self.ids(select(own.c.file).where(wanted))
        gone = {**self.blank("files"), "state": GONE, "reason": ERASED}
        await self.do(update(own).where(self.of("files", "file", found)).values(**gone))
        return found
