"""The tongues: catalogues, plural forms, dates in both calendars, direction, and the words that people type."""

from babel import Locale

from locales.catalogue import languages
from locales.judging import judge
from locales.tongue import Tongue
from locales.vocabulary import lexicon

__all__ = ["Tongue", "direction", "judge", "languages", "lexicon", "name_of"]


def direction(language: str) -> str:
    """Which way a language is written: `rtl` or `ltr`."""
    return str(Locale.parse(language).text_direction)


def name_of(language: str) -> str:
    """A language's name in itself, as on the switch between languages."""
    return str(Locale.parse(language).get_display_name(language))
