"""What staff do to a conversation, as forms that work without a script: each is one act, however often it is sent."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.acts import ChatAct, Ended, HandedBack, Noted, Referred, TakenOver, Wrote
from conversations.handling import Refuse
from desk.doors import DeskDoor, desk_of
from desk.inbox import CHAT, opened, view_of
from desk.inbox_shown import ROLES
from desk.pages import words
from desk.site import Member
from services.casework import Forbidden, NotDone, NotThere
from services.roles import Right

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Whose hands it is in has changed meanwhile; the rest is wrong in the form itself.
CHANGED = frozenset({"held", "yours", "not_yours", "nobody"})
# What the address says of the act, so that the page puts the cursor where one goes on writing.
AFTER: Mapping[type[ChatAct], str] = {Wrote: "wrote", Noted: "wrote", TakenOver: "took"}
FAULTS = frozenset({"empty", "too_long", "role", "kind"})


async def take(request: Request, member: Member) -> Response:
    """Take the conversation; of two who press at once, one reads who has it."""
    form = await _form(request)
    return await _done(request, member, form, TakenOver(member.staff, member.name, force=_force(member, form)))


async def reply(request: Request, member: Member) -> Response:
    """Write to the person; where the note was chosen, a note."""
    form = await _form(request)
    if form.get("kind") == "note":
        return await _done(request, member, form, _noted(member, form))
    return await _done(request, member, form, Wrote(member.staff, member.name, form.get("text", "")))


async def note(request: Request, member: Member) -> Response:
    """Keep an internal note."""
    form = await _form(request)
    return await _done(request, member, form, _noted(member, form))


def _noted(member: Member, form: Mapping[str, str]) -> Noted:
    """A note, or the record of a call, a letter or the like."""
    return Noted(member.staff, member.name, form.get("text", ""), form.get("record", ""))


async def refer(request: Request, member: Member) -> Response:
    """Pass the conversation on to a role."""
    form = await _form(request)
    role = form.get("role", "")
    if role not in ROLES:
        return await _refused(request, member, form, Refuse("role"))
    return await _done(request, member, form, Referred(member.staff, member.name, role, form.get("note", "")))


async def back(request: Request, member: Member) -> Response:
    """Give the conversation back to the assistant."""
    return await _done(request, member, await _form(request), HandedBack(member.staff, member.name))


async def end(request: Request, member: Member) -> Response:
    """Close what the person was waiting for."""
    return await _done(request, member, await _form(request), Ended(member.staff, member.name))


async def _form(request: Request) -> dict[str, str]:
    sent = await request.form(max_fields=8, max_files=0)
    form = {name: str(value).replace("\r\n", "\n") for name, value in sent.items()}
    if not UUID.fullmatch(form.get("act", "")):
        raise HTTPException(400)
    return form


async def _done(request: Request, member: Member, form: dict[str, str], event: ChatAct) -> Response:
    """Do it and go back to the conversation; what is refused is told there, and what was typed is not lost."""
    contact = request.path_params["contact"]
    try:
        refused = await desk_of(request).casework.chat(member, form["act"], contact, event)
    except NotThere:
        raise HTTPException(404) from None
    except Forbidden:
        raise HTTPException(403) from None
    except NotDone:
        refused = Refuse("broken")
    if refused is not None:
        return await _refused(request, member, form, refused)
    view = view_of(request)
    after = AFTER.get(type(event), "")
    mark = f"{'&' if view else '?'}{after}=1" if after else ""
    return RedirectResponse(f"/desk/{member.organisation}/inbox/{contact}{view}{mark}", 303)


async def _refused(request: Request, member: Member, form: dict[str, str], refused: Refuse) -> Response:
    known = refused.code in CHANGED | FAULTS
    fault = words(request, member)(f"desk.inbox.refused.{refused.code if known else 'other'}", name=refused.name)
    status = 422 if refused.code in FAULTS else 409
    typed: dict[str, Any] = {"typed": form.get("text", ""), "typed_kind": form.get("kind", ""), "writing": True}
    typed["typed_record"] = form.get("record", "")
    return await opened(request, member, status, fault=fault, **typed)


def _force(member: Member, form: dict[str, str]) -> bool:
    """A supervisor who saw that another holds the conversation may take it all the same."""
    return form.get("force") == "1" and "supervisor" in member.roles


ROUTES = [
    DeskDoor(f"{CHAT}/{verb.__name__}", verb, Right.HOLD_CHATS, "POST")
    for verb in (take, reply, note, refer, back, end)
]
