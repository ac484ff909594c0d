"""The send planner: which way a message goes, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conversations.failures import Failure

OTHERS = ("telegram", "sms", "whatsapp")  # the order in which another way is tried
REMINDER = "remind"  # how the key of a draft's reminder begins: one that cannot be told is nobody's task
STOP = "stop."  # how the key begins of what belongs to one channel only, and is planned on no other
DEAD = frozenset({Failure.BAD_ADDRESS, Failure.OPTED_OUT, Failure.NOT_THERE, Failure.UNREACHABLE, Failure.ODD})


@dataclass(frozen=True, slots=True)
class Template:
    """An approved text at the vendor, and the message's parameters that fill it, in its order."""

    id: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """An address as the planner sees it; `open` says that its line is written on here, `muted` that the person wants
    nothing there unasked, `doubted` that the number may be another's by now, `window` how long after their last word
    free text may go."""

    address: str
    line: str
    to: str | None
    open: bool = True
    proven: bool = True
    muted: bool = False
    last_inbound_at: datetime | None = None
    stopped_at: datetime | None = None
    doubted: bool = False
    window: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A message that wants a way. `tried` holds (address, whether by template, why it failed) of earlier attempts."""

    own: str
    interactive: bool
    reaches: Sequence[Reach]
    now: datetime
    template: Template | None = None
    tried: frozenset[tuple[str, bool, Failure]] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """Where it goes and why; without an address no way is left."""

    reason: str
    reach: Reach | None = None
    template: Template | None = None


NO_WAY = Way("no_way")


def choose(ask: Ask) -> Way:
    """The address that the message was meant for, by free text or template; else another proven one; else none."""
    others = [r for r in ask.reaches if r.address != ask.own and r.proven and r.line in OTHERS]
    others.sort(key=lambda r: (OTHERS.index(r.line), r.address))
    for reach in [*(r for r in ask.reaches if r.address == ask.own), *others]:
        if way := _by(reach, ask):
            return way
    return NO_WAY


def _by(reach: Reach, ask: Ask) -> Way | None:
    """The way by this address, if there is one."""
    own = reach.address == ask.own
    reply = own and ask.interactive
    if not _may_be_told(reach, reply) or _gone(reach, ask):
        return None
    if _free_text(reach, ask):
        return Way(_reason(reach, own=own, reply=reply), reach)
    if reach.window and ask.template and _only_closed(reach, ask):
        return Way("template", reach, ask.template)
    return None


def _only_closed(reach: Reach, ask: Ask) -> bool:
    """Whether nothing but the closed window has kept the message from this address."""
    return {failure for address, _, failure in ask.tried if address == reach.address} <= {Failure.WINDOW_CLOSED}


def _reason(reach: Reach, *, own: bool, reply: bool) -> str:
    if reply:
        return "reply"
    if not own:
        return f"other:{reach.line}"
    return "window" if reach.window else "open"


def _may_be_told(reach: Reach, reply: bool) -> bool:
    """Whether the person takes messages there; who wrote after the stop is answered."""
    if not reach.open or reach.to is None:
        return False
    wrote, stopped = reach.last_inbound_at, reach.stopped_at
    stands = stopped is not None and not (reply and wrote is not None and wrote > stopped)
    return not stands and (reply or not (reach.muted or reach.doubted))


def _gone(reach: Reach, ask: Ask) -> bool:
    """Whether an earlier attempt found nobody there."""
    return any(address == reach.address and failure in DEAD for address, _, failure in ask.tried)


def _free_text(reach: Reach, ask: Ask) -> bool:
    if any((address, by) == (reach.address, False) for address, by, _ in ask.tried):
        return False
    if reach.window is None:
        return True
    return reach.last_inbound_at is not None and ask.now - reach.last_inbound_at < reach.window


def values_of(template: Template, params: Mapping[str, str]) -> dict[str, str]:
    """The template's numbered values from the message's parameters."""
    return {str(n): params.get(name, "") for n, name in enumerate(template.values, 1)}
