"""A SQLite file of this version for every test: migrated once in each process of the run, then copied."""

import tempfile
from pathlib import Path

from storage import migrate
from storage.engine import make_file, parsed, sqlite_file

_made: list[bytes] = []


async def migrated(url: str) -> None:
    """What `migrate` leaves at the address of a new SQLite file; one that is there already stays as it is."""
    path = sqlite_file(parsed(url))
    assert path is not None, "a test on PostgreSQL gets its database from tests/postgres.py"
    if not path.exists():
        make_file(path)
        path.write_bytes(await _template())


async def _template() -> bytes:
    if not _made:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "wasl.db"
            await migrate(f"sqlite:///{path}")
            assert not path.with_name("wasl.db-wal").exists()
            _made.append(path.read_bytes())
    return _made[0]
