"""One request as a member of staff may see it, read with a constant number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.facts import CaseState
from conversations.forms import RELATION, Form
from conversations.messages import Param
from conversations.organisation import Organisation
from services import checklist, deliberation, evidence
from services.checklist import Item, Paper
from services.coming import Came, came
from services.deliberation import Deliberation
from services.disclosing import Answer, city_of, disclosed
from services.inbox import Officer
from services.naming import name_of
from services.ports import Reading, Row
from services.roles import Right, may
from services.spans import Span, rests, still
from services.stories import ACTED, LOOKED_AT, LOOKS, RENEWED, RETURNED, Event, moments, story

LOOKS_TOLD = 100  # how many of those who looked are told, the newest
# What may be done in which state, and the right it asks for.
VERBS: Mapping[str, tuple[Right, frozenset[CaseState]]] = {
    "check": (Right.VERIFY, frozenset({CaseState.SUBMITTED, CaseState.VERIFYING})),
    "return": (
        Right.RETURN_ITEMS,
        frozenset({CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.COMMITTEE}),
    ),
    "committee": (Right.ASK_COMMITTEE, frozenset({CaseState.SUBMITTED, CaseState.VERIFYING})),
    "vote": (Right.VOTE, frozenset({CaseState.COMMITTEE})),
    "release": (Right.RELEASE, frozenset({CaseState.DECIDED})),
    "register": (Right.REGISTER, frozenset({CaseState.ACCEPTED})),
    "serve": (Right.REGISTER, frozenset({CaseState.REGISTERED})),
    "close": (
        Right.REGISTER,
        frozenset({CaseState.ACCEPTED, CaseState.REJECTED, CaseState.REGISTERED, CaseState.SERVED}),
    ),
}


SCANNED = frozenset({CaseState.SUBMITTED, CaseState.VERIFYING, CaseState.RETURNED, CaseState.COMMITTEE})


@dataclass(frozen=True, slots=True)
class Declared:
    """The declaration as it stands in the evidence; `whole` where the chain is as it was written."""

    text: str
    version: str
    at: datetime
    times: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """The request. `officer` looked into it last; it is `scannable` where this member may add a declaration on paper,
    `scans` are those that were; it `came` in some way where staff filled it in,
    the answers of `corrected` were set right since;
    `verbs` are what this member may do with it now."""

    case: str
    contact: str
    reference: str
    name: str
    form: str
    city: str
    line: str
    relation: str
    state: str
    officer: str
    span: Span
    answers: tuple[Answer, ...]
    items: tuple[Item, ...]
    papers: tuple[Paper, ...]
    deliberation: Deliberation
    declared: Declared | None
    story: tuple[Event, ...]
    verbs: frozenset[str] = field(default=frozenset())
    scannable: bool = False
    came: Came | None = None
    corrected: frozenset[str] = frozenset()
    scans: tuple[tuple[str, datetime], ...] = ()
    erased_at: datetime | None = None

    @property
    def mark(self) -> str:
        """A short text that changes when anything happens to the request."""
        newest = next((event.at.timestamp() for event in self.story if event.what not in LOOKS), 0)
        return f"{self.state}-{newest:.6f}"

    def sections(self) -> list[tuple[str, list[Answer]]]:
        """The answers by section, in the form's order."""
        found: dict[str, list[Answer]] = {}
        for answer in self.answers:
            found.setdefault(answer.section, []).append(answer)
        return list(found.items())

    def answer(self, field: str) -> Answer | None:
        """The answer of a question."""
        return next((answer for answer in self.answers if answer.id == field), None)

    def paper(self, document: str) -> Paper | None:
        """A paper by its key, such as `papers.report`."""
        return next((paper for paper in self.papers if paper.key == document), None)


