"""Passwords of staff: argon2id in a thread, and our own small rule of what is too easily guessed."""

import asyncio
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

from conversations import arabic

LEAST, MOST = 12, 256
DIFFERENT = 5  # characters that must differ from each other
# What people choose when something is asked of them; compared without digits and signs.
COMMON = frozenset(
    {
        *("password", "passw", "passwd", "qwerty", "qwertyuiop", "letmein", "welcome", "admin", "administrator"),
        *("iloveyou", "changeme", "secret", "saudiarabia", "riyadh", "charity", "wasl", "bismillah", "alhamdulillah"),
    }
)
ROWS = ("0123456789" * 2, "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
RUN = 4  # neighbours on the keyboard that count as one


class Passwords:
    """Hashes and compares; what it costs is OWASP's measure unless a test asks for less."""

    def __init__(self, memory_kib: int = 19_456, rounds: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._nobody = ""

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        return await asyncio.to_thread(self._hasher.hash, _plain(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; where none is kept it takes as long and is False."""
        if not self._nobody:
            self._nobody = await self.hash("nobody's")
        same = await asyncio.to_thread(self._verify, kept or self._nobody, _plain(password[:MOST]))
        return same and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError):
            return False


def weakness(password: str, *known: str) -> str | None:
    """Why it may not be a password: short, long, named (it holds one of `known`) or common; None where it may."""
    text = _plain(password)
    folded = text.casefold()
    if len(text) < LEAST:
        return "short"
    if len(text) > MOST:
        return "long"
    if any(len(part) >= 4 and part in folded for each in known for part in _parts(each)):
        return "named"
    if len(set(folded)) < DIFFERENT or _letters(folded) in COMMON or _rest(folded) < DIFFERENT:
        return "common"
    return None


def _plain(password: str) -> str:
    """The same text from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def _parts(text: str) -> list[str]:
    """The text itself, what stands before its @, and its words."""
    folded = _plain(text).casefold()
    return [folded, folded.partition("@")[0], *folded.replace("@", " ").split()]


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


def _rest(text: str) -> int:
    """How many characters stand outside runs along the keyboard or the alphabet."""
    text, at, rest = arabic.digits(text), 0, 0
    while at < len(text):
        run = next((n for n in range(len(text) - at, RUN - 1, -1) if _runs(text[at : at + n])), 0)
        rest, at = rest + (not run), at + (run or 1)
    return rest


def _runs(text: str) -> bool:
    return any(text in row or text[::-1] in row for row in ROWS)
