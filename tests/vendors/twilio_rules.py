"""What Twilio's documents ask of a call that sends a message, as its stub checks it; each broken rule has its code."""

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

MOST_BODY = 1600
KNOWN = {"To", "From", "MessagingServiceSid", "Body", "ContentSid", "ContentVariables", "StatusCallback", "MediaUrl"}
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
NAME = re.compile(r"[A-Za-z0-9 ]{1,11}")
SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,140}")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")

Form = Mapping[str, str]


def broken(form: Form, senders: frozenset[str], services: frozenset[str]) -> tuple[int, str] | None:
    """The code and the words of the first rule that the call breaks."""
    for rule in (_recipient, _sender, _content, _body, _variables, _callback):
        wrong = rule(form, senders, services)
        if wrong:
            return wrong
    unknown = sorted(set(form) - KNOWN)
    return (20001, f"unknown parameter {unknown[0]}") if unknown else None


def _recipient(form: Form, _: frozenset[str], __: frozenset[str]) -> tuple[int, str] | None:
    to = form.get("To", "")
    if not to:
        return 21604, "A 'To' phone number is required."
    bare = to.removeprefix("whatsapp:")
    if PHONE.fullmatch(bare) or (to.startswith("whatsapp:") and SCOPED.fullmatch(bare)):
        return None
    return 21211, "Invalid 'To' Phone Number."


def _sender(form: Form, senders: frozenset[str], services: frozenset[str]) -> tuple[int, str] | None:
    sender, service = form.get("From"), form.get("MessagingServiceSid")
    if not sender and not service:
        return 21603, "A 'From' phone number is required."
    if service and service not in services:
        return 21701, "The Messaging Service does not exist."
    if sender and sender not in senders:
        return (63007, "No channel with this From") if sender.startswith("whatsapp:") else (21606, "Not your number")
    if sender and sender.startswith("whatsapp:") != form["To"].startswith("whatsapp:"):
        return 21910, "'From' and 'To' must be of the same channel."
    return None


def _content(form: Form, _: frozenset[str], __: frozenset[str]) -> tuple[int, str] | None:
    if not form.get("Body") and not form.get("ContentSid") and not form.get("MediaUrl"):
        return 21619, "Message body, media URL or content SID is required."
    if form.get("ContentSid") and not re.fullmatch(r"HX[0-9a-f]{32}", form["ContentSid"]):
        return 21655, "The ContentSid is invalid."
    return None


def _body(form: Form, _: frozenset[str], __: frozenset[str]) -> tuple[int, str] | None:
    units = len(form.get("Body", "").encode("utf-16-le")) // 2
    return (21617, "The concatenated message body exceeds the 1600 character limit.") if units > MOST_BODY else None


def _variables(form: Form, _: frozenset[str], __: frozenset[str]) -> tuple[int, str] | None:
    if "ContentSid" not in form:
        return (21655, "ContentVariables without ContentSid.") if "ContentVariables" in form else None
    try:
        values = json.loads(form.get("ContentVariables", ""))
    except ValueError:
        values = None
    if isinstance(values, dict) and all(isinstance(value, str) and value for value in values.values()):
        return None
    return 21656, "The ContentVariables parameter is invalid."


def _callback(form: Form, _: frozenset[str], __: frozenset[str]) -> tuple[int, str] | None:
    if "StatusCallback" not in form:
        return None
    url = urlsplit(form["StatusCallback"])
    if url.scheme in ("http", "https") and HOST.fullmatch(url.hostname or ""):
        return None
    return 21609, "The 'StatusCallback' URL is not a valid URL."
