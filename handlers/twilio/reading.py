"""Reads Twilio's forms: messages of WhatsApp and SMS, and receipts of what we sent.

https://www.twilio.com/docs/messaging/guides/webhook-request tells the names; new ones come unannounced and are ignored.
"""

import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from conversations.channels import Call, CallRefused, Heard, Receipt
from conversations.events import Event, Inbound, Left, Media, MediaKind, Said
from conversations.failures import Delivery
from handlers.edge import scrub
from handlers.twilio import signature
from handlers.twilio.errors import told
from handlers.twilio.hosts import Hosts

WHATSAPP, SMS = "whatsapp", "sms"
PREFIX = "whatsapp:"
STATUS = re.compile(r"/twilio/status/([^/]+)/?")
SID = re.compile(r"[A-Za-z0-9]{1,64}")
OPTION = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
PHONE = re.compile(r"\+[0-9]{5,20}")
# A business-scoped user id: https://developers.facebook.com/docs/whatsapp/business-scoped-user-ids
SCOPED = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,140}")
# Receipts come late, twice and in any order; the vendor has every message of which it tells anything.
STATES: Mapping[str, Delivery] = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), Delivery.SENT),
    **dict.fromkeys(("delivered", "partially_delivered"), Delivery.DELIVERED),
    "read": Delivery.READ,
    **dict.fromkeys(("undelivered", "failed", "canceled"), Delivery.FAILED),
}
MOST_MEDIA = 10
# What WhatsApp sends beside texts and papers; a sticker is a WebP image, a card a file of its own type.
KINDS_OF_MESSAGE = {
    "sticker": MediaKind.OTHER,
    "reaction": MediaKind.OTHER,
    "contacts": MediaKind.CARD,
    "location": MediaKind.PLACE,
}
CARDS = {"text/vcard", "text/x-vcard", "text/directory"}
PAPERS = ("image/", "application/", "text/")

Form = Mapping[str, str]


def form(call: Call) -> Form:
    """The fields of an authentic call, the first of each name; CallRefused with 415 where it is no form."""
    if signature.media_type(call) != signature.FORM:
        raise CallRefused(415)
    pairs = [(_text(name), _text(value)) for name, value in signature.fields(call.body)]
    return dict(reversed(pairs))


def _text(value: bytes) -> str:
    return scrub(value.decode("utf-8", "replace"))


def heard(organisation: str, hosts: Hosts, call: Call) -> Heard:
    """What the call tells: a message, or how far one of ours has come."""
    fields = form(call)
    status = STATUS.search(urlsplit(call.url).path)
    if status or "MessageStatus" in fields:
        receipt = _receipt(fields, unquote(status[1]) if status else None)
        return Heard(receipts=(receipt,) if receipt else ())
    inbound = message(organisation, hosts, fields)
    return Heard(inbounds=(inbound,) if inbound else ())


def _receipt(fields: Form, token: str | None) -> Receipt | None:
    """How far it has come; None where the state is new to us and tells nothing."""
    state = STATES.get((fields.get("MessageStatus") or fields.get("SmsStatus", "")).lower())
    sid = _sid(fields)
    if state is None or (sid is None and token is None):
        return None
    code = fields.get("ErrorCode", "").strip()[:20]
    code = "" if code == "0" else code
    failure = told(code) if state is Delivery.FAILED else None
    return Receipt(state, token, sid, failure, code)


def message(organisation: str, hosts: Hosts, fields: Form) -> Inbound | None:
    """The message in these fields, None where no line of ours carries it; CallRefused(400) without id or sender."""
    sid, sender = _sid(fields), fields.get("From", "").strip()
    if not sender and fields.get("ExternalUserId"):
        sender = PREFIX + fields["ExternalUserId"].removeprefix(PREFIX)
    if sid is None or not sender:
        raise CallRefused(400)
    line = WHATSAPP if sender.startswith(PREFIX) else SMS
    if ":" in sender.removeprefix(PREFIX):
        return None
    keys = _keys(line, sender.removeprefix(PREFIX), fields)
    if not keys:
        raise CallRefused(400)
    return Inbound(organisation, line, keys, sid, _event(hosts, sid, fields), value=sender)


