"""What staff do to a request, as forms that work without a script: each is one act, however often it is sent."""

import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.acts import (
    CaseAct,
    CaseClosed,
    Checked,
    CommitteeAsked,
    ItemsReturned,
    Registered,
    ReleaseAsked,
    Served,
    Voted,
)
from conversations.handling import Refuse
from desk.doors import DeskDoor, desk_of
from desk.requests import CASE, FAULTS, dossier_of, opened
from desk.site import Member
from services.casework import NotDone
from services.dossiers import VERBS, Dossier

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WRONG = "wrong:"  # begins the name of a box that says what is wrong with an item
VERDICTS = frozenset({"matched", "mismatched", "expired"})
Form = Mapping[str, str]


async def check(request: Request, member: Member) -> Response:
    """Note what became of one item."""
    form, found = await _form(request), await dossier_of(request, member)
    field, _, document = form.get("item", "").partition(".")
    verdict, note = form.get("verdict", ""), form.get("note", "").strip()
    if all(item.key != f"{field}.{document}" for item in found.items):
        return await _refused(request, member, form, Refuse("item"))
    if verdict not in VERDICTS:
        return await _refused(request, member, form, Refuse("verdict"))
    return await _done(request, member, form, Checked(member.staff, found.case, field, verdict, document, note))


async def back(request: Request, member: Member) -> Response:
    """Give items back to the applicant: those beside which it says what is wrong."""
    form, found = await _form(request), await dossier_of(request, member)
    items = tuple(
        (item.field, item.document, note)
        for item in found.items
        if (note := form.get(f"{WRONG}{item.key}", "").strip())
    )
    if not items:
        return await _refused(request, member, form, Refuse("note"))
    return await _done(request, member, form, ItemsReturned(member.staff, found.case, items))


async def committee(request: Request, member: Member) -> Response:
    """Send the request to the committee."""
    return await _done(request, member, await _form(request), CommitteeAsked(member.staff, _case(request)))


async def vote(request: Request, member: Member) -> Response:
    """Say yes or no, with the reason."""
    form = await _form(request)
    if form.get("vote") not in ("accept", "reject"):
        return await _refused(request, member, form, Refuse("verdict"))
    said = Voted(member.staff, _case(request), form["vote"] == "accept", form.get("reason", ""))
    return await _done(request, member, form, said)


async def release(request: Request, member: Member) -> Response:
    """Ask for the decision to be told early, or say so as the second one."""
    form = await _form(request)
    return await _done(request, member, form, ReleaseAsked(member.staff, _case(request), form.get("reason", "")))


async def register(request: Request, member: Member) -> Response:
    """The registration is completed."""
    return await _done(request, member, await _form(request), Registered(member.staff, _case(request)))


async def serve(request: Request, member: Member) -> Response:
    """The service was provided."""
    return await _done(request, member, await _form(request), Served(member.staff, _case(request)))


async def close(request: Request, member: Member) -> Response:
    """Nothing more is to be done."""
    return await _done(request, member, await _form(request), CaseClosed(member.staff, _case(request)))


def _case(request: Request) -> str:
    return str(request.path_params["case"])


async def _form(request: Request) -> dict[str, str]:
    sent = await request.form(max_fields=80, max_files=0)
    form = {name: str(value).replace("\r\n", "\n") for name, value in sent.items()}
    if not UUID.fullmatch(form.get("act", "")):
        raise HTTPException(400)
    return form


async def _done(request: Request, member: Member, form: Form, event: CaseAct) -> Response:
    """Do it and go back to the request; what is refused is told there, and what was typed is not lost."""
    found: Dossier = await dossier_of(request, member)
    try:
        refused = await desk_of(request).casework.rule(member, form["act"], event)
    except NotDone:
        refused = Refuse("broken")
    if refused is not None:
        return await _refused(request, member, form, refused)
    verb = request.url.path.rpartition("/")[2]
    return RedirectResponse(f"/desk/{member.organisation}/requests/{found.case}?done={verb}", 303)


async def _refused(request: Request, member: Member, form: Form, refused: Refuse) -> Response:
    typed = {name: value for name, value in form.items() if name != "act"}
    return await opened(request, member, 422 if refused.code in FAULTS else 409, refused=refused, typed=typed)


_DOORS = {
    "check": check,
    "return": back,
    "committee": committee,
    "vote": vote,
    "release": release,
    "register": register,
    "serve": serve,
    "close": close,
}
ROUTES = [DeskDoor(f"{CASE}/{verb}", door, VERBS[verb][0], "POST") for verb, door in _DOORS.items()]
