"""What is drawn by chance in the house is drawn from the seed, and SQLite answers without a thread of its own."""

import asyncio
import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import aiosqlite
import pytest


class _Queue:
    """Does at once what is put into it."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Any]) -> None:
        future, act = item
        try:
            result = act()
        except Exception as error:
            if future is None:
                raise
            future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


class Inline(aiosqlite.Connection):
    """A connection whose statements run where they are asked for."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._tx: Any = _Queue()

    def __await__(self) -> Any:
        return self._connect().__await__()

    async def _execute(self, fn: Any, *given: Any, **named: Any) -> Any:
        if not self._running or not self._connection:
            raise ValueError("Connection closed")
        return fn(*given, **named)


def _connect(database: Any, *, iter_chunk_size: int = 64, loop: Any = None, **named: Any) -> Inline:
    import sqlite3

    return Inline(lambda: sqlite3.connect(database, **named), iter_chunk_size)


@contextmanager
def seeded(chance: Random) -> Iterator[None]:
    """Ids, tokens and keys come from `chance` as long as this holds."""

    def text(count: int | None = None) -> str:
        return base64.urlsafe_b64encode(chance.randbytes(count or 32)).rstrip(b"=").decode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_hex", lambda count=32: chance.randbytes(count).hex())
        patch.setattr(secrets, "token_bytes", lambda count=32: chance.randbytes(count))
        patch.setattr(secrets, "token_urlsafe", text)
        patch.setattr(secrets, "randbelow", chance.randrange)
        patch.setattr(os, "urandom", chance.randbytes)
        patch.setattr(aiosqlite, "connect", _connect)
        yield
