"""What pages show that no conversation says: their own short words, and the frame of the privacy notice."""

from functools import cache

from babel.messages.pofile import read_po

from locales.catalogue import HERE, source
from locales.tongue import Tongue

PAGE = "page."
SPARE = "en"


def page_words(tongue: Tongue) -> dict[str, str]:
    """Every sentence under `page.`, as templates; a counted one under its key and the plural category."""
    words: dict[str, str] = {}
    for key, counted in _page_keys(tongue.language):
        forms = tongue.forms(key) if counted else {}
        words.update({f"{key}.{category}": text for category, text in forms.items()} or {key: tongue.template(key)})
    return words


def privacy_frame(language: str) -> str:
    """The privacy notice in Markdown, with gaps for the association's own part; English where there is none."""
    own = HERE / language / "privacy.md"
    return (own if own.exists() else HERE / SPARE / "privacy.md").read_text("utf-8")


@cache
def _page_keys(language: str) -> tuple[tuple[str, bool], ...]:
    with source(language).open("rb") as file:
        catalogue = read_po(file, domain="wasl")
    ids = (message.id for message in catalogue)
    singles = {id if isinstance(id, str) else id[0]: not isinstance(id, str) for id in ids if id}
    return tuple((key, counted) for key, counted in singles.items() if key.startswith(PAGE))
