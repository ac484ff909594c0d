"""Copies of the write-ahead log cut at random offsets: each opens as a whole database that stood after some commit.

`KILLS` is the number of cuts. Every batch begins behind a checkpoint and stays below the size of the next, as SQLite
itself writes no page into the file before the log that holds it is safe.
"""

import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from bot.wiring import House
from handlers import way
from torture.plan import Plan
from torture.posting import LINES, account
from torture.scripts import close, inbounds, open_calm, settled, spoken

CUTS, TURNS = 100, 12  # a batch: so many cuts of the log of so many turns
PAGES = 1000  # at which SQLite carries the log over by itself
HEAD, FRAME = 32, 24


async def run(plan: Plan) -> list[str]:
    """Batch after batch until there were as many cuts as the plan wants."""
    folder = Path(tempfile.mkdtemp(prefix="wasl-torture-wal-"))
    house = await open_calm(settled(folder))
    file, chance, wrong, found = folder / "data" / "wasl.db", plan.chance("wal"), list[str](), 0
    try:
        batches = -(-plan.kills // CUTS)
        for batch in range(batches):
            states = await _lived(house, file, LINES[batch % len(LINES)], batch)
            for number, spoiled in _cut(file, folder, chance, min(CUTS, plan.kills - batch * CUTS)):
                found += 1
                wrong += [f"cut {batch}.{number}: {fault}" for fault in _judged(spoiled, states)]
    finally:
        await close(house)
    print(f"{found} copies of the log cut at random offsets, {found - len(wrong)} whole and a prefix", flush=True)
    return wrong


async def _lived(house: House, file: Path, line: str, batch: int) -> list[str]:
    """Some turns behind a checkpoint; the state after each commit."""
    with closing(sqlite3.connect(file)) as side:
        side.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    states = [_state(file)]
    for text in spoken(line)[:TURNS]:
        for one in inbounds(house, line, account(line, batch), text):
            await house.household.reception.receive(one, way(one.line))
            states.append(_state(file))
    return states


def _cut(file: Path, folder: Path, chance: random.Random, times: int) -> Iterator[tuple[int, Path]]:
    """Copies with the log cut somewhere, half of them with rubbish behind the cut."""
    base, log = file.read_bytes(), file.with_name("wasl.db-wal").read_bytes()
    page = int.from_bytes(base[16:18]) or 512
    if len(log) > HEAD + PAGES * (page + FRAME):
        raise RuntimeError("the log was carried over within a batch")
    for number in range(times):
        copy = folder / "cut.db"
        for old in folder.glob("cut.db*"):
            old.unlink()
        copy.write_bytes(base)
        rubbish = chance.randbytes(chance.randrange(2 * page)) if chance.random() < 0.5 else b""
        copy.with_name("cut.db-wal").write_bytes(log[: chance.randrange(len(log) + 1)] + rubbish)
        yield number, copy


def _judged(copy: Path, states: list[str]) -> Iterator[str]:
    with closing(sqlite3.connect(copy)) as line:
        told = line.execute("PRAGMA integrity_check").fetchall()
    if told != [("ok",)]:
        yield f"integrity: {told[:3]}"
    elif _state(copy) not in states:
        yield "its state is that of no commit"


def _state(file: Path) -> str:
    """A digest of every row of every table."""
    digest = sha256()
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as line:
        tables = [name for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for table in tables:
            rows = sorted(repr(row) for row in line.execute(f'SELECT * FROM "{table}"'))  # noqa: S608
            digest.update(repr((table, rows)).encode())
    return digest.hexdigest()
