"""Arabic in Latin letters and digits («abgha a3raf wesh el awra2»), read as the known words that sound like it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice, product

from conversations.thesaurus import Thesaurus

ENGLISH = 0.5  # where as many words are known in Latin letters, they are no Arabic
READINGS = 8  # as many sounds of one word are looked at
# A vowel that only Latin writes, one that it writes beside a long one, one that it lacks, and one that differs.
SHORT, BESIDE, LACKING, OTHER = 0.2, 0.1, 0.8, 0.5
FAR = 1.2  # a word that sounds less alike is another
LONG = 2  # the fewest letters of a word that is read
WEAK = frozenset("اويءهىةع")  # typed as vowels, or not at all
# What a letter may be typed as: letters that Latin does not tell apart; nothing, where it is typed as a vowel.
SOUNDS = {
    "ح": ("ح", ""), "ق": ("ك", ""), "ض": ("د", "ز"), "ظ": ("ز", "د"), "ذ": ("ز", "د"), "ث": ("س", "ت"),
    "ج": ("ج", "ك"), "ط": ("ت",), "ص": ("س",), "غ": ("غ", "ك"),
}  # fmt: skip
Index = Mapping[str, Sequence[tuple[tuple[str, ...], str]]]  # words by their strong consonants, with the weak ones
KEPT = 4  # sets of languages whose words stay indexed
Sound = tuple[str, tuple[str, ...]]  # the strong consonants, and what is weak before, between and after them


class Latin:
    """The words that may be typed so: those of the thesaurus and of the known questions."""

    def __init__(self, words: Mapping[str, float], thesaurus: Thesaurus) -> None:
        self._words = words
        self._signs = thesaurus.latin
        self._longest = max(map(len, self._signs), default=0)
        self._articles = thesaurus.latin_articles
        shared = thesaurus.concepts.keys() & words.keys()
        whole = len(shared) == len(thesaurus.concepts)
        self._by: tuple[Index, ...] = ()
        if self._signs:
            self._by = (_shared(thesaurus), _index(words.keys() - shared)) if whole else (_index(words),)

    def read(self, words: Sequence[str]) -> list[str]:
        """The words in Arabic, where all are Latin and most of them are not known as they are."""
        mine = [word for word in words if not word.isdigit()]
        known = sum(word in self._words for word in mine)
        if not self._signs or not mine or not "".join(words).isascii() or known >= ENGLISH * len(mine):
            return list(words)
        return [self._heard(word) for word in words if word not in self._articles]

    def _heard(self, typed: str) -> str:
        """The known word that sounds most like it, else how it sounds."""
        if typed.isdigit():
            return typed
        bare = (typed[len(article) :] for article in self._articles if typed.startswith(article))
        heard = (self._arabic(each) for each in (typed, *bare) if len(each) >= LONG)
        readings = [reading for each in heard for reading in self._readings(each)]
        return min(readings)[2] if readings and min(readings)[0] <= FAR else self._arabic(typed)

    def _readings(self, heard: str) -> Iterator[tuple[float, float, str]]:
        key, slots = next(_sounds(heard))
        for index in self._by if key else ():
            for others, word in index.get(key, ()):
                yield sum(map(_unlike, slots, others)), -self._words[word], word

    def _arabic(self, typed: str) -> str:
        """Each sign, or several that make one, as its letter."""
        found, at = "", 0
        while at < len(typed):
            size = next((n for n in range(self._longest, 0, -1) if typed[at : at + n] in self._signs), 0)
            letter = self._signs[typed[at : at + size]] if size else ""
            found += "" if found.endswith(letter) else letter
            at += size or 1
        return found


def _index(words: Iterable[str]) -> Index:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for word in sorted(words):
        if len(word) >= LONG and not word.isascii():
            for key, slots in _sounds(word):
                found.setdefault(key, []).append((slots, word))
    return found


@lru_cache(KEPT)
def _shared(thesaurus: Thesaurus) -> Index:
    """What every knowledge base of a thesaurus has alike."""
    return _index(thesaurus.concepts)


def _sounds(word: str) -> Iterator[Sound]:
    """A word's strong consonants as they may be typed, with what is weak around them."""
    for typed in islice(product(*(SOUNDS.get(sign, (sign,)) for sign in word)), READINGS):
        yield _parted(zip(typed, word, strict=True))


def _parted(signs: Iterable[tuple[str, str]]) -> Sound:
    key, slots = "", [""]
    for typed, sign in signs:
        if sign in WEAK or not typed:
            slots[-1] += sign if sign in "اوي" else ""
        else:
            key += typed
            slots.append("")
    return key, tuple(slots)


def _unlike(typed: str, meant: str) -> float:
    if typed == meant:
        return 0.0
    if not meant:
        return SHORT
    if not typed:
        return LACKING
    return BESIDE if meant in typed else OTHER
