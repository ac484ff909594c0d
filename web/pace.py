"""How fast a socket is read."""

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """A token bucket: `rate` frames a second, as many at once; `now` is seconds of a clock that never goes back."""

    rate: float
    now: float
    held: float = 0.0

    def __post_init__(self) -> None:
        self.held = self.rate

    def delay(self, now: float) -> float:
        """Take one frame; the seconds to wait before reading the next."""
        self.held = min(self.rate, self.held + (now - self.now) * self.rate) - 1
        self.now = now
        return max(0.0, -self.held / self.rate)
