"""The edge to Telegram: JSON that came over the wire is believed only as far as it has the vendor's documented form.

What we do not read is left out, so that a field the vendor adds or changes tomorrow costs nobody's message. What is
left has the form below and is read as it is (docs/decisions/0017). https://core.telegram.org/bots/api#update
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from handlers.edge import scrub

Rule = Callable[[Any], Any]
Fields = Mapping[str, Any]  # of an object that has the documented form
NUMBERS = range(-(2**63), 2**63)
NAME = 200  # letters of a file's name


class OddUpdate(Exception):
    """What came is no update as the vendor documents it."""


@dataclass(frozen=True, slots=True)
class Member:
    """What the bot itself became in a chat."""

    chat: int
    private: bool
    status: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An update of the documented form. `others` are the vendor's names of attachments that no answer is made of,
    with the file's name where there is one."""

    update: Fields
    others: Mapping[str, str]
    member: Member | None


def parse(body: bytes) -> Any:
    """The JSON value in a body; OddUpdate for NaN, a field twice, a mark before it, bad UTF-8, endless depth."""
    try:
        return json.loads(body.decode(), parse_constant=_refuse, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        raise OddUpdate from None


def check(value: Any) -> Checked:
    """The update in a JSON value; OddUpdate where a field that we read is missing or of another type."""
    kept = UPDATE(value)
    member = kept.pop("my_chat_member", None)
    others = _take_others(kept.get("message") or kept.get("edited_message") or {})
    return Checked(kept, others, _member(member) if member else None)


def _take_others(message: dict[str, Any]) -> Mapping[str, str]:
    found = [name for name in OTHERS if name in message]
    return {name: message.pop(name) for name in found}


def _member(plain: Mapping[str, Any]) -> Member:
    chat = plain["chat"]
    return Member(chat["id"], chat["type"] == "private", plain["new_chat_member"]["status"])


def _refuse(_: str) -> NoReturn:
    raise OddUpdate


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise OddUpdate
    return fields


def _number(value: Any) -> int:
    if type(value) is not int or value not in NUMBERS:
        raise OddUpdate
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise OddUpdate
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise OddUpdate
    return scrub(value)


def _name(value: Any) -> str:
    return _text(value)[:NAME]


def _moment(_: Any) -> int:
    """When the person wrote is not read: the order of arrival decides."""
    return 1


def _other(value: Any) -> str:
    """The file of an attachment that we do not open, where it has one."""
    file = value.get("file_id", "") if isinstance(value, dict) else ""
    return file if isinstance(file, str) else ""


def _many(rule: Rule) -> Rule:
    def several(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise OddUpdate
        return [rule(one) for one in value]

    return several


def _shape(rules: Mapping[str, Rule]) -> Rule:
    """A rule for an object: fields that end in «?» may be missing, unknown ones are left out."""
    named = [(name.rstrip("?"), name.endswith("?"), rule) for name, rule in rules.items()]

    def shaped(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or any(not (free or name in value) for name, free, _ in named):
            raise OddUpdate
        return {name: rule(value[name]) for name, _, rule in named if name in value}

    return shaped


# Animations come with a document and venues with a location beside them, for old clients.
OTHERS = (
    *("animation", "sticker", "video", "video_note", "story", "paid_media", "poll", "dice", "game", "checklist"),
    *("venue", "location"),
)
USER = _shape({"id": _number, "is_bot": _flag, "first_name": _name})
CHAT = _shape({"id": _number, "type": _text})
FILE = {"file_id": _text, "file_unique_id": _text, "file_size?": _number}
PHOTO = _shape({**FILE, "width": _number, "height": _number})
SOUND = _shape({**FILE, "duration": _number})
HEAD = {"message_id": _number, "date": _moment, "chat": CHAT}
MESSAGE = _shape(
    {
        **HEAD,
        "from?": USER,
        "text?": _text,
        "caption?": _text,
        "media_group_id?": _text,
        "photo?": _many(PHOTO),
        "document?": _shape({**FILE, "file_name?": _name}),
        "voice?": SOUND,
        "audio?": SOUND,
        "contact?": _shape({"phone_number": _text, "first_name": _name, "user_id?": _number}),
        **{f"{name}?": _other for name in OTHERS},
    }
)
POST = _shape(HEAD)
TAP = _shape({"id": _text, "from": USER, "chat_instance": _text, "message?": POST, "data?": _text})
UPDATE = _shape(
    {
        "update_id": _number,
        "message?": MESSAGE,
        "edited_message?": MESSAGE,
        "channel_post?": POST,
        "edited_channel_post?": POST,
        "callback_query?": TAP,
        "my_chat_member?": _shape({"chat": CHAT, "new_chat_member": _shape({"status": _text})}),
    }
)
