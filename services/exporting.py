"""What is held about one person, whole and with nothing of anybody else: for the copy that the law gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from conversations import fields
from conversations.forms import SKIPPED, About, Form, Kind
from conversations.messages import Param
from conversations.organisation import Organisation
from services import hiding
from services.audits import audited
from services.belonging import cases_of, contacts_of, merged
from services.entries import Entry, Loaded, entries
from services.hiding import Reader
from services.naming import name_fields
from services.ports import Clock, Memory, Reading, Row
from services.stories import LOOKED_AT

SPOKEN = ("person", "bot", "staff")  # notes and acts are the work of staff


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: its question and value as they are shown to people."""

    field: str
    section: str
    value: Param


@dataclass(frozen=True, slots=True)
class Paper:
    """A file: where it was asked for, what kind it is, how many pages it has."""

    field: str
    document: str
    name: str
    kind: str
    pages: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of any kind. Where it is about another person too it is `shared`: then what was said in it, and the
    words of its decision, stay out, for they tell of both."""

    form: str
    reference: str
    state: str
    opened_at: datetime
    sent_at: datetime | None
    shared: bool
    answers: tuple[Given, ...]
    papers: tuple[Paper, ...]
    declaration: str = ""
    accepted: bool | None = None
    reason: str = ""
    told_at: datetime | None = None
    returned: tuple[tuple[str, str, str], ...] = ()
    looks: tuple[tuple[datetime, str], ...] = ()
    messages: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything. `alone` where nobody else uses the contact: only then the talk beside the requests is theirs."""

    name: str
    at: datetime
    alone: bool
    requests: tuple[Asked, ...]
    consents: tuple[Row, ...]
    notices: tuple[Row, ...]
    ways: tuple[tuple[str, str], ...]
    messages: tuple[Entry, ...]


class Exporting:
    """Gathers it for a member of staff, and writes down that it was given out."""

    def __init__(self, memory: Memory, organisations: Mapping[str, Organisation], clock: Clock) -> None:
        self._memory = memory
        self._organisations = organisations
        self._clock = clock

    async def holdings(self, reader: Reader, person: str) -> Holdings | None:
        """What there is of the person that this member may know of; None where there is no such person."""
        house = self._organisations[reader.organisation]
        async with self._memory.reading() as unit:
            if not await unit.select("persons", {"organisation": house.name, "person": person}):
                return None
            found = await self._gathered(unit, reader, house, person)
        given = audited(house.name, reader.staff, "person_exported", found.at, persons=[person])
        async with self._memory.unit() as writing:
            await writing.insert("audit", [given])
        return found

    async def _gathered(self, unit: Reading, reader: Reader, house: Organisation, person: str) -> Holdings:
        group = await merged(unit, house.name, [person])
        every = [row for row in await cases_of(unit, house.name, group, "") if row["erased_at"] is None]
        unseen = await hiding.hidden(unit, reader, every)
        cases = sorted((row for row in every if row["case"] not in unseen), key=lambda row: row["opened_at"])
        contacts = await contacts_of(unit, house.name, group, cases)
        where = {"organisation": house.name, "contact": contacts}
        talk = await _Talk.of(unit, where)
        asked = [await self._asked(unit, house, group, row, talk) for row in cases]
        alone = await _alone(unit, where, group)
        loose = [row for row in talk.rows if row["case"] is None and not (unseen and hiding.tells(row["content"]))]
        return Holdings(
            name=await _name(unit, house, group),
            at=self._clock(),
            alone=alone,
            requests=tuple(asked),
            consents=tuple(await unit.select("consents", where, order=["at"])),
            notices=tuple(await unit.select("notices", where, order=["at"])),
            ways=tuple((row["line"], row["value"] or "") for row in talk.addresses if alone),
            messages=talk.told(loose) if alone else (),
        )

    async def _asked(self, unit: Reading, house: Organisation, group: Sequence[str], case: Row, talk: "_Talk") -> Asked:
        where = {"organisation": house.name, "case": case["case"]}
        form = house.forms.get(case["form"]) or Form(case["form"], case["version"], 0, ())
        shared = not {case["applicant"], case["beneficiary"]} <= set(group)
        asked = Asked(
            form=case["form"],
            reference=(case["reference"] or "") if case["applicant"] in group else "",
            state=case["state"] if not await _held_back(unit, where) else "committee",
            opened_at=case["opened_at"],
            sent_at=case["accepted_at"],
            shared=shared,
            answers=_given(form, await unit.select("answers", {**where, "person": list(group)})),
            papers=_papers(await unit.select("files", {**where, "owner": list(group)}, order=["at"])),
            declaration=await _declaration(unit, house.name, case["case"], group),
        )
        return asked if shared else replace(asked, **await _inside(unit, where, case["case"], talk))


