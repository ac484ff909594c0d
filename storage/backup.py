"""Backup of a house that runs, and its restore: one snapshot of the database with the files, sealed as one archive."""

import asyncio
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, update
from sqlalchemy.engine import URL

from storage.archive import CHUNK, Keys, Opening, Sealing, whole
from storage.engine import make_file, parsed, sqlite_file
from storage.errors import StorageRefusedError
from storage.lockfile import LockFile
from storage.migrations import HEAD, migrate
from storage.tables import METADATA

MANIFEST, FILE, TABLES, FILES = "manifest.json", "wasl.db", "tables/", "files/"
SQLITE, POSTGRES = "sqlite", "postgresql"
DOUBT = """UPDATE outbox SET state = 'sending', claimed_at = $1, changed_at = $1
WHERE state = 'new' AND seq IS NULL AND at <= $2 RETURNING number"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an archive holds: how many files, how many bytes in all, of which database, at which revision, as of when;
    and how many messages were about to be sent then, which a restore leaves in doubt."""

    files: int
    size: int
    kind: str
    revision: str
    at: datetime
    doubtful: int = 0


def back_up(url: str, folder: Path, keys: Keys, out: Path) -> Kept:
    """Write an archive while the house goes on: the database as of one moment, then the files, which never change."""
    if out.exists():
        raise StorageRefusedError(f"{out.name} is there already: give the archive a name of its own.")
    full = parsed(url)
    half = out.with_name(out.name + ".half")
    with tempfile.TemporaryDirectory(prefix=".wasl-backup-", dir=out.parent) as room:
        at = datetime.now(UTC)  # before the copy: whatever went out after it is looked for from here
        parts = _snapshot(full, Path(room)) if sqlite_file(full) else asyncio.run(_copied(full, Path(room)))
        kind = SQLITE if sqlite_file(full) else POSTGRES
        manifest = {"kind": kind, "revision": HEAD, "at": at.isoformat()}
        try:
            count = _write(half, keys, manifest, parts, folder)
            os.replace(half, out)
        finally:
            half.unlink(missing_ok=True)
    return Kept(count, out.stat().st_size, kind, HEAD, at)


def restore(url: str, folder: Path, keys: Keys, archive: Path) -> Kept:
    """Bring an archive into an empty house; nothing is written before the whole of it was found unchanged."""
    whole(archive, keys)
    full = parsed(url)
    path = sqlite_file(full)
    if folder.exists() and any(folder.iterdir()):
        raise StorageRefusedError(f"{folder.name} holds files already: restore into an empty folder.")
    if path is not None and (there := _left(path)):
        raise StorageRefusedError(f"{there} is there already: move it away before you restore.")
    near = path.parent if path else folder.parent
    near.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".wasl-restore-", dir=near) as room:
        manifest = _unpack(archive, keys, Path(room))
        _judge(manifest, full)
        count = sum(1 for each in (Path(room) / FILES).rglob("*") if each.is_file())
        at = datetime.fromisoformat(manifest["at"])
        doubtful = asyncio.run(_moved(path, Path(room), at) if path else _filled(full, Path(room), at))
        if (Path(room) / FILES).exists():
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copytree(Path(room) / FILES, folder, dirs_exist_ok=True)
    return Kept(count, archive.stat().st_size, manifest["kind"], manifest["revision"], at, doubtful)


def _left(path: Path) -> str:
    """A database that is there, or a journal of one, which SQLite would write into the restored one."""
    beside = (path.with_name(path.name + end) for end in ("", "-wal", "-journal", "-shm"))
    return next((each.name for each in beside if each.exists()), "")


def _judge(manifest: dict[str, Any], url: URL) -> None:
    if manifest["kind"] != (SQLITE if sqlite_file(url) else POSTGRES):
        raise StorageRefusedError(f"The archive is of {manifest['kind']}; WASL_DATABASE_URL names another database.")
    if manifest["revision"] > HEAD or (manifest["kind"] == POSTGRES and manifest["revision"] != HEAD):
        raise StorageRefusedError(
            f"The archive is of revision {manifest['revision']}: restore it with its own version."
        )


def _snapshot(url: URL, room: Path) -> list[tuple[str, Path]]:
    """The SQLite database as of one moment, whoever writes meanwhile."""
    path = sqlite_file(url)
    if path is None or not path.exists():
        raise StorageRefusedError("There is no database yet to back up.")
    _pages(path, room / FILE)
    return [(FILE, room / FILE)]


