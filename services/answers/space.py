"""The space of a knowledge base: each feature a dimension, rare ones heavier, each view of the same length."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from services.answers.features import Feature, Features, View
from services.answers.places import Places

WEIGHTS: Mapping[View, float] = {View.MEANING: 0.5, View.PAIR: 0.3, View.SKELETON: 0.1, View.LETTERS: 0.5}
RARE = 0.8  # how steeply a feature gains with its rarity
Dimensions = NDArray[np.int32]
Vector = tuple[Dimensions, NDArray[np.float32]]  # dimensions, ascending, and how far along each


class Space:
    """Built from the features of every known question; what none of them has is not seen."""

    def __init__(self, texts: Iterable[Features]) -> None:
        seen: Counter[Feature] = Counter()
        count = 0
        for text in texts:
            seen.update(text.keys())
            count += 1
        features = sorted(seen)
        self._places = Places((feature, number) for number, feature in enumerate(features))
        self._rarity = array("d", ((math.log((1 + count) / (1 + seen[f])) + 1) ** RARE for f in features))
        self._rarest = max(self._rarity, default=1.0)

    def __len__(self) -> int:
        return len(self._rarity)

    def familiar(self, text: Features) -> float:
        """How much of what the text means was met before, from 0 to 1."""
        meant = {feature: much for feature, much in text.items() if feature[0] is View.MEANING}
        whole = sum(meant.values())
        places = zip(meant.values(), self._places.each(meant), strict=True)
        return sum(much for much, place in places if place >= 0) / whole if whole else 0.0

    def shared(self, text: Features, view: View, others: Container[int]) -> float:
        """How much of a view of the text is among other dimensions, from 0 to 1; rare features count for more."""
        viewed = [feature for feature in text if feature[0] is view]
        placed = list(zip(viewed, self._places.each(viewed), strict=True))
        seen = [(place, text[f] * (self._rarity[place] if place >= 0 else self._rarest)) for f, place in placed]
        whole = sum(much for _, much in seen)
        return sum(much for place, much in seen if place in others) / whole if whole else 0.0

    def vector(self, text: Features) -> Vector:
        """A text as a sparse vector; each view that has anything known in it counts by its weight."""
        known = [
            (view, place, _grown(much) * self._rarity[place])
            for ((view, _), much), place in zip(text.items(), self._places.each(text), strict=True)
            if place >= 0
        ]
        length: defaultdict[View, float] = defaultdict(float)
        for view, _, weight in known:
            length[view] += weight * weight
        scale = {view: math.sqrt(WEIGHTS[view] / length[view]) for view in length}
        placed = sorted((place, weight * scale[view]) for view, place, weight in known)
        return (
            np.array([place for place, _ in placed], dtype=np.int32),
            np.array([weight for _, weight in placed], dtype=np.float32),
        )


def _grown(much: float) -> float:
    """What is said twice counts for less than two."""
    return much if much <= 1 else 1 + math.log(much)
