"""`make deploy-check`: tries every limit of the proxy's file before a served house, and prints what it measured."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import aiohttp

from bot.logs import configure
from bot.wiring import real_clock
from desk.doors import session_cookie
from services.roles import Role
from services.sessions import Sessions
from services.staffing import Invited
from tests.real_house import page
from tests.web_house import hear, hello, send
from tools.deploy_smuggling import PAIRS, recorded
from tools.deploy_street import Street, call, free, proxy, status, street

HOUSE = "labas"
CROWD = 500
WITHIN_S = 15.0
KB = 1024
Check = Callable[[Street], Awaitable[tuple[bool, str]]]


async def slow_headers(at: Street) -> tuple[bool, str]:
    """Five hundred who send a header a byte a second."""
    return await _crowd(at, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")


async def slow_bodies(at: Street) -> tuple[bool, str]:
    """Five hundred who announce a body and send nothing of it."""
    hook = f"POST /webhooks/{HOUSE}/telegram HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
    return await _crowd(at, hook.encode(), drip=b"")


async def _crowd(at: Street, first: bytes, drip: bytes = b"a") -> tuple[bool, str]:
    crowd = asyncio.gather(*(_slow(at.front, first, drip) for _ in range(CROWD)))
    worst = 0.0
    async with aiohttp.ClientSession(trust_env=False) as visitor:
        while not crowd.done():
            began = time.monotonic()
            async with visitor.get(f"{at.origin}/chat/{HOUSE}") as answer:
                answer.raise_for_status()
            worst = max(worst, time.monotonic() - began)
            await asyncio.wait([crowd], timeout=0.5)
    longest = max(crowd.result())
    words = f"{CROWD} closed within {longest:.1f} s; meanwhile a page came within {worst * 1000:.0f} ms"
    return longest <= WITHIN_S, words


async def _slow(port: int, first: bytes, drip: bytes) -> float:
    """The seconds after which the proxy has closed the connection."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(OSError):
        writer.write(first)
        while time.monotonic() - began < 2 * WITHIN_S:
            with suppress(TimeoutError):
                if not await asyncio.wait_for(reader.read(1), 1):
                    break
            writer.write(drip)
    writer.close()
    return time.monotonic() - began


async def huge(at: Street) -> tuple[bool, str]:
    """Headers, addresses and bodies beyond every need."""
    head = b"GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
    post = "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n"
    said = {
        "header 40 KB": (head % (b"/healthz", b"X-A: " + b"a" * 40 * KB + b"\r\n"), {400, 431}),
        "64 headers of 1 KB": (head % (b"/healthz", (b"X-A: " + b"a" * KB + b"\r\n") * 64), {400, 431}),
        "address 40 KB": (head % (b"/" + b"a" * 40 * KB, b""), {414}),
        "webhook 2 MB": (post.format(f"/webhooks/{HOUSE}/twilio", 2 * KB * KB).encode(), {413}),
        "paper 12 MB": (post.format(f"/chat/{HOUSE}/files", 12 * KB * KB).encode(), {413}),
        "/metrics": (head % (b"/metrics", b"Connection: close\r\n"), {404}),
    }
    told = {name: status(await call(at.front, data)) for name, (data, _) in said.items()}
    return all(told[name] in good for name, (_, good) in said.items()), str(told).strip("{}").replace("'", "")


async def smuggling(at: Street) -> tuple[bool, str]:
    """Pairs of requests whose border two servers might see at different places: none goes through as two."""
    front, back = free(), free()
    reached: dict[str, list[bytes]] = {}
    async with recorded(back) as seen, proxy(at.folder / "smuggling", front, back):
        told = {}
        for name, data in PAIRS.items():
            told[name] = status(await call(front, data, within=1.0))
            reached[name] = [line for line in seen if b"smuggled" in line]
            seen.clear()
    through = sorted(name for name, lines in reached.items() if lines)
    refused = sum(code == 0 or code >= 400 for code in told.values())
    taken = {name: code for name, code in told.items() if 0 < code < 400}
    words = f"{refused} of {len(PAIRS)} refused, second request let through: {through or 'none'}"
    return not through, words + (f"; made one request of: {', '.join(taken)}" if taken else "")


