"""Every key begins with the organisation; what is migrated is what the tables say; what is personal is sealed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import StorageRefusedError, migrate, migrations
from storage.tables import METADATA
from tests import postgres
from tests.storage_world import Place, behind, url_of

TABLES = sorted(METADATA.tables)
SEALED = {
    "addresses": {"value"},
    "answers": {"value", "typed"},
    "audit": {"more"},
    "cases": {"reference"},
    "contacts": {"state"},
    "decisions": {"reason", "release_reason"},
    "entries": {"content"},
    "evidence": {"body"},
    "files": {"name", "secret", "ref", "digest"},
    "inquiries": {"question"},
    "items": {"note"},
    "messages": {"content"},
    "outbox": {"content"},
    "parked": {"payload"},
    "posts": {"content"},
    "staff": {"login", "name", "password", "totp"},
    "surveys": {"words"},
    "votes": {"reason"},
}


@pytest.mark.parametrize("name", TABLES)
def test_every_key_of_the_tables_begins_with_the_organisation(name: str) -> None:
    table = METADATA.tables[name]
    keys: list[Sequence[str]] = [
        [c.name for c in table.primary_key],
        *([c.name for c in i.columns] for i in table.indexes),
    ]
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint):
            keys.append([c.name for c in constraint.columns])
        if isinstance(constraint, sa.ForeignKeyConstraint):
            keys += [constraint.column_keys, [e.column.name for e in constraint.elements]]
    assert all(key[0] == "organisation" for key in keys), keys


async def test_every_key_of_the_migrated_database_begins_with_the_organisation(place: Place) -> None:
    await migrate(url_of(place))
    async with behind(place) as connection:
        keys = await connection.run_sync(_keys)
    assert len(keys) > len(TABLES) * 2
    assert all(key[0] == "organisation" for key in keys), keys


def _keys(connection: sa.Connection) -> list[list[str | None]]:
    seen = sa.inspect(connection)
    keys: list[list[str | None]] = []
    for name in seen.get_table_names():
        if name == "alembic_version":
            continue
        keys.append(list(seen.get_pk_constraint(name)["constrained_columns"]))
        keys += [list(unique["column_names"]) for unique in seen.get_unique_constraints(name)]
        keys += [list(index["column_names"]) for index in seen.get_indexes(name)]
        for foreign in seen.get_foreign_keys(name):
            keys += [list(foreign["constrained_columns"]), list(foreign["referred_columns"])]
    return keys


async def test_migrated_twice_the_database_agrees_with_the_tables(place: Place) -> None:
    assert await migrate(url_of(place)) == await migrate(url_of(place)) == migrations.HEAD
    async with behind(place) as connection:
        assert not await connection.run_sync(_differences)


def _differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    seen = sa.inspect(connection)
    keys = {name: seen.get_pk_constraint(name)["constrained_columns"] for name in METADATA.tables}
    own = {name: [c.name for c in table.primary_key] for name, table in METADATA.tables.items()}
    return [
        *compare_metadata(context, METADATA),
        *(name for name, key in own.items() if list(map(str, keys[name])) != key),
    ]


async def test_two_processes_that_migrate_at_once_take_turns() -> None:
    url = await postgres.server().bare()
    assert set(await asyncio.gather(migrate(url), migrate(url))) == {migrations.HEAD}


def test_the_head_that_is_asked_for_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


async def test_a_migration_that_would_orphan_rows_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(url_of(tmp_path))
    monkeypatch.setattr(migrations, "HEAD", "the next")
    engine = sa.create_engine(url_of(tmp_path))
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO notices VALUES ('labas', 'nobody', '1', '2026-01-01')")
    engine.dispose()
    with pytest.raises(StorageRefusedError, match="nothing was changed"):
        await migrate(url_of(tmp_path))


def test_what_a_person_wrote_or_was_told_is_declared_sealed() -> None:
    declared = {n: {c.name for c in t.columns if "sealed_by" in c.info} for n, t in METADATA.tables.items()}
    assert {name: columns for name, columns in declared.items() if columns} == SEALED


@pytest.mark.parametrize("name", sorted(SEALED))
def test_a_sealed_column_names_an_owner_that_stands_in_its_row(name: str) -> None:
    table = METADATA.tables[name]
    for column in SEALED[name]:
        info = table.c[column].info
        assert isinstance(table.c[column].type, sa.LargeBinary)
        assert info["sealed_by"] in table.c
        assert info["sealed_kind"] in {"contact", "person", "organisation"} or "owner_kind" in table.c
