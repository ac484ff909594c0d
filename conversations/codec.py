"""State, events and messages as plain JSON-able values and back; fields that another version lacks are left."""

from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import fields as fields_of
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
from conversations.state import Conversation, Mode

Plain = dict[str, Any]
PERSONS: tuple[type[Event], ...] = (Said, Papers, Opened, Switched, Redeemed, Joined, Proved, Left, TimePassed)
KINDS: tuple[type[Event], ...] = (*PERSONS, *CHAT_ACTS, *CASE_ACTS)
EVENTS: Mapping[str, type[Event]] = {kind.__name__.lower(): kind for kind in KINDS}


def dump_state(conversation: Conversation) -> Plain:
    """The state without what stands at its default."""
    blank = Conversation()
    pairs = ((f.name, getattr(conversation, f.name)) for f in fields_of(conversation))
    return {name: value for name, value in pairs if value != getattr(blank, name)}


def load_state(plain: Mapping[str, Any] | None) -> Conversation:
    """The state as it was kept; what is unknown to this version is passed over."""
    known = {f.name for f in fields_of(Conversation)}
    kept = {name: _tuples(value) for name, value in (plain or {}).items() if name in known}
    paused = Mode(kept["paused"]) if kept.get("paused") else None
    return Conversation(**{**kept, "mode": Mode(kept.get("mode", Mode.NEW)), "paused": paused})


def dump_event(event: Event) -> Plain:
    """An event with the name of its kind."""
    return {"event": type(event).__name__.lower(), **asdict(event)}


def load_event(plain: Mapping[str, Any]) -> Event:
    """The event that was dumped; KeyError for a kind this version does not know."""
    values = {name: _tuples(value) for name, value in plain.items() if name != "event"}
    if "media" in values:
        values["media"] = tuple(Media(**{**one, "kind": MediaKind(one["kind"])}) for one in values["media"])
    return EVENTS[plain["event"]](**values)


def dump_message(message: Outbound) -> Plain:
    """Keys and parameters of a message: what the transcript can be told from again in other words."""
    parts = [{"role": p.role.value, **dump_line(p.line)} for p in message.parts]
    options = [{"id": o.id, **dump_line(o.label)} for o in message.options]
    return {"parts": parts, "options": options}


def dump_line(line: Line) -> Plain:
    """A line by its key and parameters."""
    params = {name: dump_param(value) for name, value in line.params.items()}
    return {"key": line.key, "params": params} if params else {"key": line.key}


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


def _tuples(value: Any) -> Any:
    """Lists that came back from JSON as the tuples they were."""
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