async def dossier(unit: Reading, organisation: Organisation, member: Officer, case: Row, now: datetime) -> Dossier:
    """Everything about a case that this member may see."""
    where = {"organisation": organisation.name, "case": case["case"]}
    form = organisation.forms.get(case["form"]) or Form(case["form"], case["version"], 0, ())
    given = {row["field"]: row["value"] for row in await unit.select("answers", where)}
    known = {id: value for id, value in given.items() if value is not None}
    links = await unit.select("evidence", {"organisation": organisation.name, "chain": case["case"]})
    found = await unit.select("items", where)
    staff = await unit.select("staff", {"organisation": organisation.name})
    names = {row["staff"]: str(row["name"] or "") for row in staff}
    decided = await deliberation.rows(unit, where)
    audit = await unit.select("audit", {**where, "verb": ACTED})
    audit += await unit.select("audit", {**where, "verb": LOOKED_AT}, order=["-at"], limit=LOOKS_TOLD)
    told = story(links, audit, decided.decision, names)
    files = await unit.select("files", where)
    return Dossier(
        case=case["case"],
        contact=case["contact"],
        reference=case["reference"] or "",
        name=name_of(organisation, known),
        form=case["form"],
        city=city_of(form, known, member.roles),
        line=_line(links),
        relation=str(case["relation"] or given.get(RELATION) or ""),
        state=case["state"],
        officer=_officer(found, names),
        span=_span(organisation, case, told, decided.decision, now),
        answers=disclosed(form, given, member.roles),
        items=checklist.items(form, given, found, member.roles, names),
        papers=checklist.papers(form, given, files, member.roles),
        deliberation=deliberation.told(organisation, member, case, decided, staff),
        declared=_declared(links),
        story=told,
        verbs=verbs(organisation, member, case["state"]) if case["erased_at"] is None else frozenset(),
        scannable=case["state"] in SCANNED and may(member.roles, Right.VERIFY),
        came=came(case, links, names),
        corrected=frozenset(str(body["field"]) for row in links if (body := _correction(row))),
        scans=_signed(links),
        erased_at=case["erased_at"],
    )


def verbs(organisation: Organisation, member: Officer, state: str) -> frozenset[str]:
    """What this member may do with a case in this state."""
    may_do = {verb for verb, (right, states) in VERBS.items() if state in states and may(member.roles, right)}
    return frozenset(may_do - (set() if organisation.serves else {"serve"}))


def _officer(found: list[Row], names: Mapping[str, str]) -> str:
    newest = max((row for row in found if row["by"]), key=lambda row: row["at"], default=None)
    return names.get(newest["by"], "") if newest else ""


def _line(links: list[Row]) -> str:
    """The channel on which the declaration was accepted."""
    return next((str(body["line"]) for body in _acceptances(links)), "")


def _acceptances(links: list[Row]) -> list[Mapping[str, Any]]:
    """The bodies of the acceptances that were not erased, the newest first."""
    rows = sorted(links, key=lambda row: row["number"], reverse=True)
    return [row["body"] for row in rows if isinstance(row["body"], Mapping) and "declaration" in row["body"]]


def _declared(links: list[Row]) -> Declared | None:
    bodies = _acceptances(links)
    if not bodies:
        return None
    text: Param = bodies[0]["declaration"]["text"]
    at = datetime.fromisoformat(bodies[0]["at"])
    whole = not evidence.faults(links)
    return Declared(str(text), str(bodies[0]["version"]), at, len(bodies), whole)


def _signed(links: list[Row]) -> tuple[tuple[str, datetime], ...]:
    """The scans of declarations on paper, and when each was seen."""
    return tuple((file, row["at"]) for row in links if row["kind"] == "signed" for file in _scans(row))


def _correction(link: Row) -> Mapping[str, Any] | None:
    """What was set right since; None for any other link, and where its words were erased."""
    return link["body"] if link["kind"] == evidence.CORRECTED and isinstance(link["body"], Mapping) else None


def _scans(link: Row) -> list[str]:
    """The files of a link of paper; none where they were erased."""
    body = link["body"]
    return list(body["documents"]) if isinstance(body, Mapping) else []


def _span(organisation: Organisation, case: Row, told: tuple[Event, ...], decision: Row | None, now: datetime) -> Span:
    zone, stopped = organisation.schedule.zone, case["stopped_at"]
    at = (decision or {}).get("told_at") or now
    accepted = case["accepted_at"] or case["opened_at"]
    returned = moments(told, RETURNED) or ([stopped] if stopped else [])
    ceiling = case["ceiling_at"] or at
    return Span(
        accepted=accepted,
        floor=case["floor_at"] or accepted,
        ceiling=ceiling + (now - stopped) if stopped else ceiling,
        at=at,
        zone=zone,
        told=at is not now,
        standing=stopped is not None,
        still=still(rests(returned, moments(told, RENEWED), at), zone),
    )
