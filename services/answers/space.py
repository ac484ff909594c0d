"""The space of a knowledge base: each feature a dimension, rare ones heavier, each view of the same length."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.answers.features import Feature, View

WEIGHTS: Mapping[View, float] = {View.MEANING: 0.5, View.PAIR: 0.3, View.SKELETON: 0.2, View.LETTERS: 0.5}
Vector = tuple[NDArray[np.int32], NDArray[np.float32]]  # dimensions, ascending, and how far along each


class Space:
    """Built from the features of every known question; what none of them has is not seen."""

    def __init__(self, texts: Sequence[Sequence[Feature]]) -> None:
        seen = Counter(feature for text in texts for feature in set(text))
        self._place = {feature: number for number, feature in enumerate(sorted(seen))}
        self._rarity = {feature: math.log((1 + len(texts)) / (1 + times)) + 1 for feature, times in seen.items()}

    def __len__(self) -> int:
        return len(self._place)

    def familiar(self, text: Sequence[Feature]) -> float:
        """How much of what the text means was met before, from 0 to 1."""
        meant = [feature for feature in text if feature[0] is View.MEANING]
        return sum(feature in self._place for feature in meant) / len(meant) if meant else 0.0

    def vector(self, text: Sequence[Feature]) -> Vector:
        """A text as a sparse vector; each view that has anything known in it counts by its weight."""
        known = {f: (1 + math.log(n)) * self._rarity[f] for f, n in Counter(text).items() if f in self._place}
        length: Counter[View] = Counter()
        for (view, _), weight in known.items():
            length[view] += weight * weight  # type: ignore[assignment]
        scale = {view: math.sqrt(WEIGHTS[view] / length[view]) for view in length}
        placed = sorted((self._place[feature], weight * scale[feature[0]]) for feature, weight in known.items())
        return (
            np.array([place for place, _ in placed], dtype=np.int32),
            np.array([weight for _, weight in placed], dtype=np.float32),
        )
