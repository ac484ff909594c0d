"""Telegram: the beneficiaries' bot of one association, by webhook or long polling."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hmac import compare_digest
from typing import Any

import structlog
from telegram import InputFile

from conversations.channels import Answer, Call, CallRefused, Heard, Parcel, SendFailed, Sent
from conversations.events import Media
from conversations.failures import Failure
from conversations.messages import Words
from handlers import TELEGRAM
from handlers.fitting import fit
from handlers.telegram.account import ALLOWED, Account, Client
from handlers.telegram.calling import fetched, keyboard, told
from handlers.telegram.edge import Checked, OddUpdate, check, parse
from handlers.telegram.reading import LINE, Quiet, QuietlyHeard, heard
from handlers.telegram.transport import MOST_FILE, Transport

HEADER = "x-telegram-bot-api-secret-token"
MOST_BODY = 2**20
POLL_S = 25
SLACK_S = 10.0  # an answer may be that much later than it was asked for
FILE_S = 60.0
MOST_CALLBACK = 64  # bytes
FILE_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_/.-]{0,300}")
NO_PREVIEW = {"is_disabled": True}
log = structlog.get_logger(__name__)


class Telegram:
    """The channel. `api_url` stands for every host of the vendor; without a `secret` no webhook call is believed.

    While the secret is changed it is a comma list: the vendor is told the first, and calls with any are believed.
    """

    line = LINE
    capabilities = TELEGRAM

    def __init__(self, organisation: str, token: str, secret: str | None, api_url: str) -> None:
        self._organisation = organisation
        secrets = [part.strip() for part in (secret or "").split(",") if part.strip()]
        self._secrets = [each.encode() for each in secrets]
        self._transport = Transport()
        self._bot = Client(token, api_url, self._transport)
        self.account = Account(self._bot, secrets[0] if secrets else None)

    def authentic(self, call: Call) -> None:
        """Return where the call bears a secret of ours; bytes are compared, for text that is not ASCII cannot be."""
        given = call.headers.get(HEADER, "").encode("utf-8", "surrogatepass")
        # Every comparison is made, whichever of them holds.
        if not sum([compare_digest(given, secret) for secret in self._secrets]):
            raise CallRefused(403)

    def read(self, call: Call) -> QuietlyHeard:
        """The event of one update; an update of a kind that says nothing to us has none."""
        if len(call.body) > MOST_BODY:
            raise CallRefused(413)
        if call.headers.get("content-type", "application/json").partition(";")[0].strip().lower() != "application/json":
            raise CallRefused(415)
        try:
            return heard(self._organisation, [check(parse(call.body))])
        except OddUpdate:
            raise CallRefused(400) from None

    def answer(self) -> Answer:
        """Nothing but a status: calls of ours go their own way."""
        return Answer()

    def parcels(self, to: str, words: Words, token: str) -> Sequence[Parcel]:
        """The texts, the last with its buttons; options whose ids are too long for a button become numbered lines.

        An option's id is short and unique to its prompt, so it is the button's data itself: nothing is stored, and an
        old tap still names the prompt that it was for.
        """
        fits = all(1 <= len(option["id"].encode()) <= MOST_CALLBACK for option in words.options)
        channel = self.capabilities if fits else replace(self.capabilities, buttons=0)
        texts = fit(words, channel)
        return [Parcel(to, text.text, tuple((b.id, b.label) for b in text.buttons), token) for text in texts]

    async def send(self, parcel: Parcel) -> Sent:
        """Send one text or file. Links are never opened for a preview: that would spend one that is good for once."""
        if parcel.document is not None:
            file = InputFile(parcel.document.data, filename=parcel.document.name)
            sent = await told(self._bot.send_document(_chat(parcel.to), file), cut=Failure.UNKNOWN)
            return Sent(str(sent.message_id))
        fields: dict[str, Any] = {"chat_id": _chat(parcel.to), "text": parcel.text, "link_preview_options": NO_PREVIEW}
        if parcel.buttons:
            fields["reply_markup"] = keyboard(parcel.buttons)
        return Sent(await told(self._sent(fields), cut=Failure.UNKNOWN))

    async def _sent(self, fields: Mapping[str, Any]) -> str:
        """The id of the message: all that is read of an answer of which the library would build every value."""
        answer = await self._transport.call(f"{self._bot.base_url}/sendMessage", fields, self._transport.read_timeout)
        return str(int(answer["message_id"]))

    async def look_up(self, parcel: Parcel, since: datetime) -> Sent | None:
        """Nobody can tell: the vendor shows a bot no list of what it sent."""
        return None

    async def fetch(self, media: Media) -> bytes:
        """The bytes of a file, up to 20 MB; BUSY where it may come later, MEDIA (too_large, gone, foreign) if never."""
        if (media.size or 0) > MOST_FILE:
            raise SendFailed(Failure.MEDIA, "too_large")
        file = await fetched(self._bot.get_file(media.ref), gone=(400,))
        address = file.file_path or ""
        path = address.removeprefix(f"{self._bot.base_file_url}/")
        if path == address or ".." in path or not FILE_PATH.fullmatch(path):
            raise SendFailed(Failure.MEDIA, "foreign")
        return await fetched(self._transport.retrieve(address, read_timeout=FILE_S), gone=(400, 403, 404, 410))

    async def pull(self, offset: int | None) -> tuple[QuietlyHeard, int | None]:
        """Wait for updates from `offset` on; give it back moved once they are committed, and not before.

        The next offset follows the last update, not the highest: ids may start again lower after a quiet week.
        """
        fields = {"timeout": POLL_S, "allowed_updates": ALLOWED} | ({} if offset is None else {"offset": offset})
        address = f"{self._bot.base_url}/getUpdates"
        updates = await told(self._transport.call(address, fields, POLL_S + SLACK_S), cut=Failure.BUSY)
        if not isinstance(updates, list):
            raise SendFailed(Failure.BUSY, "unreadable")
        return heard(self._organisation, _checked(updates)), _next(updates, offset)

    async def acknowledge(self, events: Heard) -> None:
        """Pay what is owed for events that were committed, as well as may be: a failure here harms nobody."""
        quiet = events.quiet if isinstance(events, QuietlyHeard) else ()
        await asyncio.gather(*map(self._pay, quiet))

    async def _pay(self, quiet: Quiet) -> None:
        try:
            await self._quietly(quiet)
        except SendFailed as failed:
            log.debug("telegram.quiet_call_failed", call=quiet.kind, failure=failed.failure.value)

    async def _quietly(self, quiet: Quiet) -> None:
        match quiet.kind:
            case "answer":
                await told(self._bot.answer_callback_query(quiet.target), cut=Failure.UNKNOWN)
            case "leave":
                await told(self._bot.leave_chat(_chat(quiet.target)), cut=Failure.UNKNOWN)
            case "typing":
                await self.typing(quiet.target)

    async def typing(self, to: str) -> None:
        """Show for five seconds, or until a message comes, that an answer is being written."""
        await told(self._bot.send_chat_action(_chat(to), "typing"), cut=Failure.UNKNOWN)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.shutdown()


def _checked(updates: Sequence[Any]) -> Iterator[Checked]:
    """The updates that can be read; one that cannot must not hold up those behind it."""
    for update in updates:
        try:
            yield check(update)
        except OddUpdate:
            log.warning("telegram.update_unreadable")


def _next(updates: Sequence[Any], offset: int | None) -> int | None:
    ids = [id for id in (u.get("update_id") for u in updates if isinstance(u, dict)) if type(id) is int]
    if updates and not ids:
        raise SendFailed(Failure.BUSY, "unreadable")
    return ids[-1] + 1 if ids else offset


def _chat(to: str) -> int:
    try:
        return int(to)
    except ValueError:
        raise SendFailed(Failure.BAD_ADDRESS, "not a number") from None
