"""A burst: 256 people write in the same moment while the vendor is 50 ms away, and everybody is answered once."""

import asyncio
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from torture.checker import judged
from torture.crowd import Crowd
from torture.database import opened
from torture.plan import Plan
from torture.posting import account
from torture.run import Ran, read, rehearsal, standing
from torture.scripts import Script, spoken

BURST, AWAY_S, WITHIN_S = 256, 0.05, 120
LINE = "whatsapp"


async def run(plan: Plan) -> list[str]:
    """One burst; anomalies of its history, and how long it took."""
    plan = replace(plan, people=BURST, kills=0, cuts=0, restarts=0)
    ran = Ran(plan, folder=Path(tempfile.mkdtemp(prefix="wasl-torture-burst-")))
    async with opened(plan.database, ran.folder, plan.chance("database")) as database:
        calm = (await rehearsal(ran.folder))[LINE, 1]
        async with standing(plan, ran.folder, database) as crowd:
            crowd.vendors.clear()
            crowd.vendors.twilio.away_s = AWAY_S
            script = Script(LINE, spoken(LINE)[:1], frozenset(), calm)
            crowd.scripts = [(account(LINE, number), script) for number in range(BURST)]
            accepted, answered = await _timed(crowd, calm.told)
            await crowd.houses.stop()
        await read(ran, crowd, database)
    print(
        f"{BURST} turns at once: accepted in {accepted:.2f} s, {calm.told} answers each in {answered:.2f} s", flush=True
    )
    return [str(anomaly) for anomaly in [*ran.faults, *judged(ran.lives)]]


async def _timed(crowd: Crowd, answers: int) -> tuple[float, float]:
    """Seconds until all were accepted, and until all were answered."""
    began = time.monotonic()
    async with asyncio.timeout(WITHIN_S):
        await crowd.live()
        accepted = time.monotonic() - began
        while any(len(writer.seen) < answers for writer in crowd.writers):
            await asyncio.sleep(0.01)
        answered = time.monotonic() - began
        await asyncio.sleep(2)  # the receipts that are still to come
    return accepted, answered
