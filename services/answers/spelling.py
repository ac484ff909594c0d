"""Words that nobody knows, read as the known words they were meant to be: a slip away, run together or torn apart."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from conversations.thesaurus import Thesaurus, shortened
from services.answers.places import Places

SHORT = 4  # a shorter word is left as it is, and one so short where the slip is unlikely: too many others are near
KEPT = 4  # sets of languages whose words stay indexed
PART = 2  # the fewest letters of a word that lost its space
OTHERS = 0.1  # a word of the thesaurus that no known question has counts as one of that many
# How unlikely each slip is. Set on open data by `make bench-answers`, together with what follows.
DOUBLED, LOOKALIKE, NEIGHBOUR, SWAPPED, LOST, ADDED, CHANGED = 0.5, 0.5, 0.7, 0.7, 0.8, 1.2, 1.3
UNLIKELY = 2.0  # how much a slip weighs against how often a word is met
STEMMED, PARTED, BY_LETTER = 0.3, 2.0, 0.3


class Spelling:
    """The words of the known questions and of the thesaurus, with how often each is met."""

    def __init__(self, texts: Iterable[Sequence[str]], thesaurus: Thesaurus) -> None:
        self._thesaurus, shared = thesaurus, _shared(thesaurus)
        met = Counter(word for text in texts for word in text)
        weight = dict.fromkeys(shared.stems, OTHERS)
        weight |= {word: times + weight.get(word, 0.0) for word, times in met.items()}
        own = {word: thesaurus.stem(word) for word in met}
        stems = dict(shared.weight)
        for word, times in met.items():
            stems[own[word]] = stems.get(own[word], 0.0) + times
        self.weight, self._stems = weight, stems
        keyboard = Keyboard.of(thesaurus)
        self._near = Near(weight, keyboard, shared.words, Index(met.keys() - shared.stems.keys()))
        self._near_stems = Near(stems, keyboard, shared.cut_stems, Index({*own.values()} - shared.weight.keys()))

    def knows(self, word: str) -> bool:
        """Whether the word, or what is left of it without affixes, is met anywhere."""
        return word in self.weight or self._thesaurus.stem(word) in self._stems or bool(self._thesaurus.meanings(word))

    def mended(self, words: Sequence[str]) -> tuple[list[str], float]:
        """The words, each unknown one as the known ones that it was most likely meant to be; and the share of those."""
        found, guessed, pieces = list[str](), 0, self._joined(words)
        for word in pieces:
            known = len(word) < SHORT or self.knows(word)
            meant = (word,) if known else self._meant(word)
            guessed += meant != (word,)
            found += meant
        return found, guessed / max(1, len(pieces))

    def _joined(self, words: Sequence[str]) -> list[str]:
        """The words, two that are one together as one where either is unknown by itself."""
        found: list[str] = []
        for word in words:
            whole = found[-1] + word if found else ""
            if whole in self.weight and not (self.knows(found[-1]) and self.knows(word)):
                found[-1] = whole
            else:
                found.append(word)
        return found

    def _meant(self, word: str) -> tuple[str, ...]:
        readings = [(likely, (near,)) for likely, near in self._near.words(word)]
        stem = self._thesaurus.stem(word)
        if len(stem) >= SHORT:
            readings += [(likely - STEMMED, (near,)) for likely, near in self._near_stems.words(stem)]
        return max((*readings, *self._parted(word)), default=(0.0, (word,)))[1]

    def _parted(self, word: str) -> Iterator[tuple[float, tuple[str, ...]]]:
        """The word as two known ones that lost the space between them."""
        for at in range(PART, len(word) - PART + 1):
            first, rest = word[:at], word[at:]
            if first in self.weight and (rest in self.weight or self._thesaurus.stem(rest) in self._stems):
                met = (_often(self.weight[first]) + _often(self.weight.get(rest, OTHERS))) / 2
                yield met - PARTED + BY_LETTER * min(at, len(word) - at), (first, rest)


class Index:
    """Words by each of their forms that lacks a letter."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(word for word in words if len(word) >= SHORT - 1)
        self._places = Places((form, number) for number, word in enumerate(self._words) for form in _forms(word))

    def near(self, forms: Iterable[str]) -> Iterator[str]:
        """The words that any of the forms is one of."""
        return (self._words[number] for number in self._places.all(forms))


def _forms(word: str) -> Iterable[str]:
    return dict.fromkeys((word, *shortened(word)))


@dataclass(frozen=True, slots=True)
class Shared:
    """What every knowledge base of a thesaurus has alike: its words with their stems, and how much each stem weighs."""

    stems: Mapping[str, str]
    weight: Mapping[str, float]
    words: Index
    cut_stems: Index


@lru_cache(KEPT)
def _shared(thesaurus: Thesaurus) -> Shared:
    stems = {word: thesaurus.stem(word) for word in thesaurus.concepts}
    weight: dict[str, float] = {}
    for stem in stems.values():
        weight[stem] = weight.get(stem, 0.0) + OTHERS
    return Shared(stems, weight, Index(stems), Index(weight))


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Which letters look alike, and which lie beside each other."""

    alike: Mapping[str, frozenset[str]]
    beside: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, thesaurus: Thesaurus) -> "Keyboard":
        """That of a language."""
        alike = {sign: frozenset(group) for group in thesaurus.alike for sign in group}
        rows = [pair for row in thesaurus.rows for pair in pairwise(row)]
        return cls(alike, frozenset((*rows, *((right, left) for left, right in rows))))


class Near:
    """Words found by what is left of them when a letter is left out."""

    def __init__(self, weight: Mapping[str, float], keyboard: Keyboard, *indexes: Index) -> None:
        self._weight = weight
        self._keyboard = keyboard
        self._indexes = indexes

    def words(self, typed: str) -> Iterator[tuple[float, str]]:
        """The words a slip away, with how likely each was meant."""
        cuts = _forms(typed)
        found = (word for index in self._indexes for word in index.near(cuts))
        for meant in dict.fromkeys(found):
            slip = self._slip(typed, meant)
            if slip is not None and (len(typed) > SHORT or slip <= SWAPPED):
                yield _often(self._weight[meant]) - UNLIKELY * slip, meant

    def _slip(self, typed: str, meant: str) -> float | None:
        """How unlikely the one slip between two words is; None where there is more than one."""
        at = next((n for n, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), None)
        at = min(len(typed), len(meant)) if at is None else at
        mine, theirs = typed[at + 1 :], meant[at + 1 :]
        if len(typed) > len(meant):
            return None if mine != meant[at:] else DOUBLED if at and typed[at] == typed[at - 1] else ADDED
        if len(typed) < len(meant):
            return LOST if typed[at:] == theirs else None
        if mine == theirs:
            return self._changed(typed[at : at + 1], meant[at : at + 1])
        return SWAPPED if mine[1:] == theirs[1:] and typed[at : at + 2] == meant[at : at + 2][::-1] else None

    def _changed(self, typed: str, meant: str) -> float:
        if meant in self._keyboard.alike.get(typed, ()):
            return LOOKALIKE
        return NEIGHBOUR if (typed, meant) in self._keyboard.beside else CHANGED


def _often(times: float) -> float:
    return math.log(times + OTHERS)
