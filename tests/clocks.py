"""A clock for whole houses: it runs as the real one does, from a fixed beginning, and can be moved on."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class RunningClock:
    """A clock that runs by itself and can be moved on."""

    def __init__(self) -> None:
        self._ahead = START - datetime.now(UTC)

    def __call__(self) -> datetime:
        """Now."""
        return datetime.now(UTC) + self._ahead

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._ahead += by
