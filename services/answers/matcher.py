"""The matcher: built once from the questions of approved entries, asked with anybody's words."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from conversations.thesaurus import Thesaurus
from services.answers.features import features
from services.answers.learning import learn
from services.answers.space import Space

OFFERED = 3
# Above this chance the first candidate is told as the answer: the more questions an entry has, the surer the chances
# that are learnt, right or wrong. Both constants were set on open data by `make bench-answers`.
SURE_BY_ONE, SURE_BY_MORE, MOST_SURE = 0.20, 0.21, 0.95
FAMILIAR = 0.5  # a question of which no more was met before is about something else


@dataclass(frozen=True, slots=True)
class Match:
    """At most three entries, the best first, with their chances; `sure` where the first may be told as the answer;
    `familiar` is how much of what the question means was met before."""

    candidates: tuple[str, ...] = ()
    chances: tuple[float, ...] = ()
    sure: bool = False
    familiar: float = 0.0


NOTHING = Match()


class Matcher:
    """Knows the questions of each entry; the same question is answered the same, whatever was asked before."""

    def __init__(self, known: Iterable[tuple[str, str]], thesaurus: Thesaurus) -> None:
        """`known` are (question, entry); an entry may have many questions."""
        pairs = sorted(set(known))
        self._thesaurus = thesaurus
        self._entries = sorted({entry for _, entry in pairs})
        texts = [features(question, thesaurus) for question, _ in pairs]
        each = max(1.0, len(pairs) / max(1, len(self._entries)))
        self._space = Space(texts)
        places = [self._entries.index(entry) for _, entry in pairs]
        vectors = [self._space.vector(text) for text in texts]
        self._sure = min(MOST_SURE, SURE_BY_ONE + SURE_BY_MORE * math.log(each))
        self._learned = learn(vectors, places, len(self._space), len(self._entries))

    def match(self, question: str) -> Match:
        """The entries that the question may ask for."""
        text = features(question, self._thesaurus)
        vector = self._space.vector(text)
        if not self._entries or not len(vector[0]):
            return NOTHING
        chances = self._learned.chances(vector)
        best = np.argsort(-chances, kind="stable")[:OFFERED]
        first, familiar = float(chances[best[0]]), self._space.familiar(text)
        sure = first >= self._sure and familiar > FAMILIAR
        return Match(self._names(best), tuple(float(chances[n]) for n in best), sure, familiar)

    def _names(self, numbers: Sequence[int] | np.ndarray) -> tuple[str, ...]:
        return tuple(self._entries[number] for number in numbers)