def _pages(path: Path, target: Path) -> None:
    make_file(target)
    source, copy = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        source.backup(copy)
        (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
    finally:
        source.close()
        copy.close()
    if sound != "ok":
        raise StorageRefusedError(f"The database is damaged: {sound}.")


async def _copied(url: URL, room: Path) -> list[tuple[str, Path]]:
    """Every table of PostgreSQL as of one moment, in its binary copy format."""
    import asyncpg

    (room / TABLES).mkdir(mode=0o700)
    connection = await asyncpg.connect(_dsn(url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            for table in METADATA.sorted_tables:
                columns = [column.name for column in table.columns]
                target = room / TABLES / table.name
                await connection.copy_from_table(table.name, columns=columns, output=str(target), format="binary")
    finally:
        await connection.close()
    return [(f"{TABLES}{each.name}", each) for each in sorted((room / TABLES).iterdir())]


async def _filled(url: URL, room: Path, at: datetime) -> int:
    """An empty PostgreSQL gets its tables, then their rows, parents first, all in one transaction."""
    import asyncpg

    await migrate(url.render_as_string(hide_password=False))
    connection = await asyncpg.connect(_dsn(url))
    try:
        async with connection.transaction():
            if await connection.fetchval("SELECT count(*) FROM organisations"):
                raise StorageRefusedError("The database holds data already: restore into an empty one.")
            for table in METADATA.sorted_tables:
                columns = [column.name for column in table.columns]
                source = room / TABLES / table.name
                await connection.copy_to_table(table.name, columns=columns, source=str(source), format="binary")
            return len(await connection.fetch(DOUBT, at, datetime.now(UTC)))
    finally:
        await connection.close()


async def _moved(path: Path, room: Path, at: datetime) -> int:
    """The SQLite database takes its place, whole and of this version, under the lock of whoever serves."""
    await migrate(f"sqlite:///{(room / FILE).as_posix()}")
    doubtful = _doubt(room / FILE, at)
    lock = LockFile(path)
    lock.take()
    try:
        os.chmod(room / FILE, 0o600)
        os.replace(room / FILE, path)
    finally:
        lock.release()
    return doubtful


def _doubt(file: Path, at: datetime) -> int:
    """What waited to be sent may have gone out since: it counts as being sent, and is looked for before anything."""
    outbox = METADATA.tables["outbox"].c
    waiting = outbox.state == "new", outbox.seq.is_(None), outbox.at <= datetime.now(UTC)
    engine = create_engine(f"sqlite:///{file.as_posix()}", poolclass=NullPool)
    try:
        with engine.begin() as connection:
            doubted = update(outbox.state.table).where(*waiting)
            return connection.execute(doubted.values(state="sending", claimed_at=at, changed_at=at)).rowcount
    finally:
        engine.dispose()


def _dsn(url: URL) -> str:
    return url.set(drivername=POSTGRES).render_as_string(hide_password=False)


def _write(out: Path, keys: Keys, manifest: dict[str, Any], parts: list[tuple[str, Path]], folder: Path) -> int:
    count = 0
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        stream = Sealing(raw, keys)
        with tarfile.open(fileobj=stream, mode="w|") as archive:  # type: ignore[call-overload]
            _add(archive, MANIFEST, json.dumps(manifest).encode())
            for name, path in parts:
                archive.add(path, name, recursive=False)
            for name, data in _files(folder):
                _add(archive, FILES + name, data)
                count += 1
        stream.close()
        raw.flush()
        os.fsync(raw.fileno())
    return count


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every sealed file; one that was erased meanwhile is not there any more, and is not missed."""
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        try:
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path.read_bytes()
        except FileNotFoundError:
            continue


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, io.BytesIO(data))


def _unpack(path: Path, keys: Keys, room: Path) -> dict[str, Any]:
    with path.open("rb") as raw, tarfile.open(fileobj=Opening(raw, keys), mode="r|", bufsize=CHUNK) as archive:  # type: ignore[call-overload]
        for entry in archive:
            archive.extract(entry, room, filter="data")
    found: dict[str, Any] = json.loads((room / MANIFEST).read_text("utf-8"))
    return found
