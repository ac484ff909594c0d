"""The matcher: built once from the questions of approved entries, asked with anybody's words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from conversations.arabic import fold
from conversations.thesaurus import Thesaurus
from services.answers.features import Features, Reader, View
from services.answers.latin import Latin
from services.answers.learning import learn
from services.answers.space import Dimensions, Space, Vector
from services.answers.spelling import Spelling
from services.answers.surety import DOUBT, Bar, Signs

OFFERED = 3
HEARD = 0.5


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
        self._reader = Reader(thesaurus)
        self._entries = sorted({entry for _, entry in pairs})
        self._spelling = Spelling((fold(question).split() for question, _ in pairs), thesaurus)
        self._latin = Latin(self._spelling.weight, thesaurus)
        asked = [self._words(question)[0] for question, _ in pairs]
        self._space = Space(map(self._reader.features, asked))
        number = {entry: place for place, entry in enumerate(self._entries)}
        places = [number[entry] for _, entry in pairs]
        vectors = [self._space.vector(self._reader.features(words)) for words in asked]
        self._own = _together(places, vectors, len(self._entries))
        self._bar = Bar.among(len(pairs), len(self._entries))
        self._learned = learn(vectors, places, len(self._space), len(self._entries))

    def match(self, question: str) -> Match:
        """The entries that the question may ask for."""
        words, guessed = self._words(question)
        text = self._reader.features(words)
        vector = self._space.vector(text)
        if not self._entries or not len(vector[0]):
            return NOTHING
        chances = self._learned.chances(vector)
        best = np.argsort(-chances, kind="stable")[:OFFERED]
        signs = self._signs(text, best[0], float(chances[best[0]]), len(words), guessed)
        names = tuple(self._entries[number] for number in best)
        return Match(names, tuple(float(chances[n]) for n in best), self._bar.reached(signs), signs.familiar)

    def _words(self, question: str) -> tuple[list[str], float]:
        """The words as they are known, and what share of them was guessed; Arabic in Latin letters is half a guess."""
        typed = fold(question).split()
        heard = self._latin.read(typed)
        words, guessed = self._spelling.mended(heard)
        return words, guessed if heard == typed else max(guessed, HEARD)

    def _signs(self, text: Features, entry: int, chance: float, words: int, guessed: float) -> Signs:
        own, familiar = frozenset(self._own[entry].tolist()), self._space.familiar(text) * (1 - DOUBT * guessed)
        meant, pairs = (self._space.shared(text, view, own) for view in (View.MEANING, View.PAIR))
        return Signs(chance, familiar, meant, pairs, words)


def _together(entries: Sequence[int], vectors: Sequence[Vector], count: int) -> list[Dimensions]:
    """The dimensions of each entry: those of all its questions."""
    found: list[list[Dimensions]] = [[] for _ in range(count)]
    for entry, (places, _) in zip(entries, vectors, strict=True):
        found[entry].append(places)
    return [np.unique(np.concatenate(each)) for each in found]
