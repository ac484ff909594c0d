"""The street of `make deploy-check`: nginx with the file of deploy/ before a served house, and bare calls to it."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from bot.wiring import House
from tests.real_house import furnished, open_house, settings

NGINX = Path(__file__).resolve().parent.parent / "deploy" / "nginx"
MAIN = """{user}daemon off; worker_processes 1; worker_rlimit_nofile 8192;
pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fast;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {more}
    include {folder}/upstream.conf;
    include {folder}/wasl.conf;
}}
"""
# As if somebody had switched a cache on for everything.
CACHE = """proxy_cache_path {folder}/cache keys_zone=everything:1m;
    add_header X-Cache $upstream_cache_status always;"""
SENTENCE = "nginx is missing and cannot be installed here; install it (Debian: apt-get install nginx), then make again."


@dataclass(frozen=True, slots=True)
class Street:
    """The house behind the proxy."""

    house: House
    folder: Path
    front: int
    back: int

    @property
    def origin(self) -> str:
        """The public address."""
        return f"http://localhost:{self.front}"


def nginx() -> str:
    """Where nginx is, installed by apt where that is allowed."""
    for again in (True, False):
        if found := shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
            return found
        if again and os.geteuid() == 0 and shutil.which("apt-get"):
            command = "apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light"
            subprocess.run(["/bin/sh", "-c", command], check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    raise SystemExit(SENTENCE)


def free() -> int:
    """A port that nobody uses now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@asynccontextmanager
async def proxy(folder: Path, front: int, back: int, cached: bool = False) -> AsyncIterator[None]:
    """Nginx with our file, listening at `front` before `back`; with `cached` a cache stands over every door."""
    _written(folder, front, back, cached)
    command = (nginx(), "-c", str(folder / "nginx.conf"), "-p", str(folder))
    process = await asyncio.create_subprocess_exec(*command)
    try:
        await listening(front, process)
        yield
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def _written(folder: Path, front: int, back: int, cached: bool) -> None:
    folder.mkdir(parents=True)
    conf = (NGINX / "wasl.conf").read_text("utf-8").replace("listen 8080;", f"listen 127.0.0.1:{front};")
    if cached:
        conf = conf.replace("proxy_cache off;", "proxy_cache everything;")
    upstream = (NGINX / "upstream-local.conf").read_text("utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{back}")
    (folder / "wasl.conf").write_text(conf, "utf-8")
    (folder / "upstream.conf").write_text(upstream, "utf-8")
    user = "user root; " if os.geteuid() == 0 else ""  # its workers write into our folder
    more = CACHE.format(folder=folder) if cached else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, more=more, user=user), "utf-8")


async def listening(port: int, process: asyncio.subprocess.Process) -> None:
    """Until somebody listens there, or the process has gone."""
    async with asyncio.timeout(10):
        while process.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
    raise SystemExit("nginx did not start with this file.")


@asynccontextmanager
async def street(folder: Path) -> AsyncIterator[Street]:
    """The real house on a fresh database, and the proxy before it."""
    front, back = free(), free()
    await furnished(folder)

    def made(where: Path, port: int) -> Settings:
        return settings(where, port).model_copy(update={"public_url": f"http://localhost:{front}"})

    async with open_house(folder, made=made, port=back) as (house, _), proxy(folder / "nginx", front, back):
        yield Street(house, folder, front, back)


async def call(port: int, data: bytes, within: float = 20.0) -> bytes:
    """What comes back for these bytes until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = b""
    with suppress(OSError, TimeoutError):
        writer.write(data)
        await writer.drain()
        async with asyncio.timeout(within):
            while part := await reader.read(65_536):
                heard += part
    writer.close()
    return heard


def status(answer: bytes) -> int:
    """The status of the first answer; 0 where the connection was closed without one."""
    words = answer.split(b" ", 2)
    return int(words[1]) if answer.startswith(b"HTTP/") and words[1].isdigit() else 0
