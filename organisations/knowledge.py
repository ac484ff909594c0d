"""The approved knowledge that comes with an association: common entries, and those of its own folder."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conversations.answers import AnswerKind
from organisations.problem import Problem, warning
from organisations.profile import BadProfile, Known, Profile

FILE = "knowledge.toml"
WORDS = ("title", "text", "source")
ENTRIES, MISCONCEPTIONS = 25, 5  # the fewest that people are served well with


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


def judge_knowledge(profile: Profile) -> Iterator[Problem]:
    """Too little to answer with, in any language of the association; a new one may begin with less."""
    for language in profile.organisation.languages:
        asked = [entry for entry in profile.knowledge if entry.questions.get(language)]
        beliefs = sum(entry.kind is AnswerKind.MISCONCEPTION for entry in asked)
        if len(asked) < ENTRIES or beliefs < MISCONCEPTIONS:
            yield warning(
                f"{FILE} has {len(asked)} entries that are asked for in {language}, {beliefs} of them misconceptions; "
                f"write at least {ENTRIES}, {MISCONCEPTIONS} of them misconceptions."
            )
