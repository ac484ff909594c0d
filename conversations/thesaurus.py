"""How words of one meaning are told to be one: stems, the consonants that carry them, and concepts.

Arabic writes article, pronouns and particles into the word; dialects say the same thing with other words. Three views
of a word meet that: its stem (clitics gone), its skeleton (weak letters gone, so that plurals and forms of verbs meet),
and the concepts that a thesaurus puts it under. All work on folded words (`conversations.arabic.fold`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

STEM, SKELETON = 3, 2  # the fewest letters that are left
JOINED = 5  # a shorter word is no word with a particle before it


@dataclass(frozen=True, slots=True, eq=False)  # one is itself only, so that what follows from it can be kept by it
class Thesaurus:
    """What a language knows of its words, folded: `articles` and `particles` stand before a word, `endings` after it;
    `heads` and `tails` are tried where a word has no concept by itself; `weak` letters are no bones of a word.
    `concepts` are by word; `light` ones say little of what is asked for. `alike` are letters that look alike,
    `rows` those of a keyboard; `latin` is how the language is typed in Latin letters and digits, with its articles."""

    articles: tuple[str, ...] = ()
    particles: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    light: frozenset[str] = frozenset()
    alike: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    latin: Mapping[str, str] = field(default_factory=dict)
    latin_articles: tuple[str, ...] = ()

    def stem(self, word: str) -> str:
        """The word without article, particle and pronouns."""
        bare = self._without_head(word)
        return self._without_ending(self._without_ending(bare))

    def meanings(self, word: str) -> tuple[str, ...]:
        """The concepts of a word, found by itself, by its stem, or without what is written before and behind it."""
        return next((self.concepts[form] for form in self._forms(word) if form in self.concepts), ())

    def skeleton(self, word: str) -> str:
        """The strong consonants of the word's stem; the stem itself where too few are left."""
        stem = self.stem(word)
        bones = "".join(sign for sign in stem if sign not in self.weak)
        return bones if len(bones) >= SKELETON else stem

    def _without_head(self, word: str) -> str:
        for article in self.articles:
            if word.startswith(article) and len(word) - len(article) >= STEM:
                return word[len(article) :]
        return word[1:] if len(word) >= JOINED and word[0] in self.particles else word

    def _without_ending(self, word: str) -> str:
        if not word.endswith(self.endings):
            return word
        fits = (e for e in self.endings if word.endswith(e) and len(word) - len(e) >= STEM)
        ending = next(fits, "")
        return word[: len(word) - len(ending)]

    def _forms(self, word: str) -> Iterator[str]:
        own = (word, self.stem(word))
        yield from own
        bare = [form[len(head) :] for form in own for head in self.heads if _starts(form, head)]
        yield from bare
        yield from (form[: -len(tail)] for form in (*own, *bare) for tail in self.tails if _ends(form, tail))


def shortened(word: str) -> Iterator[str]:
    """The word with each of its letters left out in turn."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _starts(word: str, head: str) -> bool:
    return word.startswith(head) and len(word) - len(head) >= STEM


def _ends(word: str, tail: str) -> bool:
    return word.endswith(tail) and len(word) - len(tail) >= STEM
