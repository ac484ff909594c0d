"""Migrations: forward only, under a lock, in one transaction."""

from pathlib import Path
from typing import Any

from sqlalchemy import pool, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.engine import make_file, parsed, sqlite_file
from storage.errors import StorageRefusedError
from storage.lockfile import LockFile

HEAD = "0006"
ADVISORY = 0x7761736C  # any number that every process of ours takes


async def migrate(url: str) -> str:
    """Bring the database to the newest revision and return it; a database that runs is refused with a sentence."""
    full = parsed(url)
    path = sqlite_file(full)
    if path is None:
        return await _upgrade(full)
    make_file(path)
    lock = LockFile(path)
    lock.take()
    try:
        return await _upgrade(full)
    finally:
        lock.release()


async def _upgrade(url: Any) -> str:
    more = {"isolation_level": "AUTOCOMMIT"} if url.get_backend_name() == "sqlite" else {}
    engine = create_async_engine(url, poolclass=pool.NullPool, **more)
    try:
        async with engine.connect() as connection:
            if await connection.run_sync(revision_of) == HEAD:
                return HEAD  # what would be judged below takes minutes where there are millions of rows
            await _begin(connection)
            await connection.run_sync(_run)
            await _judge(connection)
            await connection.commit()
    finally:
        await engine.dispose()
    return HEAD


async def _begin(connection: AsyncConnection) -> None:
    # On SQLite foreign keys stay off while tables are rebuilt, and are judged at the end.
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("PRAGMA secure_delete = 1")
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY})")


async def _judge(connection: AsyncConnection) -> None:
    if connection.dialect.name == "sqlite":
        broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
        if broken:
            raise StorageRefusedError(
                f"A migration would leave {len(broken)} rows without what they belong to: nothing was changed."
            )


def revision_of(connection: Any) -> str | None:
    """The revision that the database stands at; None where it is bare."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()  # type: ignore[no-any-return]


def _run(connection: Any) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
