"""How staff call a contact: by the applicant's name as it was typed in a case of theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

from conversations.forms import ONESELF, RELATION, SKIPPED, About, Kind
from conversations.organisation import Organisation
from services import kinship
from services.ports import Reading, Row


def name_fields(organisation: Organisation, about: About) -> tuple[str, ...]:
    """The questions of the association's forms that ask for this person's name."""
    questions = (q for form in organisation.forms.values() for q in form.questions)
    return tuple(dict.fromkeys(q.id for q in questions if q.kind is Kind.NAME and q.about is about))


def name_of(organisation: Organisation, answers: Mapping[str, Any]) -> str:
    """The applicant's name: of their own, or the beneficiary's where one asks for oneself; else empty."""
    asked = name_fields(organisation, About.APPLICANT)
    if answers.get(RELATION) == ONESELF:
        asked += name_fields(organisation, About.BENEFICIARY)
    return next((str(answers[field]) for field in asked if answers.get(field, SKIPPED) != SKIPPED), "")


async def names(
    unit: Reading, organisation: Organisation, contacts: Sequence[str], wanted: Mapping[str, str | None]
) -> dict[str, str]:
    """What these contacts are called, those who are: by the wanted case of each, else by the newest that tells."""
    where = {"organisation": organisation.name}
    kin = await kinship.families(unit, [organisation.name], contacts) if contacts else {}
    every = {one: contact for contact in contacts for one in kin.get(contact, [contact])}
    told = await unit.select("cases", {**where, "contact": list(every)}) if every else []
    cases = [{**case, "contact": every[case["contact"]]} for case in told]
    if not cases:
        return {}
    fields = [RELATION, *name_fields(organisation, About.APPLICANT), *name_fields(organisation, About.BENEFICIARY)]
    rows = await unit.select("answers", {**where, "case": [c["case"] for c in cases], "field": fields})
    given: dict[str, dict[str, Any]] = {}
    for row in rows:
        given.setdefault(row["case"], {})[row["field"]] = row["value"]
    found: dict[str, str] = {}
    for case in sorted(cases, key=lambda c: (c["case"] == wanted.get(c["contact"]), c["opened_at"]), reverse=True):
        if name := name_of(organisation, given.get(case["case"], {})):
            found.setdefault(case["contact"], name)
    return found


async def staff_names(unit: Reading, organisation: str, staff: Sequence[str | None]) -> dict[str, str]:
    """The names of these members of staff."""
    ids = sorted({id for id in staff if id})
    rows: list[Row] = await unit.select("staff", {"organisation": organisation, "staff": ids}) if ids else []
    return {row["staff"]: str(row["name"] or "") for row in rows}
