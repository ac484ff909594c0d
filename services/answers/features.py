"""A question as features: what it means, how it is written, and how its meanings stand together."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from conversations.arabic import fold
from conversations.thesaurus import Thesaurus


class View(StrEnum):
    """The views of a text; each is weighed by itself, so that no long view drowns a short one."""

    MEANING = "m"
    PAIR = "p"
    SKELETON = "k"
    LETTERS = "l"


SHORTEST, LONGEST = 2, 5
Feature = tuple[View, str]


def features(text: str, thesaurus: Thesaurus) -> list[Feature]:
    """The features of a text, as often as they stand in it."""
    words = fold(text).split()
    bones = [thesaurus.skeleton(word) for word in words]
    meant = [thesaurus.meanings(word) or (bone,) for word, bone in zip(words, bones, strict=True)]
    return [
        *((View.MEANING, one) for several in meant for one in several),
        *((View.PAIR, pair) for pair in _pairs([several[0] for several in meant])),
        *((View.SKELETON, bone) for bone in bones),
        *((View.LETTERS, letters) for word in words for letters in _letters(word)),
    ]


def _pairs(meant: Sequence[str]) -> Iterator[str]:
    """Neighbours, and those with one word between them."""
    for first, second in (*pairwise(meant), *zip(meant, meant[2:], strict=False)):
        yield f"{first} {second}"


def _letters(word: str) -> Iterator[str]:
    bounded = f"<{word}>"
    for length in range(SHORTEST, LONGEST + 1):
        for start in range(len(bounded) - length + 1):
            yield bounded[start : start + length]
