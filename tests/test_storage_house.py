"""The file: one process, safe pragmas, closed to others; refusals are sentences."""

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Memory, StorageRefusedError, migrate
from storage.engine import assert_pragmas, judge_version
from storage.wakeups import Wakeups
from tests.patience import STUCK_S
from tests.storage_world import HOUSES, OLD, opened, url_of

SECOND = """
import asyncio, sys
from storage import Memory, StorageRefusedError, migrate
async def main():
    for act in (lambda: migrate(sys.argv[1]), lambda: Memory(sys.argv[1], (("a", b"k" * 32),)).open(["labas"])):
        try:
            await act()
        except StorageRefusedError as refusal:
            print(refusal)
asyncio.run(main())
"""


async def test_a_second_process_is_refused_with_a_sentence_until_the_first_has_gone(tmp_path: Path) -> None:
    def second() -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", SECOND, url_of(tmp_path)], capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    async with opened(tmp_path):
        refusals = await asyncio.to_thread(second)
    assert len(refusals) == 2
    assert all("Another process holds wasl.db.lock" in line and "desk" in line for line in refusals)
    async with opened(tmp_path):
        pass


async def test_a_refused_opening_lets_the_lock_go(tmp_path: Path) -> None:
    memory = Memory(url_of(tmp_path), (OLD,))
    with pytest.raises(StorageRefusedError, match="python -m bot migrate"):
        await memory.open(HOUSES)
    await migrate(url_of(tmp_path))
    async with opened(tmp_path):
        pass


async def test_the_pragmas_are_set_and_asserted(tmp_path: Path) -> None:
    async with opened(tmp_path) as memory, memory.unit() as unit:
        found = {
            name: (await unit.connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
        assert found == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "busy_timeout": 5000,
        }
        await unit.connection.exec_driver_sql("PRAGMA secure_delete = 0")
        with pytest.raises(StorageRefusedError, match="secure_delete"):
            await assert_pragmas(unit.connection)
        await unit.connection.exec_driver_sql("PRAGMA secure_delete = 1")


async def test_only_the_owner_reads_the_files(tmp_path: Path) -> None:
    async with opened(tmp_path):
        for path in (tmp_path / "data", *(tmp_path / "data").iterdir()):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


@pytest.mark.parametrize(("version", "lines"), [((3, 40, 1), 1), ((3, 51, 2), 1), ((3, 51, 3), 0), ((3, 52, 0), 0)])
def test_a_sqlite_with_the_wal_race_is_warned_of_in_one_line(
    version: tuple[int, int, int], lines: int, caplog: pytest.LogCaptureFixture
) -> None:
    judge_version(version)
    assert len(caplog.records) == lines


def test_a_sqlite_that_is_too_old_is_refused() -> None:
    with pytest.raises(StorageRefusedError, match=r"SQLite 3\.31\.1 is too old"):
        judge_version((3, 31, 1))


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(StorageRefusedError, match="WASL_DATABASE_URL"):
        Memory("mysql://localhost/wasl", (OLD,))


async def test_the_url_may_name_its_driver_or_not(tmp_path: Path) -> None:
    await migrate(url_of(tmp_path).replace("sqlite:", "sqlite+aiosqlite:"))
    async with opened(tmp_path) as memory:
        assert memory.database.url.drivername == "sqlite+aiosqlite"


async def test_the_keys_of_an_organisation_are_made_once_and_differ(tmp_path: Path) -> None:
    def index(memory: Memory, house: str) -> bytes:
        return memory.secrets[house].index

    async with opened(tmp_path) as memory:
        first = {house: index(memory, house) for house in HOUSES}
    async with opened(tmp_path) as memory:
        second = {house: index(memory, house) for house in HOUSES}
    assert first == second and first["labas"] != first["kafl"] and len(first["labas"]) == 32


async def test_whoever_waits_for_a_contact_is_woken_and_nobody_else() -> None:
    wakeups = Wakeups()
    with wakeups.subscribe("labas", "a") as one, wakeups.subscribe("labas", "a") as two:
        with wakeups.subscribe("labas", "b") as other:
            wakeups.wake("labas", "a")
            await asyncio.wait_for(asyncio.gather(one.wait(), two.wait()), STUCK_S)
            assert not other.is_set()
        wakeups.wake("labas", "b")
    assert wakeups.waiting == 0
