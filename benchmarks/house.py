"""The house as processes of its own, each on a port, and what the machine says of them."""

import asyncio
import base64
import os
import signal
import socket
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.callers import AUTH, SECRET, SENDER, SID, TELEGRAM_TOKEN
from benchmarks.common_work import HOUSE
from benchmarks.launch import SILENT

ROOT = Path(__file__).resolve().parent.parent
MODULES = "bot.wiring, bot.app, bot.server, bot.commands.serve, handlers.telegram, handlers.twilio"
USABLE = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
HOUSE_CORE, OTHER_CORES = set(USABLE[:1]), set(USABLE[1:] or USABLE)
TICK = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 120
READY = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def stay(on: set[int], pid: int = 0) -> None:
    """Run on these cores only, where the system lets us say so."""
    if on and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, on)


class Running:
    """One process."""

    def __init__(self, process: Process, port: int, started_s: float) -> None:
        self.process, self.port, self.started_s = process, port, started_s

    def cpu_s(self) -> float:
        """Seconds of CPU that it took since its birth, in all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory_mib(self) -> float:
        """Resident memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def environment(port: int, folder: Path, database: str, vendor: str, silent: bool, house: str) -> Mapping[str, str]:
    """The settings of a house with all three channels."""
    account = f"WASL_ORG__{house.upper()}__"
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("WASL_")},
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "WASL_DATA_DIR": str(folder / "data"),
        "WASL_ERASURE_LEDGER": str(folder / "erasure.ledger"),
        "WASL_MASTER_KEYS": f"k1:{base64.b64encode(b'k' * 32).decode()}",
        "WASL_SECRET": "abcdefghijklmnopqrstuvwxyz0123456789",
        "WASL_LOG_LEVEL": "ERROR",
        "WASL_DATABASE_URL": database,
        "WASL_TELEGRAM_API_URL": vendor,
        "WASL_TWILIO_API_URL": vendor,
        f"{account}TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        f"{account}TELEGRAM_WEBHOOK_SECRET": SECRET,
        f"{account}TWILIO_ACCOUNT_SID": SID,
        f"{account}TWILIO_AUTH_TOKEN": AUTH,
        f"{account}TWILIO_WHATSAPP_FROM": SENDER,
        **({SILENT: "1"} if silent else {}),
    }


async def _start(folder: Path, on: set[int], settings: Mapping[str, str], module: str) -> Running:
    port, began = int(settings["PORT"]), time.perf_counter()
    with (folder / f"{port}.log").open("ab") as log:
        command = (sys.executable, "-m", module, "serve")
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=settings, stdout=DEVNULL, stderr=log)
    stay(on, process.pid)
    while not await _ready(port):
        if process.returncode is not None or time.perf_counter() - began > PATIENCE_S:
            raise SystemExit((folder / f"{port}.log").read_text("utf-8")[-3000:])
        await asyncio.sleep(0.01)
    return Running(process, port, time.perf_counter() - began)


async def _ready(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        writer.write(READY)
        return b" 200 " in await reader.readline()
    except OSError:
        return False
    finally:
        writer.close()


@asynccontextmanager
async def houses(
    database: str,
    vendor: str,
    count: int = 1,
    silent: bool = False,
    on: set[int] | None = None,
    house: str = HOUSE,
) -> AsyncIterator[Sequence[Running]]:
    """So many processes on one database; on the house's core unless others are named. Gone at the end."""
    module = "benchmarks.launch" if house == HOUSE else "bot"
    running: list[Running] = []
    with tempfile.TemporaryDirectory(prefix="wasl-bench-") as scratch:
        folder = Path(scratch)
        try:
            for _ in range(count):
                given = environment(_free_port(), folder, database, vendor, silent, house)
                running.append(await _start(folder, HOUSE_CORE if on is None else on, given, module))
            yield running
        finally:
            for one in running:
                one.process.send_signal(signal.SIGTERM)
            await asyncio.gather(*(one.process.wait() for one in running))


async def imports_s() -> float:
    """How long Python takes for the imports alone; the better of two."""
    took = []
    for _ in range(2):
        began = time.perf_counter()
        command = (sys.executable, "-c", f"import {MODULES}")
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE)
        stay(HOUSE_CORE, process.pid)
        await process.wait()
        took.append(time.perf_counter() - began)
    return min(took)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])