async def socket(at: Street) -> tuple[bool, str]:
    """A conversation over the chat's socket; any other upgrade is not carried."""
    async with page(at.front, HOUSE) as visitor:
        await hello(visitor)
        await send(visitor, "message", id=str(uuid4()), text="1")
        ack = await hear(visitor, "ack")
    upgrade = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n"
    other = status(await call(at.front, upgrade))
    return not ack["repeat"] and other == 200, f"a message was acknowledged; h2c on another door: {other}, not upgraded"


async def news(at: Street) -> tuple[bool, str]:
    """The desk's stream comes as it is told."""
    async with await _signed_in(at) as officer, officer.get(f"{at.origin}/desk/{HOUSE}/live") as stream:
        first = await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 5)
        began = time.monotonic()
        at.house.household.memory.wakeups.wake(HOUSE, "somebody")
        await asyncio.wait_for(stream.content.readuntil(b"\n\n"), 5)
        took = time.monotonic() - began
    return b"fresh" in first, f"the first event at once, the next {took * 1000:.0f} ms after it happened"


async def _signed_in(at: Street) -> aiohttp.ClientSession:
    house = at.house.household
    made = await house.staffing.invite(None, HOUSE, f"n{uuid4().hex[:6]}", "Noura", (Role.RELATIONS,))
    if not isinstance(made, Invited):
        raise SystemExit(f"Nobody could be invited: {made}")
    async with house.memory.unit() as unit:
        token = await Sessions(house.memory, real_clock).start(unit, HOUSE, made.staff)
    cookie = {"Cookie": f"{session_cookie(at.origin, HOUSE)}={token}"}
    return aiohttp.ClientSession(trust_env=False, headers=cookie)


async def cached(at: Street) -> tuple[bool, str]:
    """With a cache over every door, switched on by mistake, nothing private comes from it."""
    front = free()
    private = (f"/desk/{HOUSE}/", f"/desk/{HOUSE}/sign-in", f"/chat/{HOUSE}", "/healthz")
    async with proxy(at.folder / "cached", front, at.back, cached=True), await _signed_in(at) as officer:
        found: dict[str, str] = {}
        for path in (*private, await _asset(at, officer)):
            for _ in range(3):
                async with officer.get(f"http://localhost:{front}{path}") as answer:
                    found[path] = answer.headers.get("X-Cache", "")
    hits = [path for path in private if found[path] == "HIT"]
    return not hits, f"from the cache: {hits or 'nothing private'}; {found}"


async def _asset(at: Street, visitor: aiohttp.ClientSession) -> str:
    async with visitor.get(f"{at.origin}/chat/{HOUSE}") as answer:
        return "/static/" + (await answer.text()).split("/static/", 1)[1].split('"', 1)[0]


CHECKS: dict[str, Check] = {
    "slow headers": slow_headers,
    "slow bodies": slow_bodies,
    "huge requests": huge,
    "smuggling": smuggling,
    "web socket": socket,
    "desk's news": news,
    "caching": cached,
}


async def check() -> bool:
    """Every check in turn; whether all went well."""
    configure("console", "ERROR", ())
    good = True
    with tempfile.TemporaryDirectory(prefix="wasl-deploy-") as folder:
        async with street(Path(folder)) as at:
            for name, act in CHECKS.items():
                well, words = await act(at)
                good = good and well
                sys.stdout.write(f"{'ok  ' if well else 'BAD '} {name}: {words}\n")
                sys.stdout.flush()
    return good


if __name__ == "__main__":
    sys.exit(not asyncio.run(check()))
