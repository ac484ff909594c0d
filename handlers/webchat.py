"""Web chat: reads the frames of the page into events, and writes frames for it; the protocol is ours."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NoReturn

from conversations.events import Event, Inbound, Opened, Said, Switched
from conversations.messages import Capabilities
from handlers.edge import scrub

LINE = "web"
WEB = Capabilities(private=True, buttons=100, button_label=200, body=4000, structured=True, documents=True)
TEXT_LIMIT = 4000

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
OPTION = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
MOST_CHOICES = 50
HIGHEST = 2**53 - 1
SHOWN = ("id", "label", "hint", "number")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as read, of the type in `kind`; `wrong` is the code of the error where it could not be read."""

    kind: str = ""
    wrong: str | None = None
    id: str | None = None
    token: str | None = None
    last: int = 0
    language: str | None = None
    start: str | None = None
    mine: bool = False
    text: str = ""
    choices: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    seq: int = 0


class _Bad(Exception):
    """A frame or a field that is not as the protocol has it."""


def read(raw: str) -> Frame:
    """The frame in this text; never raises: what cannot be read has the code of its error in `wrong`."""
    try:
        fields = _object(raw)
    except (ValueError, RecursionError, _Bad):
        return Frame(wrong="bad_frame")
    return _frame(fields)


def _frame(fields: dict[str, Any]) -> Frame:
    kind = fields.get("type")
    if not isinstance(kind, str):
        return Frame(wrong="bad_frame", id=_echo(fields))
    if kind not in READERS:
        return Frame(wrong="unknown_type", id=_echo(fields))
    try:
        return READERS[kind](fields)
    except _Bad:
        return Frame(kind, "bad_frame", id=_echo(fields))


def _object(raw: str) -> dict[str, Any]:
    """The JSON object in the text: no NaN, no field twice, no mark before it."""
    fields = json.loads(raw, parse_constant=_refuse, object_pairs_hook=_pairs)
    if not isinstance(fields, dict):
        raise _Bad
    return fields


def _refuse(_: str) -> NoReturn:
    raise _Bad


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _Bad
    return fields


def _hello(fields: Mapping[str, Any]) -> Frame:
    return Frame(
        "hello",
        token=_matching(fields.get("token"), TOKEN),
        last=_count(fields.get("last", 0)),
        language=_matching(fields.get("language"), NAME),
        start=_matching(fields.get("start"), NAME),
        mine=fields.get("mine") is True,
    )


def _message(fields: Mapping[str, Any]) -> Frame:
    id = _required(fields.get("id"), UUID)
    text = fields.get("text", "")
    if not isinstance(text, str):
        raise _Bad
    if len(text) > TEXT_LIMIT:
        return Frame("message", "too_long", id=id)
    choices = _choices(fields)
    files = _several(fields.get("files", []))
    if "text" not in fields and not choices and not files:
        raise _Bad
    return Frame("message", id=id, text=scrub(text), choices=choices, files=files)


def _choices(fields: Mapping[str, Any]) -> tuple[str, ...]:
    one = _matching(fields.get("choice"), OPTION)
    return (one,) if one else _several(fields.get("choices") or [])


def _several(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > MOST_CHOICES:
        raise _Bad
    return tuple(_required(value, OPTION) for value in values)


def _typing(_: Mapping[str, Any]) -> Frame:
    return Frame("typing")


def _seen(fields: Mapping[str, Any]) -> Frame:
    return Frame("seen", seq=_count(fields.get("seq")))


def _language(fields: Mapping[str, Any]) -> Frame:
    return Frame("language", language=_required(fields.get("language"), NAME))


def _end(_: Mapping[str, Any]) -> Frame:
    return Frame("end")


READERS = {
    "hello": _hello,
    "message": _message,
    "typing": _typing,
    "seen": _seen,
    "language": _language,
    "end": _end,
}


def _matching(value: Any, pattern: re.Pattern[str]) -> str | None:
    return None if value is None else _required(value, pattern)


def _required(value: Any, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise _Bad
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= HIGHEST:
        raise _Bad
    return value


def _echo(fields: Mapping[str, Any]) -> str | None:
    """The id to name in an error, where the frame has a proper one."""
    id = fields.get("id")
    return id if isinstance(id, str) and UUID.fullmatch(id) else None


def scoped(scope: str, id: str) -> str:
    """The duplicate key of a page's id: ids are made by browsers, so they are unique only to their contact."""
    return f"{scope}|{id}"


def bare(key: str) -> str:
    """The page's own id in a duplicate key."""
    return key.rpartition("|")[2]


def opening(token: str) -> str:
    """The duplicate key of a new conversation's opening: however often its page says hello, it is greeted once."""
    return scoped(sha256(token.encode()).hexdigest()[:32], "hello")


def inbound(organisation: str, token: str, frame: Frame, id: str) -> Inbound | None:
    """The event in a frame under its duplicate key, or none where the frame holds no event for the mind."""
    event = _event(frame)
    return Inbound(organisation, LINE, (token,), id, event) if event else None


def _event(frame: Frame) -> Event | None:
    if frame.kind == "hello":
        return Opened(frame.language, frame.start)
    if frame.kind == "message":
        return Said(frame.text, frame.choices, frame.files)
    if frame.kind == "language" and frame.language:
        return Switched(frame.language)
    return None


def write(kind: str, **fields: object) -> str:
    """A frame for the page; fields that are None are left out."""
    known = {name: value for name, value in fields.items() if value is not None}
    return json.dumps({"type": kind, **known}, ensure_ascii=False, separators=(",", ":"))


def options(words: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """The options of a kept message as the page gets them."""
    return [{name: option[name] for name in SHOWN if option.get(name)} for option in words["options"]]
