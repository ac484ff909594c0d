"""A mother and her grown son on one phone: everything the house may come to hold of either, and of both together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.household import Household, furnish
from conversations.records import Seat
from services import evidence
from storage import Memory, migrate
from tests.mind_world import NAMES, profiles
from tests.storage_world import NOW, Place, case, fresh, message, seated, sender, url_of
from tests.turns_world import KEY, Clock

HOUSE = "qalb"
PHONE = "+966550001734"
MOTHER = ("سعاد بنت ناصر الحربي", "1045827357", "0550001734", "ارتجاف أذيني نادر", "كتبت سعاد عن حالها", "نبض سعاد")
SON = ("فارس بن سعد المطيري", "1077361846", "0559998887", "قصور في الصمام", "كتب فارس عن حاله", "نبض فارس")


@dataclass
class Person:
    """One of the two: id, case, file, and what they told."""

    id: str
    told: tuple[str, ...]
    case: str = field(default_factory=fresh)
    file: str = field(default_factory=fresh)


@dataclass
class Family:
    """The two, their contact, and a request of the mother's for her son."""

    home: Household
    seat: Seat
    mother: Person
    son: Person
    joint: str = field(default_factory=fresh)

    async def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Rows in clear, as whoever has the master key reads them."""
        async with self.home.memory.reading() as unit:
            return await unit.select(table, {"organisation": HOUSE, **where})


@asynccontextmanager
async def opened(place: Place, folder: Path) -> AsyncIterator[Household]:
    """The services on this database, with a ledger in the folder and files beside the data."""
    if isinstance(place, Path) and not (place / "data").exists():
        await migrate(url_of(place))
    memory = Memory(url_of(place), KEY, erasures=folder / "erasure.ledger")
    await memory.open(NAMES)
    files = (place if isinstance(place, Path) else folder) / "data" / "files"
    try:
        yield furnish(memory, profiles(), Clock(NOW), "https://wasl.example", files)
    finally:
        await memory.close()


async def settled(home: Household, folder: Path) -> Family:
    """Both have asked for support, and she has for him too."""
    (seat,) = await seated(home.memory, sender(PHONE, house=HOUSE, line="whatsapp", value=PHONE))
    family = Family(home, seat, Person(seat.persons[0], MOTHER), Person(fresh(), SON))
    async with home.memory.unit() as unit:
        await unit.new_person(HOUSE, seat.contact, family.son.id, NOW)
    for number, person in enumerate((family.mother, family.son)):
        await _request(family, person, 10 * number + 1)
        await _paper(family, person)
    await _joint(family)
    await _loose(family)
    return family


def _row(family: Family, **more: Any) -> dict[str, Any]:
    return {"organisation": HOUSE, "contact": family.seat.contact, "at": NOW, **more}


async def _request(family: Family, person: Person, number: int) -> None:
    name, identity, phone, illness, _, _ = person.told
    key = {"organisation": HOUSE, "case": person.case}
    given = {"full_name": name, "national_id": identity, "mobile": phone, "condition": illness}
    async with family.home.memory.unit() as unit:
        reference = await unit.number(HOUSE)
        more = {"applicant": person.id, "beneficiary": person.id, "reference": reference, "accepted_at": NOW}
        more |= {"reference_hash": unit.index(HOUSE, "reference", reference), "form": "support", "state": "accepted"}
        await unit.insert("cases", [case(family.seat, person.case, **more)])
        whose = {**key, "person": person.id, "at": NOW}
        await unit.insert("answers", [{**whose, "field": f, "value": v, "typed": v} for f, v in given.items()])
        hashed = unit.index(HOUSE, "national_id", identity)
        await unit.insert("person_keys", [{**key, "kind": "national_id", "hash": hashed, "person": person.id}])
        await _talked(unit, family, person, number)
        await _judged(unit, family, person)
        await _kept(unit, family, person, number, given)


async def _talked(unit: Any, family: Family, person: Person, number: int) -> None:
    """What was said, what went out of it, and what the staff's group saw."""
    told, words = f"{person.told[0]} {person.told[3]}", person.told[4]
    own = {"owner_kind": "person", "owner": person.id, "case": person.case, "address": family.seat.address}
    said = {"event": "said", "text": words, "files": [person.file], "choices": [], "media": [], "id": "x"}
    shown = {"words": {"text": told, "parts": [], "options": []}, "progress": None}
    heard = message(family.seat, number, said, **own)
    answered = message(family.seat, number + 1, shown, direction="out", by="bot", **own)
    await unit.insert("messages", [heard, answered])
    sent = {"address": family.seat.address, "message": number + 1, "content": {"text": told, "of": 1}}
    await unit.insert("outbox", [_row(family, number=number, state="delivered", **sent)])
    handed = {"number": number, "state": "over", "role": "relations_officer", "reason": "asked", "line": "whatsapp"}
    await unit.insert("handovers", [_without_at(_row(family, case=person.case, since=NOW, **handed))])
    post = {"number": number, "piece": 0, "kind": "said", "state": "sent", "message": number}
    await unit.insert("posts", [_row(family, content={"text": words}, **post)])


