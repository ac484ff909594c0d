"""The pages on which staff fill a request in at a person's word: who, question by question, and how it is confirmed."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.acts import CaseAct, Dropped, Filled, Lodged, Offered, TakenBack
from conversations.behalf import SKIP
from conversations.facts import CaseState
from conversations.handling import Refuse
from desk.doors import DeskDoor, desk_of
from desk.inbox_shown import CHANNELS
from desk.pages import page, words
from desk.requests import sheet
from desk.requests_paper import sent_file
from desk.requests_verbs import UUID
from desk.rooms import DESK
from desk.site import Member
from services.behalf import Draft
from services.casework import NotDone
from services.roles import Right

ROOM = f"{DESK}/behalf"
CASE = f"{ROOM}/{{case}}"
LONGEST = 80
FAULTS = frozenset({"wrong", "unfinished", "offered", "nowhere", "scan", "state", "form", "person"})
DONE = frozenset({"offer", "back", "paper"})
Verb = Callable[[str, str], CaseAct]
VERBS: Mapping[str, Verb] = {"offer": Offered, "back": TakenBack, "lodge": Lodged, "drop": Dropped}


async def room(request: Request, member: Member) -> Response:
    """Those that are being filled in, and the way to begin one."""
    return await _room(request, member)


async def begin(request: Request, member: Member) -> Response:
    """Begin one for somebody who is new here; whom the phone leads to is shown before."""
    form = await _form(request)
    phone = form.get("phone", "")[:LONGEST]
    hits = await desk_of(request).people.find(member, phone) if phone and form.get("anew") != "1" else ()
    if hits:
        return await _room(request, member, 409, phone=phone, hits=hits)
    return await _begun(request, member, await _new(request, member, form, phone))


async def begin_for(request: Request, member: Member) -> Response:
    """Begin one for a person who is known."""
    form = await _form(request)
    person = request.path_params["person"]
    try:
        begun = await desk_of(request).behalf.begin_for(member, form["act"], form.get("form", ""), person)
    except NotDone:
        begun = Refuse("broken")
    if begun is None:
        raise HTTPException(404)
    return await _begun(request, member, begun)


async def one(request: Request, member: Member) -> Response:
    """One of them: the question that comes next, or the one that is asked for, and what stands so far."""
    found = await _draft(request, member)
    if found.state != CaseState.DRAFT:
        return RedirectResponse(f"/desk/{member.organisation}/requests/{found.case}", 303)
    return await _opened(request, member)


async def answer(request: Request, member: Member) -> Response:
    """What the person said to one question."""
    found, form = await _draft(request, member), await _form(request)
    chosen = tuple(form["choices"].split("\n")) if form["choices"] else ()
    field = form.get("field", "")[:LONGEST]
    return await _done(request, member, form, Filled(member.staff, found.case, field, form.get("text", ""), chosen))


async def paper(request: Request, member: Member) -> Response:
    """A paper of theirs, scanned or photographed here."""
    found = await _draft(request, member)
    act, field, name, data = await sent_file(request)
    try:
        refused = await desk_of(request).behalf.scan(member, act, found.case, field, name, data)
    except NotDone:
        refused = Refuse("broken")
    if refused is not None:
        return await _opened(request, member, 422 if refused.code == "scan" else 409, refused, {"field": field})
    return RedirectResponse(f"/desk/{member.organisation}/behalf/{found.case}?done=paper#ask", 303)


async def verb(request: Request, member: Member) -> Response:
    """It is offered to the person, taken back, submitted unconfirmed or given up."""
    found, form = await _draft(request, member), await _form(request)
    name = request.url.path.rpartition("/")[2]
    return await _done(request, member, form, VERBS[name](member.staff, found.case))


async def _new(request: Request, member: Member, form: dict[str, str], phone: str) -> str | Refuse:
    try:
        begun: str | Refuse = await desk_of(request).behalf.begin(member, form["act"], form.get("form", ""), phone)
    except NotDone:
        return Refuse("broken")
    return begun


async def _begun(request: Request, member: Member, begun: str | Refuse) -> Response:
    if isinstance(begun, Refuse):
        return await _room(request, member, 409, fault=begun.code)
    return RedirectResponse(f"/desk/{member.organisation}/behalf/{begun}", 303)


async def _draft(request: Request, member: Member, ask: str = "") -> Draft:
    found: Draft | None = await desk_of(request).behalf.one(member, request.path_params["case"], ask)
    if found is None:
        raise HTTPException(404)
    return found


async def _form(request: Request) -> dict[str, str]:
    """What was sent; what was chosen, be it several, stands in `choices`, a key in each line."""
    sent = await request.form(max_fields=80, max_files=0)
    form = {name: str(value).replace("\r\n", "\n") for name, value in sent.items()}
    if not UUID.fullmatch(form.get("act", "")):
        raise HTTPException(400)
    chosen = [str(value)[:LONGEST] for value in sent.getlist("choice")]
    if chosen[-1:] == [SKIP]:  # the button, whatever was chosen above it
        chosen = [SKIP]
    return {**form, "choices": "\n".join(chosen)}


async def _done(request: Request, member: Member, form: dict[str, str], event: CaseAct) -> Response:
    """Do it and go on; what is refused is told there, and what was typed is not lost."""
    try:
        refused = await desk_of(request).casework.rule(member, form["act"], event)
    except NotDone:
        refused = Refuse("broken")
    if refused is not None:
        return await _opened(request, member, 422 if refused.code == "wrong" else 409, refused, form)
    base = f"/desk/{member.organisation}"
    if isinstance(event, Dropped):
        return RedirectResponse(f"{base}/behalf", 303)
    if isinstance(event, Lodged):
        return RedirectResponse(f"{base}/requests/{event.case}", 303)
    name = request.url.path.rpartition("/")[2]
    place = "#ask" if isinstance(event, Filled) else f"?done={name}"
    return RedirectResponse(f"{base}/behalf/{event.case}{place}", 303)


async def _opened(
    request: Request,
    member: Member,
    status: int = 200,
    refused: Refuse | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    typed, say, done = form or {}, words(request, member), request.query_params.get("done", "")
    found = await _draft(request, member, (typed.get("field") or request.query_params.get("ask", ""))[:LONGEST])
    context: dict[str, Any] = {
        "found": found,
        "v": sheet(request, member),
        "line": lambda line: say(f"desk.inbox.line.{line if line in CHANNELS else 'other'}"),
        "typed": typed.get("text", ""),
        "chosen": set(typed["choices"].split("\n")) if typed.get("choices") else None,
        "why": [say(line) for line in refused.why] if refused else [],
        "fault": _fault(say, refused),
        "done": say(f"desk.behalf.done.{done}") if done in DONE and refused is None else "",
    }
    return _private(page(request, member, "behalf_one.html", status=status, room="requests", **context))


async def _room(
    request: Request, member: Member, status: int = 200, phone: str = "", hits: tuple[Any, ...] = (), fault: str = ""
) -> Response:
    behalf = desk_of(request).behalf
    context: dict[str, Any] = {
        "rows": await behalf.listed(member),
        "forms": behalf.forms(member.organisation),
        "phone": phone,
        "hits": hits,
        "fault": _fault(words(request, member), Refuse(fault)) if fault else "",
        "v": sheet(request, member),
    }
    return _private(page(request, member, "behalf.html", status=status, room="requests", **context))


def _fault(say: Any, refused: Refuse | None) -> str:
    if refused is None or refused.code == "wrong":
        return ""
    return str(say(f"desk.behalf.refused.{refused.code if refused.code in FAULTS else 'other'}"))


def _private(answer: Response) -> Response:
    """What a person said stays in no browser's memory."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [
    DeskDoor(ROOM, room, Right.FILL),
    DeskDoor(ROOM, begin, Right.FILL, "POST"),
    DeskDoor(f"{DESK}/people/{{person}}/behalf", begin_for, Right.FILL, "POST"),
    DeskDoor(CASE, one, Right.FILL),
    DeskDoor(f"{CASE}/answer", answer, Right.FILL, "POST"),
    DeskDoor(f"{CASE}/paper", paper, Right.FILL, "POST"),
    *(DeskDoor(f"{CASE}/{name}", verb, Right.FILL, "POST") for name in VERBS),
]
