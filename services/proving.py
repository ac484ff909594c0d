"""Proving: whether what stands of a request is what was declared and decided, by chain, seals and the live rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.forms import Matter
from conversations.organisation import Organisation
from conversations.records import Examined
from conversations.reference import read
from services import evidence, proving_links, proving_rows
from services.ports import FileStore, Memory, Reading
from services.proving_links import Chain, Findings


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of one request: sentences without a word of its persons. Without a fault it is proven."""

    organisation: str
    reference: str
    faults: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def proven(self) -> bool:
        """Whether everything stands as it was written."""
        return not self.faults


class BadReference(ValueError):
    """What was given is no reference number: its digits or its check digit are wrong."""


class Proving:
    """Compares a request with its evidence; it reads only."""

    def __init__(self, memory: Memory, store: FileStore, organisations: Mapping[str, Organisation]) -> None:
        self._memory = memory
        self._store = store
        self._organisations = organisations

    async def find(self, words: str, organisations: Sequence[str] = ()) -> list[tuple[str, str]]:
        """The cases of a reference number, as (organisation, case): each association numbers its own."""
        number = read(words)
        if number is None:
            raise BadReference
        found = []
        async with self._memory.reading() as unit:
            for name in organisations or self._organisations:
                where = {"organisation": name, "reference_hash": unit.index(name, "reference", number)}
                rows = await unit.examine("cases", where) or await _unlisted(unit, name, number)
                found += [(name, str(one.row["case"])) for one in rows]
        return found

    async def prove(self, organisation: str, case: str, reference: str = "") -> Proof:
        """Everything that is wrong with a case, or that nothing is."""
        found = Findings()
        async with self._memory.reading() as unit:
            chain = await self._chain(unit, organisation, case, found)
            for one in await unit.examine("cases", {"organisation": organisation, "case": case}):
                listed = one.row["reference"] and unit.index(organisation, "reference", one.row["reference"])
                if listed and listed != one.row["reference_hash"]:
                    found.fault("The request is not found by its number: the index of its number was changed.")
                await proving_rows.compare(unit, self._store, one, chain, found)
                if chain.accepted is None and chain.lodged is None and self._declares(organisation, one.row):
                    found.fault("The request was submitted, but the acceptance of its declaration is gone.")
        return Proof(organisation, reference, tuple(found.faults), tuple(found.notes))

    async def _chain(self, unit: Reading, organisation: str, case: str, found: Findings) -> Chain:
        links = await unit.examine("evidence", {"organisation": organisation, "chain": case})
        chain = proving_links.read(links, lambda hash_: unit.index(organisation, evidence.RECEIPT, hash_.hex()), found)
        where = {"organisation": organisation}
        seals = await unit.examine("seals", where)
        for one in await unit.examine("organisations", where):
            proving_links.seals(one, seals, links, case, found)
        return chain

    def _declares(self, organisation: str, row: Mapping[str, object]) -> bool:
        """Whether a case of this form is submitted by a declaration."""
        known = self._organisations[organisation]
        matter = known.matter_of(str(row["form"])) if row["form"] in known.forms else Matter.REQUEST
        return matter is Matter.REQUEST and row["accepted_at"] is not None


async def _unlisted(unit: Reading, organisation: str, number: str) -> list[Examined]:
    """A case whose number leads nowhere: every number is read, which is slow and hardly ever needed."""
    cases = await unit.examine("cases", {"organisation": organisation})
    return [one for one in cases if one.row["reference"] == number]
