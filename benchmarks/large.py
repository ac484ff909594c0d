"""`make bench-large`: what a turn costs with a thousand contacts, and with a million of them and ten million messages.

The house is a process of its own, as in `make bench`; the common work comes by Telegram's webhook and is not answered.
The contacts are copies of real ones (see `cloning.py`). A million of them take some 22 GB on each database, and minutes
to write; `--kept FOLDER` leaves them there, and measures beside them again without writing. Few and many are measured
in turns, `--rounds` times, and the middle one counts: the machine has better and worse minutes.
"""

import argparse
import asyncio
import logging
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

import uvloop

from benchmarks.bench import crowd, tell
from benchmarks.callers import Telegram
from benchmarks.cloning import clone_postgresql, clone_sqlite
from benchmarks.databases import NAMES, Fresh, opened
from benchmarks.house import OTHER_CORES, houses, imports_s, stay
from benchmarks.load import People
from benchmarks.turns import crowd as played
from benchmarks.turns import opened as opened_house
from benchmarks.vendor import Vendor
from storage.engine import parsed

REAL = 40  # people who are played in truth, and then copied


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured with so many contacts: the middle CPU, the quickest start, the most memory of several times."""

    contacts: int
    cpu_ms: float
    started_s: float
    memory_mib: float
    grown_mib: float


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


async def written(name: str, fresh: Fresh, contacts: int, asked: argparse.Namespace) -> str:
    """The address of a database with so many contacts; one that was kept, where it was written to its end."""
    mark = asked.kept and asked.kept / f"{name.lower()}-{contacts}"
    if mark and mark.exists():
        return await fresh(mark.read_text("ascii"))
    own = f"wasl_{secrets.token_hex(4)}"
    url = await fresh(own)
    await furnished(url)
    tell(f"{name}: {contacts:,} contacts are written")
    took = await grown(url, contacts // REAL, asked.messages // asked.contacts)
    tell(f"{name}: {contacts:,} contacts stand there after {took:.0f} s")
    if mark:
        mark.write_text(own, "ascii")
    return url


async def measured(url: str, vendor: Vendor, people: People, contacts: int, asked: argparse.Namespace) -> Size:
    """Start the house on what stands there, and let a crowd of new people write."""
    async with houses(url, vendor.url, silent=True) as running:
        tell(f"  {contacts:,}: ready after {running[0].cpu_s():.2f} s CPU")
        await asyncio.sleep(1)
        memory = running[0].memory_mib()
        spent = await crowd(running, Telegram([running[0].port], None), people, asked.people)
        return Size(contacts, spent.cpu_ms, running[0].started_s, memory, running[0].memory_mib())


async def both(name: str, asked: argparse.Namespace, vendor: Vendor) -> list[Size]:
    """Few and many, each on a database of its own, in turns."""
    sizes = (asked.few, asked.contacts)
    people = People(_next=count(secrets.randbelow(90_000_000)))  # numbers of nobody who was here before
    taken: list[list[Size]] = []
    async with opened(name, asked.kept) as fresh:
        urls = [await written(name, fresh, contacts, asked) for contacts in sizes]
        for _ in range(asked.rounds):
            tell(f"{name}: " + ", ".join(f"{contacts:,}" for contacts in sizes))
            pairs = zip(urls, sizes, strict=True)
            taken.append([await measured(url, vendor, people, contacts, asked) for url, contacts in pairs])
    return [middle(times) for times in zip(*taken, strict=True)]


def middle(times: Sequence[Size]) -> Size:
    """What several measurements of one size come to."""
    return Size(
        times[0].contacts,
        median(one.cpu_ms for one in times),
        min(one.started_s for one in times),
        max(one.memory_mib for one in times),
        max(one.grown_mib for one in times),
    )


def page(found: dict[str, list[Size]], asked: argparse.Namespace, imports: float) -> str:
    """The table."""
    rows = [
        f"| {name} | {one.contacts:,} | {one.cpu_ms:.3f} | {100 * (one.cpu_ms / sizes[0].cpu_ms - 1):+.0f} % |"
        f" {one.started_s - imports:.2f} s | {one.memory_mib:.0f} MiB | {one.grown_mib:.0f} MiB |"
        for name, sizes in found.items()
        for one in sizes
    ]
    head = f"| {asked.messages // asked.contacts} messages a contact | contacts | ms CPU a turn | beside few "
    head += "| start-up beside the imports | resident, idle | after the turns |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows, ""])


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
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--on", nargs="+", choices=NAMES, default=list(NAMES))
    arguments.add_argument("--kept", type=Path, help="a folder in which the databases stay; unset: they go")
    arguments.add_argument("--out", type=Path, default=Path("bench-large.md"))
    uvloop.run(main(arguments.parse_args()))
