"""SQLite's one writer, and a glance at a few rows, work where they are called: done before a thread had woken.

Other readers have threads of their own (`aiosqlite`), for what they ask may take long; so have a commit and a
checkpoint, which wait for the disk.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Executable

T = TypeVar("T")


class Inline:
    """A connection with the ways of an asynchronous one that the house uses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.driver_connection

    @property
    def dialect(self) -> Dialect:
        """The database's kind."""
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> Any:
        """Execute a statement, after everybody else in this loop had a turn: no unit holds the house up."""
        await asyncio.sleep(0)
        return self._connection.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[Any]:
        """Execute it as it stands, after everybody else had a turn."""
        await asyncio.sleep(0)
        return self._connection.exec_driver_sql(statement, parameters)

    async def fetch(self, words: str, values: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        """The rows that the words answer, after everybody else had a turn."""
        await asyncio.sleep(0)
        found: list[tuple[Any, ...]] = self._driver.execute(words, values).fetchall()
        return found

    async def many(self, words: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute the words for each of the rows, after everybody else had a turn."""
        await asyncio.sleep(0)
        self._driver.executemany(words, rows)

    async def run_sync(self, act: Callable[[Connection], T]) -> T:
        """Do this with the connection."""
        return act(self._connection)

    async def beside(self, statement: str) -> list[Any]:
        """Execute it in a thread, for it may take long. Whoever is cancelled meanwhile waits for its end all the same:
        the connection is nobody else's until then."""
        ended = asyncio.get_running_loop().run_in_executor(None, self._said, statement)
        cancelled = None
        while not ended.done():
            try:
                await asyncio.wait([ended])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None and ended.exception() is None:
            raise cancelled
        return ended.result()

    def _said(self, statement: str) -> list[Any]:
        return list(self._driver.execute(statement).fetchall())

    async def rollback(self) -> None:
        """Undo what was not committed."""
        self._driver.rollback()
        self._connection.rollback()

    async def close(self) -> None:
        """Close it."""
        self._connection.close()
