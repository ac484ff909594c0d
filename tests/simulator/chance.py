"""How often what goes wrong, goes wrong."""

from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of calls, commits and messages that something happens to."""

    busy: float = 0.03
    broken: float = 0.03
    cut_taken: float = 0.02
    cut_lost: float = 0.02
    refused: float = 0.01
    undelivered: float = 0.02
    callback_lost: float = 0.1
    callback_twice: float = 0.1
    inbound_twice: float = 0.1
    inbound_late: float = 0.1
    before_commit: float = 0.01
    after_commit: float = 0.01
    slow_commit: float = 0.03
    crashes: int = 2


STORM = Rates(
    busy=0.15,
    broken=0.1,
    cut_taken=0.08,
    cut_lost=0.08,
    undelivered=0.08,
    callback_lost=0.3,
    inbound_twice=0.4,
    inbound_late=0.3,
    before_commit=0.05,
    after_commit=0.05,
    slow_commit=0.15,
    crashes=12,
)
CALM = Rates(**dict.fromkeys(Rates.__dataclass_fields__, 0))


def drawn(seed: float) -> Random:
    """A chance of its own, drawn from a seed; nothing secret hangs on it."""
    return Random(seed)  # noqa: S311


@dataclass(slots=True)
class Luck:
    """Chance for one part of the world, so that a draw more in one does not change what another draws."""

    chance: Random
    rates: Rates = field(default_factory=Rates)

    def happens(self, share: float) -> bool:
        """Whether something of this share happens now."""
        return share > 0 and self.chance.random() < share
