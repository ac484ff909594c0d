"""What leaves the house for a messenger's group: numbers, addresses and known names are covered."""

import re
from collections.abc import Iterable

from conversations.arabic import fold

COVER = "•••"
# Whatever may stand between the digits of a number that somebody dictates, invisible signs too.
BETWEEN = r"[\s\-_.,،/()\u200b-\u200f\u202a-\u202e\u2060-\u206f]*"
NUMBERS = re.compile(rf"\+?\d(?:{BETWEEN}\d){{6,}}")
ADDRESSES = re.compile(r"\S*@\S+")
WORDS = re.compile(r"\w+")
SHORTEST = 3
JOINED = frozenset("وفبلك")


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text without runs of seven digits or more, addresses, and the words of these names."""
    known = {word for name in names for word in fold(name).split() if len(word) >= SHORTEST}
    covered = ADDRESSES.sub(COVER, NUMBERS.sub(COVER, text))
    return WORDS.sub(lambda hit: COVER if _named(fold(hit[0]), known) else hit[0], covered)


def _named(word: str, known: set[str]) -> bool:
    """Whether it is one of the words, perhaps with a particle joined before it."""
    return word in known or (word[:1] in JOINED and word[1:] in known)
