"""`python -m torture`: one part of the torture, as its arguments say; the exit code tells whether all was kept."""

import asyncio
import logging
import sys

import uvloop

from torture.plan import Plan, parsed


def main(words: list[str] | None = None) -> int:
    """Run a part; 0 where every promise was kept."""
    part, plan = parsed(words)
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # callers who were killed in the middle of a call
    print(f"{part}: {plan.command}", flush=True)
    if part == "kill":
        return 0 if _killed(plan) else 1
    from torture.parts import run_part

    return 0 if run_part(part, plan) else 1


def _killed(plan: Plan) -> bool:
    from torture.report import told
    from torture.run import run, tidy

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ran = runner.run(run(plan))
    kept = told(ran)
    if kept:
        tidy(ran)
    return kept


if __name__ == "__main__":
    sys.exit(main())
