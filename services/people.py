"""People: found by a whole phone, id or number, or by words of a name; and one of them with all that leads there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.forms import SKIPPED, Kind, Matter, Question
from conversations.organisation import Organisation
from conversations.reference import read
from services import consenting, finding, kinship
from services.belonging import merged
from services.disclosing import end_of
from services.inbox import Officer
from services.merging import root_of
from services.ports import Memory, Reading, Row
from services.roles import sees

MOST = 30
LINES = {"whatsapp", "sms"}


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who was found; `identity` and `phone` are ends only, `reference` is of the newest request."""

    person: str
    name: str = field(default="", repr=False)
    identity: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One account of theirs: `end` is the end of a number; it may be in doubt, stopped, or gone to somebody else."""

    address: str
    line: str
    end: str
    heard_at: datetime | None
    proven: bool
    doubted: bool
    stopped: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation: of those that were joined the first counts, and the others can be parted again."""

    contact: str
    addresses: tuple[Address, ...]
    joined: bool = False
    shared: int = 1  # for how many persons it speaks


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of theirs: made by them, or for them; `filled` where staff filled it in."""

    case: str
    reference: str
    form: str
    state: str
    at: datetime
    own: bool
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """One person: those joined to them, what they asked for, their conversations, consents, and who has the same id."""

    who: Hit
    requests: tuple[Asked, ...] = ()
    chats: tuple[Chat, ...] = ()
    consents: tuple[tuple[str, bool, datetime], ...] = ()
    twins: tuple[Hit, ...] = ()
    joined: tuple[str, ...] = ()
    erased: bool = False


class People:
    """Reads the people of an association as its staff may see them."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation]) -> None:
        self._memory = memory
        self._organisations = organisations

    async def find(self, member: Officer, typed: str) -> tuple[Hit, ...]:
        """Everybody whom the words name wholly, each once; what was typed is kept nowhere."""
        house = self._organisations[member.organisation]
        async with self._memory.reading() as unit:
            roots = await _roots(unit, house.name, await _found(unit, house, typed))
            return tuple([await _hit(unit, house, member, person) for person in roots[:MOST]])

    async def one(self, member: Officer, person: str) -> Person | None:
        """One person, as the page shows them; None where the association has none such."""
        house = self._organisations[member.organisation]
        async with self._memory.reading() as unit:
            rows = await unit.select("persons", {"organisation": house.name, "person": person})
            root = await root_of(unit, house.name, person)
            if not rows or root is None:
                return None
            group = await merged(unit, house.name, [root])
            cases = await _cases(unit, house, group)
            chats = await _chats(unit, house.name, group, cases)
            return Person(
                who=await _hit(unit, house, member, root),
                requests=tuple(_asked(row, group) for row in cases),
                chats=chats,
                consents=await _consents(unit, house.name, [chat.contact for chat in chats]),
                twins=await _twins(unit, house, member, group),
                joined=tuple(one for one in group if one != root),
                erased=await _erased(unit, house.name, group),
            )


async def _erased(unit: Reading, house: str, group: Sequence[str]) -> bool:
    """Whether nothing of them is left but their number."""
    rows = await unit.select("cases", {"organisation": house, "applicant": list(group)})
    return bool(rows) and all(row["erased_at"] is not None for row in rows)


async def _found(unit: Reading, house: Organisation, typed: str) -> set[str]:
    number = read(typed)
    if number is not None:
        where = {"organisation": house.name, "reference_hash": unit.index(house.name, "reference", number)}
        rows = [row for row in await unit.select("cases", where) if _open(house, row)]
        return {row[name] for row in rows for name in ("applicant", "beneficiary")}
    found: set[str] | None = None
    for ways in finding.sought(unit, house.name, typed):
        rows = [row for way in ways for row in await _led(unit, house.name, *way)]
        own = {row["person"] for row in rows}
        found = own if found is None else found & own
    return found or set()


async def _led(unit: Reading, house: str, kind: str, hash_: bytes) -> list[Row]:
    return await unit.select("person_keys", {"organisation": house, "kind": kind, "hash": hash_})


async def _roots(unit: Reading, house: str, persons: Iterable[str]) -> list[str]:
    roots = [await root_of(unit, house, person) for person in sorted(persons)]
    return list(dict.fromkeys(root for root in roots if root))


def _open(house: Organisation, row: Row) -> bool:
    """Requests for support only: what else people say stands in a room of its own, which hides what it must."""
    return row["erased_at"] is None and house.matter_of(row["form"]) is Matter.REQUEST


