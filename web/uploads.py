"""Papers by upload: a form with one file and the id the page gave it; and a file back to the browser it came from."""

import asyncio
import re
from collections.abc import AsyncGenerator

import structlog
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.papers import Kept, Refusal, TooMany
from services.tokens import Admission
from web.doors import site_of
from web.metrics import FRAMES
from web.tongue import wanted

MOST_BYTES = 10 * 1024 * 1024
ENVELOPE = 16 * 1024  # what a form needs around its file
WITHIN_S = 300
AT_ONCE = 32
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FILE = re.compile(r"[0-9a-f]{32}")
STATUS = {"too_large": 413, "empty": 400}
UNREAD = 415
TYPES = {"image": "image/jpeg", "pdf": "application/pdf"}
SANDBOX = "default-src 'none'; sandbox"
log = structlog.get_logger(__name__)


class Unfit(Exception):
    """An upload that is refused before its file is judged: with this status, code and words."""

    def __init__(self, status: int, code: str, key: str) -> None:
        super().__init__(code)
        self.status, self.code, self.key = status, code, key


TOO_LARGE = Unfit(413, "too_large", "paper.refused.too_large")
BAD_FORM = Unfit(400, "bad_request", "web.error.bad_file")
BAD_KIND = Unfit(415, "bad_kind", "paper.refused.kind")
BAD_TOKEN = Unfit(401, "bad_token", "web.error.bad_token")
BUSY = Unfit(429, "busy", "web.error.busy")
CROWDED = Unfit(503, "busy", "web.error.busy")


class InMemory(MultiPartParser):
    """A form that is kept in memory: nothing of a paper touches a disk before it is sealed."""

    spool_max_size = MOST_BYTES + ENVELOPE


class Crowd:
    """How many uploads are in hand; beyond that the page tries again."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._left = most

    def __enter__(self) -> None:
        if self._left == 0:
            raise CROWDED
        self._left -= 1

    def __exit__(self, *_: object) -> None:
        self._left += 1


CROWD = Crowd()


async def upload(request: Request) -> Response:
    """Take a paper: 201 with its id, or a code with a sentence that says what to do."""
    try:
        found = await _taken(request)
    except Unfit as unfit:
        return _refused(request, unfit.status, unfit.code, unfit.key)
    FRAMES.labels("web", "paper" if isinstance(found, Kept) else "paper_refused").inc()
    if isinstance(found, Refusal):
        return _refused(request, STATUS.get(found.reason, UNREAD), found.reason, f"paper.refused.{found.reason}")
    return JSONResponse(told(request.path_params["organisation"], found), 201)


async def _taken(request: Request) -> Kept | Refusal:
    admission = await admitted(request)
    if admission is None:
        raise BAD_TOKEN
    whose = request.path_params["organisation"], admission.contact or "", admission.address
    with CROWD:
        try:
            async with asyncio.timeout(WITHIN_S):
                form = await _form(request)
        except TimeoutError:
            raise HTTPException(408) from None
        try:
            return await site_of(request).papers.receive(*whose, *await _parts(form))
        except TooMany:
            raise BUSY from None


async def preview(request: Request) -> Response:
    """A paper to the browser that sent it: a picture to look at, anything else to keep; 404 for everybody else."""
    organisation, file = request.path_params["organisation"], request.path_params["file"]
    admission = await admitted(request)
    if admission is None or not admission.contact or not FILE.fullmatch(file):
        raise HTTPException(404)
    found = await site_of(request).papers.opened(organisation, admission.contact, file)
    if found is None:
        raise HTTPException(404)
    kept, data = found
    way = "inline" if kept.kind == "image" else "attachment"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'{way}; filename="{file}"',
        "Content-Security-Policy": SANDBOX,
    }
    return Response(data, media_type=TYPES[kept.kind], headers=headers)


def told(organisation: str, kept: Kept) -> dict[str, object]:
    """A file as the page is told of it."""
    plain: dict[str, object] = {"file": kept.id, "name": kept.name, "kind": kept.kind, "bytes": kept.size}
    shown = {"preview": f"/chat/{organisation}/files/{kept.id}"} if kept.kind == "image" else {}
    return plain | shown


async def admitted(request: Request) -> Admission | None:
    """Who holds the bearer token; None where it leads to nobody."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 200 or not token.isascii():
        return None
    admission = await site_of(request).tokens.admit(request.path_params["organisation"], token)
    return admission if admission.accepted and admission.contact else None


async def _form(request: Request) -> FormData:
    """The form, counted while it comes."""
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "multipart/form-data":
        raise BAD_KIND
    most = MOST_BYTES + ENVELOPE
    length = request.headers.get("content-length", "")
    if length.isdecimal() and len(length) < 16 and int(length) > most:
        raise TOO_LARGE
    try:
        return await InMemory(request.headers, _counted(request, most), max_files=1, max_fields=4).parse()
    except (MultiPartException, KeyError, UnicodeDecodeError):
        raise BAD_FORM from None


async def _counted(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise TOO_LARGE
        yield chunk


async def _parts(form: FormData) -> tuple[str, str, bytes]:
    """The id, the name and the bytes."""
    id, file = form.get("id"), form.get("file")
    if not isinstance(id, str) or not UUID.fullmatch(id) or not isinstance(file, UploadFile):
        raise BAD_FORM
    data = await file.read()
    await file.close()
    return id.lower(), (file.filename or "")[:1000], data


def _refused(request: Request, status: int, code: str, key: str) -> Response:
    site, organisation = site_of(request), request.path_params["organisation"]
    language = wanted(request, site.associations[organisation].languages)
    return JSONResponse({"code": code, "text": site.say(organisation, language, key)}, status)
