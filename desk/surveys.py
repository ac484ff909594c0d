"""What people said of how it was, beside the room of voices."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from desk.doors import DeskDoor, desk_of
from desk.inbox_shown import CHANNELS
from desk.pages import page, words
from desk.requests import sheet
from desk.rooms import DESK
from desk.site import Member
from services.roles import Right

ROOM = f"{DESK}/surveys"


async def room(request: Request, member: Member) -> Response:
    """Counts and averages by month, and the sentences for whoever may read them."""
    say = words(request, member)
    context: dict[str, Any] = {
        "found": await desk_of(request).surveying.results(member),
        "kinds": [
            (matter, say(f"desk.voices.kind.{matter}"))
            for matter in desk_of(request).voices.matters(member.organisation)
        ],
        "line": lambda line: say(f"desk.inbox.line.{line if line in CHANNELS else 'other'}"),
        "kind": lambda kind: say(f"desk.surveys.kind.{kind}"),
        "v": sheet(request, member),
    }
    answer = page(request, member, "surveys.html", room="voices", **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [DeskDoor(ROOM, room, Right.READ_SURVEYS)]
