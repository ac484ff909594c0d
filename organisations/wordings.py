"""Reading of words: an association's own stand over the common ones, language by language."""

from collections.abc import Mapping
from pathlib import Path

from organisations.sheet import Sheet, shown, toml

GENDERS = ("feminine", "masculine")


def base(key: str) -> str:
    """The key without its variant: `a.b@feminine` is a form of `a.b`."""
    return key.partition("@")[0]


def read_wording(folder: Path, common: Path, language: str, problems: list[str]) -> Mapping[str, str]:
    """The words of one language; a key that the association gives replaces the common one with all its variants."""
    shared = _texts(common / f"wording.{language}.toml", problems)
    own = _texts(folder / f"wording.{language}.toml", problems)
    replaced = {base(key) for key in own}
    return {**{key: text for key, text in shared.items() if base(key) not in replaced}, **own}


def _texts(path: Path, problems: list[str]) -> dict[str, str]:
    table = toml(path, problems)
    sheet = Sheet(table, shown(path), problems)
    for key, value in table.items():
        variant = key.partition("@")[2]
        if isinstance(value, dict):
            sheet.wrong(key, 'is a table; put the whole key in quotes: "question.city.ask" = "..."')
        elif not isinstance(value, str) or not value.strip():
            sheet.wrong(key, "must be a text with words in it")
        elif variant and variant not in GENDERS:
            sheet.wrong(key, f"has the variant «{variant}»; use @feminine or @masculine")
    return {key: value.strip() for key, value in table.items() if isinstance(value, str)}
