"""Reference numbers: a counter through a keyed permutation, so that none collides and none tells how many there are.

The numbers are the 80,000,000 of eight digits that start with neither 0 nor 5. 80,000,000 = 8,000 x 10,000, so a
Feistel network over two unequal halves, adding modulo each half's size, permutes exactly this set.
"""

import hmac

from conversations.reference import number

FIRSTS = (1, 2, 3, 4, 6, 7, 8, 9)
LEFT, RIGHT = 8_000, 10_000
ROUNDS = 10


def reference(key: bytes, counter: int) -> str:
    """The nine digits (check digit last) of the counter's value, which counts from 1."""
    return number(eight(key, counter - 1))


def eight(key: bytes, index: int) -> int:
    """The eight digits at this index below 80,000,000; another index never gives the same."""
    if not 0 <= index < LEFT * RIGHT:
        raise ValueError("the reference numbers of this organisation are used up")
    left, right = divmod(index, RIGHT)
    for turn in range(0, ROUNDS, 2):
        left = (left + _mix(key, turn, right)) % LEFT
        right = (right + _mix(key, turn + 1, left)) % RIGHT
    first, rest = divmod(left, LEFT // len(FIRSTS))
    return FIRSTS[first] * 10_000_000 + rest * RIGHT + right


def _mix(key: bytes, turn: int, half: int) -> int:
    return int.from_bytes(hmac.digest(key, b"%d|%d" % (turn, half), "sha256")[:8])
