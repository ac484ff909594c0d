"""Words that nobody knows, read as the known words they were meant to be: a slip away, run together or torn apart."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from conversations.thesaurus import Thesaurus, shortened

SHORT = 4  # a shorter word is left as it is, and one so short where the slip is unlikely: too many others are near
PART = 2  # the fewest letters of a word that lost its space
OTHERS = 0.1  # a word of the thesaurus that no known question has counts as one of that many
# How unlikely each slip is. Set on open data by `make bench-answers`, together with what follows.
DOUBLED, LOOKALIKE, NEIGHBOUR, SWAPPED, LOST, ADDED, CHANGED = 0.5, 0.5, 0.7, 0.7, 0.8, 1.2, 1.3
UNLIKELY = 2.0  # how much a slip weighs against how often a word is met
STEMMED, PARTED, BY_LETTER = 0.3, 2.0, 0.3


class Spelling:
    """The words of the known questions and of the thesaurus, with how often each is met."""

    def __init__(self, texts: Iterable[Sequence[str]], thesaurus: Thesaurus) -> None:
        self._thesaurus = thesaurus
        met = Counter(word for text in texts for word in text)
        weight = {**dict.fromkeys(thesaurus.concepts, OTHERS)}
        weight |= {word: times + weight.get(word, 0.0) for word, times in met.items()}
        stems: Counter[str] = Counter()
        for word, times in weight.items():
            stems[thesaurus.stem(word)] += times  # type: ignore[assignment]
        self.weight, self._stems = weight, stems
        self._near, self._near_stems = (Near(words, thesaurus) for words in (weight, stems))

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


class Near:
    """Words found by what is left of them when a letter is left out."""

    def __init__(self, weight: Mapping[str, float], thesaurus: Thesaurus) -> None:
        self._weight = weight
        self._alike = {sign: frozenset(group) for group in thesaurus.alike for sign in group}
        rows = [pair for row in thesaurus.rows for pair in pairwise(row)]
        self._beside = frozenset((*rows, *((right, left) for left, right in rows)))
        self._cut: dict[str, list[str]] = {}
        for word in sorted(weight):
            if len(word) >= SHORT - 1:
                for cut in dict.fromkeys((word, *shortened(word))):
                    self._cut.setdefault(cut, []).append(word)

    def words(self, typed: str) -> Iterator[tuple[float, str]]:
        """The words a slip away, with how likely each was meant."""
        cuts = dict.fromkeys((typed, *shortened(typed)))
        for meant in dict.fromkeys(word for cut in cuts for word in self._cut.get(cut, ())):
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
        if meant in self._alike.get(typed, ()):
            return LOOKALIKE
        return NEIGHBOUR if (typed, meant) in self._beside else CHANGED


def _often(times: float) -> float:
    return math.log(times + OTHERS)
