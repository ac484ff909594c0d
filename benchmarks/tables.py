"""The figures as a page of Markdown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.bench import Found, Spent

MIB = "MiB"


def page(head: str, found: "Mapping[str, Found]", processes: "Mapping[int, Spent]", imports_s: float) -> str:
    """All tables."""
    parts = [f"Measured on {head}; the house on one core, everything else on the others.", _work(found), _limits(found)]
    parts += [_steady(found), _house(found, imports_s)] + ([_processes(processes)] if processes else [])
    return "\n\n".join(parts) + "\n"


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|" + "---|" * (head.count("|") - 1), *rows])


def _work(found: "Mapping[str, Found]") -> str:
    rows = [
        f"| {name}, {channel} | {a.per_core:,.0f} | {a.cpu_ms:.3f} | {a.turns / a.wall_s:,.0f} "
        f"| {b.per_core:,.0f} | {b.cpu_ms:.3f} | {b.turns / b.wall_s:,.0f} |"
        for name, one in found.items()
        for channel, a in one.committed.items()
        for b in (one.delivered[channel],)
    ]
    head = "| the common work | committed turns a second per core | ms CPU a turn | by the wall "
    return _table(head + "| with the reply delivered, per core | ms CPU a turn | by the wall |", rows)


def _limits(found: "Mapping[str, Found]") -> str:
    rows = []
    for name, one in found.items():
        best = min(spent.cpu_ms for spent in one.committed.values())
        rows.append(
            f"| {name} | {one.bare.driver_ms:.3f} | {one.bare.statements:.0f} | {one.bare.turn_ms:.3f} "
            f"| {best:.3f} | {best / one.bare.driver_ms:.1f} |"
        )
    head = "| the bare limit, 32 turns a commit | ms CPU a turn, plain driver | statements a commit "
    return _table(head + "| the turn in process | by webhook, the best | ratio to the driver |", rows)


def _steady(found: "Mapping[str, Found]") -> str:
    rows = [
        f"| {name}, {channel} | {ms.p50:.1f} | {ms.p95:.1f} | {ms.p99:.1f} | {ms.wrong or 'none'} |"
        for name, one in found.items()
        for channel, ms in one.steady.items()
    ]
    return _table("| 200 turns a second, ms from the call to the 200 (or ack) | p50 | p95 | p99 | not answered |", rows)


def _house(found: "Mapping[str, Found]", imports_s: float) -> str:
    rows = [
        f"| {name} | {one.memory_mib:.0f} {MIB} | {one.started_s:.2f} s | {one.started_s - imports_s:.2f} s |"
        for name, one in found.items()
    ]
    head = "| the idle house as shipped, with all three channels on | resident | start-up | beside the imports |"
    return _table(head, rows)


def _processes(found: "Mapping[int, Spent]") -> str:
    alone = found[1].cpu_ms
    rows = [
        f"| {count} | {one.cpu_ms:.3f} | {100 * (one.cpu_ms / alone - 1):+.0f} % | {one.turns / one.wall_s:,.0f} |"
        for count, one in found.items()
    ]
    return _table("| processes on one PostgreSQL | ms CPU a turn | beside one | turns a second by the wall |", rows)
