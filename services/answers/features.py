"""A question as features: what it means, how it is written, and how its meanings stand together."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

from conversations.thesaurus import Thesaurus


class View(StrEnum):
    """The views of a text; each is weighed by itself, so that no long view drowns a short one."""

    MEANING = "m"
    PAIR = "p"
    SKELETON = "k"
    LETTERS = "l"


SHORTEST, LONGEST = 2, 4
LIGHT = 0.6  # how much of a word counts that hardly tells one question from another
Feature = tuple[View, str]
Features = Mapping[Feature, float]


def features(words: Sequence[str], thesaurus: Thesaurus) -> Features:
    """The features of a text's words, with how much of each stands in it; a word of several meanings is shared out."""
    found: defaultdict[Feature, float] = defaultdict(float)
    meant: list[tuple[str, float]] = []
    for word in words:
        bone, meanings = thesaurus.skeleton(word), thesaurus.meanings(word)
        much = LIGHT if any(one in thesaurus.light for one in meanings) else 1.0
        meanings = meanings or (bone,)
        meant.append((meanings[0], much))
        for one in meanings:
            found[View.MEANING, one] += much / math.sqrt(len(meanings))
        found[View.SKELETON, bone] += much
        for letters in _letters(word):
            found[View.LETTERS, letters] += much
    for (first, its), (second, also) in _pairs(meant):
        found[View.PAIR, f"{first} {second}"] += math.sqrt(its * also)
    return found


def _pairs(meant: Sequence[tuple[str, float]]) -> Iterator[tuple[tuple[str, float], tuple[str, float]]]:
    """Neighbours, and those with one word between them."""
    yield from pairwise(meant)
    yield from zip(meant, meant[2:], strict=False)


def _letters(word: str) -> Iterator[str]:
    bounded = f"<{word}>"
    for length in range(SHORTEST, LONGEST + 1):
        for start in range(len(bounded) - length + 1):
            yield bounded[start : start + length]
