"""`make bench`: the common work through the real webhooks and the real socket, on SQLite and on PostgreSQL.

The house is a process of its own on one core; what loads it, the vendors' stub and PostgreSQL share the others. Turns
a second per core are turns divided by the CPU seconds of the house's processes. The tables are printed, and written to
a file.
"""

import argparse
import asyncio
import logging
import platform
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks import tables
from benchmarks.bare import Bare, measure_bare
from benchmarks.callers import Caller, Page, Telegram, Twilio
from benchmarks.common_work import turns
from benchmarks.databases import NAMES, Fresh, opened
from benchmarks.house import HOUSE_CORE, OTHER_CORES, USABLE, Running, houses, imports_s, stay
from benchmarks.load import Latency, People, flat_out, steady
from benchmarks.rows import unkept
from benchmarks.vendor import Vendor

RATE = 200
AT_ONCE = 256
SETTLED_S = 2
SHIPPED = "qurainah"  # one of the shipped associations, all of which stand in the idle house; this one has accounts
Make = Callable[[Sequence[int], Vendor | None], Caller]
CALLERS: dict[str, Make] = {
    "Telegram webhook": Telegram,
    "Twilio webhook, signed": Twilio,
    "web chat socket": lambda ports, vendor: Page(ports, seen=vendor is not None),
}


@dataclass(frozen=True, slots=True)
class Spent:
    """What a crowd's turns took."""

    turns: int
    cpu_s: float
    wall_s: float

    @property
    def per_core(self) -> float:
        """Turns a second per core of the house."""
        return self.turns / self.cpu_s

    @property
    def cpu_ms(self) -> float:
        """CPU of the house for one turn, in milliseconds."""
        return 1000 * self.cpu_s / self.turns


@dataclass(slots=True)
class Found:
    """What was measured on one database: by channel committed, delivered, and milliseconds at a steady pace."""

    committed: dict[str, Spent]
    delivered: dict[str, Spent]
    steady: dict[str, Latency]
    bare: Bare
    started_s: float = 0.0
    memory_mib: float = 0.0


async def crowd(running: Sequence[Running], caller: Caller, people: People, many: int) -> Spent:
    """Warm the way with a few people, then measure the others."""
    many = many // 2 if isinstance(caller, Page) else many  # whose turns cost so much that half of them tell enough
    at_once = min(AT_ONCE * len(running), many)
    await flat_out(caller, people, at_once // 4, at_once)
    before = sum(one.cpu_s() for one in running)
    wall = await flat_out(caller, people, many, at_once)
    spent = Spent(many * turns(), sum(one.cpu_s() for one in running) - before, wall)
    tell(f"  {spent.cpu_ms:.3f} ms CPU a turn, {spent.turns / wall:,.0f} turns a second")
    return spent


@asynccontextmanager
async def opened_house(
    fresh: Fresh, vendor: Vendor, count: int = 1, *, silent: bool, on: set[int] | None = None
) -> AsyncIterator[tuple[Sequence[Running], People]]:
    """Houses on a fresh database, and people for them; it is told where not every request stands there at the end."""
    database, people = await fresh(), People()
    async with houses(database, vendor.url, count, silent, on) as running:
        yield running, people
    if trouble := await unkept(database, people.finished):
        tell(f"of {people.finished} requests: {trouble}")


async def measured(name: str, asked: argparse.Namespace, vendor: Vendor) -> Found:
    """Everything on one database."""
    async with opened(name) as fresh:
        found = Found({}, {}, {}, await measure_bare(await fresh(), asked.people // 4))
        async with houses(await fresh(), vendor.url, house=SHIPPED) as running:
            found.started_s = running[0].started_s
            await asyncio.sleep(SETTLED_S)
            found.memory_mib = running[0].memory_mib()
        async with opened_house(fresh, vendor, silent=True) as (running, people):
            for channel in asked.series:
                tell(f"{name}, {channel}: to commit")
                caller = CALLERS[channel]([running[0].port], None)
                found.committed[channel] = await crowd(running, caller, people, asked.people)
        async with opened_house(fresh, vendor, silent=False) as (running, people):
            for channel in asked.series:
                caller = CALLERS[channel]([running[0].port], vendor)
                tell(f"{name}, {channel}: to the reply, and at {RATE} turns a second")
                found.delivered[channel] = await crowd(running, caller, people, asked.people)
                found.steady[channel] = await steady(caller, people, RATE, asked.seconds)
        return found


async def side_by_side(asked: argparse.Namespace, vendor: Vendor) -> dict[int, Spent]:
    """One, two and four processes on one PostgreSQL, all on every core, with as many people for each."""
    found = {}
    async with opened("PostgreSQL") as fresh:
        for count in (1, 2, 4):
            tell(f"PostgreSQL, {count} processes")
            every = HOUSE_CORE | OTHER_CORES
            async with opened_house(fresh, vendor, count, silent=True, on=every) as (running, people):
                caller = Telegram([one.port for one in running], None)
                found[count] = await crowd(running, caller, people, asked.people * count // 2)
    return found


def tell(what: str) -> None:
    """Say what is measured now."""
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


async def main(asked: argparse.Namespace) -> None:
    """Measure, print, write."""
    stay(OTHER_CORES)
    logging.disable(logging.WARNING)
    head = f"{len(USABLE)} cores, Python {platform.python_version()}, {platform.system()}"
    imports, found, processes = await imports_s(), dict[str, Found](), dict[int, Spent]()
    async with Vendor() as vendor:
        for name in asked.on:
            found[name] = await measured(name, asked, vendor)
            asked.out.write_text(tables.page(head, found, processes, imports), "utf-8")
        if "PostgreSQL" in asked.on and len(asked.series) == len(CALLERS):
            processes = await side_by_side(asked, vendor)
    text = tables.page(head, found, processes, imports)
    print(text)
    asked.out.write_text(text, "utf-8")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=300, help="of a crowd; each takes 15 turns")
    arguments.add_argument("--seconds", type=float, default=10, help="at the steady pace")
    arguments.add_argument("--on", nargs="+", choices=NAMES, default=list(NAMES))
    arguments.add_argument("--series", nargs="+", choices=CALLERS, default=list(CALLERS), help="only these channels")
    arguments.add_argument("--out", type=Path, default=Path("bench.md"))
    uvloop.run(main(arguments.parse_args()))
