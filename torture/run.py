"""The run itself: everybody talks, somebody kills, and at the end it is read what is kept."""

import asyncio
import random
import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from torture.crowd import WITHIN_S, Crowd, Vendors
from torture.database import Postgres, Sqlite, opened
from torture.history import Anomaly, Kept, Kind, Lived, Person
from torture.houses import Houses
from torture.keeping import each, kept_of
from torture.plan import Plan
from torture.posting import ORGANISATION, STUMBLE, accounts
from torture.scripts import Calms, close, open_calm, rehearsed, settled
from torture.vendors import Telegram
from torture.zygote import HOST, LEFT_AFTER, ROLES, STUMBLES

PORTS = range(10_000, 20_000)  # below those of outgoing calls and of the tests
GONE_S = "20"  # the stand-ins answer within a second: whoever has not told after this is dead
QUIET_S = 900
TELLS_S = 60
LOOKS_S = 2.0


@dataclass
class Ran:
    """What came of a run."""

    plan: Plan
    lives: list[Lived] = field(default_factory=list)
    faults: list[Anomaly] = field(default_factory=list)
    figures: dict[str, int | float] = field(default_factory=dict)
    folder: Path = Path()


async def run(plan: Plan) -> Ran:
    """One whole run, bounded in time; whatever it started is ended."""
    ran = Ran(plan, folder=Path(tempfile.mkdtemp(prefix="wasl-torture-")))
    async with opened(plan.database, ran.folder, plan.chance("database")) as database:
        calms = await rehearsal(ran.folder)
        async with standing(plan, ran.folder, database) as crowd:
            crowd.come(calms)
            await _survived(ran, crowd, database)
        await read(ran, crowd, database)
    return ran


async def rehearsal(folder: Path) -> Calms:
    """What people's lines leave in a house that nothing happens to."""
    calm = folder / "calm"
    calm.mkdir()
    return await rehearsed(settled(calm))


@asynccontextmanager
async def standing(plan: Plan, folder: Path, database: Sqlite | Postgres) -> AsyncIterator[Crowd]:
    """The vendors, the houses, and the people before they come."""
    vendors = Vendors.of(plan)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(vendors.telegram)
        await stack.enter_async_context(_served(vendors))
        switches = {STUMBLES: STUMBLE, LEFT_AFTER: GONE_S, ROLES: plan.roles}
        more = {**accounts(vendors.telegram.url, vendors.twilio.url), **database.settings, **switches}
        houses = Houses(folder, _free_port(), plan.processes, more)
        stack.push_async_callback(houses.close)
        await houses.open()
        timeout = aiohttp.ClientTimeout(total=WITHIN_S)
        connector = aiohttp.TCPConnector(limit=0)
        session = aiohttp.ClientSession(trust_env=False, timeout=timeout, connector=connector)
        yield Crowd(plan, houses, vendors, await stack.enter_async_context(session))


