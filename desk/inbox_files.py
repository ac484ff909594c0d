"""A file of a contact, for staff who may see it: shown in a sandbox, and noted down where it is sensitive."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from desk.doors import DeskDoor, desk_of
from desk.rooms import DESK
from desk.site import Member
from services.roles import Right

FILE = re.compile(r"[0-9a-f]{32}")
TYPES = {"image": "image/jpeg", "pdf": "application/pdf"}
# A voice note is what its vendor sent: its first bytes say which of the few kinds that browsers play it is.
SOUNDS = (
    (0, b"OggS", "audio/ogg"),
    (4, b"ftyp", "audio/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
)
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox"


async def file(request: Request, member: Member) -> Response:
    """The bytes of a file; 404 for whoever may not see it."""
    id = request.path_params["file"]
    found = await desk_of(request).filesight.file(member, id) if FILE.fullmatch(id) else None
    if found is None:
        raise HTTPException(404)
    kind, data = found
    media_type = TYPES.get(kind) or _sound(data)
    way = "inline" if media_type and kind != "pdf" else "attachment"  # browsers show no PDF inside a sandbox
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'{way}; filename="{id}"',
        "Content-Security-Policy": SANDBOX,
    }
    return Response(data, media_type=media_type or "application/octet-stream", headers=headers)


def _sound(data: bytes) -> str:
    return next((kind for at, mark, kind in SOUNDS if data[at : at + len(mark)] == mark), "")


ROUTES = [DeskDoor(f"{DESK}/files/{{file}}", file, Right.READ_REQUESTS)]
