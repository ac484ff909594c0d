"""What goes into and out of a conversation on any channel, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as key and parameters; `locales` gives the words.

    A number under the parameter `count` chooses the plural form. Strings are a person's own words, shown isolated.
    """

    key: str
    params: Mapping[str, "Param"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in Saudi riyals."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Code:
    """Digits or Latin signs that keep their own order on the screen (a phone, an id, a reference, a link)."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """A whole text in its writer's own words, shown as it stands (what staff wrote to the person)."""

    text: str


# A date is shown in both calendars, a datetime adds the hour in the organisation's zone, a tuple is joined as a list.
Param: TypeAlias = "str | int | date | datetime | Money | Code | Quote | Line | tuple[Param, ...]"


class Role(StrEnum):
    """What a part of a message is, so that a rich channel can draw it; a plain one joins the parts as lines."""

    SAY = "say"
    ASK = "ask"
    WHY = "why"
    SAMPLE = "sample"
    WRONG = "wrong"
    HEADING = "heading"
    SECTION = "section"
    ROW = "row"
    OATH = "oath"
    NOTE = "note"
    CODE = "code"
    FACT = "fact"
    DAYS = "days"
    LINK = "link"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a message. A row has a label, a number to name it by, and the option that changes it."""

    role: Role
    line: Line
    label: Line | None = None
    number: int | None = None
    option: str | None = None


class Select(StrEnum):
    """Whether one option answers, or several may."""

    ONE = "one"
    MANY = "many"


class Entry(StrEnum):
    """What the composer is for: the keyboard and the field that suit the answer."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PHONE = "phone"
    FILE = "file"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Option:
    """A choice that can be tapped, named by its number or typed.

    `short` (20 characters or less, for buttons) and `hint` are shown where the wording has them; so are the parts
    of role why and sample. `number` is None where a typed number would be an answer of another kind.
    """

    id: str
    label: Line
    number: int | None
    short: Line | None = None
    hint: Line | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The place in a form, counted from 1; the review is not counted."""

    step: int
    of: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the house's own making that is sent: its neutral name, its media type and its bytes."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to the person, before it has words and before it is fitted to a channel. `receipt` is the case of
    which the receipt goes with it as a file, where the channel carries files of ours."""

    parts: tuple[Part, ...]
    options: tuple[Option, ...] = ()
    select: Select = Select.ONE
    entry: Entry = Entry.TEXT
    progress: Progress | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry; the mind knows channels only by this.

    `private` carries sensitive answers; `buttons` and `button_label` bound tappable options (0: numbered lines);
    `body` bounds a text in characters; `structured` draws parts by their role; `isolates` shows U+2068 and U+2069;
    an address of a `recycled` kind may be given to somebody else; `files` come from people, `documents` are ours.
    """

    private: bool
    buttons: int
    button_label: int
    body: int
    structured: bool = False
    isolates: bool = True
    files: bool = True
    recycled: bool = False
    documents: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """An outbound message in words: what the row keeps and a channel fits. `parts` and `options` are JSON-ready."""

    text: str
    parts: tuple[Mapping[str, object], ...] = ()
    options: tuple[Mapping[str, str], ...] = ()
