"""The approved knowledge that comes with an association: common entries, and those of its own folder."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from conversations.answers import AnswerKind
from organisations.profile import BadProfile, Known

FILE = "knowledge.toml"
WORDS = ("title", "text", "source")


def read_knowledge(root: Path, name: str, languages: Sequence[str]) -> tuple[Known, ...]:
    """The entries of the common file, then the association's own; one of its own takes the place of a common one."""
    found: dict[str, Known] = {}
    for path in (root / "common" / FILE, root / name / FILE):
        for row in tomllib.loads(path.read_text("utf-8"))["entry"] if path.exists() else ():
            found[row["id"]] = _entry(row, f"{path.parent.name}/{FILE}", languages)
    return tuple(found.values())


def _entry(row: Mapping[str, object], place: str, languages: Sequence[str]) -> Known:
    words = {name: row.get(name) for name in WORDS}
    missing = [
        f"{place}: entry «{row['id']}» has no {name} in {language}."
        for name, by in words.items()
        for language in languages
        if not isinstance(by, dict) or not by.get(language)
    ]
    if row.get("kind") not in set(AnswerKind):
        missing.append(f"{place}: entry «{row['id']}»: kind is one of {', '.join(AnswerKind)}.")
    if missing:
        raise BadProfile(tuple(missing))
    more: dict[str, object] = {"questions": row.get("questions", {}), "sample": row.get("sample") is True}
    return Known(str(row["id"]), AnswerKind(str(row["kind"])), **words, **more)  # type: ignore[arg-type]
