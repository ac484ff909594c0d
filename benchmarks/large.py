"""`make bench-large`: what a turn costs with a thousand contacts, and with a million of them and ten million messages.

The house is a process of its own, as in `make bench`; the common work comes by Telegram's webhook and is not answered.
The contacts are copies of real ones (see `cloning.py`). A million contacts take some 20 GB on each database.
"""

import argparse
import asyncio
import logging
import time
from dataclasses import dataclass
from pathlib import Path

import uvloop

from benchmarks.bench import Spent, crowd, tell
from benchmarks.callers import Telegram
from benchmarks.cloning import clone_postgresql, clone_sqlite
from benchmarks.databases import NAMES, opened
from benchmarks.house import OTHER_CORES, houses, imports_s, stay
from benchmarks.load import People
from benchmarks.turns import crowd as played
from benchmarks.turns import opened as opened_house
from benchmarks.vendor import Vendor
from storage.engine import parsed

REAL = 40  # people who are played in truth, and then copied


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured with so many contacts."""

    contacts: int
    spent: Spent
    started_s: float
    memory_mib: float
    loaded_s: float


async def furnished(url: str) -> None:
    """Play the real people, and seal what they left."""
    house = await opened_house(url)
    await played(house, range(1, REAL + 1), "telegram", REAL)
    await house.reception.close()
    await house.evidence.seal_all()
    await house.memory.close()


async def grown(url: str, copies: int, messages: int) -> float:
    """Copy everybody so many times; the seconds it took."""
    began = time.perf_counter()
    if parsed(url).get_backend_name() == "sqlite":
        await asyncio.to_thread(clone_sqlite, str(parsed(url).database), copies, messages)
    else:
        await clone_postgresql(parsed(url), copies, messages)
    return time.perf_counter() - began


async def measured(url: str, vendor: Vendor, contacts: int, loaded: float, asked: argparse.Namespace) -> Size:
    """Start the house on what stands there, and let a crowd of new people write."""
    people = People()
    people.some(contacts)  # numbers of nobody who was here before
    async with houses(url, vendor.url, silent=True) as running:
        await asyncio.sleep(1)
        memory = running[0].memory_mib()
        spent = await crowd(running, Telegram([running[0].port], None), people, asked.people)
        return Size(contacts, spent, running[0].started_s, memory, loaded)


async def both(name: str, asked: argparse.Namespace, vendor: Vendor) -> list[Size]:
    """Few and many, each on a database of its own."""
    found = []
    async with opened(name, asked.folder) as fresh:
        for contacts in (asked.few, asked.contacts):
            url = await fresh()
            await furnished(url)
            tell(f"{name}: {contacts:,} contacts are written")
            loaded = await grown(url, contacts // REAL, asked.messages // asked.contacts)
            tell(f"{name}: {contacts:,} contacts stand there after {loaded:.0f} s")
            found.append(await measured(url, vendor, contacts, loaded, asked))
    return found


def page(found: dict[str, list[Size]], asked: argparse.Namespace, imports: float) -> str:
    """The table."""
    rows = [
        f"| {name} | {one.contacts:,} | {one.spent.cpu_ms:.3f} | {_beside(one, sizes[0])} |"
        f" {one.started_s - imports:.2f} s | {one.memory_mib:.0f} MiB |"
        for name, sizes in found.items()
        for one in sizes
    ]
    head = f"| {asked.messages // asked.contacts} messages a contact | contacts | ms CPU a turn | beside few "
    return "\n".join(
        [f"{head}| start-up beside the imports | resident, idle |", "|---|---|---|---|---|---|", *rows, ""]
    )


def _beside(one: Size, few: Size) -> str:
    return f"{100 * (one.spent.cpu_ms / few.spent.cpu_ms - 1):+.0f} %"


async def main(asked: argparse.Namespace) -> None:
    """Load, measure, print, write."""
    stay(OTHER_CORES)
    logging.disable(logging.WARNING)
    async with Vendor() as vendor:
        found = {name: await both(name, asked, vendor) for name in asked.on}
    text = page(found, asked, await imports_s())
    print(text)
    asked.out.write_text(text, "utf-8")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--contacts", type=int, default=1_000_000)
    arguments.add_argument("--messages", type=int, default=10_000_000)
    arguments.add_argument("--few", type=int, default=1_000)
    arguments.add_argument("--people", type=int, default=400, help="who write while it is measured")
    arguments.add_argument("--on", nargs="+", choices=NAMES, default=list(NAMES))
    arguments.add_argument("--folder", type=Path, help="where the databases are made; unset: the system's own")
    arguments.add_argument("--out", type=Path, default=Path("bench-large.md"))
    uvloop.run(main(arguments.parse_args()))
