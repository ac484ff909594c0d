"""Makes authentic calls of Telegram's webhook from the table of cases."""

import json
from collections.abc import Mapping
from typing import Any

from conversations.channels import Call
from handlers.telegram import Telegram
from tests.vendors.telegram_stub import SECRET, TOKEN

URL = "https://bot.example.org/telegram/labas"


def channel(line: str) -> Telegram:
    """The channel that hears the cases."""
    return Telegram("labas", TOKEN, SECRET, "https://api.telegram.org")


def call(line: str, plain: Mapping[str, Any]) -> Call:
    """The call of a case: a body that is no text is an update; headers are added to those of a good call."""
    body = plain["body"]
    raw = body if isinstance(body, str) else json.dumps(body)
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET}
    return Call(URL, {**headers, **plain.get("headers", {})}, raw.encode("utf-8", "surrogatepass"))
