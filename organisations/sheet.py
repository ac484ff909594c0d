"""A TOML table read key by key: each wrong, missing or unknown key becomes a sentence, collected and not thrown."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
NAMES = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table", date: "a date"}
CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def toml(path: Path, problems: list[str]) -> dict[str, Any]:
    """The file's table, or an empty one and a sentence where it is absent or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.append(f"{shown(path)}: the file is missing; add it.")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{shown(path)}: this is not TOML ({error}); correct the line that is named.")
    return {}


def shown(path: Path) -> str:
    """A file as sentences name it: its folder and its name."""
    return f"{path.parent.name}/{path.name}"


class Sheet:
    """One table with its place in words; ask for keys, then `close` it so that unknown ones are refused."""

    def __init__(self, table: Mapping[str, Any], place: str, problems: list[str]) -> None:
        self.table = table
        self.place = place
        self.problems = problems
        self.seen: set[str] = set()

    def wrong(self, key: str, what: str) -> None:
        """Collect a sentence about a key."""
        self.problems.append(f"{self.place}: `{key}` {what}.")

    def take(self, key: str, kind: type[T], default: T, *, required: bool = True) -> T:
        """The key's value where it is of that kind, else the default and a sentence."""
        self.seen.add(key)
        if key not in self.table:
            if required:
                self.wrong(key, f"is missing; give it {NAMES[kind]}")
            return default
        value = self.table[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(key, f"is {value!r}; give it {NAMES[kind]}")
            return default
        return value

    def text(self, key: str, default: str | None = None) -> str:
        """A text; required where no default is given."""
        return self.take(key, str, default or "", required=default is None)

    def number(self, key: str, default: int) -> int:
        """A whole number that may be left out."""
        return self.take(key, int, default, required=False)

    def bound(self, key: str) -> int | None:
        """A whole number, or None where the key is left out."""
        self.seen.add(key)
        return self.take(key, int, 0) if key in self.table else None

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false; required where no default is given."""
        return self.take(key, bool, bool(default), required=default is None)

    def list(self, key: str, kind: type[T], *, required: bool = True) -> tuple[T, ...]:
        """A list whose every item is of that kind."""
        items = self.take(key, list, [], required=required)
        for item in items:
            if not isinstance(item, kind) or (kind is int and isinstance(item, bool)):
                self.wrong(key, f"holds {item!r}; each item must be {NAMES.get(kind, kind.__name__)}")
        return tuple(item for item in items if isinstance(item, kind))

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """A text that must be one of those allowed."""
        value = self.text(key)
        if value and value not in allowed:
            self.wrong(key, f"is «{value}»; use one of {', '.join(allowed)}")
            return allowed[0]
        return value or allowed[0]

    def clock(self, key: str) -> time:
        """An hour of the day, written 09:00."""
        return self.hour(key, self.text(key))

    def hour(self, key: str, value: str) -> time:
        """The hour that a text names, else a sentence and midnight."""
        if not CLOCK.fullmatch(value):
            self.wrong(key, f"is «{value}»; write an hour like 09:00")
            return time(0)
        return time.fromisoformat(value)

    def days(self, key: str) -> frozenset[date]:
        """Dates, written bare as TOML dates."""
        return frozenset(self.list(key, date))

    def sheet(self, key: str) -> "Sheet":
        """An inner table as a sheet of its own."""
        return Sheet(self.take(key, dict, {}), f"{self.place} [{key}]", self.problems)

    def close(self) -> None:
        """Refuse what nobody asked for."""
        for key in self.table:
            if key not in self.seen:
                known = ", ".join(sorted(self.seen))
                self.wrong(key, f"is not a key that is known here; remove it, or use one of {known}")
