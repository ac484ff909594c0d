"""SQLite's one writer for the simulator: the house's own statements, each turned into SQL once and not at every call.

SQLAlchemy writes the text and says how values go in and come out; what it does beside that around each execution is
most of what a seed would cost. A statement that is new, or that does something else, goes its usual way.
"""

import asyncio
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from sqlite3 import Cursor
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Delete, Dialect, Executable, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from storage.inline import Inline

Process = Callable[[Any], Any] | None
Given = Mapping[str, Any]
COMMON = (Select, Insert, Update, Delete)


class Rows:
    """What a statement answered, as those who ask read it."""

    def __init__(self, rows: list[Any], count: int) -> None:
        self._rows = rows
        self.rowcount = count

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        """All rows."""
        return self._rows

    def scalar(self) -> Any:
        """The first value, or None where there is no row."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The only value."""
        ((value,),) = self._rows
        return value


class Text:
    """A statement as SQL for parameters of one form, with what is done to the values on their way in and out."""

    def __init__(self, compiled: SQLCompiler, given: Given) -> None:
        state = compiled.construct_expanded_state(given)
        self.sql = state.statement
        source = {name: (old, n) for old, new in state.parameter_expansion.items() for n, name in enumerate(new)}
        self._values = [self._way(compiled, given, state.parameters, *source.get(n, (n, None)))
                        for n in state.positiontup or ()]  # fmt: skip
        entries = compiled._result_columns
        self._row: Any = namedtuple("Row", [entry.keyname for entry in entries], rename=True) if entries else None
        self._out = [entry.type.dialect_impl(compiled.dialect).result_processor(compiled.dialect, None)
                     for entry in entries]  # fmt: skip
        self._plain = not any(self._out)

    @staticmethod
    def _way(
        compiled: SQLCompiler, given: Given, known: Given, name: str, n: int | None
    ) -> tuple[str, int | None, Process, Any]:
        """Where a value comes from, its place in a list, and what is done to it; of a constant, what it is."""
        dialect = compiled.dialect
        process = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        if name in given:
            return name, n, process, None
        return "", n, None, process(known[name]) if process else known[name]

    def values(self, given: Given) -> list[Any]:
        """The parameters in their order."""
        found = []
        for name, n, process, constant in self._values:
            value = constant if not name else given[name] if n is None else given[name][n]
            found.append(process(value) if process and name else value)
        return found

    def rows(self, cursor: Cursor) -> list[Any]:
        """What came out."""
        if self._row is None:
            return []
        if self._plain:
            return [self._row._make(row) for row in cursor]
        return [
            self._row._make(
                [process(value) if process else value for process, value in zip(self._out, row, strict=True)]
            )
            for row in cursor
        ]


class Quick(Inline):
    """A connection that remembers what it said."""

    _seen: ClassVar[WeakKeyDictionary[Executable, dict[Any, Any]]] = WeakKeyDictionary()

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._raw: Any = connection.connection.driver_connection

    async def execute(self, statement: Executable, parameters: Any = None) -> Any:
        several = parameters if isinstance(parameters, list) else [parameters or {}]
        if not isinstance(statement, COMMON) or statement not in self._seen:
            self._seen.setdefault(statement, {})
            return await super().execute(statement, parameters)
        await asyncio.sleep(0)  # as the house's own
        texts = self._texts(statement, several)
        if any(text._row for text in texts) or len({text.sql for text in texts}) > 1:
            return self._each(texts, several)
        cursor = self._raw.executemany(texts[0].sql, [texts[0].values(_flat(given)) for given in several])
        return Rows([], cursor.rowcount)

    def _each(self, texts: Sequence[Text], several: Sequence[Given]) -> Rows:
        found, count = [], 0
        for text, given in zip(texts, several, strict=True):
            cursor = self._raw.execute(text.sql, text.values(_flat(given)))
            found += text.rows(cursor)
            count += cursor.rowcount
        return Rows(found, count)

    def _texts(self, statement: Any, several: Sequence[Given]) -> list[Text]:
        """The SQL for each of the parameters; the same for all that have the same names and as many in each list."""
        known, found = self._seen[statement], []
        for given in several:
            form = tuple((name, len(value) if isinstance(value, list) else -1) for name, value in given.items())
            if form not in known:
                known[form] = Text(self._compiled(statement, given, self._connection.dialect), given)
            found.append(known[form])
        return found

    @staticmethod
    def _compiled(statement: Any, given: Given, dialect: Dialect) -> SQLCompiler:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(given), for_executemany=True)
        return compiled

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> Any:
        many = isinstance(parameters, list)
        cursor = (
            self._raw.executemany(statement, parameters) if many else self._raw.execute(statement, parameters or ())
        )
        return Rows([] if many else cursor.fetchall(), cursor.rowcount)

    def _said(self, statement: str) -> list[Any]:
        found: list[Any] = self._raw.execute(statement).fetchall()
        return found

    async def rollback(self) -> None:
        self._raw.rollback()
        await super().rollback()


def _flat(given: Given) -> Given:
    """Lists of pairs as the values one after another."""
    pairs = [name for name, value in given.items() if isinstance(value, list) and value and isinstance(value[0], tuple)]
    return {**given, **{name: [one for pair in given[name] for one in pair] for name in pairs}} if pairs else given
