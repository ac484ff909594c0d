"""When the first candidate may be told as the answer: its chance, and how much of the question its entry speaks of."""

import math
from dataclasses import dataclass
from typing import Self

# A logistic judgement over `Signs`. All constants were set on open data by `make bench-answers`, so that of questions
# whose entry is missing one in twenty at most is answered, and of those about something else one in a hundred.
ODDS, FAMILIAR, OWN, OWN_PAIRS, LENGTH = 0.86, 1.64, 1.81, 0.36, 0.57
# The more questions an entry has, the surer the chances that are learnt, right or wrong.
NEEDED, NEEDED_BY_MORE = 2.50, 1.05
DOUBT = 0.5  # how much less is met of a word that was only guessed
SMALLEST = 1e-6
KNOWN = 0.5  # a question of which no more was met before is about something else


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for the first candidate: its chance; how much of what the question means was met in any question
    (`familiar`), in one of the entry's own (`own`), and side by side (`pairs`); and how many words there are."""

    chance: float
    familiar: float
    own: float
    pairs: float
    words: int

    def weight(self) -> float:
        """All of it in one number."""
        odds = math.log(self.chance / (1 - self.chance + SMALLEST) + SMALLEST)
        met = FAMILIAR * self.familiar + OWN * self.own + OWN_PAIRS * self.pairs
        return ODDS * odds + met + LENGTH * math.log(max(1, self.words))


@dataclass(frozen=True, slots=True)
class Bar:
    """What the signs must reach."""

    height: float

    @classmethod
    def among(cls, questions: int, entries: int) -> Self:
        """The bar for so many questions of so many entries."""
        return cls(NEEDED + NEEDED_BY_MORE * math.log(max(1.0, questions / max(1, entries))))

    def reached(self, signs: Signs) -> bool:
        """Whether the first candidate may be told."""
        return signs.familiar > KNOWN and signs.weight() >= self.height
