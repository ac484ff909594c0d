"""The vendor's servers as the desk's bot calls them: what became of a call is a value, and no error text is kept."""

from dataclasses import dataclass
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import ForumTopic, Update

CALL_S = 30
POLL_S = 25
UPDATES = ["message", "callback_query"]
DOWN_S = 60.0  # the token, or the bot's place in the group, is wrong: staff have to mend it
REFUSED = (TelegramBadRequest, TelegramEntityTooLarge)
DOWN = (TelegramUnauthorizedError, TelegramForbiddenError, TelegramNotFound, TelegramConflictError)


@dataclass(frozen=True, slots=True)
class Made:
    """The call was taken; `id` is what the vendor calls the thing, 0 where it has no name."""

    id: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """The call was surely not taken, and may be made again after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The call will never be taken as it is."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the call was taken."""


Outcome = Made | Wait | Refused | Unknown


class Client:
    """One bot in one group."""

    def __init__(self, token: str, chat: int, api_url: str) -> None:
        session = AiohttpSession(api=TelegramAPIServer.from_base(api_url), timeout=CALL_S)
        self.bot = Bot(token, session=session)
        self.chat = chat

    async def make(self, method: TelegramMethod[Any]) -> Outcome:
        """Make the call."""
        try:
            done = await self.bot(method, request_timeout=CALL_S)
        except Exception as error:
            return outcome_of(error)
        return Made(done.message_thread_id if isinstance(done, ForumTopic) else int(getattr(done, "message_id", 0)))

    async def updates(self, offset: int | None) -> list[Update]:
        """What came since, waiting a while for it; raises what the library raises."""
        updates = await self.bot.get_updates(
            offset=offset, timeout=POLL_S, allowed_updates=UPDATES, request_timeout=POLL_S + CALL_S
        )
        return list(updates)

    async def close(self) -> None:
        """Close the connections."""
        await self.bot.session.close()


def outcome_of(error: Exception) -> Outcome:
    """What an error says of the call."""
    match error:
        case TelegramRetryAfter():
            return Wait(float(error.retry_after))
        case TelegramServerError() | TelegramNetworkError():
            return Unknown()
        case _ if isinstance(error, DOWN):
            return Wait(DOWN_S)
        case _ if isinstance(error, REFUSED):
            return Refused()
        case TelegramAPIError():
            return Refused()
        case _:
            return Unknown()
