"""What the group is shown is taken from the rows, one call after the other."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram.methods import CloseForumTopic, CreateForumTopic, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from desk.telegram.client import Client, Made, Refused, Unknown, Wait
from desk.telegram.presses import Press, Verb
from services.mirroring import Mirroring
from services.ports import Clock, Row
from services.posting import Kind

NO_TOPIC_S = 300.0  # a group without topics, or a bot that may not open them: somebody has to allow it
log = structlog.get_logger(__name__)


class Poster:
    """Posts of one association; a time that the vendor named holds back the whole group."""

    def __init__(self, organisation: str, mirroring: Mirroring, client: Client, clock: Clock) -> None:
        self._organisation = organisation
        self._mirroring = mirroring
        self._posting = mirroring.posting
        self._client = client
        self._clock = clock
        self._not_before: datetime | None = None

    async def work(self) -> None:
        """Make posts of what is new, and send whatever may go now."""
        await self._posting.recover(self._organisation)
        await self._mirroring.gather(self._organisation)
        while not self._held() and (post := await self._posting.claim(self._organisation)):
            await self._send(post)

    def _held(self) -> bool:
        return self._not_before is not None and self._clock() < self._not_before

    async def _send(self, post: Row) -> None:
        if post["content"] is None:  # whose words they were is erased
            return await self._posting.failed(post)
        outcome = await self._client.make(self._method(post))
        match outcome:
            case Made():
                return await self._posting.sent(post, outcome.id)
            case Wait():
                self._not_before = self._clock() + timedelta(seconds=outcome.seconds)
                await self._posting.later(post, outcome.seconds)
            case Unknown():
                await self._posting.unknown(post)
            case Refused() if post["kind"] == Kind.TOPIC:
                await self._posting.later(post, NO_TOPIC_S)
            case Refused():
                await self._posting.failed(post)
        log.warning("desk_telegram.post", kind=post["kind"], outcome=type(outcome).__name__)

    def _method(self, post: Row) -> TelegramMethod[Any]:
        chat, thread, content = self._client.chat, post["thread"], post["content"]
        if post["kind"] == Kind.TOPIC:
            return CreateForumTopic(chat_id=chat, name=content["name"])
        if post["kind"] == Kind.CLOSE:
            return CloseForumTopic(chat_id=chat, message_thread_id=thread)
        return SendMessage(
            chat_id=chat,
            message_thread_id=thread,
            text=self._mirroring.words(self._organisation, content),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=self._buttons(content.get("buttons", ())),
        )

    def _buttons(self, verbs: list[str]) -> InlineKeyboardMarkup | None:
        rows = [[self._button(Verb(verb)) for verb in verbs[at : at + 2]] for at in range(0, len(verbs), 2)]
        return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None

    def _button(self, verb: Verb) -> InlineKeyboardButton:
        label = self._mirroring.words(self._organisation, {"key": f"desk.telegram.button.{verb.value}"})
        return InlineKeyboardButton(text=label, callback_data=Press(verb=verb).pack())
