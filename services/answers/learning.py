"""Learning which features speak for which entry: multinomial logistic regression by stochastic gradient descent."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.answers.space import Vector

EPOCHS, FEWEST, STEP, SLOWING, OFFSET = 8, 3, 3.0, 0.3, 0.1
SEEN = 60_000  # as many questions are enough: a large knowledge base goes through its own less often
SEED = 1  # the same knowledge learns the same


@dataclass(frozen=True, slots=True)
class Learned:
    """What each dimension says for each entry, once for all dimensions that say the same: `rows` names each one's."""

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    rows: NDArray[np.int32]

    def scores(self, vector: Vector) -> NDArray[np.float32]:
        """How much speaks for each entry."""
        places, values = vector
        return values @ self.weights[self.rows[places]] + self.offsets

    def chances(self, vector: Vector) -> NDArray[np.float32]:
        """The same as chances that sum to one."""
        return softmax(self.scores(vector))


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Chances from scores."""
    grown = np.exp(scores - scores.max())
    return np.asarray(grown / grown.sum(), dtype=np.float32)


def learn(vectors: Sequence[Vector], entries: Sequence[int], dimensions: int, count: int) -> Learned:
    """Learn from questions whose entry is known; each up to `EPOCHS` times, in an order that is always the same."""
    every = np.arange(dimensions, dtype=np.int32)
    learned = Learned(np.zeros((dimensions, count), np.float32), np.zeros(count, np.float32), every)
    order = np.random.default_rng(SEED)
    for epoch in range(max(FEWEST, min(EPOCHS, SEEN // max(1, len(vectors))))):
        step = STEP / (1 + epoch * SLOWING)
        for number in order.permutation(len(vectors)):
            _once(learned, vectors[number], entries[number], step)
    return _once_each(learned)


def _once(learned: Learned, vector: Vector, entry: int, step: float) -> None:
    blame = learned.chances(vector)
    blame[entry] -= 1
    places, values = vector
    learned.weights[places] -= step * np.outer(values, blame)
    learned.offsets[:] -= step * OFFSET * blame


def _once_each(learned: Learned) -> Learned:
    """The same with each row of weights kept once: the features of one word that only one question has learn alike,
    and they are half of all."""
    known: dict[bytes, int] = {}
    rows = np.fromiter((known.setdefault(row.tobytes(), len(known)) for row in learned.weights), np.int32)
    firsts = np.unique(rows, return_index=True)[1]
    return Learned(learned.weights[firsts], learned.offsets, rows)
