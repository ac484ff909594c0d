"""The matcher: built once from the questions of approved entries, asked with anybody's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from conversations.thesaurus import Thesaurus
from services.answers.features import features
from services.answers.learning import learn
from services.answers.space import Space

OFFERED = 3
# Above this chance the first candidate is told as the answer; set by `make bench-answers` on open data.
SURE = 0.62


@dataclass(frozen=True, slots=True)
class Match:
    """At most three entries, the best first, with their chances; `sure` where the first may be told as the answer."""

    candidates: tuple[str, ...] = ()
    chances: tuple[float, ...] = ()
    sure: bool = False


NOTHING = Match()


class Matcher:
    """Knows the questions of each entry; the same question is answered the same, whatever was asked before."""

    def __init__(self, known: Iterable[tuple[str, str]], thesaurus: Thesaurus) -> None:
        """`known` are (question, entry); an entry may have many questions."""
        pairs = sorted(set(known))
        self._thesaurus = thesaurus
        self._entries = sorted({entry for _, entry in pairs})
        texts = [features(question, thesaurus) for question, _ in pairs]
        self._space = Space(texts)
        places = [self._entries.index(entry) for _, entry in pairs]
        vectors = [self._space.vector(text) for text in texts]
        self._learned = learn(vectors, places, len(self._space), len(self._entries))

    def match(self, question: str) -> Match:
        """The entries that the question may ask for."""
        vector = self._space.vector(features(question, self._thesaurus))
        if not self._entries or not len(vector[0]):
            return NOTHING
        chances = self._learned.chances(vector)
        best = np.argsort(-chances, kind="stable")[:OFFERED]
        first = float(chances[best[0]])
        return Match(self._names(best), tuple(float(chances[n]) for n in best), first >= SURE)

    def _names(self, numbers: Sequence[int] | np.ndarray) -> tuple[str, ...]:  # type: ignore[type-arg]
        return tuple(self._entries[number] for number in numbers)
