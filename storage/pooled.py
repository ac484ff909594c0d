"""A connection of a pool, inside the transaction that SQLAlchemy begins and ends on it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.pools import interrupted

T = TypeVar("T")


class Pooled:
    """PostgreSQL's prepared words go to `asyncpg` itself, once a first statement has begun the transaction; whatever
    reads SQLite in a thread of its own goes SQLAlchemy's way."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._driver: Any = None

    @property
    def dialect(self) -> Dialect:
        """The database's kind."""
        return self._connection.dialect

    @property
    def straight(self) -> bool:
        """Whether prepared words go to the driver itself by now."""
        return self._driver is not None

    async def execute(self, statement: Executable, parameters: Any = None) -> Any:
        """Execute a statement of SQLAlchemy's."""
        result = await self._connection.execute(statement, parameters)
        self._begun()
        return result

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[Any]:
        """Execute words as they stand."""
        result = await self._connection.exec_driver_sql(statement, parameters)
        self._begun()
        return result

    async def fetch(self, words: str, values: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        """The rows that the words answer."""
        if self._driver is None:
            return (await self.exec_driver_sql(words, tuple(values))).all()
        with _judged(self._driver):
            found: Sequence[Sequence[Any]] = await self._driver.fetch(words, *values)
        return found

    async def many(self, words: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute the words for each of the rows."""
        if self._driver is None:
            await self.exec_driver_sql(words, list(rows))
            return
        with _judged(self._driver):
            await self._driver.executemany(words, rows)

    async def run_sync(self, act: Callable[[Connection], T]) -> T:
        """Do this with the connection of SQLAlchemy's."""
        return await self._connection.run_sync(act)

    def _begun(self) -> None:
        own = self._connection.sync_connection
        if self._driver is None and own is not None and self.dialect.name == "postgresql":
            self._driver = own.connection.driver_connection


@contextmanager
def _judged(driver: Any) -> Iterator[None]:
    """As the pool's own errors are judged: what was the connection's or the moment's was not the statement's."""
    try:
        yield
    except Exception as error:
        if (reason := interrupted(error, lost=driver.is_closed())) is not None:
            raise reason from error
        raise
