"""What a complaint hides: one about a person is read by supervisors and administrators, and never by whom it is about.

A complaint that is still being written is nobody's yet. What belongs to a hidden case is in no list, thread or search.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

from conversations.arabic import fold
from conversations.facts import CaseState
from conversations.forms import Matter
from services import kinship
from services.ports import Reading, Row
from services.roles import Right, Role, may

KIND, WHO, WHAT, WISH = "complaint_kind", "complaint_who", "complaint_text", "complaint_wish"
ABOUT_STAFF = "staff"
TRUSTED = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
SHORTEST = 3  # letters of a name's word that may stand for the person
NAMED = 2  # words of a name that have to stand side by side in what happened
# What the bot said that tells of a complaint: its lines in a list of own cases, and its answer.
TELLING = frozenset({"matter.answer", "matter.answered", "matter.longer", "form.complaint.title"})


class Reader(Protocol):
    """Whoever would read it."""

    @property
    def organisation(self) -> str: ...
    @property
    def staff(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...


async def hidden(unit: Reading, reader: Reader, rows: Sequence[Row]) -> frozenset[str]:
    """Which of these cases this member must not know of."""
    complaints = [row for row in rows if row["form"] == Matter.COMPLAINT]
    if not complaints:
        return frozenset()
    where = {"organisation": reader.organisation, "case": [row["case"] for row in complaints]}
    given: dict[str, dict[str, Any]] = {}
    for answer in await unit.select("answers", {**where, "field": [KIND, WHO, WHAT, WISH]}):
        given.setdefault(answer["case"], {})[answer["field"]] = answer["value"]
    return frozenset(row["case"] for row in complaints if _hides(reader, row, given.get(row["case"], {})))


async def hidden_of(unit: Reading, reader: Reader, contacts: Iterable[str]) -> frozenset[str]:
    """Which cases of these contacts, and of those that are one with them, this member must not know of."""
    families = await kinship.families(unit, [reader.organisation], contacts)
    every = sorted({contact for family in families.values() for contact in family})
    where = {"organisation": reader.organisation, "contact": every, "form": Matter.COMPLAINT.value}
    return await hidden(unit, reader, await unit.select("cases", where))


def tells(content: Mapping[str, Any] | None) -> bool:
    """Whether a message of the bot tells of a complaint without being filed to it."""
    return bool(content) and any(key in TELLING for key in _keys(content))


def _keys(content: Any) -> Iterable[str]:
    """Every wording key in a message as it was kept."""
    if isinstance(content, Mapping):
        if isinstance(content.get("key"), str):
            yield content["key"]
        for name, value in content.items():
            if name in ("keys", "parts", "params") or isinstance(value, Mapping):
                yield from _keys(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _keys(value)


def _hides(reader: Reader, row: Row, given: Mapping[str, Any]) -> bool:
    if row["state"] == CaseState.DRAFT or not may(reader.roles, Right.READ_VOICES):
        return True
    if _is_meant(reader.name, given):
        return True
    return given.get(KIND) == ABOUT_STAFF and TRUSTED.isdisjoint(reader.roles)


def is_meant(name: str, words: str) -> bool:
    """Whether words that somebody wrote may be about whoever bears this name."""
    return _is_meant(name, {WHO: words, WHAT: words})


def _is_meant(name: str, given: Mapping[str, Any]) -> bool:
    """Whether the complaint names this member: any word of the name where somebody is named, two where it is told."""
    words = [word for word in fold(name).split() if len(word) >= SHORTEST]
    said = set(fold(str(given.get(WHO) or "")).split())
    if any(word in said or f"ال{word}" in said or word.removeprefix("ال") in said for word in words):
        return True
    told = f" {fold(str(given.get(WHAT) or ''))} {fold(str(given.get(WISH) or ''))} "
    pairs = [" ".join(pair) for pair in pairwise(words)]
    return any(f" {pair} " in told for pair in pairs)
