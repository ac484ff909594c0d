"""Reading of forms: `[[question]]` blocks become questions, common ones are taken by name and overridden."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from conversations.forms import About, Choice, Condition, Document, Form, Kind, Matter, Op, Privacy, Question, Test
from organisations.sheet import Sheet, shown, toml

E = TypeVar("E", bound=StrEnum)
Blocks = Mapping[str, Mapping[str, Any]]


def common_blocks(root: Path, problems: list[str]) -> Blocks:
    """The shared questions by id, as tables."""
    path = root / "common" / "questions.toml"
    blocks = toml(path, problems).get("question", [])
    return {block["id"]: block for block in blocks if isinstance(block, dict) and "id" in block}


def read_form(path: Path, common: Blocks, problems: list[str]) -> Form:
    """The form of a file; where it is wrong, the problems say so and the form is not to be used."""
    sheet = Sheet(toml(path, problems), shown(path), problems)
    blocks = sheet.list("question", dict)
    form = Form(
        id=sheet.text("id"),
        version=sheet.text("version"),
        minutes=sheet.number("minutes", 10),
        questions=tuple(_question(block, place, common, sheet) for place, block in enumerate(blocks, 1)),
        matter=_enum(sheet, "matter", Matter, Matter.REQUEST),
        days=sheet.number("days", 0),
    )
    sheet.close()
    return form


def _question(block: Mapping[str, Any], number: int, common: Blocks, form: Sheet) -> Question:
    taken = block.get("use")
    if taken is not None and taken not in common:
        form.wrong("use", f"names «{taken}» in question {number}, which common/questions.toml does not hold")
    own = {key: value for key, value in block.items() if key != "use"}
    merged = {**common.get(taken, {}), **own} if isinstance(taken, str) else own
    sheet = Sheet(merged, f"{form.place}, question «{merged.get('id', number)}»", form.problems)
    question = _typed(sheet)
    sheet.close()
    return question


def _typed(sheet: Sheet) -> Question:
    return Question(
        id=sheet.text("id"),
        kind=_enum(sheet, "kind", Kind),
        section=sheet.text("section"),
        about=_enum(sheet, "about", About),
        privacy=_enum(sheet, "privacy", Privacy),
        purpose=sheet.text("purpose", ""),
        retention=sheet.text("retention", ""),
        roles=sheet.list("roles", str, required=False),
        source=sheet.text("source"),
        when=_condition(sheet),
        optional=sheet.flag("optional", False),
        choices=tuple(_choice(item, sheet) for item in sheet.list("choices", dict, required=False)),
        documents=tuple(_document(item, sheet) for item in sheet.list("documents", dict, required=False)),
        least=sheet.bound("least"),
        most=sheet.bound("most"),
        renews=sheet.list("renews", str, required=False),
    )


def _enum(sheet: Sheet, key: str, kind: type[E], default: E | None = None) -> E:
    allowed = tuple(member.value for member in kind)
    if default is not None and key not in sheet.table:
        sheet.seen.add(key)
        return default
    return kind(sheet.one_of(key, allowed))


def _choice(item: Mapping[str, Any], parent: Sheet) -> Choice:
    sheet = Sheet(item, f"{parent.place}, choice «{item.get('key', '?')}»", parent.problems)
    choice = Choice(key=sheet.text("key"), when=_condition(sheet))
    sheet.close()
    return choice


def _document(item: Mapping[str, Any], parent: Sheet) -> Document:
    sheet = Sheet(item, f"{parent.place}, document «{item.get('key', '?')}»", parent.problems)
    document = Document(
        key=sheet.text("key"),
        when=_condition(sheet),
        privacy=_enum(sheet, "privacy", Privacy, Privacy.PERSONAL),
        expires=sheet.flag("expires", False),
    )
    sheet.close()
    return document


def _condition(sheet: Sheet) -> Condition:
    sheet.seen.add("when")
    value = sheet.table.get("when")
    if value is None:
        return ()
    tables = value if isinstance(value, list) else [value]
    if not tables or not all(isinstance(table, dict) and table for table in tables):
        sheet.wrong("when", "must be a table of tests, or a list of such tables")
        return ()
    return tuple(tuple(_test(field, wanted, sheet) for field, wanted in table.items()) for table in tables)


def _test(field: str, wanted: Any, sheet: Sheet) -> Test:
    match wanted:
        case list() if wanted and all(isinstance(each, str | bool | int) for each in wanted):
            return Test(field, Op.IS, tuple(wanted))
        case {"above": int(bound)} if len(wanted) == 1:
            return Test(field, Op.ABOVE, (bound,))
        case {"younger": int(bound)} if len(wanted) == 1:
            return Test(field, Op.YOUNGER, (bound,))
    sheet.wrong("when", f'tests «{field}» with {wanted!r}; write ["key"], {{ above = 0 }} or {{ younger = 18 }}')
    return Test(field, Op.IS, ())
