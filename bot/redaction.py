"""Taking people and secrets out of whatever is about to be logged, however it got there.

A log line of ours is English words, small numbers and names of code. What looks otherwise is taken for a person's and
hidden: Arabic script, long runs of digits in any script, tokens, account numbers, addresses, and whatever stands under
a key that holds such things. The secrets of the settings are known and go by value.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

HIDDEN = "[hidden]"
LONGEST = 20_000  # letters of one text; the rest is cut, so that no input makes the log slow
DEEPEST = 6
SMALL = 10**6  # whole numbers from here on have seven digits or more, as phones and ids do
KEYS = """
    address answer answers applicant auth authorization beneficiary birth body canonical choice choices city contact
    content cookie cookies credential credentials data declaration draft email frame from headers iban id_number inbound
    income key keys label labels link message mobile name names national_id note outbound params parameters passwd
    password payload person phone query reference secret secrets sender session signature state text token tokens typed
    value values whatsapp words
""".split()
_WORDS = "|".join(sorted(KEYS, key=len, reverse=True))
_KEY = re.compile(rf"(?:.*[_.-])?(?:{_WORDS})", re.IGNORECASE)
_NAMED = rf"(?<![^\W_])(?:{_WORDS})"
_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_QUOTE = re.compile(rf"(?<!\w)[bru]{{0,2}}(?:{_QUOTED}|«[^»]*»)", re.IGNORECASE)
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_APART = r" \-./()_\u00a0\u066b\u066c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        # an address: its user and password, its query and fragment; mail
        (r"(://)[^/\s@]+@", rf"\1{HIDDEN}@"),
        (r"(https?://[^\s?#'\"]{0,300})[?#][^\s'\"]+", rf"\1?{HIDDEN}"),
        (r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+", HIDDEN),
        # tokens of Telegram, keys in base64, tokens in base64url, keys and ids in hexadecimal
        (r"\d{5,}:[\w-]{20,}", HIDDEN),
        (r"(?<![\w+/])[a-z0-9+/]{43}=", HIDDEN),
        (r"(?<![\w-])(?-i:(?=[a-z_-]*[A-Z0-9]))[\w-]{40,}", HIDDEN),
        (r"(?<![0-9a-f])[0-9a-f]{32,}", HIDDEN),
        # account numbers; then digits, seven or more, as people group them
        (r"\b[a-z]{2}\d{2}(?:[ -]?(?-i:[A-Z\d])){11,30}\b", HIDDEN),
        (rf"[+(]?\d(?:[{_APART}]{{0,2}}\d){{6,}}", HIDDEN),
        (rf"[{_ARABIC}](?:[{_ARABIC} ]*[{_ARABIC}])?", HIDDEN),
        # under a key: a dictionary's or dataclass's text, a query, a header
        (rf"""({_NAMED}["']?\s*[=:]\s*)(?:[a-z]+\()?[bru]?(?:{_QUOTED})""", rf"\1{HIDDEN}"),
        (rf"""({_NAMED}=)[^\s&'")\[\]}},;]+""", rf"\1{HIDDEN}"),
        (r"((?:authorization|cookie|token|secret|password|signature)\s*:\s*)\S.*", rf"\1{HIDDEN}"),
        (r"(\b(?:bearer|basic)\s+)\S+", rf"\1{HIDDEN}"),
    )
)


class Redactor:
    """Hides people and secrets; `secrets` are values that must never be seen, such as those of the settings."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted((re.escape(secret) for secret in secrets if len(secret) >= 8), key=len, reverse=True)
        self._known = re.compile("|".join(known)) if known else None

    def text(self, text: str) -> str:
        """The text with everything hidden that a log must not hold."""
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]} [cut]"
        text = self._known.sub(HIDDEN, text) if self._known else text
        for pattern, words in _PATTERNS:
            text = pattern.sub(words, text)
        return text

    def fields(self, fields: Mapping[Any, object], depth: int = 0) -> dict[str, object]:
        """The fields of a log line, those under a telling key hidden whole."""
        return {
            self.text(str(key)): HIDDEN if telling(str(key)) and value is not None else self.value(value, depth)
            for key, value in fields.items()
        }

    def value(self, value: object, depth: int = 0) -> object:
        """Any value as it may be logged: containers item by item, other objects by their text."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return HIDDEN if abs(value) >= SMALL else value
        if depth >= DEEPEST:
            return HIDDEN
        return self._larger(value, depth + 1)

    def _larger(self, value: object, depth: int) -> object:
        if isinstance(value, Mapping):
            return self.fields(value, depth)
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item, depth) for item in value]
        return self.text(value if isinstance(value, str) else without_quotes(repr(value)))


def telling(key: str) -> bool:
    """Does a key by this name hold what a person wrote, or a secret?"""
    return _KEY.fullmatch(key) is not None


def without_quotes(text: str) -> str:
    """The text with quoted parts hidden: libraries quote what they were given, and that is often a person's."""
    return _QUOTE.sub(HIDDEN, text)
