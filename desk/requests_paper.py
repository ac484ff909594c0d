"""The declaration as a thing of paper: its receipt to open, and the scan of one that was signed by hand to keep."""

import re
from collections.abc import AsyncGenerator

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.handling import Refuse
from desk.doors import DeskDoor, desk_of
from desk.inbox_files import SANDBOX
from desk.requests import CASE, dossier_of, opened
from desk.site import Member
from services.casework import NotDone
from services.roles import Right

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_BYTES = 10 * 1024 * 1024
ENVELOPE = 16 * 1024  # what a form needs around its file
SIGNED = "signed"


class InMemory(MultiPartParser):
    """A form that is kept in memory: nothing of a paper touches a disk before it is sealed."""

    spool_max_size = MOST_BYTES + ENVELOPE


async def receipt(request: Request, member: Member) -> Response:
    """The receipt as the applicant has it; what this member's roles do not see stands in it as kept."""
    found = await dossier_of(request, member)
    document = await desk_of(request).acceptances.paper(member.organisation, found.case, member.roles)
    if document is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{document.name}"',
        "Content-Security-Policy": SANDBOX,
    }
    return Response(document.data, media_type=document.media_type, headers=headers)


async def signed(request: Request, member: Member) -> Response:
    """Keep the scan of a declaration that was signed on paper."""
    found = await dossier_of(request, member)
    try:
        act, _, name, data = await sent_file(request)
        refused = await desk_of(request).scanning.signed(member, act, found.case, name, data)
    except NotDone:
        refused = Refuse("broken")
    if refused is not None:
        return await opened(request, member, 422 if refused.code == "scan" else 409, refused=refused)
    return RedirectResponse(f"/desk/{member.organisation}/requests/{found.case}?done={SIGNED}", 303)


async def sent_file(request: Request) -> tuple[str, str, str, bytes]:
    """The act's id, the field where the form names one, and the file's name and bytes; counted while they come."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(415)
    try:
        form = await InMemory(request.headers, _counted(request), max_files=1, max_fields=4).parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        raise HTTPException(400) from None
    act, file = form.get("act"), form.get("scan")
    if not isinstance(act, str) or not UUID.fullmatch(act) or not isinstance(file, UploadFile):
        raise HTTPException(400)
    data = await file.read()
    await file.close()
    return act, str(form.get("field") or "")[:80], (file.filename or "")[:1000], data


async def _counted(request: Request) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MOST_BYTES + ENVELOPE:
            raise HTTPException(413)
        yield chunk


ROUTES = [
    DeskDoor(f"{CASE}/receipt", receipt, Right.READ_REQUESTS),
    DeskDoor(f"{CASE}/{SIGNED}", signed, Right.VERIFY, "POST"),
]
