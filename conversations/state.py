"""What a conversation remembers between two messages, and the table of modes it may move between."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """Where a conversation stands."""

    NEW = "new"
    MENU = "menu"
    INQUIRY = "inquiry"
    DRAFTS = "drafts"
    NOTICE = "notice"
    FORM = "form"
    LINK = "link"
    REVIEW = "review"
    DECLARATION = "declaration"
    JOIN = "join"
    WHO = "who"
    STOPPED = "stopped"
    STAFF = "staff"
    SURVEY = "survey"
    SLOT = "slot"
    LOOKUP = "lookup"
    WITHDRAW = "withdraw"


# From anywhere one can reach the menu, a code, a survey, a reference number, a withdrawal, stop, and come into the
# hands of staff; the rest is the way of a request.
ANYWHERE = frozenset(
    {Mode.MENU, Mode.STOPPED, Mode.STAFF, Mode.JOIN, Mode.SURVEY, Mode.LOOKUP, Mode.WITHDRAW, Mode.SLOT}
)
FILLING = frozenset({Mode.FORM, Mode.LINK, Mode.REVIEW})
MOVES: Mapping[Mode, frozenset[Mode]] = {
    Mode.NEW: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.MENU: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.INQUIRY: frozenset({Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.JOIN: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.SLOT: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS}) | FILLING,
    Mode.SURVEY: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.STOPPED: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.DRAFTS: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.WHO}) | FILLING,
    Mode.NOTICE: frozenset({Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.FORM: frozenset({Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.LINK: frozenset({Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.REVIEW: frozenset({Mode.DECLARATION, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.DECLARATION: frozenset({Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.WHO: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS}) | FILLING,
    Mode.LOOKUP: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    Mode.WITHDRAW: frozenset({Mode.INQUIRY, Mode.NOTICE, Mode.DRAFTS, Mode.WHO}) | FILLING,
    # Back to wherever it stood when staff took it.
    Mode.STAFF: frozenset(Mode) - {Mode.NEW},
}


class IllegalMove(Exception):
    """A move that the table of modes does not hold; a defect, never an answer to a person."""


def may_move(source: Mode, target: Mode) -> bool:
    """Whether the table allows the move; staying is always allowed."""
    return source == target or target in ANYWHERE or target in MOVES[source]


@dataclass(frozen=True)
class Conversation:
    """The state of one contact's conversation, sealed at rest with the contact's key.

    `prompt` numbers the newest message with options: their ids are `PROMPT-KEY`, so an older tap is known as old;
    `live` holds those options as (key, wording key; empty where the label has values of its own), `rows` how many
    numbered rows stand before them.
    `closed` is the (prompt, question) answered last, so that a second device hears that it was answered.
    `case` is the draft in hand, `form` the one that is to begin (none: the request), `asking` the question (and
    `part` the paper) it waits for, `deferred` the questions left for later, `version` the form's version last seen,
    `oath` the declaration's version last shown, `origin` the address the one-time link was asked from.
    `whom` is the known person that the draft in hand was begun for.
    `at` is where the newest question was shown: an address, or empty for the page; None where nobody knows any more.
    `linking` is the code that waits for a yes, or says that one was asked for; `tried` counts codes in `tried_hour`.
    `survey` is what is being evaluated, as (kind, id), `surveyed` the minute at which that was asked last; `danger` the
    minute at which the approved text was told last, `abused` at which insults or threats were answered last.
    `sought` is the reference number whose second factor is awaited, `leaving` the case whose withdrawal is to be
    confirmed.
    `gender` is how the person asked to be addressed; where they did not, the association's own way holds.
    `minute` and `burst` count messages in the present minute of the clock.
    `call` numbers the contact's newest handover; it waits for staff while `queued`, `holder` holds it while the mode is
    staff; `paused` is the mode to which the conversation is handed back.
    `question` numbers the contact's questions; of the newest one the entry `told` is the open answer, and `offered` are
    the entries that may be chosen instead.
    `guarded` says that the page was opened by a one-time link, which whoever has the phone may hold: before the reason
    of a decision is read there it asks for what only its person knows.
    `mended` names what of a returned request was given again, as CASE.FIELD.DOCUMENT, until it is declared anew.
    """

    mode: Mode = Mode.NEW
    language: str = "ar"
    gender: str | None = None
    prompt: int = 0
    live: tuple[tuple[str, str], ...] = ()
    rows: int = 0
    closed: tuple[int, str] | None = None
    case: str | None = None
    form: str | None = None
    version: str | None = None
    oath: str | None = None
    asking: str | None = None
    deferred: tuple[str, ...] = ()
    misses: int = 0
    origin: str | None = None
    queued: bool = False
    call: int = 0
    holder: str | None = None
    holder_name: str = ""
    paused: Mode | None = None
    mended: tuple[str, ...] = ()
    question: int = 0
    told: str | None = None
    offered: tuple[str, ...] = ()
    whom: str | None = None
    at: str | None = None
    linking: str = ""
    tried: int = 0
    tried_hour: int = 0
    surveyed: int = 0
    survey: tuple[str, str] | None = None
    danger: int = 0
    abused: int = 0
    guarded: bool = False
    sought: str = ""
    leaving: str = ""
    minute: int = 0
    burst: int = 0

    @property
    def speech(self) -> str:
        """The language and, where the person chose one, the grammatical gender: `ar`, or `ar@feminine`."""
        return f"{self.language}@{self.gender}" if self.gender else self.language

    def but(self, **changes: Any) -> "Conversation":
        """This conversation with these parts changed: a turn does so several times, and it has some forty parts."""
        if not PARTS.issuperset(changes):
            raise TypeError(f"a conversation has no {', '.join(sorted(changes.keys() - PARTS))}")
        changed = object.__new__(Conversation)
        object.__setattr__(changed, "__dict__", vars(self) | changes)  # one new mapping, where `replace` sets each part
        return changed


PARTS = frozenset(part.name for part in fields(Conversation))


def without_case(conversation: Conversation) -> Conversation:
    """The conversation as it goes on where the case in hand is there no more."""
    at_work = FILLING | {Mode.DECLARATION, Mode.NOTICE, Mode.DRAFTS}
    mode = Mode.MENU if conversation.mode in at_work else conversation.mode
    paused = Mode.MENU if conversation.paused in at_work else conversation.paused
    rest = conversation.but(case=None, asking=None, origin=None, form=None, deferred=(), mended=(), closed=None)
    return rest.but(mode=mode, paused=paused)
