"""Calls of Twilio from a table of cases: `call` has the form's `fields` in order, or a raw `body`; it is signed here."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from conversations.channels import Call
from handlers.twilio import TwilioLine, lines
from handlers.twilio.account import Account
from tests.vendors.twilio_signing import SID, TOKEN, signed_headers, signed_json
from tests.vendors.twilio_stub import SMS_FROM, WHATSAPP_FROM

PUBLIC = "https://wasl.example.org"
HOOK = f"{PUBLIC}/webhooks/labas/twilio"


def account(stand_in: str | None = None, **changes: Any) -> Account:
    """The account of the association «labas»."""
    given = {"organisation": "labas", "public_url": PUBLIC, "sid": SID, "tokens": (TOKEN,), "stand_in": stand_in}
    return Account(**{**given, **changes})


def channel(line: str) -> TwilioLine:
    """One of the account's lines."""
    return lines(account(), WHATSAPP_FROM, SMS_FROM)[line]


def call(line: str, plain: Mapping[str, Any]) -> Call:
    """The call as the vendor makes it; `status` is the token of the outbox row that a receipt is posted for."""
    url = HOOK + (f"/status/{plain['status']}" if "status" in plain else "")
    if "json" in plain:
        url, headers, body = signed_json(url, plain["json"])
        return Call(url, headers, body)
    body = plain["body"].encode() if "body" in plain else urlencode(list(plain["fields"].items())).encode()
    fields = parse_qsl(body.decode(), keep_blank_values=True)
    return Call(url, {**signed_headers(url, fields), **plain.get("headers", {})}, body)
