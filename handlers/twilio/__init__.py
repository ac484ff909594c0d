"""WhatsApp and SMS through Twilio: two lines over one account, each a channel of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from conversations.channels import Answer, Call, CallRefused, Heard, Parcel, SendFailed, Sent
from conversations.events import Inbound, Media
from conversations.failures import Failure
from conversations.messages import Capabilities, Words
from handlers import SMS, WHATSAPP
from handlers.fitting import fit
from handlers.twilio import files, reading, signature, sms
from handlers.twilio.account import Account
from handlers.twilio.errors import told
from handlers.twilio.hosts import API

EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
CLOCKS_DIFFER = timedelta(seconds=2)  # the vendor tells whole seconds, and its clock is not ours
MOST_LISTED = 200
NEVER_SENT = ("failed", "undelivered", "canceled")


@dataclass(frozen=True, slots=True)
class TwilioLine:
    """One line of an account. `sender` as the vendor writes it, None where its messaging service chooses one."""

    account: Account
    line: str
    capabilities: Capabilities
    sender: str | None = None

    def authentic(self, call: Call) -> None:
        """Return where the vendor signed the call, and for this account; CallRefused otherwise."""
        signature.verify(call, self.account.tokens)
        named = {value for name, value in signature.fields(call.body) if name == b"AccountSid"}
        if named - {self.account.sid.encode()}:
            raise CallRefused(403)

    def read(self, call: Call) -> Heard:
        """The message or receipt of an authentic call, whichever of the account's lines it came on."""
        return reading.heard(self.account.organisation, self.account.hosts, call)

    def answer(self) -> Answer:
        """No words of ours: the reply is sent by itself, and after the commit."""
        return Answer(200, "text/xml", EMPTY)

    def parcels(self, to: str, words: Words, token: str) -> Sequence[Parcel]:
        """The message in texts of the line's length, its options as numbered lines."""
        return [Parcel(to, fitted.text, token=token) for fitted in fit(words, self.capabilities)]

    async def send(self, parcel: Parcel) -> Sent:
        """Make the one call. SendFailed says why not; UNKNOWN where nobody can tell whether it was taken."""
        try:
            message = await self.account.messages.create_async(**self._form(parcel))
            taken, code = str(message.sid or ""), str(message.error_code or "")
            lost = message.status in NEVER_SENT
        except SendFailed:
            raise
        except Exception:  # it was taken, and the answer says nothing that can be read
            raise SendFailed(Failure.UNKNOWN, "answer") from None
        if lost:
            raise SendFailed(told(code), code)
        if not taken:
            raise SendFailed(Failure.UNKNOWN, "answer")
        return Sent(taken, self._parts(parcel))

    def _form(self, parcel: Parcel) -> dict[str, Any]:
        form: dict[str, Any] = {"to": parcel.to}
        if self.account.service:
            form["messaging_service_sid"] = self.account.service
        elif self.sender:
            form["from_"] = self.sender
        if parcel.token:
            form["status_callback"] = self.account.status_url(parcel.token)
        if parcel.document is not None:  # the vendor takes no bytes: it fetches them, once it has the message
            return {**form, "media_url": [self.account.paper_url(parcel.token)]}
        if parcel.template is None:
            return {**form, "body": parcel.text}
        values = json.dumps(dict(parcel.values or {}), ensure_ascii=False)
        return {**form, "content_sid": parcel.template, "content_variables": values}

    def _parts(self, parcel: Parcel) -> int:
        return sms.parts(parcel.text) if self.line == reading.SMS else 1

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file, bounded; SendFailed(MEDIA) where it is gone, foreign or too large."""
        return await files.fetch(self.account, media)

    async def discard(self, media: Media) -> bool:
        """Delete a file at the vendor once it is ours; whether it is gone there."""
        return await files.discard(self.account, media)

    async def look_up(self, parcel: Parcel, since: datetime) -> Sent | None:
        """The message at the vendor with these words to this address, the first since; ask a minute after the cut, for
        the vendor lists late. A template's words are the vendor's: nobody can tell."""
        if parcel.template is not None or parcel.receipt is not None:
            return None
        listed = await self._listed(to=parcel.to, limit=MOST_LISTED)
        ours = [m for m in listed if m.direction != "inbound" and (m.body or "").strip() == parcel.text.strip()]
        after = [m for m in ours if _when(m) >= since - CLOCKS_DIFFER]
        return Sent(str(after[0].sid), self._parts(parcel)) if after else None

    async def missed(self, since: datetime) -> list[Inbound]:
        """What people wrote to this line since then, in order: for whatever came while nobody heard."""
        sender = {"to": self.sender} if self.sender else {}
        listed = await self._listed(date_sent_after=since, **sender)
        ours = [m for m in listed if m.direction == "inbound" and _when(m) >= since]
        inbounds = [await self._inbound(m) for m in ours]
        return [inbound for inbound in inbounds if inbound and inbound.line == self.line]

    async def _listed(self, **which: Any) -> list[Any]:
        """Messages at the vendor, page by page, oldest first; it tells whole seconds, within which its order counts."""
        try:
            listed: list[Any] = await self.account.messages.list_async(page_size=100, **which)
        except SendFailed:
            raise
        except Exception:  # the library embeds the whole answer in its error
            raise SendFailed(Failure.BUSY, "answer") from None
        listed.reverse()
        return sorted(listed, key=_when)

    async def _inbound(self, message: Any) -> Inbound | None:
        """A listed message, read as if it had been posted; the list names no buttons, but their words are the body."""
        form = {"MessageSid": message.sid, "From": message.from_ or "", "Body": message.body or ""}
        if (message.num_media or "0") != "0":
            form |= await self._files(message.sid)
        try:
            return reading.message(self.account.organisation, self.account.hosts, form)
        except CallRefused:
            return None

    async def _files(self, sid: str) -> Mapping[str, str]:
        files = await self.account.messages(sid).media.list_async(limit=reading.MOST_MEDIA)
        form = {"NumMedia": str(len(files))}
        for at, file in enumerate(files):
            place = f"/2010-04-01/Accounts/{self.account.sid}/Messages/{sid}/Media/{file.sid}"
            form |= {f"MediaUrl{at}": API + place, f"MediaContentType{at}": file.content_type or ""}
        return form

    async def close(self) -> None:
        """Close the lines to the vendor."""
        await self.account.carrier.close()


def lines(account: Account, whatsapp: str | None, sms: str | None) -> dict[str, TwilioLine]:
    """The lines of an account by their names: those that have a sender."""
    opened = {}
    if whatsapp:
        prefix = reading.PREFIX
        sender = prefix + whatsapp.removeprefix(prefix)
        opened[reading.WHATSAPP] = TwilioLine(account, reading.WHATSAPP, WHATSAPP, sender)
    if sms:
        opened[reading.SMS] = TwilioLine(account, reading.SMS, SMS, sms)
    return opened


def _when(message: Any) -> datetime:
    """When the vendor made the message."""
    made: datetime | None = message.date_created or message.date_sent
    return made or datetime.min.replace(tzinfo=UTC)
