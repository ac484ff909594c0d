"""Examining the clock: by itself, and against the clocks of whoever answered."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from conversations.findings import Finding, ok, problem
from handlers.reaching import Reached

BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # this house was written after that
LASTS = timedelta(days=30 * 365)
MOST = timedelta(minutes=5)
FIX = "Let the machine keep its time by NTP: timedatectl set-ntp true"


def examine(reached: Mapping[str, Reached], now: datetime | None = None) -> Iterator[Finding]:
    """How our clock stands; `now` is what it shows."""
    now = now or datetime.now(UTC)
    if not BUILT <= now <= BUILT + LASTS:
        yield problem("clock", f"This machine believes that it is the year {now.year}.", FIX)
    told = {who: each.ahead for who, each in reached.items() if each.ahead is not None}
    wrong = {who: ahead for who, ahead in told.items() if abs(ahead) > MOST}
    for who, ahead in wrong.items():
        yield problem("clock", f"This machine's clock is {_shown(ahead)} that of {who}.", FIX)
    if told and not wrong:
        yield ok("clock", f"It agrees with {' and '.join(told)} within 5 minutes.")
    elif not told:
        yield ok("clock", f"It shows {now:%Y-%m-%d %H:%M} UTC; nobody else was asked whether that is right.")


def _shown(ahead: timedelta) -> str:
    minutes = round(abs(ahead) / timedelta(minutes=1))
    return f"{minutes} minutes {'ahead of' if ahead > timedelta() else 'behind'}"
