"""SQLite's one writer for the simulator: what the house has prepared is said to the driver itself.

What SQLAlchemy does around each execution is much of what a seed would cost; statements that it writes go its usual way.
"""

import asyncio
from typing import Any

from sqlalchemy import Connection

from storage.inline import Inline


class Rows:
    """What a statement answered, as those who ask read it."""

    def __init__(self, rows: list[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Any:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """All rows."""
        return self._rows

    def scalar_one(self) -> Any:
        """The only value."""
        ((value,),) = self._rows
        return value


class Quick(Inline):
    """A connection that speaks past SQLAlchemy where the words are ready."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._raw: Any = connection.connection.driver_connection

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> Any:
        await asyncio.sleep(0)  # as the house's own
        if isinstance(parameters, list):
            self._raw.executemany(statement, parameters)
            return Rows([])
        return Rows(self._raw.execute(statement, parameters or ()).fetchall())

    def _said(self, statement: str) -> list[Any]:
        found: list[Any] = self._raw.execute(statement).fetchall()
        return found

    async def rollback(self) -> None:
        self._raw.rollback()
        await super().rollback()
