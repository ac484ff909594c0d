"""What vendors post: the same calls for the people of a run and for the rehearsal of what they say."""

import json
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

from tests.vendors.telegram_stub import SECRET
from tests.vendors.telegram_stub import TOKEN as TELEGRAM_TOKEN
from tests.vendors.twilio_signing import SID, TOKEN, signed_headers
from tests.vendors.twilio_stub import SMS_FROM, WHATSAPP_FROM, Stub

ORGANISATION = "qurainah"
LINES = ("web", "whatsapp", "sms", "telegram")
STUMBLE = "عثرة"  # a line that begins so makes the mind stumble
_UPDATES, _MESSAGES = count(900), count(5_000_000_000_001)


@dataclass(frozen=True, slots=True)
class Posted:
    """A call of a vendor, and the id under which the house knows its message."""

    id: str
    path: str
    headers: dict[str, str]
    body: bytes


def by_twilio(vendor: Stub, origin: str, account: str, text: str) -> Posted:
    """A signed form: WhatsApp or SMS."""
    message, path = vendor.written(account, text), f"/webhooks/{ORGANISATION}/twilio"
    fields = vendor.fields(message)
    return Posted(message.sid, path, signed_headers(origin + path, fields), urlencode(fields).encode())


def by_telegram(account: str, text: str) -> Posted:
    """An update with the secret."""
    id, number = next(_UPDATES), int(account)
    user = {"id": number, "is_bot": False, "first_name": "سعاد", "language_code": "ar"}
    chat = {"id": number, "first_name": "سعاد", "type": "private"}
    message = {"message_id": next(_MESSAGES), "from": user, "chat": chat, "date": 1_790_000_000, "text": text}
    headers = {"content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET}
    body = json.dumps({"update_id": id, "message": message}).encode()
    return Posted(str(id), f"/webhooks/{ORGANISATION}/telegram", headers, body)


def accounts(telegram: str = "", twilio: str = "") -> dict[str, str]:
    """The settings of a house whose association has all lines, at vendors that stand at these addresses."""
    own = f"WASL_ORG__{ORGANISATION.upper()}__"
    return {
        "WASL_ORGANISATIONS": ORGANISATION,
        "WASL_TELEGRAM_API_URL": telegram,
        "WASL_TWILIO_API_URL": twilio,
        f"{own}TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        f"{own}TELEGRAM_WEBHOOK_SECRET": SECRET,
        f"{own}TWILIO_ACCOUNT_SID": SID,
        f"{own}TWILIO_AUTH_TOKEN": TOKEN,
        f"{own}TWILIO_WHATSAPP_FROM": WHATSAPP_FROM.removeprefix("whatsapp:"),
        f"{own}TWILIO_SMS_FROM": SMS_FROM,
    }


def account(line: str, number: int) -> str:
    """The account of the person with this number."""
    return {
        "whatsapp": f"whatsapp:+9665{number:08d}",
        "sms": f"+4477{number:08d}",
        "telegram": str(7_000_000_000 + number),
    }.get(line, f"browser {number}")
