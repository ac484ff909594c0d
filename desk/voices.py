"""The room of what people say: complaints, suggestions, offers to help and rights, with their clocks and answers."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.acts import Answered, CaseAct, CaseClosed
from conversations.forms import Matter
from conversations.handling import Refuse
from conversations.reference import read
from desk.doors import DeskDoor, desk_of
from desk.pages import page, words
from desk.requests import sheet
from desk.requests_verbs import UUID
from desk.rooms import DESK
from desk.site import Member
from services.casework import NotDone
from services.roles import Right
from services.voices import Told

ROOM = f"{DESK}/voices"
CASE = f"{ROOM}/{{case}}"
FAULTS = frozenset({"empty", "too_long"})
DONE = frozenset({"answer", "close"})


async def room(request: Request, member: Member) -> Response:
    """The list of one kind, what waits or what is done."""
    return await _room(request, member)


async def search(request: Request, member: Member) -> Response:
    """To the one of a reference number; the number stands in no address."""
    form = await request.form(max_fields=4, max_files=0)
    sought = str(form.get("q", ""))[:80]
    number = read(sought)
    case = await desk_of(request).voices.find(member, number) if number else None
    if case is None:
        return await _room(request, member, 404, sought)
    return RedirectResponse(f"/desk/{member.organisation}/voices/{case}", 303)


async def one(request: Request, member: Member) -> Response:
    """One of them."""
    return await opened(request, member)


async def answer(request: Request, member: Member) -> Response:
    """Answer it; the person is told at once that there is an answer."""
    form = await _form(request)
    return await _done(request, member, form, Answered(member.staff, request.path_params["case"], form.get("text", "")))


async def close(request: Request, member: Member) -> Response:
    """Nothing more is to be done."""
    return await _done(request, member, await _form(request), CaseClosed(member.staff, request.path_params["case"]))


async def told_of(request: Request, member: Member) -> Told:
    """What this address names; 404 where there is none such for this member."""
    found: Told | None = await desk_of(request).voices.one(member, request.path_params["case"])
    if found is None:
        raise HTTPException(404)
    return found


async def opened(request: Request, member: Member, status: int = 200, fault: str = "", typed: str = "") -> Response:
    """The whole page of one."""
    found, done = await told_of(request, member), request.query_params.get("done", "")
    say = words(request, member)
    context: dict[str, Any] = {
        "found": found,
        "v": sheet(request, member),
        "fault": say(f"desk.voices.refused.{fault}") if fault else "",
        "done": say(f"desk.voices.done.{done}") if done in DONE and not fault else "",
        "typed": typed,
    }
    return _private(page(request, member, "voice.html", status=status, room="voices", **context))


async def _room(request: Request, member: Member, status: int = 200, sought: str = "") -> Response:
    voices, asked = desk_of(request).voices, request.query_params
    matters = voices.matters(member.organisation)
    show = next((m for m in matters if m == asked.get("show", "")), matters[0] if matters else Matter.COMPLAINT)
    done = asked.get("done", "") == "1"
    rows = await voices.listed(member, show, done)
    say = words(request, member)
    context: dict[str, Any] = {
        "rows": rows,
        "figures": await voices.figures(member, show),
        "kinds": [(matter, say(f"desk.voices.kind.{matter}")) for matter in matters],
        "show": show,
        "done": done,
        "sought": sought,
        "v": sheet(request, member),
    }
    return _private(page(request, member, "voices.html", status=status, room="voices", **context))


async def _form(request: Request) -> dict[str, str]:
    sent = await request.form(max_fields=8, max_files=0)
    form = {name: str(value).replace("\r\n", "\n") for name, value in sent.items()}
    if not UUID.fullmatch(form.get("act", "")):
        raise HTTPException(400)
    return form


async def _done(request: Request, member: Member, form: dict[str, str], event: CaseAct) -> Response:
    """Do it and go back; what is refused is told there, and what was typed is not lost."""
    found = await told_of(request, member)
    try:
        refused = await desk_of(request).casework.rule(member, form["act"], event)
    except NotDone:
        refused = Refuse("broken")
    if refused is not None:
        known = refused.code if refused.code in FAULTS | {"state"} else "other"
        return await opened(request, member, 422 if refused.code in FAULTS else 409, known, form.get("text", ""))
    verb = request.url.path.rpartition("/")[2]
    return RedirectResponse(f"/desk/{member.organisation}/voices/{found.voice.case}?done={verb}", 303)


def _private(answer: Response) -> Response:
    """What people say stays in no browser's memory."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [
    DeskDoor(ROOM, room, Right.READ_VOICES),
    DeskDoor(ROOM, search, Right.READ_VOICES, "POST"),
    DeskDoor(CASE, one, Right.READ_VOICES),
    DeskDoor(f"{CASE}/answer", answer, Right.ANSWER, "POST"),
    DeskDoor(f"{CASE}/close", close, Right.ANSWER, "POST"),
]
