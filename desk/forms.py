"""Reading what a form of the desk sent: small, each field once, nothing that was not asked for is looked at."""

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES = 65_536
MOST_FIELDS = 64


async def sent(request: Request) -> FormData:
    """The form; 413 where it is too large, 411 where it does not say how large it is."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise HTTPException(411)
    if int(length[:12]) > MOST_BYTES:
        raise HTTPException(413)
    return await request.form(max_fields=MOST_FIELDS, max_files=0)


async def fields(request: Request, *names: str) -> tuple[str, ...]:
    """These fields, an empty text for one that is not there; 400 for one that came twice."""
    form = await sent(request)
    if any(len(form.getlist(name)) > 1 for name in names):
        raise HTTPException(400)
    return tuple(str(form.get(name, "")) for name in names)
