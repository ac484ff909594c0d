"""The documented rules of Telegram's Bot API, as far as we call it: what a good call holds, and what is a fault.

https://core.telegram.org/bots/api and https://core.telegram.org/bots/faq#broadcasting-to-users
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Fields = Mapping[str, Any]
# method: required fields, fields that may stand beside them
METHODS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    method: (frozenset(needed.split()), frozenset(free.split()))
    for method, needed, free in (
        ("getMe", "", ""),
        ("getUpdates", "timeout allowed_updates", "offset limit"),
        ("setWebhook", "url secret_token allowed_updates", "drop_pending_updates max_connections"),
        ("deleteWebhook", "", "drop_pending_updates"),
        ("getWebhookInfo", "", ""),
        ("setMyCommands", "commands", "language_code scope"),
        ("sendMessage", "chat_id text link_preview_options", "reply_markup"),
        ("sendDocument", "chat_id document", ""),
        ("sendChatAction", "chat_id action", ""),
        ("answerCallbackQuery", "callback_query_id", ""),
        ("leaveChat", "chat_id", ""),
        ("getFile", "file_id", ""),
    )
}
UPDATE_KINDS = frozenset("message edited_message channel_post callback_query my_chat_member".split())
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")


def faults(method: str, fields: Fields) -> Iterator[str]:
    """Each way in which a call breaks the rules."""
    needed, free = METHODS[method]
    yield from (f"{method} without {name}" for name in sorted(needed - fields.keys()))
    yield from (f"{method} with {name}" for name in sorted(fields.keys() - needed - free))
    if not needed - fields.keys():
        yield from (f"{method}: {fault}" for fault in JUDGES.get(method, _nothing)(fields))


def _nothing(_: Fields) -> Iterator[str]:
    yield from ()


def _message(fields: Fields) -> Iterator[str]:
    text = fields["text"]
    if not 1 <= units(text) <= 4096 or not text.strip():
        yield f"text of {units(text)} units"
    if type(fields["chat_id"]) is not int:
        yield "chat_id is no number"
    if not fields["link_preview_options"].get("is_disabled"):
        yield "links would be opened for a preview"
    if "reply_markup" in fields:
        yield from _keyboard(fields["reply_markup"].get("inline_keyboard"))


def _keyboard(rows: Any) -> Iterator[str]:
    if not isinstance(rows, list) or not rows or sum(map(len, rows)) > 100:
        yield "keyboard of no rows or more than 100 buttons"
        return
    yield from (f"row of {len(row)}" for row in rows if not 1 <= len(row) <= 8)
    for button in (button for row in rows for button in row):
        if set(button) != {"text", "callback_data"} or not button["text"].strip():
            yield "button without its text and data"
        elif not 1 <= len(button["callback_data"].encode()) <= 64:
            yield "callback_data not of 1 to 64 bytes"


def _updates(fields: Fields) -> Iterator[str]:
    if not (fields["allowed_updates"] and set(fields["allowed_updates"]) <= UPDATE_KINDS):
        yield "allowed_updates is empty or names what we do not read"
    if not 1 <= fields["timeout"] <= 50:
        yield "short polling"


def _webhook(fields: Fields) -> Iterator[str]:
    if not SECRET.fullmatch(fields["secret_token"]):
        yield "secret_token of another form"
    if not fields["allowed_updates"]:
        yield "allowed_updates is empty"
    if fields.get("drop_pending_updates"):
        yield "messages of people are thrown away"


def _commands(fields: Fields) -> Iterator[str]:
    if not 1 <= len(fields["commands"]) <= 100 or not LANGUAGE.fullmatch(fields.get("language_code", "ar")):
        yield "no commands, too many, or no language"
    for command in fields["commands"]:
        if not COMMAND.fullmatch(command["command"]) or not 1 <= len(command["description"]) <= 256:
            yield "command of another form"


def _action(fields: Fields) -> Iterator[str]:
    if fields["action"] != "typing":
        yield "unknown action"


JUDGES = {
    "sendMessage": _message,
    "getUpdates": _updates,
    "setWebhook": _webhook,
    "setMyCommands": _commands,
    "sendChatAction": _action,
}


def units(text: str) -> int:
    """The length of a text as the vendor counts it."""
    return len(text.encode("utf-16-le")) // 2