@asynccontextmanager
async def _served(vendors: Vendors) -> AsyncIterator[None]:
    from aiohttp import web

    runner = web.AppRunner(vendors.twilio.app(), access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    vendors.twilio.url = f"http://{HOST}:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await vendors.twilio.settled()
        await runner.cleanup()


async def _survived(ran: Ran, crowd: Crowd, database: Sqlite | Postgres) -> None:
    """Everybody talks while it is killed, cut and restarted; then it is waited until nothing is left to be done."""
    began = time.monotonic()
    telling = asyncio.create_task(_tell(crowd, began))
    try:
        async with asyncio.timeout(ran.plan.seconds):
            others = [asyncio.create_task(harm) for harm in _harms(ran.plan, crowd, database)]
            try:
                await _lived(crowd)
                await asyncio.gather(*others)
            finally:
                for task in others:
                    task.cancel()
        talked = time.monotonic() - began
        crowd.vendors.clear()
        await _quiet(ran, database)
    except TimeoutError:
        bounds = f"{ran.plan.seconds} s of talk, {QUIET_S} s of rest"
        ran.faults.append(Anomaly(Kind.UNFINISHED, "the run", f"not done in {bounds}"))
        talked = time.monotonic() - began
    finally:
        telling.cancel()
    await crowd.houses.stop()
    ran.figures = _figures(crowd, database, talked, time.monotonic() - began)


async def _lived(crowd: Crowd) -> None:
    """Everybody talks, unless the house does not come up any more."""
    talking, failed = asyncio.create_task(crowd.live()), asyncio.create_task(crowd.houses.failed.wait())
    await asyncio.wait((talking, failed), return_when=asyncio.FIRST_COMPLETED)
    failed.cancel()
    if not talking.done():
        talking.cancel()
        raise TimeoutError
    await talking


def _harms(plan: Plan, crowd: Crowd, database: Sqlite | Postgres) -> list[Coroutine[Any, Any, None]]:
    chance = plan.chance("kills")
    places = range(plan.processes)

    async def kill() -> None:
        crowd.houses.kill(chance.choice(places))

    async def cut() -> None:
        if database.proxy:
            database.proxy.cut()

    harms = ((plan.kills, kill), (plan.cuts, cut), (plan.restarts, database.restart))
    return [_spread(crowd, times, harm, plan.chance(f"harm {at}")) for at, (times, harm) in enumerate(harms) if times]


async def _spread(crowd: Crowd, times: int, harm: Any, chance: random.Random) -> None:
    """Do harm so many times, spread over the lines: when so many were accepted, and a moment later."""
    for number in range(1, times + 1):
        await crowd.progress.reached(number * crowd.lines // (times + 1))
        await asyncio.sleep(chance.random() * 0.1)
        await harm()


async def _quiet(ran: Ran, database: Sqlite | Postgres) -> None:
    """Wait until no call is to be made or judged any more."""
    async with asyncio.timeout(QUIET_S):
        while await database.unfinished():
            await asyncio.sleep(LOOKS_S)


async def _tell(crowd: Crowd, began: float) -> None:
    while True:
        await asyncio.sleep(TELLS_S)
        crowd.houses.heard()
        minutes, houses = (time.monotonic() - began) / 60, crowd.houses
        print(f"{minutes:5.1f} min: {crowd.progress.acked} of {crowd.lines} lines, {houses.kills} kills", flush=True)


def _figures(crowd: Crowd, database: Sqlite | Postgres, talked: float, whole: float) -> dict[str, int | float]:
    proxy = database.proxy
    return {
        "messages": crowd.lines,
        "people": len(crowd.scripts),
        "repeats by vendors and pages": crowd.repeats,
        "poison": sum(len(script.poison) for _, script in crowd.scripts),
        "kills": crowd.houses.kills,
        "starts refused": crowd.houses.refused,
        "connections cut": proxy.cuts if proxy else 0,
        "of these after COMMIT": proxy.commits_cut if proxy else 0,
        "seconds of talk": round(talked),
        "seconds in all": round(whole),
    }


async def read(ran: Ran, crowd: Crowd, database: Sqlite | Postgres) -> None:
    """What is kept of everybody, read by a house in this process when all others are gone."""
    house = await open_calm({**settled(ran.folder), **database.direct})
    found: dict[str, Kept] = {}
    owner: dict[str, str] = {}
    try:
        async with house.household.memory.reading() as unit:
            async for contact, tables in each(unit, ORGANISATION):
                found[contact] = kept_of(contact, tables)
                owner.update(dict.fromkeys(found[contact].heard, contact))
                values = [row["value"] for row in tables["addresses"] if row["contact"] == contact]
                owner.update({value: contact for value in values if value})
    finally:
        await close(house)
    for person, script in crowd.lived():
        ran.lives.append(Lived(person, found.get(_contact(person, owner), Kept()), script.calm))
    wrong = [f for f in crowd.vendors.telegram.faults if "webhook" not in f.lower()]
    ran.faults += [Anomaly(Kind.FAULT, Telegram.__name__, fault) for fault in wrong]


def _contact(person: Person, owner: dict[str, str]) -> str:
    heard = [owner[id] for id in person.sent if id in owner]
    return owner.get(person.name) or (heard[0] if heard else "")


def tidy(ran: Ran) -> None:
    """Let the folder go; that of a run with faults stays for whoever looks for them."""
    shutil.rmtree(ran.folder, ignore_errors=True)


def _free_port() -> int:
    for _ in range(100):
        with socket.socket() as trial:
            try:
                trial.bind((HOST, port := random.choice(PORTS)))  # noqa: S311
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")
