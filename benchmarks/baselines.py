"""Two plain matchers to stand beside ours: BM25 over folded words, and letter n-grams against each entry's centre."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from conversations.arabic import fold
from services.answers.matcher import Match

Known = Iterable[tuple[str, str]]
K1, B, OFFERED = 1.2, 0.75, 3


def best(scores: Mapping[str, float]) -> Match:
    """The three highest, never sure."""
    ranked = sorted(scores, key=lambda entry: (-scores[entry], entry))[:OFFERED]
    return Match(tuple(ranked), tuple(scores[entry] for entry in ranked))


class Bm25:
    """An entry is one text of all its questions."""

    def __init__(self, known: Known) -> None:
        self._texts: dict[str, Counter[str]] = defaultdict(Counter)
        for question, entry in known:
            self._texts[entry].update(fold(question).split())
        seen = Counter(word for text in self._texts.values() for word in text)
        count = len(self._texts)
        self._rarity = {word: math.log(1 + (count - n + 0.5) / (n + 0.5)) for word, n in seen.items()}
        self._mean = sum(text.total() for text in self._texts.values()) / max(1, count)

    def match(self, question: str) -> Match:
        """The entries that share words with the question."""
        words = [word for word in fold(question).split() if word in self._rarity]
        return best({e: s for e, t in self._texts.items() if (s := self._score(t, words))})

    def _score(self, text: Counter[str], words: list[str]) -> float:
        long = K1 * (1 - B + B * text.total() / self._mean)
        return sum(self._rarity[w] * text[w] * (K1 + 1) / (text[w] + long) for w in words if text[w])


class Letters:
    """The cosine between a question's letters, two to five at a time, and the centre of an entry's questions."""

    def __init__(self, known: Known) -> None:
        pairs = [(_letters(question), entry) for question, entry in known]
        seen = Counter(gram for grams, _ in pairs for gram in grams)
        self._rarity = {gram: math.log((1 + len(pairs)) / (1 + n)) + 1 for gram, n in seen.items()}
        centres: dict[str, Counter[str]] = defaultdict(Counter)
        for grams, entry in pairs:
            for gram, weight in self._vector(grams).items():
                centres[entry][gram] += weight  # type: ignore[assignment]
        self._at: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for entry, centre in centres.items():
            long = math.sqrt(sum(weight * weight for weight in centre.values()))
            for gram, weight in centre.items():
                self._at[gram].append((entry, weight / long))

    def match(self, question: str) -> Match:
        """The nearest centres."""
        scores: dict[str, float] = defaultdict(float)
        for gram, weight in self._vector(_letters(question)).items():
            for entry, other in self._at.get(gram, ()):
                scores[entry] += weight * other
        return best(scores)

    def _vector(self, grams: Counter[str]) -> dict[str, float]:
        known = {gram: (1 + math.log(n)) * self._rarity[gram] for gram, n in grams.items() if gram in self._rarity}
        long = math.sqrt(sum(weight * weight for weight in known.values())) or 1.0
        return {gram: weight / long for gram, weight in known.items()}


def _letters(text: str) -> Counter[str]:
    words = [f"<{word}>" for word in fold(text).split()]
    return Counter(word[at : at + n] for word in words for n in range(2, 6) for at in range(len(word) - n + 1))
