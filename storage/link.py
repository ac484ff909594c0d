"""What the memory asks of a connection, whichever database it leads to."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, CursorResult, Dialect, Executable

T = TypeVar("T")


class Link(Protocol):
    """A connection inside a transaction. What is prepared goes to the driver as it is (`fetch`, `many`): the ways of
    SQLAlchemy around a statement cost several times what the statement does."""

    @property
    def dialect(self) -> Dialect:
        """The database's kind."""
        ...

    async def execute(self, statement: Executable, parameters: Any = None) -> Any:
        """Execute a statement of SQLAlchemy's."""
        ...

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[Any]:
        """Execute words as they stand."""
        ...

    async def fetch(self, words: str, values: Sequence[Any] = ()) -> Sequence[Sequence[Any]]:
        """The rows that the words answer, by the driver alone."""
        ...

    async def many(self, words: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute the words for each of the rows, by the driver alone."""
        ...

    async def run_sync(self, act: Callable[[Connection], T]) -> T:
        """Do this with the connection of SQLAlchemy's."""
        ...
