"""A copy of the data to spoil: one association beside the common part, and what reading and judging then say."""

import shutil
from pathlib import Path

from organisations import BadProfile, Profile, judge, load
from organisations.reading import ROOT

NAME = "qurainah"
FORM, PROFILE, AR, EN = "form.toml", "profile.toml", "wording.ar.toml", "wording.en.toml"


class World:
    """Folders of data in a scratch place; `spoil` changes one text of the association's files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for part in ("common", NAME):
            shutil.copytree(ROOT / part, root / part)

    def file(self, name: str) -> Path:
        """A file of the association."""
        return self.root / NAME / name

    def spoil(self, name: str, old: str, new: str) -> "World":
        """Replace a text, which must be there, once."""
        text = self.file(name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.file(name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return self

    def add(self, name: str, text: str) -> "World":
        """Append to a file."""
        with self.file(name).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")
        return self

    def load(self) -> Profile:
        """The profile as it stands now."""
        return load(NAME, self.root)

    def refusals(self) -> tuple[str, ...]:
        """The sentences with which the profile is refused; empty where it is read."""
        try:
            self.load()
        except BadProfile as bad:
            return bad.sentences
        return ()

    def judged(self, *others: Profile) -> list[str]:
        """The judge's sentences, errors and warnings marked."""
        return [f"{problem.severity} {problem.sentence}" for problem in judge(self.load(), others)]
