"""Text as people type it: cleaned at the edge, read as digits, made machine-readable, folded for matching."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# A message longer than this is cut at the edge; a text is folded no further than FOLDED, for matching only.
LONGEST = 20_000
FOLDED = 4_000
# No script needs more marks on one letter; normalising takes time by the square of their number.
MARKS = 30
# A turn reads its one text in many ways: the last few are remembered, and what is known of each sign.
READ = 8
SIGNS = 4096

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?")
_DECIMAL = re.compile(r"\d")
# What flips or hides text on a screen: direction marks, zero-width signs but ZWNJ and ZWJ, other controls.
_FLIPPING = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\0-\x08\x0b-\x1f\x7f-\x9f]"
)
_INVISIBLE = re.compile(f"{_FLIPPING.pattern}|[\u200c\u200d\u0640]")
_SEPARATORS = re.compile(r"[\s.()\-\u2010-\u2015\u2212]")
# Standing alone, these vowel signs normalise to a space and a sign, which would split a word.
_LONE_SIGNS = re.compile("[\ufc5e-\ufc63\ufe70-\ufe7f]")
_ASCII_WORD = re.compile("[a-z0-9]+")
# The sign that stretches a word, and the letter that joins the word after it: «and».
TATWEEL = "ـ"
AND = "و"

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳٵ", "ا"),
        **dict.fromkeys("ؤٶۇ", "و"),
        **dict.fromkeys("ئىیېۍےۓٸ", "ي"),
        **dict.fromkeys("ةۀہۂھەۃ", "ه"),
        **dict.fromkeys("کڪګ", "ك"),
        "ء": None,
        "ـ": None,
    }
)


def clean(text: str) -> str:
    """Edge cleaning: what no database keeps is removed, lines end in LF, the ends are trimmed, the length is capped."""
    kept = _NEWLINES.sub("\n", _UNSTORABLE.sub("", text[:LONGEST]))
    return _composed(kept)[:LONGEST].strip()


def steady(text: str) -> str:
    """The text without signs that flip or hide it on a screen; ZWNJ and ZWJ stay, Persian and Urdu need them."""
    return _composed(_FLIPPING.sub("", text)).strip()


def name(text: str) -> str:
    """A name or place on one line: steady, its spaces single."""
    return " ".join(steady(text).split())


def digits(text: str) -> str:
    """Every decimal digit of any script as ASCII; ² ① ½ are no decimal digits and stay as they are."""
    return text if text.isascii() else _DECIMAL.sub(lambda hit: str(unicodedata.decimal(hit[0])), text)


@lru_cache(maxsize=READ)
def plain(text: str) -> str:
    """Compatibility forms made plain and digits ASCII, invisible signs and tatweel gone; ² ① ½ stay as they are."""
    if text.isascii():
        return _INVISIBLE.sub("", text)
    return digits("".join(_compatible(sign) for sign in _INVISIBLE.sub("", text)))


def machine(text: str) -> str:
    """What an id, a phone or an IBAN is read from: plain, without spaces, dashes, dots and brackets."""
    return _SEPARATORS.sub("", plain(text))


def legible(text: str) -> bool:
    """Whether there is any letter or digit to read."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in text)


def odd_numbers(text: str) -> bool:
    """Whether there is a sign like ² ① ½ Ⅷ, which means a number but is no digit."""
    return not text.isascii() and any(map(_is_odd_number, text))


@lru_cache(maxsize=READ)
def fold(text: str) -> str:
    """The text for matching only: letter variants, vowel signs, case, digits, punctuation and spaces made alike."""
    if text.isascii():
        return " ".join(_ASCII_WORD.findall(text[:FOLDED].lower()))
    bare = "".join(" " if _is_odd_number(sign) else sign for sign in _invisible_gone(text[:FOLDED]))
    wide = unicodedata.normalize("NFKC", bare)[:FOLDED].casefold()
    signs = unicodedata.normalize("NFKC", wide)[:FOLDED].translate(_LETTERS)
    return unicodedata.normalize("NFKC", " ".join(digits("".join(map(_word_sign, signs))).split()))


def near(one: str, other: str) -> bool:
    """Whether two folded phrases are alike but for slips: one in a word of five letters, two in one of nine."""
    if abs(len(one) - len(other)) > 2 * (1 + other.count(" ")):
        return False
    if one.replace(" ", "") == other.replace(" ", ""):
        return True
    mine, theirs = one.split(), other.split()
    return len(mine) == len(theirs) and all(map(_near_word, mine, theirs))


def nearest(phrase: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates near a folded phrase, in their order."""
    return tuple(candidate for candidate in candidates if near(phrase, candidate))


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", _without_heaps(text))


def _without_heaps(text: str) -> str:
    """The text with at most MARKS combining marks in a row."""
    is_mark = bytes(unicodedata.category(sign)[0] == "M" for sign in text)
    if b"\1" * (MARKS + 1) not in is_mark:
        return text
    heap = b"\1" * MARKS
    return "".join(sign for i, sign in enumerate(text) if not is_mark[i] or i < MARKS or is_mark[i - MARKS : i] != heap)


@lru_cache(maxsize=SIGNS)
def _compatible(sign: str) -> str:
    return sign if _is_odd_number(sign) else unicodedata.normalize("NFKC", sign)


@lru_cache(maxsize=SIGNS)
def _is_odd_number(sign: str) -> bool:
    return sign.isnumeric() and unicodedata.category(sign) in ("No", "Nl")


def _invisible_gone(text: str) -> str:
    return _LONE_SIGNS.sub("", _INVISIBLE.sub("", text))


@lru_cache(maxsize=SIGNS)
def _word_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind[0] == "L" or kind == "Nd":
        return sign
    return "" if kind in ("Mn", "Me", "Cf") else " "


def _near_word(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    slips = 2 if shorter >= 9 else 1 if shorter >= 5 else 0
    return one == other or (abs(len(one) - len(other)) <= slips and slips >= 1 and _slips(one, other) <= slips)


def _slips(one: str, other: str) -> int:
    """Letters added, lost, changed or swapped with a neighbour (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, mine in enumerate(one, 1):
        row = [i]
        for j, theirs in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
