"""Approved answers as the mind sees them, and what became of a question."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    """What an approved entry is; a misconception is told as what is believed and what is true."""

    ANSWER = "answer"
    DOCUMENT = "document"
    SERVICE = "service"
    MISCONCEPTION = "misconception"


@dataclass(frozen=True, slots=True)
class Answer:
    """An approved entry in the person's language. `title` is the belief where it is a misconception, `chance` how
    likely it is what was asked for."""

    id: str
    kind: AnswerKind
    title: str
    text: str
    source: str
    chance: float = 0.0


class Became(StrEnum):
    """What became of a question."""

    TOLD = "told"
    OFFERED = "offered"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AskedInquiry:
    """Somebody asked something in their own words; `number` counts the contact's questions."""

    number: int
    words: str
    entry: str | None
    became: Became


@dataclass(frozen=True, slots=True)
class SettleInquiry:
    """What came after: another entry was told, or the person said whether it helped."""

    number: int
    entry: str | None
    became: Became
    helped: bool | None = None
