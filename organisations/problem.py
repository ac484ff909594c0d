"""What a judge says: one sentence, and whether it keeps the association from being served."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses; a warning is for somebody to read."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about a profile, with its place and what to fix."""

    severity: Severity
    sentence: str


def error(sentence: str) -> Problem:
    """A problem that refuses."""
    return Problem(Severity.ERROR, sentence)


def warning(sentence: str) -> Problem:
    """A problem to know of."""
    return Problem(Severity.WARNING, sentence)
