"""What a memory says to its database, whichever of the connections' ways it takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa

from storage import Memory
from storage.inline import Inline
from storage.pooled import Pooled

FRAME = ("BEGIN IMMEDIATE", "BEGIN", "COMMIT")


class Heard(NamedTuple):
    """A statement: its words, its values, and whether these are rows for each of which it was said."""

    words: str
    values: Any
    many: bool


@contextmanager
def overheard(memory: Memory, before: Callable[[str], object] = len, *, whole: bool = False) -> Iterator[list[Heard]]:
    """Every statement while this holds; with the transactions' own words where it is the `whole`. `before` hears the
    words before they are said, and what it raises is raised as if the database had."""
    heard: list[Heard] = []

    def note(words: str, values: Any, many: bool) -> None:
        if whole or words not in FRAME:
            before(words)
            heard.append(Heard(words, values, many))

    def by_sqlalchemy(_c: Any, _k: Any, words: str, values: Any, _x: Any, many: bool) -> None:
        # Rows that it brought into one statement come as one flat list of values.
        note(words, values, many and isinstance(values[0], list | tuple))

    engines = memory.database.engines
    told: list[tuple[sa.Engine, str, Any]] = [(engine, "before_cursor_execute", by_sqlalchemy) for engine in engines]
    if not memory.alone:  # on SQLite these are words like others
        told += [(engine, "begin", lambda _: note("BEGIN", (), False)) for engine in engines]
        told += [(engine, "commit", lambda _: note("COMMIT", (), False)) for engine in engines]
    with pytest.MonkeyPatch.context() as patch:
        for of, way in ((Inline, "fetch"), (Inline, "many"), (Inline, "beside"), (Pooled, "fetch"), (Pooled, "many")):
            patch.setattr(of, way, _noted(getattr(of, way), way == "many", note))
        for one in told:
            sa.event.listen(*one)
        yield heard
        for one in told:
            sa.event.remove(*one)


def _noted(own: Callable[..., Any], many: bool, note: Callable[[str, Any, bool], None]) -> Callable[..., Any]:
    async def say(self: Any, words: str, *values: Any) -> Any:
        if isinstance(self, Inline) or self.straight:  # else it goes by SQLAlchemy, which tells of it
            note(words, values[0] if values else (), many)
        return await own(self, words, *values)

    return say
