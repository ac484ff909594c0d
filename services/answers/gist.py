"""Whether two questions are one that was asked in other words: the bones of what they mean, in whatever order."""

from collections.abc import Callable

from conversations.arabic import fold
from conversations.thesaurus import Thesaurus

Gist = Callable[[str], frozenset[str]]


def plain(words: str) -> frozenset[str]:
    """The folded words themselves."""
    return frozenset({fold(words)})


def gist_of(thesaurus: Thesaurus) -> Gist:
    """Reads the bones of the words that tell one question from another; of all words where none of them does."""

    def gist(words: str) -> frozenset[str]:
        every = fold(words).split()
        telling = [word for word in every if thesaurus.light.isdisjoint(thesaurus.meanings(word))]
        return frozenset(thesaurus.skeleton(word) for word in telling or every)

    return gist
