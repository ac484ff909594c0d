"""Telling an exception in a log: where it came from and its class, and of its message only what holds no value."""

import sys
import traceback
from collections.abc import Iterator

from bot.redaction import HIDDEN, without_quotes

FRAMES = 30  # the innermost; a runaway recursion has thousands
CHAIN = 8


def told(exc_info: object) -> str:
    """An exception, its causes and its members as text, the outermost last; empty where there is none."""
    error = _exception(exc_info)
    return "" if error is None else "\n".join(reversed([_one(item) for item in _chain(error, CHAIN)]))


def _exception(exc_info: object) -> BaseException | None:
    """The exception behind the forms that logging accepts: itself, True for the current one, a triple."""
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    elif exc_info and not isinstance(exc_info, BaseException):
        exc_info = sys.exception()
    return exc_info if isinstance(exc_info, BaseException) else None


def _chain(error: BaseException, left: int) -> Iterator[BaseException]:
    yield error
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for other in (*members, *([before] if before else ())):
        if left > 0:
            yield from _chain(other, left - 1)


def _one(error: BaseException) -> str:
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[-FRAMES:])
    notes = [f" | {without_quotes(note)}" for note in getattr(error, "__notes__", ())]
    return "".join([*frames, f"{type(error).__module__}.{type(error).__qualname__}: {_message(error)}", *notes])


def _message(error: BaseException) -> str:
    try:
        return without_quotes(str(error))
    except Exception:  # a broken __str__ must not lose the line
        return HIDDEN
