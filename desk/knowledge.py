"""The room of knowledge: what the bot may answer, what it could not, and what it would say."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from conversations.answers import AnswerKind
from desk.doors import DeskDoor, desk_of
from desk.forms import fields
from desk.pages import association_of, language_of, page, words
from desk.rooms import DESK
from desk.site import Member
from services.curating import Fault, Words
from services.knowledge import Entry, in_language
from services.roles import Right

ROOM = f"{DESK}/knowledge"
ENTRY = f"{ROOM}/entries/{{entry}}"
PARTS = ("title", "text", "source", "questions")
DONE = frozenset({"saved", "approved", "withdrawn"})


async def room(request: Request, member: Member) -> Response:
    """The questions without an answer, the entries by kind, and the box to try."""
    return await _room(request, member)


async def attempt(request: Request, member: Member) -> Response:
    """What would be answered to these words; they stand in no address."""
    (tried,) = await fields(request, "words")
    found = desk_of(request).curating.would_say(member, language_of(request, member), tried)
    return await _room(request, member, tried=tried[:1000], found=found if tried.strip() else None)


async def draft(request: Request, member: Member) -> Response:
    """Make an entry of a question."""
    contact, number = await fields(request, "contact", "number")
    if not (number.isascii() and number.isdecimal()):
        raise HTTPException(404)
    made = await desk_of(request).curating.draft(member, contact[:80], int(number[:9]))
    if made is None:
        raise HTTPException(404)
    return _to(member, made)


async def begin(request: Request, member: Member) -> Response:
    """A new entry."""
    (title,) = await fields(request, "title")
    return _to(member, await desk_of(request).curating.blank(member, language_of(request, member), title))


async def one(request: Request, member: Member) -> Response:
    """One entry, to read and edit."""
    return _entry(request, member)


async def save(request: Request, member: Member) -> Response:
    """Write the entry's words in every language of the association."""
    languages = association_of(request).languages
    every = (f"{part}_{code}" for code in languages for part in PARTS)
    kind, first, last, *said = await fields(request, "kind", "from", "until", *every)
    if desk_of(request).curating.one(member, request.path_params["entry"]) is None:
        raise HTTPException(404)
    if kind not in set(AnswerKind):
        raise HTTPException(400)
    by = {code: Words(*said[n * len(PARTS) : (n + 1) * len(PARTS)]) for n, code in enumerate(languages)}
    zone = ZoneInfo(association_of(request).zone)
    span = _day(first, zone), _day(last, zone, after=True)
    fault = await desk_of(request).curating.save(member, request.path_params["entry"], AnswerKind(kind), by, span)
    return _after(request, member, fault, "saved")


def _day(given: str, zone: ZoneInfo, after: bool = False) -> datetime | None:
    """The beginning of a day as a form gives it, or of the day `after`; None where it gives none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return datetime.combine(day + timedelta(days=after), time(), zone)


async def approve(request: Request, member: Member) -> Response:
    """Let the entry be told."""
    fault = await desk_of(request).curating.approve(member, request.path_params["entry"])
    return _after(request, member, fault, "approved")


async def withdraw(request: Request, member: Member) -> Response:
    """Let the entry be told no more."""
    fault = await desk_of(request).curating.withdraw(member, request.path_params["entry"])
    return _after(request, member, fault, "withdrawn")


async def _room(request: Request, member: Member, **tried: Any) -> Response:
    curating, language = desk_of(request).curating, language_of(request, member)
    entries = curating.all(member)
    context = {
        "kinds": [(kind, [e for e in entries if e.kind is kind]) for kind in AnswerKind],
        "asked": await curating.unanswered(member),
        "title": lambda entry: in_language(entry.title, language),
        "now": desk_of(request).clock(),
        "tried": "",
        "found": None,
        **_named(request, member),
        **tried,
    }
    return _kept_private(page(request, member, "knowledge.html", room="knowledge", **context))


def _entry(request: Request, member: Member, status: int = 200, fault: Fault | None = None) -> Response:
    entry = desk_of(request).curating.one(member, request.path_params["entry"])
    if entry is None:
        raise HTTPException(404)
    say, done = words(request, member), request.query_params.get("done", "")
    context = {
        "entry": entry,
        "languages": [(code, desk_of(request).language_name(code)) for code in association_of(request).languages],
        "kinds": tuple(AnswerKind),
        "way": desk_of(request).direction,
        "span": _span(entry, ZoneInfo(association_of(request).zone)),
        "heading": in_language(entry.title, language_of(request, member)),
        "fault": say(f"desk.knowledge.fault.{fault}") if fault else "",
        "done": say(f"desk.knowledge.done.{done}") if done in DONE and not fault else "",
        **_named(request, member),
    }
    return _kept_private(page(request, member, "knowledge_entry.html", status=status, room="knowledge", **context))


def _span(entry: Entry, zone: ZoneInfo) -> tuple[str, str]:
    """The first and the last day on which the entry may be told, as a form holds them."""
    first = entry.from_at.astimezone(zone).date().isoformat() if entry.from_at else ""
    last = (entry.until_at.astimezone(zone) - timedelta(days=1)).date().isoformat() if entry.until_at else ""
    return first, last


def _named(request: Request, member: Member) -> dict[str, Any]:
    say = words(request, member)
    return {
        "kind_word": lambda kind: say(f"desk.knowledge.kind.{kind}"),
        "state_word": lambda state: say(f"desk.knowledge.state.{state}"),
    }


def _after(request: Request, member: Member, fault: Fault | None, done: str) -> Response:
    if fault is Fault.GONE:
        raise HTTPException(404)
    if fault:
        return _entry(request, member, 422, fault)
    return _to(member, request.path_params["entry"], f"?done={done}")


def _to(member: Member, entry: str, query: str = "") -> Response:
    return RedirectResponse(f"/desk/{member.organisation}/knowledge/entries/{entry}{query}", 303)


def _kept_private(answer: Response) -> Response:
    """What people asked stays in no browser's memory."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


ROUTES = [
    DeskDoor(ROOM, room, Right.KNOWLEDGE),
    DeskDoor(ROOM, begin, Right.KNOWLEDGE, "POST"),
    DeskDoor(f"{ROOM}/try", attempt, Right.KNOWLEDGE, "POST"),
    DeskDoor(f"{ROOM}/draft", draft, Right.KNOWLEDGE, "POST"),
    DeskDoor(ENTRY, one, Right.KNOWLEDGE),
    DeskDoor(ENTRY, save, Right.KNOWLEDGE, "POST"),
    DeskDoor(f"{ENTRY}/approve", approve, Right.KNOWLEDGE, "POST"),
    DeskDoor(f"{ENTRY}/withdraw", withdraw, Right.KNOWLEDGE, "POST"),
]
