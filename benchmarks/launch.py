"""`python -m benchmarks.launch serve`: the house as `python -m bot` opens it, with the benchmark's association alone.

Three things differ, so that it is the house that is measured: no line waits for what its vendor allows a second; the
receipt's PDF, made once a request by another library, is left out; and with BENCH_SILENT nothing is sent at all.
"""

import cProfile
import os
from contextlib import ExitStack
from dataclasses import is_dataclass, replace
from unittest.mock import patch

import bot.judgement
import bot.wiring
from benchmarks.common_work import HOUSE, profile
from bot.lines import Lines, open_lines
from services.outlets import Outlet, Pace

PROFILE = "BENCH_PROFILE"
SILENT = "BENCH_SILENT"
UNBOUND = Pace(per_second=1e6, to_one=1e6, at_once=10**6)


def freed(lines: Lines) -> Lines:
    """The lines without their vendors' pace and without files; none to send on where the house is to be silent."""
    lines.outlets = {} if os.environ.get(SILENT) else {place: _free(o) for place, o in lines.outlets.items()}
    return lines


def _free(outlet: Outlet) -> Outlet:
    bound = replace(outlet.channel.capabilities, documents=False)
    if is_dataclass(outlet.channel):
        return replace(outlet, pace=UNBOUND, channel=replace(outlet.channel, capabilities=bound))
    patch.object(type(outlet.channel), "capabilities", bound).start()
    return replace(outlet, pace=UNBOUND)


def main() -> None:
    """Run the command line with what differs."""
    known = {HOUSE: profile()}
    with ExitStack() as changed:
        changed.enter_context(patch.object(bot.judgement, "known_organisations", lambda: tuple(known)))
        changed.enter_context(patch.object(bot.wiring, "load_all", lambda wanted=None: known))
        changed.enter_context(patch.object(bot.wiring, "open_lines", lambda s, p: freed(open_lines(s, p))))
        from bot.__main__ import app

        if kept := os.environ.get(PROFILE):
            watcher = cProfile.Profile()
            try:
                watcher.runcall(app)
            finally:
                watcher.dump_stats(kept)
        else:
            app()


if __name__ == "__main__":
    main()
