"""The receipts' doors: whether one is genuine, for anybody who has its code; and its bytes, for whom they were made."""

import re
import time

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from conversations.messages import Document
from web.doors import site_of
from web.pace import Pace
from web.pages import page
from web.tongue import wanted
from web.uploads import SANDBOX, admitted

CASE = re.compile(r"[0-9a-f]{32}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
A_SECOND = 40.0  # looks that are answered at once; whoever tries codes waits, and then is sent away
PATIENCE_S = 2.0
PRIVATE = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": SANDBOX,
    "X-Robots-Tag": "noindex, nofollow",
}


class Gate:
    """Lets so many looks through in a second, whoever they come from: a code is no guess, but a flood is a flood."""

    def __init__(self) -> None:
        self._pace = Pace(A_SECOND, time.monotonic())

    def pass_(self) -> None:
        """One look; 503 where there are too many."""
        if self._pace.delay(time.monotonic()) > PATIENCE_S:
            raise HTTPException(503, headers={"Retry-After": "5"})


GATE = Gate()


async def verify(request: Request) -> Response:
    """Whether a receipt with this code was issued, when it was accepted, and whether its chain is whole."""
    GATE.pass_()
    site, organisation = site_of(request), request.path_params["organisation"]
    association = site.associations[organisation]
    code, language = request.path_params["code"].upper(), wanted(request, association.languages)
    found = await site.acceptances.known(organisation, code, language) if site.acceptances else None
    answer = page(request, association, "verify.html", {"found": found}, status=200 if found else 404)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


async def receipt(request: Request) -> Response:
    """The receipt of a case to the browser whose contact it is; 404 for everybody else."""
    organisation, case = request.path_params["organisation"], request.path_params["case"]
    admission = await admitted(request)
    site = site_of(request)
    if admission is None or not admission.contact or not CASE.fullmatch(case) or site.acceptances is None:
        raise HTTPException(404)
    if not await site.acceptances.told(organisation, admission.contact, case):
        raise HTTPException(404)
    return _file(await site.acceptances.paper(organisation, case))


async def handed(request: Request) -> Response:
    """The receipt that a message names, to the vendor who carries it: while it is on its way, and briefly."""
    GATE.pass_()
    organisation, token = request.path_params["organisation"], request.path_params["token"]
    site = site_of(request)
    if not TOKEN.fullmatch(token) or site.acceptances is None:
        raise HTTPException(404)
    return _file(await site.acceptances.on_its_way(organisation, token))


def _file(document: Document | None) -> Response:
    if document is None:
        raise HTTPException(404)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{document.name}"'}
    return Response(document.data, media_type=document.media_type, headers=headers)
