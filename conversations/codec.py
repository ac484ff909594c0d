"""State, events and messages as plain JSON-able values and back; fields that another version lacks are left."""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from conversations.acts import CASE_ACTS, CHAT_ACTS
from conversations.events import (
    Event,
    Joined,
    Left,
    Media,
    MediaKind,
    Opened,
    Papers,
    Proved,
    Redeemed,
    Said,
    Switched,
    TimePassed,
)
from conversations.messages import Code, Line, Money, Outbound, Param, Quote
from conversations.state import PARTS, Conversation, Mode

Plain = dict[str, Any]
PERSONS: tuple[type[Event], ...] = (Said, Papers, Opened, Switched, Redeemed, Joined, Proved, Left, TimePassed)
KINDS: tuple[type[Event], ...] = (*PERSONS, *CHAT_ACTS, *CASE_ACTS)
BLANK = Conversation()
NAMES: Mapping[type[Event], str] = {kind: kind.__name__.lower() for kind in KINDS}
EVENTS: Mapping[str, type[Event]] = {name: kind for kind, name in NAMES.items()}
FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in KINDS}


def dump_state(conversation: Conversation) -> Plain:
    """The state without what stands at its default."""
    blank = vars(BLANK)
    return {name: value for name, value in vars(conversation).items() if value is not blank[name] != value}


def load_state(plain: Mapping[str, Any] | None) -> Conversation:
    """The state as it was kept; what is unknown to this version is passed over."""
    kept = {name: _tuples(value) for name, value in (plain or {}).items() if name in PARTS}
    kept["mode"] = Mode(kept.get("mode", Mode.NEW))
    kept["paused"] = Mode(kept["paused"]) if kept.get("paused") else None
    return BLANK.but(**kept)


def dump_event(event: Event) -> Plain:
    """An event with the name of its kind."""
    return {"event": NAMES[type(event)], **{name: _dumped(getattr(event, name)) for name in FIELDS[type(event)]}}


def load_event(plain: Mapping[str, Any]) -> Event:
    """The event that was dumped; KeyError for a kind this version does not know."""
    values = {name: _tuples(value) for name, value in plain.items() if name != "event"}
    if "media" in values:
        values["media"] = tuple(Media(**{**one, "kind": MediaKind(one["kind"])}) for one in values["media"])
    return EVENTS[plain["event"]](**values)


def dump_message(message: Outbound) -> Plain:
    """Keys and parameters of a message: what the transcript can be told from again in other words."""
    parts = [{"role": str(p.role), **dump_line(p.line)} for p in message.parts]
    options = [{"id": o.id, **dump_line(o.label)} for o in message.options]
    return {"parts": parts, "options": options}


def dump_line(line: Line) -> Plain:
    """A line by its key and parameters."""
    if not line.params:
        return {"key": line.key}
    return {"key": line.key, "params": {name: dump_param(value) for name, value in line.params.items()}}


def dump_param(value: Param) -> Any:
    """A parameter, marked with its kind where JSON has none."""
    match value:
        case Line():
            return dump_line(value)
        case Money():
            return {"riyals": str(value.amount)}
        case Code():
            return {"code": value.text}
        case Quote():
            return {"quote": value.text}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case tuple():
            return [dump_param(each) for each in value]
    return value


def _dumped(value: Any) -> Any:
    """What a field of an event holds, the values in it as plain ones."""
    if isinstance(value, tuple):
        return tuple(_dumped(each) for each in value)
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _tuples(value: Any) -> Any:
    """Lists that came back from JSON as the tuples they were."""
    return tuple([_tuples(each) for each in value]) if isinstance(value, list) else value