async def _cases(unit: Reading, house: Organisation, group: Sequence[str]) -> list[Row]:
    ways = [{"organisation": house.name, column: list(group)} for column in ("applicant", "beneficiary")]
    rows = {row["case"]: row for way in ways for row in await unit.select("cases", way) if _open(house, row)}
    return sorted(rows.values(), key=lambda row: row["opened_at"], reverse=True)


async def _hit(unit: Reading, house: Organisation, member: Officer, person: str) -> Hit:
    """Their name and ends of numbers, as the newest request tells them to these roles."""
    group = await merged(unit, house.name, [person])
    cases = await _cases(unit, house, group)
    where = {"organisation": house.name, "case": [row["case"] for row in cases]}
    rows = await unit.select("answers", where) if cases else []
    age = {row["case"]: n for n, row in enumerate(cases)}
    forms = {row["case"]: row["form"] for row in cases}
    told: dict[Kind, str] = {}
    for row in sorted(rows, key=lambda row: age[row["case"]]):
        question = _question(house, forms[row["case"]], row["field"])
        if question is None or row["person"] not in group or row["value"] in (None, SKIPPED):
            continue
        if question.kind is Kind.NAME or sees(member.roles, question):  # as in the lists: a name opens the page
            told.setdefault(question.kind, str(row["value"]))
    ends = {kind: end_of(kind, told[kind]) if kind in told else "" for kind in (Kind.NATIONAL_ID, Kind.PHONE)}
    reference = next((row["reference"] for row in cases if row["reference"]), "")
    return Hit(person, told.get(Kind.NAME, ""), ends[Kind.NATIONAL_ID], ends[Kind.PHONE], reference)


def _question(house: Organisation, form: str, name: str) -> Question | None:
    return house.forms[form].question(name) if form in house.forms else None


def _asked(row: Row, group: Sequence[str]) -> Asked:
    at = row["accepted_at"] or row["opened_at"]
    return Asked(
        row["case"],
        row["reference"] or "",
        row["form"],
        row["state"],
        at,
        row["beneficiary"] in group,
        bool(row["filled_by"]),
    )


async def _chats(unit: Reading, house: str, group: Sequence[str], cases: Sequence[Row]) -> tuple[Chat, ...]:
    """Every conversation that speaks for them, those that were joined after the one that counts."""
    spoken = await unit.select("contact_persons", {"organisation": house, "person": list(group)})
    named = dict.fromkeys([*(row["contact"] for row in cases), *(row["contact"] for row in spoken)])
    families = list(dict.fromkeys([tuple(await kinship.family(unit, house, contact)) for contact in named]))
    every = [contact for family in families for contact in family]
    rows = await unit.select("addresses", {"organisation": house, "contact": every}, order=["line"]) if every else []
    speaks = await unit.select("contact_persons", {"organisation": house, "contact": every}) if every else []
    return tuple(
        Chat(
            contact,
            tuple(_address(row) for row in rows if row["contact"] == contact),
            joined=contact != family[0],
            shared=len({row["person"] for row in speaks if row["contact"] in family}),
        )
        for family in families
        for contact in family
    )


def _address(row: Row) -> Address:
    value = str(row["value"] or "").rpartition(":")[2]
    end = end_of(Kind.PHONE, value) if row["line"] in LINES and value else ""
    states: dict[str, Any] = {name: row[f"{name}_at"] is not None for name in ("proven", "doubted", "stopped")}
    return Address(row["address"], row["line"], end, row["last_inbound_at"], **states)


async def _consents(unit: Reading, house: str, contacts: Sequence[str]) -> tuple[tuple[str, bool, datetime], ...]:
    """What was said last of each purpose, over all conversations."""
    rows = await unit.select("consents", {"organisation": house, "contact": list(contacts)}) if contacts else []
    newest = {row["purpose"]: row for row in sorted(rows, key=lambda row: row["at"])}
    order = {purpose: n for n, purpose in enumerate(consenting.PURPOSES)}
    told = sorted(newest.values(), key=lambda row: order.get(row["purpose"], len(order)))
    return tuple((row["purpose"], row["given"], row["at"]) for row in told)


async def _twins(unit: Reading, house: Organisation, member: Officer, group: Sequence[str]) -> tuple[Hit, ...]:
    """Whoever wrote the same national id and is not one with them."""
    key = {"organisation": house.name, "kind": finding.IDENTITY}
    own = await unit.select("person_keys", {**key, "person": list(group)})
    hashes = sorted({row["hash"] for row in own})
    rows = await unit.select("person_keys", {**key, "hash": hashes}) if hashes else []
    roots = await _roots(unit, house.name, {row["person"] for row in rows} - set(group))
    return tuple([await _hit(unit, house, member, root) for root in roots])
