"""`python -m benchmarks.desk`: how fast the desk's pages answer over 100,000 messages and 5,000 requests.

A house is filled on a database file, then served as a process of its own; every page is asked for over HTTP, one after
the other, as one officer would. Printed: median, p95 and worst in milliseconds, and the page's size, gzipped.
"""

import argparse
import asyncio
import http.client
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.crowd import fill
from bot.household import Household, furnish
from desk.doors import session_cookie
from organisations import load_all
from storage import Memory
from tests.real_house import furnished, settings
from tests.served import Served

HOUSE = "qalb"
ROLE = "relations_officer"
LIMIT_MS = 150


async def prepared(folder: Path, requests: int, messages: int) -> tuple[str, str, str]:
    """A filled house; the session of an officer, a contact and a case of it."""
    await furnished(folder)
    profiles = load_all((HOUSE,))
    given = settings(folder)
    memory = Memory(given.database, (("k1", b"k" * 32),))
    await memory.open(tuple(profiles))
    try:
        form = profiles[HOUSE].organisation.forms[profiles[HOUSE].organisation.request]
        await fill(memory, HOUSE, form, datetime.now(UTC), requests, messages)
        household = furnish(memory, profiles, lambda: datetime.now(UTC), given.origin)
        return await _signed_in(household), *await _places(household)
    finally:
        await memory.close()


async def _signed_in(household: Household) -> str:
    token = await household.staffing.demo_link(HOUSE, ROLE)
    came = await household.signing.redeem_demo(HOUSE, token)
    return str(getattr(came, "token", ""))


async def _places(household: Household) -> tuple[str, str]:
    async with household.memory.reading() as unit:
        (call,) = await unit.select("handovers", {"organisation": HOUSE}, limit=1)
        (case,) = await unit.select("cases", {"organisation": HOUSE, "contact": call["contact"]})
    return call["contact"], case["case"]


def timed(port: int, cookie: str, path: str, rounds: int) -> Iterator[tuple[float, int]]:
    """Each answer's time in milliseconds and its size in bytes."""
    line = http.client.HTTPConnection("localhost", port)
    for _ in range(rounds):
        began = time.perf_counter()
        line.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        answer = line.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{path}: {answer.status}")
        yield (time.perf_counter() - began) * 1000, len(body)
    line.close()


def table(port: int, cookie: str, contact: str, case: str, rounds: int) -> int:
    """Print a line for each page; how many are above the limit."""
    base, late = f"/desk/{HOUSE}", 0
    pages = {
        "inbox": f"{base}/inbox",
        "inbox, all": f"{base}/inbox?show=all",
        "one conversation": f"{base}/inbox/{contact}",
        "requests": f"{base}/requests",
        "one request": f"{base}/requests/{case}",
    }
    print(f"{'page':<18}{'median ms':>11}{'p95 ms':>9}{'worst ms':>10}{'KB gzip':>9}")
    for name, path in pages.items():
        found = list(timed(port, cookie, path, rounds))
        times = sorted(ms for ms, _ in found)
        p95 = times[int(len(times) * 0.95) - 1]
        late += p95 > LIMIT_MS
        print(f"{name:<18}{times[len(times) // 2]:>11.1f}{p95:>9.1f}{times[-1]:>10.1f}{found[0][1] / 1024:>9.1f}")
    return late


async def main() -> int:
    """Fill, serve, ask; 1 where a page is later than it should be."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=5_000)
    asked.add_argument("--messages", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=200)
    sizes = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = Served(Path(folder), {})
        began = time.perf_counter()
        token, contact, case = await prepared(house.data, sizes.requests, sizes.messages)
        filled = time.perf_counter() - began
        print(f"{sizes.messages:,} messages, {sizes.requests:,} requests, filled in {filled:.0f} s")
        await house.start()
        try:
            cookie = f"{session_cookie(house.origin, HOUSE)}={token}"
            return int(await asyncio.to_thread(table, house.port, cookie, contact, case, sizes.rounds) > 0)
        finally:
            await house.stop()


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
