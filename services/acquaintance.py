"""Who a contact is, as far as a member's roles may know, and where their requests stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from conversations import agenda, calendar
from conversations.facts import CaseState
from conversations.forms import SKIPPED, About, Form, Kind, Matter, Question
from conversations.organisation import Organisation
from conversations.state import Conversation
from services import kinship
from services.ports import Reading, Row
from services.roles import sees


@dataclass(frozen=True, slots=True)
class Standing:
    """One request: `place` is where its draft stands (question, of how many), `until` the draft's last day."""

    case: str
    form: str
    state: str
    reference: str = ""
    place: tuple[int, int] | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """The person: `beneficiary` is whom the newest request is about, `relation` a choice's key; id and phone are whole
    here and masked where they are shown."""

    language: str
    beneficiary: str = ""
    relation: str = ""
    identity: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    phone_proven: bool = False
    draft: Standing | None = None
    cases: tuple[Standing, ...] = ()
    newest: str = ""


async def acquaint(
    unit: Reading,
    organisation: Organisation,
    roles: frozenset[str],
    contact: Row,
    state: Conversation,
    now: datetime,
) -> Acquaintance:
    """Read the contact's cases, and the answers of the one in hand, or of the newest."""
    where = {"organisation": organisation.name}
    found = await unit.select("cases", {**where, "contact": kinship.whole(contact)}, order=["-opened_at"])
    rows = [row for row in found if organisation.matter_of(row["form"]) is Matter.REQUEST]
    chosen = next((row for row in rows if row["case"] == state.case), rows[0] if rows else None)
    given = await unit.select("answers", {**where, "case": chosen["case"]}) if chosen else []
    answers = {row["field"]: row["value"] for row in given}
    form = organisation.forms.get(chosen["form"]) if chosen else None
    known = _known(form, answers, roles)
    draft = chosen if chosen and chosen["state"] == CaseState.DRAFT else None
    drafts = [row for row in rows if row["state"] == CaseState.DRAFT]
    return Acquaintance(
        language=state.language,
        beneficiary=_first(known, Kind.NAME, About.BENEFICIARY),
        relation=str((chosen or {}).get("relation") or ""),
        identity=_first(known, Kind.NATIONAL_ID, About.BENEFICIARY) or _first(known, Kind.NATIONAL_ID, About.APPLICANT),
        phone=_first(known, Kind.PHONE, About.APPLICANT) or _first(known, Kind.PHONE, About.BENEFICIARY),
        draft=_draft(organisation, draft, form, answers, state, _last_day(organisation, contact, drafts), now),
        cases=tuple(Standing(r["case"], r["form"], r["state"], r["reference"] or "") for r in rows if r is not draft),
        newest=chosen["case"] if chosen else "",
    )


def _known(form: Form | None, answers: Mapping[str, Any], roles: frozenset[str]) -> list[tuple[Question, str]]:
    """The answers that these roles may see."""
    questions = form.questions if form else ()
    given = [q for q in questions if answers.get(q.id, SKIPPED) != SKIPPED and sees(roles, q)]
    return [(q, str(answers[q.id])) for q in given]


def _first(known: Sequence[tuple[Question, str]], kind: Kind, about: About) -> str:
    return next((value for q, value in known if q.kind is kind and q.about is about), "")


def _last_day(organisation: Organisation, contact: Row, drafts: Sequence[Row]) -> date | None:
    """The day on which drafts lapse: so long after the person's last word."""
    if not drafts:
        return None
    since = max([row["opened_at"] for row in drafts] + [at for at in (contact["last_at"],) if at])
    until = since + timedelta(days=organisation.draft_days)
    return calendar.local(organisation.schedule, calendar.next_sending(organisation.schedule, until)).date()


def _draft(
    organisation: Organisation,
    row: Row | None,
    form: Form | None,
    answers: Mapping[str, Any],
    state: Conversation,
    until: date | None,
    now: datetime,
) -> Standing | None:
    if row is None or form is None:
        return None
    today = calendar.local(organisation.schedule, now).date()
    place = agenda.place(form, answers, state.asking, today) if state.case == row["case"] and state.asking else None
    return Standing(row["case"], row["form"], row["state"], "", (place.step, place.of) if place else None, until)
