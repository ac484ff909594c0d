"""What each role of staff may do; `services/access.py` decides by it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from conversations.forms import Privacy, Question


class Role(StrEnum):
    """A role of staff; the ids stand in the profiles' fields and in rows."""

    RELATIONS = "relations_officer"
    RESEARCH = "social_researcher"
    COMMITTEE = "committee"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    DELEGATE = "delegate"


class Right(StrEnum):
    """What a route of the desk, or a verb, asks of whoever is signed in."""

    SIGNED_IN = "signed_in"
    READ_INBOX = "read_inbox"
    HOLD_CHATS = "hold_chats"
    READ_REQUESTS = "read_requests"
    VERIFY = "verify"
    RETURN_ITEMS = "return_items"
    ASK_COMMITTEE = "ask_committee"
    VOTE = "vote"
    RELEASE = "release"
    REGISTER = "register"
    REVEAL = "reveal"
    MANAGE_STAFF = "manage_staff"
    KNOWLEDGE = "knowledge"
    READ_VOICES = "read_voices"
    ANSWER = "answer"
    HANDLE_RIGHTS = "handle_rights"
    EXPORT = "export"
    WITHDRAW_CONSENT = "withdraw_consent"
    ERASE = "erase"
    FORCE_ERASURE = "force_erasure"
    INTERVIEWS = "interviews"
    READ_PEOPLE = "read_people"
    MERGE = "merge"
    FILL = "fill"
    CORRECT = "correct"
    READ_SURVEYS = "read_surveys"


_OFFICERS = frozenset({Role.RELATIONS, Role.RESEARCH, Role.SUPERVISOR})
RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.SIGNED_IN: frozenset(Role),
    Right.READ_INBOX: _OFFICERS,
    Right.HOLD_CHATS: _OFFICERS,
    Right.READ_REQUESTS: _OFFICERS | {Role.COMMITTEE},
    Right.VERIFY: _OFFICERS,
    Right.KNOWLEDGE: _OFFICERS,
    Right.READ_VOICES: _OFFICERS | {Role.ADMINISTRATOR},
    Right.INTERVIEWS: _OFFICERS,
    Right.READ_PEOPLE: _OFFICERS,
    Right.MERGE: frozenset({Role.SUPERVISOR}),
    Right.FILL: _OFFICERS,
    Right.CORRECT: frozenset({Role.RELATIONS, Role.SUPERVISOR}),
    Right.READ_SURVEYS: _OFFICERS | {Role.ADMINISTRATOR},
    Right.ANSWER: _OFFICERS | {Role.ADMINISTRATOR},
    Right.RETURN_ITEMS: _OFFICERS | {Role.COMMITTEE},
    Right.ASK_COMMITTEE: _OFFICERS,
    Right.VOTE: frozenset({Role.COMMITTEE}),
    Right.RELEASE: frozenset({Role.SUPERVISOR, Role.COMMITTEE}),
    Right.REGISTER: _OFFICERS,
    Right.REVEAL: _OFFICERS | {Role.COMMITTEE},
    Right.MANAGE_STAFF: frozenset({Role.ADMINISTRATOR}),
    Right.HANDLE_RIGHTS: frozenset({Role.RELATIONS, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Right.EXPORT: frozenset({Role.RELATIONS, Role.SUPERVISOR}),
    Right.WITHDRAW_CONSENT: frozenset({Role.RELATIONS, Role.SUPERVISOR}),
    Right.ERASE: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Right.FORCE_ERASURE: frozenset({Role.SUPERVISOR}),
}


def may(roles: Iterable[str], right: Right) -> bool:
    """Whether any of these roles has the right."""
    return not RIGHTS[right].isdisjoint(roles)


def sees(roles: Iterable[str], question: Question) -> bool:
    """Whether any of these roles may see the field at all; a sensitive one is masked until it is revealed."""
    return not set(question.roles).isdisjoint(roles)


def masked(question: Question) -> bool:
    """Whether the field is shown only once it was revealed with a reason."""
    return question.privacy is Privacy.SENSITIVE