def _sid(fields: Form) -> str | None:
    named = (fields.get(name, "") for name in ("MessageSid", "SmsMessageSid", "SmsSid"))
    return next((sid for sid in named if SID.fullmatch(sid)), None)


def _keys(line: str, sender: str, fields: Form) -> tuple[str, ...]:
    """The phone first, where there is one, and the business-scoped id: either may come without the other."""
    if line == SMS:
        return (sender,)
    scoped = fields.get("ExternalUserId", "").removeprefix(PREFIX).strip()
    named = (sender, "+" + fields.get("WaId", "").strip().removeprefix("+"), scoped)
    phones = [name for name in named if PHONE.fullmatch(name)]
    ids = [name for name in named if SCOPED.fullmatch(name)]
    other = [sender] if sender and not (phones or ids) else []
    return tuple(dict.fromkeys([*phones[:1], *ids, *other]))


def _event(hosts: Hosts, sid: str, fields: Form) -> Event:
    """A word of leaving or returning that the vendor acted on, else what the person said."""
    kept = fields.get("OptOutType", "").strip().upper()
    if kept in ("STOP", "START"):
        return Left(back=kept == "START", asked=True)
    media = _media(hosts, sid, fields)
    if _message_type(fields) == "reaction":  # its body is the sign, which answers nothing
        return Said(media=media)
    return Said(text=_words(fields), choices=_choice(fields), media=media)


def _message_type(fields: Form) -> str:
    return fields.get("MessageType", "").lower()


def _words(fields: Form) -> str:
    return fields.get("Body") or fields.get("ButtonText") or fields.get("ListTitle") or ""


def _choice(fields: Form) -> tuple[str, ...]:
    """The option that was tapped, by its id; what is no id of ours is left to its words."""
    for name in ("ButtonPayload", "ListId"):
        if OPTION.fullmatch(fields.get(name, "")):
            return (fields[name],)
    return ()


def _media(hosts: Hosts, sid: str, fields: Form) -> tuple[Media, ...]:
    """The attachments; those of one message belong together."""
    told_count = fields.get("NumMedia", "").strip()
    count = min(int(told_count), MOST_MEDIA) if re.fullmatch(r"[0-9]{1,3}", told_count) else 0
    files = [_file(hosts, sid, fields, at) for at in range(count) if fields.get(f"MediaUrl{at}")]
    return (*files, *_without_file(fields, bool(files)))


def _file(hosts: Hosts, sid: str, fields: Form, at: int) -> Media:
    """One file. What lies at a foreign host is named and never fetched."""
    ref = fields[f"MediaUrl{at}"]
    kind = _kind(fields.get(f"MediaContentType{at}", ""), _message_type(fields))
    return Media(kind if hosts.api(ref) else MediaKind.OTHER, ref, group=sid)


def _kind(content_type: str, message_type: str) -> MediaKind:
    type_ = content_type.partition(";")[0].strip().lower()
    if message_type in KINDS_OF_MESSAGE:
        return KINDS_OF_MESSAGE[message_type]
    if type_.startswith("audio/"):
        return MediaKind.VOICE
    if type_ in CARDS:
        return MediaKind.CARD
    if type_ == "image/webp" or (type_ and not type_.startswith(PAPERS)):
        return MediaKind.OTHER
    return MediaKind.PAPER


def _without_file(fields: Form, files: bool) -> tuple[Media, ...]:
    """A place, or another kind of message that comes without a file."""
    if fields.get("Latitude") and fields.get("Longitude"):
        spot = f"{fields['Latitude'][:32]},{fields['Longitude'][:32]}"
        return (Media(MediaKind.PLACE, spot, fields.get("Label") or fields.get("Address", "")),)
    kind = KINDS_OF_MESSAGE.get(_message_type(fields))
    return (Media(kind, ""),) if kind and not files else ()
