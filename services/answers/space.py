"""The space of a knowledge base: each feature a dimension, rare ones heavier, each view of the same length."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.answers.features import Feature, Features, View

WEIGHTS: Mapping[View, float] = {View.MEANING: 0.5, View.PAIR: 0.3, View.SKELETON: 0.1, View.LETTERS: 0.5}
RARE = 0.8  # how steeply a feature gains with its rarity
Vector = tuple[NDArray[np.int32], NDArray[np.float32]]  # dimensions, ascending, and how far along each


class Space:
    """Built from the features of every known question; what none of them has is not seen."""

    def __init__(self, texts: Sequence[Features]) -> None:
        seen: Counter[Feature] = Counter()
        for text in texts:
            seen.update(text.keys())
        self._place = {feature: number for number, feature in enumerate(sorted(seen))}
        self._rarity = {feature: (math.log((1 + len(texts)) / (1 + n)) + 1) ** RARE for feature, n in seen.items()}
        self._rarest = max(self._rarity.values(), default=1.0)

    def __len__(self) -> int:
        return len(self._place)

    def places(self, text: Features) -> frozenset[int]:
        """The dimensions that a text touches."""
        return frozenset(self._place[feature] for feature in text if feature in self._place)

    def familiar(self, text: Features) -> float:
        """How much of what the text means was met before, from 0 to 1."""
        meant = {feature: much for feature, much in text.items() if feature[0] is View.MEANING}
        whole = sum(meant.values())
        return sum(much for feature, much in meant.items() if feature in self._place) / whole if whole else 0.0

    def shared(self, text: Features, view: View, others: frozenset[int]) -> float:
        """How much of a view of the text is among other dimensions, from 0 to 1; rare features count for more."""
        seen = [(f, much * self._rarity.get(f, self._rarest)) for f, much in text.items() if f[0] is view]
        whole = sum(much for _, much in seen)
        return sum(much for f, much in seen if self._place.get(f) in others) / whole if whole else 0.0

    def vector(self, text: Features) -> Vector:
        """A text as a sparse vector; each view that has anything known in it counts by its weight."""
        known = {f: _grown(much) * self._rarity[f] for f, much in text.items() if f in self._place}
        length: defaultdict[View, float] = defaultdict(float)
        for (view, _), weight in known.items():
            length[view] += weight * weight
        scale = {view: math.sqrt(WEIGHTS[view] / length[view]) for view in length}
        placed = sorted((self._place[feature], weight * scale[feature[0]]) for feature, weight in known.items())
        return (
            np.array([place for place, _ in placed], dtype=np.int32),
            np.array([weight for _, weight in placed], dtype=np.float32),
        )


def _grown(much: float) -> float:
    """What is said twice counts for less than two."""
    return much if much <= 1 else 1 + math.log(much)
