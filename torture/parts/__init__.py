"""Parts of the torture that can be run alone: `make torture PART=wal`."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from torture.parts import burst, leases, replay, wal
from torture.plan import ROOT, Plan

ALONE: Mapping[str, Callable[[Plan], Coroutine[Any, Any, list[str]]]] = {
    "wal": wal.run,
    "replay": replay.run,
    "burst": burst.run,
    "leases": leases.run,
}


def run_part(part: str, plan: Plan) -> bool:
    """Run it and say what was found; whether all held."""
    if part == "drill":
        return _drilled(plan)
    if part == "simulator":
        return _simulated(plan)
    if part == "mind":
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/test_mind_machine.py"]
        inside = {**os.environ, "HYPOTHESIS_PROFILE": "torture", "MIND_RUNS": str(plan.runs)}
        return subprocess.run(command, env=inside, cwd=ROOT, check=False).returncode == 0  # noqa: S603
    tempfile.tempdir = tempfile.mkdtemp(prefix=f"wasl-torture-{part}-")
    wrong = asyncio.run(ALONE[part](plan))
    for one in wrong[:20]:
        print(f"- {one}", flush=True)
    print(f"{part}: {len(wrong)} anomalies; replay: {plan.command} PART={part}", flush=True)
    if not wrong:
        shutil.rmtree(tempfile.tempdir, ignore_errors=True)
    return not wrong


def _drilled(plan: Plan) -> bool:
    """Archives taken while people write, each brought into an empty house."""
    from torture import drill

    share = {name: getattr(plan, name) for name in ("database", "people", "messages", "archives")}
    return drill.main([word for name, value in share.items() for word in (f"--{name}", str(value))]) == 0


def _simulated(plan: Plan) -> bool:
    """Years of simulated associations, from the seed on."""
    from tests.simulator.__main__ import many

    return many(plan.seeds, plan.seed) == 0
