"""What holds for every test: no network, no settings of this machine, one browser a worker, and a sign of life."""

import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from _pytest.terminal import TerminalReporter
from playwright.async_api import Browser, async_playwright, expect

from tests import postgres
from tests.browser import FLAGS, MISSING, chromium
from tests.network import refuse_the_world
from tests.patience import STUCK_S

BROWSER = "browser"  # the fixture that a page test asks for
SIGN_S = 30
LEFT_OUT = pytest.StashKey[int]()
# What takes longest begins first, so that no worker is left with it when the others are done.
LONG = (
    *("test_kill", "test_desk_procedure", "test_desk_looks", "test_simulator", "test_browser_request", "test_demo"),
    *("test_mind_machine", "test_papers_judging", "test_twilio_mutations", "test_organisations_judging"),
)

sys.addaudithook(refuse_the_world)
for _name in [name for name in os.environ if name.upper().startswith("WASL_") or name == "PORT"]:
    del os.environ[_name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The dialogues are documents: `--dialogues=write` writes them anew, to be read as a diff."""
    parser.addoption(
        "--dialogues", choices=("judge", "write"), default="judge", help="judge the dialogues, or write them"
    )


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The one Chromium of this worker; a test opens its own context in it. Such tests share one event loop."""
    path = chromium()
    assert path is not None, MISSING
    expect.set_options(timeout=STUCK_S * 1_000)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture(params=("sqlite", "postgresql"))
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a memory may be opened: a folder for a SQLite file, then a migrated database of the run's PostgreSQL."""
    return tmp_path if request.param == "sqlite" else await postgres.server().database()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop this process's PostgreSQL, where a test asked for one; a worker reports what it left out."""
    postgres.stop()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[BROWSER] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker left out, for the last words; every worker collects all tests, so one figure says it."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get(BROWSER, 0)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Page tests run on the browser's loop; without a browser they are left out loudly, and fail where CI=true."""
    items.sort(key=lambda item: not item.path.name.startswith(LONG))
    pages = [item for item in items if BROWSER in getattr(item, "fixturenames", ())]
    for item in pages:
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    if pages and chromium() is None and os.environ.get("CI") != "true":
        config.stash[LEFT_OUT] = len(pages)
        config.hook.pytest_deselected(items=pages)
        items[:] = [item for item in items if item not in pages]


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """The last words of a run without a browser."""
    if chromium() is None:
        left_out = config.stash.get(LEFT_OUT, 0) or "THE"
        terminalreporter.write_line(f"!!! {left_out} PAGE TESTS DID NOT RUN. {MISSING}", red=True, bold=True)


class SignOfLife:
    """A line of progress every half minute, for logs that show no dots until a line is full; each failure at once."""

    def __init__(self, reporter: TerminalReporter) -> None:
        self._reporter, self._begun, self._told, self._done = reporter, time.monotonic(), time.monotonic(), 0

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Counts a test, and tells where the run stands when half a minute has gone."""
        self._done += 1
        now = time.monotonic()
        if now - self._told >= SIGN_S:
            self._told = now
            self._reporter.write_line(
                f"\n{now - self._begun:.0f} s, {self._done} tests done, now at {nodeid.partition('[')[0]}"
            )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Names what failed when it failed, and how it ended; the whole story follows when all have run."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            reason = str(getattr(crash, "message", "")).partition("\n")[0]
            self._reporter.write_line(f"\nFAILED {report.nodeid} ({report.when}): {reason[:300]}", red=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let the sign of life speak through the run's own reporter."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, TerminalReporter):
        session.config.pluginmanager.register(SignOfLife(reporter))
