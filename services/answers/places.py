"""Names by which numbers are found, kept as two arrays: a knowledge base has ten thousands of them, and a dictionary
of strings takes ten times the memory. A name is known by its 64 bits of hash alone."""

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]


class Places:
    """Numbers by name; several names may lead to one number, and one name to several."""

    def __init__(self, named: Iterable[tuple[Hashable, int]]) -> None:
        pairs = np.fromiter(((hash(name), number) for name, number in named), dtype="i8,i4")
        order = np.argsort(pairs["f0"], kind="stable")
        self._hashes, self._numbers = pairs["f0"][order], pairs["f1"][order]

    def __len__(self) -> int:
        return len(self._hashes)

    def each(self, names: Iterable[Hashable]) -> list[int]:
        """The number of each name, -1 where it is not known; of several the first."""
        asked = _hashes(names)
        if not len(self._hashes):
            return [-1] * len(asked)
        at = np.minimum(self._hashes.searchsorted(asked), len(self._hashes) - 1)
        found: list[int] = np.where(self._hashes[at] == asked, self._numbers[at], -1).tolist()
        return found

    def all(self, names: Iterable[Hashable]) -> list[int]:
        """Every number that any of the names leads to."""
        asked = _hashes(names)
        begin, end = self._hashes.searchsorted(asked, "left"), self._hashes.searchsorted(asked, "right")
        some = np.flatnonzero(begin < end)
        return [number for n in some for number in self._numbers[begin[n] : end[n]].tolist()]


def _hashes(names: Iterable[Hashable]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, names), np.int64)
