"""What an examination of the house finds: one line each, with its cause and its fix."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A problem must be mended; a warning is for somebody to know."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands and why, and one sentence that mends it. None of it holds a secret."""

    level: Level
    about: str
    cause: str
    fix: str = ""


def ok(about: str, cause: str) -> Finding:
    """It stands as it should."""
    return Finding(Level.OK, about, cause)


def warning(about: str, cause: str, fix: str) -> Finding:
    """The house does its work, but somebody should know."""
    return Finding(Level.WARNING, about, cause, fix)


def problem(about: str, cause: str, fix: str) -> Finding:
    """Something does not work."""
    return Finding(Level.PROBLEM, about, cause, fix)