async def _held_back(unit: Reading, where: Mapping[str, Any]) -> bool:
    """Whether there is a decision that was not told yet."""
    return any(row["told_at"] is None for row in await unit.select("decisions", where))


async def _inside(unit: Reading, where: Mapping[str, Any], case: str, talk: "_Talk") -> dict[str, Any]:
    """What is this person's alone in a request that is about nobody else."""
    decisions = [row for row in await unit.select("decisions", where) if row["told_at"] is not None]
    back = [row for row in await unit.select("items", where) if row["returned_at"] is not None]
    looks = await unit.select("audit", {**where, "verb": list(LOOKED_AT)}, order=["at"])
    told = {name: decisions[0][name] for name in ("accepted", "reason", "told_at")} if decisions else {}
    return {
        **told,
        "returned": tuple((row["field"], row["document"], row["note"] or "") for row in back),
        "looks": tuple((row["at"], str((row["more"] or {}).get("field", ""))) for row in looks),
        "messages": talk.told([row for row in talk.rows if row["case"] == case]),
    }


@dataclass(frozen=True, slots=True)
class _Talk:
    """What was said on the contacts, and what it leans on."""

    rows: list[Row]
    addresses: list[Row]
    files: list[Row]

    @classmethod
    async def of(cls, unit: Reading, where: Mapping[str, Any]) -> "_Talk":
        rows = await unit.select("messages", where, order=["contact", "number"])
        return cls(rows, await unit.select("addresses", where), await unit.select("files", where))

    def told(self, rows: Sequence[Row]) -> tuple[Entry, ...]:
        """These rows as people read them, in the order of their times."""
        loaded = Loaded({row["address"]: row for row in self.addresses}, (), self.files)
        found = [entry for entry in entries(rows, loaded, 0) if entry.by in SPOKEN]
        return tuple(sorted(found, key=lambda entry: (entry.at, entry.number)))


async def _alone(unit: Reading, where: Mapping[str, Any], group: Sequence[str]) -> bool:
    """Whether every case of the contacts is about this person only."""
    cases = await unit.select("cases", where)
    return {row[side] for row in cases for side in ("applicant", "beneficiary")} <= set(group)


async def _name(unit: Reading, house: Organisation, group: Sequence[str]) -> str:
    asked = [field for about in About for field in name_fields(house, about)]
    where = {"organisation": house.name, "person": list(group), "field": asked}
    rows = await unit.select("answers", where, order=["-at"]) if asked else []
    return next((str(row["value"]) for row in rows if row["value"]), "")


async def _declaration(unit: Reading, house: str, case: str, group: Sequence[str]) -> str:
    where = {"organisation": house, "chain": case, "kind": "accepted", "owner": list(group)}
    links = await unit.select("evidence", where, order=["-number"])
    bodies = [row["body"] for row in links if row["body"] is not None]
    return next((str(body["declaration"]["text"]) for body in bodies if "declaration" in body), "")


def _given(form: Form, rows: Sequence[Row]) -> tuple[Given, ...]:
    """The answers in the form's order, then those to questions that it has no more."""
    known = {row["field"]: row["value"] for row in rows if row["value"] not in (None, SKIPPED)}
    asked = [q for q in form.questions if q.id in known and q.kind is not Kind.DOCUMENTS]
    found = [Given(q.id, q.section, fields.shown(q, known[q.id])) for q in asked]
    ids = {q.id for q in form.questions}
    return (*found, *(Given("", "", str(value)) for id, value in known.items() if id not in ids))


def _papers(rows: Sequence[Row]) -> tuple[Paper, ...]:
    kept = [row for row in rows if row["secret"] is not None]
    plain = (
        (r["field"] or "", r["document"] or "", r["name"] or "", r["kind"], r["pages"] or 1, r["at"]) for r in kept
    )
    return tuple(Paper(*row) for row in plain)
