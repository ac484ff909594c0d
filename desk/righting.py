"""The page on which staff set an answer right, as a request about somebody's data asked for it."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.acts import Answered, Corrected
from conversations.handling import Refuse
from desk.doors import DeskDoor, desk_of
from desk.pages import page, words
from desk.requests import sheet
from desk.requests_verbs import UUID
from desk.rights import CASE, told_of
from desk.site import Member
from services.casework import NotDone
from services.dossiers import Dossier
from services.roles import Right, may
from services.voices import Told

TARGET = f"{CASE}/correct/{{target}}"
LONGEST = 80
FAULTS = frozenset({"state", "reason", "same", "branches", "item", "too_long"})


async def answers(request: Request, member: Member) -> Response:
    """The answers of one of their requests; the one that is chosen opens with its question."""
    field = request.query_params.get("field", "")[:LONGEST]
    return await _opened(request, member, field)


async def correct(request: Request, member: Member) -> Response:
    """Set it right; with closing words the request about the data is answered by them."""
    found, target = await _both(request, member)
    sent = await request.form(max_fields=40, max_files=0)
    form = {name: str(value).replace("\r\n", "\n") for name, value in sent.items()}
    if not UUID.fullmatch(form.get("act", "")):
        raise HTTPException(400)
    chosen = tuple(str(value)[:LONGEST] for value in sent.getlist("choice"))
    field, reason = form.get("field", "")[:LONGEST], form.get("reason", "")
    event = Corrected(member.staff, target.case, field, reason, form.get("text", ""), chosen)
    refused = await _act(request, member, form["act"], event)
    if refused is not None:
        status = 422 if refused.code in ("wrong", "reason", "too_long") else 409
        return await _opened(request, member, field, status, refused, {**form, "choices": "\n".join(chosen)})
    return await _closed(request, member, found, form)


async def _act(request: Request, member: Member, id: str, event: Corrected | Answered) -> Refuse | None:
    desk = desk_of(request)
    try:
        if isinstance(event, Answered):
            refused: Refuse | None = await desk.casework.rule(member, f"{id}.answer", event)
        else:
            refused = await desk.righting.correct(member, id, event)
    except NotDone:
        return Refuse("broken")
    return refused


async def _closed(request: Request, member: Member, found: Told, form: dict[str, str]) -> Response:
    """Back to the request about the data; answered where there were words for it and it waits for them."""
    base = f"/desk/{member.organisation}/rights/{found.voice.case}"
    if form.get("closing", "").strip() and found.open and may(member.roles, Right.ANSWER):
        refused = await _act(request, member, form["act"], Answered(member.staff, found.voice.case, form["closing"]))
        if refused is not None:
            return RedirectResponse(f"{base}?done=correct_only", 303)
        return RedirectResponse(f"{base}?done=correct_answered", 303)
    return RedirectResponse(f"{base}?done=correct", 303)


async def _both(request: Request, member: Member) -> tuple[Told, Dossier]:
    """The request about the data, and the one of the same human that it may set right."""
    found, target = await told_of(request, member), request.path_params["target"]
    subjects = await desk_of(request).erasing.subjects(member, found.contact)
    if target not in {held.case for subject in subjects for held in subject.cases}:
        raise HTTPException(404)
    dossier: Dossier | None = await desk_of(request).requests.one(member, target)
    if dossier is None:
        raise HTTPException(404)
    return found, dossier


async def _opened(
    request: Request,
    member: Member,
    field: str,
    status: int = 200,
    refused: Refuse | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    found, target = await _both(request, member)
    typed, say, righting = form or {}, words(request, member), desk_of(request).righting
    asked = await righting.asked(member, target.case, field) if field else None
    code = refused.code if refused and refused.code in FAULTS else "other"
    context: dict[str, Any] = {
        "found": found,
        "target": target,
        "asked": asked,
        "fields": righting.fields(member, target.form),
        "v": sheet(request, member),
        "typed": typed.get("text", ""),
        "form": typed,
        "chosen": set(typed["choices"].split("\n")) if typed.get("choices") else None,
        "why": [say(line) for line in refused.why] if refused else [],
        "fault": say(f"desk.righting.refused.{code}") if refused and refused.code != "wrong" else "",
    }
    answer = page(request, member, "righting.html", status=status, room="voices", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [
    DeskDoor(TARGET, answers, Right.CORRECT),
    DeskDoor(TARGET, correct, Right.CORRECT, "POST"),
]
