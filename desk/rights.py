"""One request about a person's data, and what carries it out: a copy, a consent withdrawn, an erasure."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.forms import Matter
from conversations.records import Erasure
from desk.doors import DeskDoor, desk_of
from desk.holdings_shown import told
from desk.pages import association_of, document, page, words
from desk.requests import sheet
from desk.requests_verbs import UUID
from desk.rooms import DESK
from desk.site import Member
from services.consenting import PURPOSES
from services.requests import LISTED
from services.roles import Right, may
from services.voices import Told

CASE = f"{DESK}/rights/{{case}}"
FAULTS = frozenset({"gone", "reason", "open", "sending", "undelivered", "word", "nobody", "consent"})
DONE = frozenset({"withdraw", "erase", "correct", "correct_only", "correct_answered"})
HELD = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


async def one(request: Request, member: Member) -> Response:
    """The request, the persons it may be about, and what can be done."""
    return await _opened(request, member)


async def export(request: Request, member: Member) -> Response:
    """The copy of what is held about one of the persons, as a page to hand over or as data."""
    form, found = await _form(request), await told_of(request, member)
    person = form.get("person", "")
    if person not in {subject.person for subject in await _subjects(request, member, found)}:
        return await _opened(request, member, 409, "nobody")
    held = await desk_of(request).exporting.holdings(member, person)
    if held is None:
        raise HTTPException(404)
    copy = {"association": words(request, member)("organisation.name"), **told(held, sheet(request, member))}
    kind = "json" if form.get("as") == "json" else "html"
    headers = {**HELD, "Content-Disposition": f'attachment; filename="copy-{found.voice.reference}.{kind}"'}
    if kind == "json":
        data = json.dumps(copy, ensure_ascii=False, indent=2)
        return Response(data, media_type="application/json", headers=headers)
    return document(request, member, "holdings.html", headers, copy=copy)


async def withdraw(request: Request, member: Member) -> Response:
    """A consent ends, at the person's word."""
    form, found = await _form(request), await told_of(request, member)
    purpose, consenting = form.get("purpose", ""), desk_of(request).consenting
    known = purpose in PURPOSES
    if not known or not await consenting.withdraw(member.organisation, found.contact, purpose, member.staff):
        return await _opened(request, member, 409, "consent")
    return _back(member, found, "withdraw")


async def erase(request: Request, member: Member) -> Response:
    """The chosen persons are erased, once the word for it was typed and a reason given."""
    form, found = await _form(request), await told_of(request, member)
    known = {subject.person for subject in await _subjects(request, member, found)}
    persons = sorted({value for value in form.get("persons", "").split() if value in known})
    if not persons:
        return await _opened(request, member, 422, "nobody")
    if form.get("word", "").strip() != words(request, member)("desk.rights.erase_word"):
        return await _opened(request, member, 422, "word")
    how = {"case": found.voice.case, "force": form.get("force") == "1" and may(member.roles, Right.FORCE_ERASURE)}
    done = await desk_of(request).erasing.erase(
        member.organisation, persons, member.staff, form.get("reason", ""), **how
    )
    if not isinstance(done, Erasure):
        return await _opened(request, member, 422 if done == "reason" else 409, str(done))
    return _back(member, found, "erase")


async def told_of(request: Request, member: Member) -> Told:
    """What this address names; 404 where it is no request about data, or none for this member."""
    found: Told | None = await desk_of(request).voices.one(member, request.path_params["case"])
    if found is None or found.voice.form != Matter.RIGHTS:
        raise HTTPException(404)
    return found


async def _subjects(request: Request, member: Member, found: Told) -> tuple[Any, ...]:
    subjects: tuple[Any, ...] = await desk_of(request).erasing.subjects(member, found.contact)
    return subjects


def _rightable(subjects: tuple[Any, ...], forms: tuple[str, ...]) -> list[Any]:
    """Their requests for support that were submitted, each once."""
    held = {one.case: one for subject in subjects for one in subject.cases}
    return [one for one in held.values() if one.state in LISTED and one.form in forms and one.reference]


async def _form(request: Request) -> dict[str, str]:
    """What was sent; of several persons each stands in `persons`."""
    sent = await request.form(max_fields=40, max_files=0)
    form = {name: str(value).replace("\r\n", "\n") for name, value in sent.items()}
    if not UUID.fullmatch(form.get("act", "")):
        raise HTTPException(400)
    return {**form, "persons": " ".join(str(value) for value in sent.getlist("persons"))}


async def _opened(request: Request, member: Member, status: int = 200, fault: str = "") -> Response:
    found, say = await told_of(request, member), words(request, member)
    done = request.query_params.get("done", "")
    context: dict[str, Any] = {
        "found": found,
        "subjects": (subjects := await _subjects(request, member, found)),
        "rightable": _rightable(subjects, desk_of(request).behalf.forms(member.organisation)),
        "consents": await desk_of(request).consenting.ledger(member.organisation, found.contact),
        "purposes": [(purpose, say(f"desk.rights.purpose.{purpose}")) for purpose in PURPOSES],
        "named": may(member.roles, Right.READ_REQUESTS),
        "v": sheet(request, member),
        "fault": say(f"desk.rights.refused.{fault}") if fault in FAULTS else "",
        "done": say(f"desk.rights.done.{done}") if done in DONE and not fault else "",
        "zone": association_of(request).zone,
    }
    answer = page(request, member, "rights.html", status=status, room="voices", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(member: Member, found: Told, done: str) -> Response:
    return RedirectResponse(f"/desk/{member.organisation}/rights/{found.voice.case}?done={done}", 303)


ROUTES = [
    DeskDoor(CASE, one, Right.HANDLE_RIGHTS),
    DeskDoor(f"{CASE}/export", export, Right.EXPORT, "POST"),
    DeskDoor(f"{CASE}/withdraw", withdraw, Right.WITHDRAW_CONSENT, "POST"),
    DeskDoor(f"{CASE}/erase", erase, Right.ERASE, "POST"),
]
