"""What becomes of a call to Telegram that failed, in the house's own words."""

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from telegram.error import TelegramError

from conversations.channels import SendFailed
from conversations.failures import Failure
from handlers.telegram.transport import Lost, Refused, TooLarge

T = TypeVar("T")

# A redirect or a missing path means another server or a wrong token: https://core.telegram.org/bots/api#making-requests
STATUSES: Mapping[int, Failure] = {
    **dict.fromkeys((301, 302, 303, 307, 308, 401, 404), Failure.CREDENTIALS),
    403: Failure.OPTED_OUT,
    409: Failure.BUSY,
    429: Failure.BUSY,
}
# Reasons that the vendor gives with 400 where the chat is no chat (any more).
NOBODY = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_id is empty",
    "user_id_invalid",
    "input_user_dea",
)
MOST_A_ROW = 8
# Labels of at most so many letters stand together, so many in a row; longer ones have a row of their own.
PER_ROW = ((3, MOST_A_ROW), (6, 4), (14, 2))


async def told(call: Awaitable[T], cut: Failure) -> T:
    """The answer of a call; SendFailed where there is none, as `cut` where the vendor may have taken it."""
    return await _answered(call, partial(failure, cut=cut), cut)


async def fetched(call: Awaitable[T], gone: Container[int]) -> T:
    """The answer of a call about a file, which may be made again at will; `gone` are statuses that end the matter."""
    return await _answered(call, partial(_of_file, gone=gone), Failure.BUSY)


async def _answered(call: Awaitable[T], meaning: Callable[[TelegramError], SendFailed], cut: Failure) -> T:
    """What failed is raised without cause and context: those of the library hold addresses, and in them the token."""
    try:
        return await call
    except TelegramError as error:
        failed = meaning(error)
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        failed = SendFailed(cut, "unreadable")  # an answer of another form than the library knows
    raise failed


def _of_file(error: TelegramError, gone: Container[int]) -> SendFailed:
    """The vendor says in one breath that a file's name is wrong or that it will come later: so it may come later."""
    if isinstance(error, TooLarge) or (isinstance(error, Refused) and "file is too big" in error.reason):
        return SendFailed(Failure.MEDIA, "too_large")
    if not isinstance(error, Refused) or error.status not in gone:
        return failure(error, Failure.BUSY)
    later = "temporarily" in error.reason
    return SendFailed(Failure.BUSY, _code(error)) if later else SendFailed(Failure.MEDIA, "gone")


def failure(error: TelegramError, cut: Failure) -> SendFailed:
    """The error in the house's words."""
    match error:
        case Refused():
            return SendFailed(_refusal(error), _code(error), error.retry_after)
        case Lost(written=False):
            return SendFailed(Failure.BUSY, "unreachable")
        case Lost():
            return SendFailed(cut, "cut")
    return SendFailed(cut, "unreadable")


def _refusal(error: Refused) -> Failure:
    if error.status >= 500 or error.retry_after is not None:
        return Failure.BUSY
    if error.status == 400 and any(words in error.reason for words in NOBODY):
        return Failure.BAD_ADDRESS
    return STATUSES.get(error.status, Failure.MALFORMED)


def _code(error: Refused) -> str:
    return f"{error.status} {error.reason}".strip()


def keyboard(buttons: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The buttons (id, label) in rows that a small screen shows whole, as the vendor reads them.

    The library's own classes for them cost more than the rest of a call.
    """
    longest = max(len(label) for _, label in buttons)
    width = next((width for most, width in PER_ROW if longest <= most), 1)
    keys = [{"text": label, "callback_data": id} for id, label in buttons]
    return {"inline_keyboard": [keys[at : at + width] for at in range(0, len(keys), width)]}
