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
    if part == "mind":
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/test_mind_machine.py"]
        inside = {**os.environ, "HYPOTHESIS_PROFILE": "torture"}
        return subprocess.run(command, env=inside, cwd=ROOT, check=False).returncode == 0  # noqa: S603
    tempfile.tempdir = tempfile.mkdtemp(prefix=f"wasl-torture-{part}-")
    wrong = asyncio.run(ALONE[part](plan))
    for one in wrong[:20]:
        print(f"- {one}", flush=True)
    print(f"{part}: {len(wrong)} anomalies; replay: {plan.command} PART={part}", flush=True)
    if not wrong:
        shutil.rmtree(tempfile.tempdir, ignore_errors=True)
    return not wrong
