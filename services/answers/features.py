"""A question as features: what it means, how it is written, and how its meanings stand together."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
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
KEPT = 1_000  # words read lately; each is some two kilobytes


@dataclass(frozen=True, slots=True)
class Word:
    """What a word gives: its first meaning, how much it counts, its features, and those that it shares out."""

    meaning: str
    much: float
    written: tuple[Feature, ...]
    share: float
    meant: tuple[Feature, ...]


class Reader:
    """Reads features out of words; what was found in a word is kept at hand, for every knowledge base alike."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self._word = partial(_read, thesaurus)

    def features(self, words: Sequence[str]) -> Features:
        """The features of a text's words, with how much of each stands in it."""
        found: defaultdict[Feature, float] = defaultdict(float)
        read = [self._word(word) for word in words]
        for word in read:
            for feature in word.meant:
                found[feature] += word.share
            for feature in word.written:
                found[feature] += word.much
        for first, second in _pairs(read):
            found[View.PAIR, f"{first.meaning} {second.meaning}"] += math.sqrt(first.much * second.much)
        return found


@lru_cache(KEPT)
def _read(thesaurus: Thesaurus, word: str) -> Word:
    """A word of several meanings is shared out between them."""
    bone, meanings = thesaurus.skeleton(word), thesaurus.meanings(word)
    much = LIGHT if any(one in thesaurus.light for one in meanings) else 1.0
    meanings = meanings or (bone,)
    meant = tuple((View.MEANING, one) for one in meanings)
    written = ((View.SKELETON, bone), *((View.LETTERS, letters) for letters in _letters(word)))
    return Word(meanings[0], much, written, much / math.sqrt(len(meanings)), meant)


def _pairs(words: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Neighbours, and those with one word between them."""
    yield from pairwise(words)
    yield from zip(words, words[2:], strict=False)


def _letters(word: str) -> Iterator[str]:
    bounded = f"<{word}>"
    for length in range(SHORTEST, LONGEST + 1):
        for start in range(len(bounded) - length + 1):
            yield bounded[start : start + length]
