"""Pacing: nobody writes faster than a vendor allows, nor before the time it named."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.outlets import Outlets

Place = tuple[str, str]  # organisation, line
AT_ONCE = 0.2
BREATH_S = 0.05  # nobody looks more often for room, so that a full line costs few commits


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` a second, `most` at once."""

    rate: float
    most: float
    held: float
    at: datetime

    def look(self, now: datetime) -> float:
        """How many may go now."""
        self.held = min(self.most, self.held + max(0.0, (now - self.at).total_seconds()) * self.rate)
        self.at = max(now, self.at)
        return self.held

    def take(self, now: datetime) -> float:
        """Take one; the seconds to wait before it may go."""
        self.held = self.look(now) - 1
        return max(0.0, -self.held / self.rate)

    def free_in(self, now: datetime) -> float:
        """The seconds until one may go."""
        return max(0.0, 1 - self.look(now)) / self.rate


class Pacing:
    """Keeps the buckets of lines and of addresses, and the times before which a line is left alone."""

    def __init__(self, outlets: Outlets) -> None:
        self._outlets = outlets
        self._lines: dict[Place, Bucket] = {}
        self._addresses: dict[str, Bucket] = {}
        self._paused: dict[Place, datetime] = {}

    def rooms(self, houses: Collection[str], now: datetime) -> dict[Place, int]:
        """How many messages the lines of these associations take now; lines that take none are left out."""
        own = [place for place in self._outlets if place[0] in houses and not self.pause_left(place, now)]
        return {place: room for place in own if (room := int(self._line(place, now).look(now)))}

    def begin(self, organisation: str, now: datetime) -> None:
        """Begin with nothing saved up on an association's lines: another process may just have used it."""
        for place in self._outlets:
            if place[0] == organisation:
                self._line(place, now).held = 0.0

    def held(self, now: datetime) -> list[str]:
        """The addresses that were written to too fast, and must wait a moment."""
        full = [address for address, bucket in self._addresses.items() if bucket.look(now) >= bucket.most]
        for address in full:
            del self._addresses[address]
        return [address for address, bucket in self._addresses.items() if bucket.held < 1]

    def take(self, place: Place, address: str, now: datetime) -> bool:
        """Count one message that goes at once; False where it may not yet."""
        pace = self._outlets[place].pace
        own = self._addresses.setdefault(address, Bucket(pace.to_one, pace.at_once, pace.at_once, now))
        line = self._line(place, now)
        if self.pause_left(place, now) or own.look(now) < 1 or line.look(now) < 1:
            return False
        own.held, line.held = own.held - 1, line.held - 1
        return True

    def pause(self, place: Place, until: datetime) -> None:
        """Leave a line alone until then."""
        self._paused[place] = max(until, self._paused.get(place, until))

    def pause_left(self, place: Place, now: datetime) -> float:
        """The seconds for which a line is still left alone."""
        until = self._paused.get(place)
        return max(0.0, (until - now).total_seconds()) if until else 0.0

    def next_free(self, now: datetime) -> datetime:
        """When it is worth looking again at what had to wait, at the latest in a second."""
        ends = [until for until in self._paused.values() if until > now]
        waits = [bucket.free_in(now) for bucket in (*self._lines.values(), *self._addresses.values())]
        full = [now + timedelta(seconds=max(BREATH_S, wait)) for wait in waits if wait]
        return min([now + timedelta(seconds=1), *ends, *full])

    def _line(self, place: Place, now: datetime) -> Bucket:
        """Most of what is allowed in a second evenly, the rest at once, so that no second ever holds more."""
        allowed = self._outlets[place].pace.per_second
        most = max(1.0, allowed * AT_ONCE)
        return self._lines.setdefault(place, Bucket(allowed * (1 - AT_ONCE), most, most, now))