async def _judged(unit: Any, family: Family, person: Person) -> None:
    """What staff found, said and did."""
    beat = person.told[5]
    row = {"organisation": HOUSE, "case": person.case, "person": person.id, "at": NOW}
    await unit.insert("items", [{**row, "field": "national_id", "document": "", "note": beat}])
    await unit.insert("votes", [{**row, "staff": "hind", "accepted": True, "reason": beat}])
    await unit.insert("decisions", [{**row, "accepted": True, "reason": beat, "told_at": NOW}])
    own = {"owner_kind": "person", "owner": person.id, "case": person.case, "more": {"note": beat}}
    await unit.insert("audit", [_row(family, id=fresh(), staff="noura", verb="case.checked", **own)])


def _without_at(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "at"}


async def _kept(unit: Any, family: Family, person: Person, number: int, given: dict[str, str]) -> None:
    """Evidence, and what was asked, parked, rated and drafted with the case in hand."""
    words, beat = person.told[4:]
    first = evidence.link(HOUSE, person.case, "answers", ("person", person.id), given, NOW)
    second = evidence.link(HOUSE, person.case, "decided", ("person", person.id), {"reason": beat}, NOW, last=first)
    await unit.insert("evidence", [first, second])
    draft = {"id": fresh(), "kind": "answer", "state": "draft", "content": {"title": {"ar": words}}, "at": NOW}
    await unit.insert("entries", [{"organisation": HOUSE, **draft}])
    asked = {"question": words, "hash": unit.index(HOUSE, "inquiry", words), "language": "ar", "became": "none"}
    await unit.insert("inquiries", [_row(family, number=number, case=person.case, made=draft["id"], **asked)])
    await unit.insert(
        "parked", [_row(family, id=fresh(), line="whatsapp", case=person.case, reason="X", payload={"text": words})]
    )
    await unit.insert("due", [_row(family, id=fresh(), kind="floor", case=person.case)])
    await unit.insert("tasks", [_row(family, id=fresh(), kind="call", role="supervisor", reason="x", case=person.case)])
    rated = {"kind": "case", "id": person.case, "line": "whatsapp", "words": words, "asked_at": NOW}
    await unit.insert("surveys", [_row(family, **rated)])


async def _paper(family: Family, person: Person) -> None:
    store = family.home.erasing._store
    secret = await store.put(HOUSE, person.file, person.told[5].encode())
    row = {"file": person.file, "address": family.seat.address, "line": "whatsapp", "kind": "image", "state": "ready"}
    whose = {"owner_kind": "person", "owner": person.id, "case": person.case, "name": person.told[0], "secret": secret}
    async with family.home.memory.unit() as unit:
        await unit.insert("files", [_row(family, **row, **whose, next_at=NOW)])


async def _joint(family: Family) -> None:
    """Her request for him: each answer is of whom it is about, the talk is of both."""
    mother, son = family.mother, family.son
    key = {"organisation": HOUSE, "case": family.joint, "at": NOW}
    async with family.home.memory.unit() as unit:
        more = {"applicant": mother.id, "beneficiary": son.id, "relation": "son", "form": "support", "state": "served"}
        await unit.insert("cases", [case(family.seat, family.joint, **more)])
        hers = {**key, "field": "applicant_name", "person": mother.id, "value": mother.told[0]}
        his = {**key, "field": "full_name", "person": son.id, "value": son.told[0]}
        await unit.insert("answers", [hers, his])
        told = {"words": {"text": f"{mother.told[0]} {son.told[0]}"}, "progress": None}
        owner = {"owner_kind": "person", "owner": son.id, "direction": "out", "by": "bot", "case": family.joint}
        await unit.insert("messages", [message(family.seat, 31, told, **owner)])
        reason = f"{mother.told[5]} {son.told[5]}"
        await unit.insert("decisions", [{**key, "person": mother.id, "accepted": False, "reason": reason}])
        last = None
        for kind, who, body in (
            ("answers", mother.id, {"applicant_name": mother.told[0]}),
            ("answers", son.id, {"full_name": son.told[0]}),
            ("accepted", mother.id, {"declaration": {"text": mother.told[0]}}),
            ("decided", mother.id, {"reason": reason}),
        ):
            last = evidence.link(HOUSE, family.joint, kind, ("person", who), body, NOW, last=last)
            await unit.insert("evidence", [last])


async def _loose(family: Family) -> None:
    """What is filed to no case: a list of whom one asked for, and a word of nobody in particular."""
    listed = {"words": {"text": f"1. {MOTHER[0]}\n2. {SON[0]}"}, "progress": None}
    plain = {"event": "said", "text": "متى تفتحون أبوابكم", "files": [], "choices": [], "media": [], "id": "y"}
    async with family.home.memory.unit() as unit:
        rows = [message(family.seat, 41, listed, direction="out", by="bot"), message(family.seat, 42, plain)]
        await unit.insert("messages", rows)
        counts = {"message_number": 42, "outbox_number": 42, "state": {"case": family.mother.case, "mode": "form"}}
        await unit.update("contacts", [{"organisation": HOUSE, "contact": family.seat.contact, **counts}])
