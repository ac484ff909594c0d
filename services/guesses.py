"""How often somebody may be wrong as they sign in: ten times an account, far more often a network address."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.pacing import Bucket

FREE = 10
FIRST = timedelta(minutes=15)
LONGEST = timedelta(hours=4)
AT_ONCE, A_SECOND = 60.0, 0.1  # wrong answers of one address; a whole charity may share it
MOST_ADDRESSES = 10_000


def locked(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether the account lets nobody in for now."""
    return row["locked_until"] is not None and now < row["locked_until"]


def one_more(row: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The columns of an account after one more wrong answer; each beyond the tenth locks it for twice as long."""
    failures = row["failures"] + 1
    length = min(LONGEST, FIRST * 2 ** min(max(0, failures - FREE), 10))
    return {"failures": failures, "locked_until": now + length if failures >= FREE else None}


NONE = {"failures": 0, "locked_until": None}


class Addresses:
    """Wrong answers by network address (or by whoever is signed in), in memory: a restart forgets them."""

    def __init__(self) -> None:
        self._held: dict[str, Bucket] = {}

    def refuses(self, address: str, now: datetime) -> bool:
        """Whether too many wrong answers came from there."""
        bucket = self._held.get(address)
        return bucket is not None and bucket.look(now) < 1

    def wrong(self, address: str, now: datetime) -> None:
        """One more wrong answer from there."""
        if len(self._held) >= MOST_ADDRESSES:
            self._held = {known: bucket for known, bucket in self._held.items() if bucket.look(now) < AT_ONCE}
        self._held.setdefault(address, Bucket(A_SECOND, AT_ONCE, AT_ONCE, now)).take(now)
