"""What was filed to others or to nobody and yet names somebody: a list of whom one asked for, a number told again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from conversations.arabic import fold
from conversations.forms import Form, Kind
from conversations.records import Named
from services.ports import Reading, Row

NAMING = frozenset({Kind.NAME, Kind.NATIONAL_ID, Kind.PHONE, Kind.IBAN})
LEAST = 6  # signs of a text that names somebody


async def traces(
    unit: Reading,
    forms: Mapping[str, Form],
    organisation: str,
    contacts: Sequence[str],
    cases: Sequence[Row],
    gone: set[str],
) -> Named:
    """Where on these contacts, beside the cases, a person that goes is named."""
    where = {"organisation": organisation, "contact": list(contacts)}
    signs = await _telling(unit, forms, where, cases, gone)
    if not signs:
        return Named()
    theirs = {row["case"] for row in cases}
    found: dict[str, list[Row]] = {}
    for table, column in (("messages", "content"), ("inquiries", "question"), ("parked", "payload")):
        rows = [row for row in await unit.select(table, where) if row["case"] not in theirs]
        found[table] = [row for row in rows if any(_holds(text, signs) for text in _texts(row[column]))]
    messages, inquiries = (
        tuple((row["contact"], row["number"]) for row in found[table]) for table in ("messages", "inquiries")
    )
    return Named(messages, inquiries, tuple(row["id"] for row in found["parked"]))


async def _telling(
    unit: Reading, forms: Mapping[str, Form], where: Mapping[str, Any], cases: Sequence[Row], gone: set[str]
) -> set[str]:
    """The names and numbers of whoever goes that are nobody else's too."""
    known = {row["case"]: forms.get(row["form"]) for row in await unit.select("cases", where)}
    every = {"organisation": where["organisation"], "case": list(known)}
    answers = await unit.select("answers", every) if known else []
    naming = [row for row in answers if _names(known[row["case"]], row["field"])]
    others = {sign for row in naming if row["person"] not in gone for sign in _signs(row)}
    own = {sign for row in naming if row["person"] in gone for sign in _signs(row)}
    return (own - others) | {_tight(row["reference"]) for row in cases if row["reference"]}


def _names(form: Form | None, field: str) -> bool:
    question = form.question(field) if form else None
    return question is not None and question.kind in NAMING


def _signs(row: Row) -> Iterator[str]:
    """An answer as it may stand in a message: folded, without the blanks between digits."""
    for text in (row["value"], row["typed"]):
        folded = _tight(str(text)) if isinstance(text, str) else ""
        if len(folded) >= LEAST:
            yield folded
            yield folded.removeprefix("966") if folded.isdecimal() else folded


def _texts(content: Any) -> Iterator[str]:
    """Every text in a message as it is kept."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from _texts(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _texts(value)


def _holds(text: str, signs: Iterable[str]) -> bool:
    tight = _tight(text)
    return any(sign in tight for sign in signs)


def _tight(text: str) -> str:
    return fold(text).replace(" ", "")
