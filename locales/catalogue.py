"""The words of one language: a gettext catalogue whose message ids are keys."""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

HERE = Path(__file__).parent
NUMBERS = range(200)  # every plural rule of a known language shows all its forms below 200


def languages() -> tuple[str, ...]:
    """The codes of the languages that have a catalogue, sorted."""
    return tuple(sorted(path.parts[-3] for path in HERE.glob("*/LC_MESSAGES/wasl.po")))


def source(language: str) -> Path:
    """Where the catalogue of a language is written and edited."""
    return HERE / language / "LC_MESSAGES" / "wasl.po"


def built(po: Path) -> bytes:
    """The compiled form of a catalogue."""
    with po.open("rb") as file:
        words = read_po(file, domain="wasl")
    out = io.BytesIO()
    write_mo(out, words)
    return out.getvalue()


def _compiled(po: Path) -> bytes:
    """What was built, or, where that is missing or older than its source, what building gives now."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return mo.read_bytes()
    return built(po)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All sentences of one language; `find` answers with a template, never with words for a person."""

    language: str
    words: Translations

    def find(self, key: str, gender: str | None = None, count: int | None = None) -> str | None:
        """The template in that grammatical gender, else the neutral one, in the plural form of `count`; or None."""
        if gender:
            variant = self._plural(f"{gender}\4{key}", count) or self._known(self.words.pgettext(gender, key), key)
            if variant:
                return variant
        return self._plural(key, count) or self._known(self.words.gettext(key), key)

    def form_of(self, count: int) -> int:
        """Which of the language's plural forms a count takes, by its place."""
        return int(self.words.plural(abs(count)))

    def forms(self, key: str, gender: str | None = None) -> dict[str, str]:
        """The templates by CLDR plural category (`one`, `few`, ...), for a page that counts by itself."""
        category = Locale.parse(self.language).plural_form
        found = {category(n): self.find(key, gender, n) for n in NUMBERS}
        return {name: text for name, text in found.items() if text is not None}

    def _plural(self, id: str, count: int | None) -> str | None:
        if count is None:
            return None
        context, _, key = id.rpartition("\4")
        words = self.words
        found = words.npgettext(context, key, key, abs(count)) if context else words.ngettext(key, key, abs(count))
        return self._known(found, key)

    @staticmethod
    def _known(found: object, key: str) -> str | None:
        return None if found == key else str(found)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; LookupError where the house has none."""
    po = source(language)
    if not po.exists():
        raise LookupError(f"no catalogue for the language {language!r}")
    return Catalogue(language, Translations(io.BytesIO(_compiled(po)), domain="wasl"))
