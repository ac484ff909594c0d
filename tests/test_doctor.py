"""`python -m bot doctor` within: database, machine, clock, profiles, and the command itself; no line tells a secret."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

import storage.examining as database
from bot.__main__ import app
from bot.examining import clock, contents, house, places, public, report
from bot.settings import OrganisationSettings, Settings
from conversations.findings import Finding, Level, ok, problem
from handlers.reaching import Reached
from storage import Memory, migrate
from storage.pools import PRAGMAS
from tests.doctor_world import FAR, OTHER_BOT, closed_port, in_trouble, served, told, twilio
from tests.real_house import furnished, open_house, settings
from tests.vendors.telegram_stub import TelegramStub
from tests.vendors.twilio_signing import SID, TOKEN

KEYS = (("k1", b"k" * 32),)

# The database


async def test_a_database_of_this_version_is_sound(tmp_path: Path) -> None:
    await furnished(tmp_path)
    async with open_house(tmp_path):
        pass
    found = await database.examine(settings(tmp_path).database, KEYS)
    assert [f.about for f in found] == ["database", "sqlite", "pragmas", "migrations", "seals"]
    assert Level.PROBLEM not in {f.level for f in found}
    assert "for reading and writing" in told(found, "database").cause
    assert "5 associations" in told(found, "seals").cause
    assert not database.serving(settings(tmp_path).database)


async def test_while_a_house_serves_its_database_is_only_read(tmp_path: Path) -> None:
    await furnished(tmp_path)
    async with open_house(tmp_path):
        assert database.serving(settings(tmp_path).database)
        found = await database.examine(settings(tmp_path).database, KEYS)
    assert "only read" in told(found, "database").cause
    assert told(found, "migrations").level is Level.OK


async def test_no_database_is_named_and_none_is_made(tmp_path: Path) -> None:
    found = await database.examine(settings(tmp_path).database, KEYS)
    assert in_trouble(told(found, "database"), Level.PROBLEM, "no database yet", "python -m bot migrate")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("statement", "cause"),
    [
        ("UPDATE alembic_version SET version_num = '0000'", "at revision 0000"),
        ("DROP TABLE alembic_version", "no tables"),
    ],
)
async def test_a_missing_migration_is_named(tmp_path: Path, statement: str, cause: str) -> None:
    await furnished(tmp_path)
    with closing(sqlite3.connect(tmp_path / "wasl.db")) as connection, connection:
        connection.execute(statement)
    found = await database.examine(settings(tmp_path).database, KEYS)
    assert in_trouble(told(found, "migrations"), Level.PROBLEM, cause, "python -m bot migrate")


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "wasl.db").write_bytes(b"no database at all, only words" * 100)
    found = await database.examine(settings(tmp_path).database, KEYS)
    assert in_trouble(told(found, "database"), Level.PROBLEM, "not a database", "last backup")


async def test_another_program_that_holds_the_database_is_named(tmp_path: Path) -> None:
    await furnished(tmp_path)
    with closing(sqlite3.connect(tmp_path / "wasl.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        looking = asyncio.create_task(database.examine(settings(tmp_path).database, KEYS, patience=0.1))
        found = await looking
        holder.execute("ROLLBACK")
    assert in_trouble(told(found, "database"), Level.PROBLEM, "locked", "Close whatever else")


@pytest.mark.parametrize(("keys", "cause"), [((("k2", b"k" * 32),), "lacks"), ((("k1", b"x" * 32),), "do not open")])
async def test_master_keys_of_another_house_are_named(
    tmp_path: Path, keys: tuple[tuple[str, bytes], ...], cause: str
) -> None:
    await furnished(tmp_path)
    memory = Memory(settings(tmp_path).database, KEYS)
    await memory.open(("labas",))
    await memory.close()
    found = await database.examine(settings(tmp_path).database, keys)
    assert in_trouble(told(found, "seals"), Level.PROBLEM, cause, "from your copy")


@pytest.mark.parametrize(
    ("version", "level"), [((3, 34, 0), Level.PROBLEM), ((3, 40, 1), Level.WARNING), ((3, 51, 3), Level.OK)]
)
async def test_sqlite_is_judged_by_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], level: Level
) -> None:
    await furnished(tmp_path)
    monkeypatch.setattr("sqlite3.dbapi2.sqlite_version_info", version)
    found = await database.examine(settings(tmp_path).database, KEYS)
    assert told(found, "sqlite").level is level


async def test_a_pragma_that_sqlite_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await furnished(tmp_path)
    monkeypatch.setitem(PRAGMAS, "page_size", 513)
    found = await database.examine(settings(tmp_path).database, KEYS)
    assert in_trouble(told(found, "pragmas"), Level.PROBLEM, "PRAGMA page_size = 513", "local disk")


# This machine


def looked(folder: Path, **more: Any) -> list[Finding]:
    """The places of a house in this folder."""
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    fields = {"data_dir": folder / "data", "erasure_ledger": folder / "erasure.ledger", **more}
    built = folder / "built"
    built.mkdir(exist_ok=True)
    (built / "manifest.json").write_text("{}", "utf-8")
    given = settings(folder / "data").model_copy(update=fields)
    return list(places.examine(given, folder / ".env", built))


def test_the_data_folder(tmp_path: Path) -> None:
    assert told(looked(tmp_path), "data folder").level is Level.OK
    (tmp_path / "data").chmod(0o755)
    assert in_trouble(told(looked(tmp_path), "data folder"), Level.WARNING, "Other users", "chmod 700")
    missing = looked(tmp_path, data_dir=tmp_path / "none" / "at all")
    assert in_trouble(told(missing, "data folder"), Level.WARNING, "no folder", "migrate")


@pytest.mark.parametrize(("free", "level"), [(100, Level.PROBLEM), (1000, Level.WARNING), (9000, Level.OK)])
def test_disk_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free * 2**20}))
    disk = told(looked(tmp_path), "disk")
    assert disk.level is level
    assert f"{free} MiB" in disk.cause


def test_the_folder_of_papers_that_many_processes_share(tmp_path: Path) -> None:
    alone = Settings(data_dir=tmp_path)
    assert "papers" not in [finding.about for finding in places.examine(alone, tmp_path / ".env")]
    many = alone.model_copy(update={"database_url": SecretStr("postgresql://db.example.org/wasl")})
    unset = told(places.examine(many, tmp_path / ".env"), "papers")
    assert in_trouble(unset, Level.WARNING, "WASL_FILES_DIR is unset", "one folder that all of them see")
    given = many.model_copy(update={"files_dir": tmp_path / "papers"})
    assert told(places.examine(given, tmp_path / ".env"), "papers").level is Level.OK


def test_secrets_that_others_can_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("", "utf-8")
    (tmp_path / ".env").chmod(0o644)
    assert in_trouble(told(looked(tmp_path), "secrets"), Level.WARNING, "every secret", "chmod 600")
    (tmp_path / ".env").chmod(0o600)
    assert all(finding.about != "secrets" for finding in looked(tmp_path))


def test_a_copy_of_the_keys_is_asked_for_until_somebody_says_yes_and_anew_for_a_new_key(tmp_path: Path) -> None:
    assert in_trouble(told(looked(tmp_path), "key copy"), Level.WARNING, "(k1)", "--yes-i-have-a-copy")
    places.remember_copy(settings(tmp_path / "data"))
    assert told(looked(tmp_path), "key copy").level is Level.OK
    key = settings(tmp_path).master_keys.get_secret_value().partition(":")[2]
    two = SecretStr(f"k2:{key.replace('a', 'b')},k1:{key}")
    assert in_trouble(told(looked(tmp_path, master_keys=two), "key copy"), Level.WARNING, "(k2)", "Copy them")
    assert key not in (tmp_path / "data" / places.COPIED).read_text("utf-8")


def test_the_ledger_lies_outside_what_is_backed_up(tmp_path: Path) -> None:
    assert told(looked(tmp_path), "erasure ledger").level is Level.OK
    inside = looked(tmp_path, erasure_ledger=tmp_path / "data" / "ledger")
    assert in_trouble(told(inside, "erasure ledger"), Level.PROBLEM, "beside the data", "WASL_ERASURE_LEDGER")
    beside = looked(tmp_path, database_url=SecretStr(f"sqlite:///{tmp_path.as_posix()}/wasl.db"))
    assert told(beside, "erasure ledger").level is Level.PROBLEM


def test_a_page_that_is_not_built(tmp_path: Path) -> None:
    assert told(looked(tmp_path), "web page").level is Level.OK
    bare = list(places.examine(settings(tmp_path), tmp_path / ".env", tmp_path))
    assert in_trouble(told(bare, "web page"), Level.PROBLEM, "not built", "make run")


# The clock


def test_a_clock_of_another_age_is_named() -> None:
    found = list(clock.examine({}, datetime(1970, 1, 2, tzinfo=UTC)))
    assert in_trouble(found[0], Level.PROBLEM, "the year 1970", "NTP")


@pytest.mark.parametrize(("minutes", "words"), [(7, "behind"), (-7, "ahead of")])
async def test_a_clock_that_is_off_is_told_against_whom(minutes: int, words: str) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    async with served(Date=then) as url:
        given = FAR.model_copy(update={"telegram_api_url": url, "public_url": closed_port()})
        door = OrganisationSettings(telegram_token=SecretStr(OTHER_BOT))
        reached = public.others(given, await public.witnesses(given, [door]))
    found = told(clock.examine(reached), "clock")
    assert in_trouble(found, Level.PROBLEM, f"7 minutes {words} that of Telegram", "NTP")


async def test_a_clock_that_agrees_and_one_that_nobody_judges() -> None:
    async with served() as url:
        given = FAR.model_copy(update={"twilio_api_url": url, "public_url": url})
        reached = await public.witnesses(given, [OrganisationSettings(twilio_account_sid=SID)])
    assert set(reached) == {public.OURS, "Twilio"}
    found = told(clock.examine(public.others(given, reached)), "clock")
    assert found == ok("clock", "It agrees with Twilio within 5 minutes.")
    alone = told(clock.examine({"Twilio": Reached(200)}), "clock")
    assert "nobody else was asked" in alone.cause


# Profiles and catalogues


def test_samples_that_nobody_approved_are_named_and_refused_in_production() -> None:
    trial = [f for f in contents.examine(["labas"], production=False) if f.level is not Level.OK]
    assert in_trouble(told(trial, "labas profile"), Level.WARNING, "question hospital", "approved = true")
    refused = [f for f in contents.examine(["labas"], production=True) if f.level is not Level.OK]
    assert told(refused, "labas profile").level is Level.PROBLEM


def test_arabic_names_are_isolated() -> None:
    whole = [f for f in contents.examine(["qalb"], production=False) if f.level is Level.OK]
    assert told(whole, "qalb profile").cause == "The profile \u2068قلب\u2069 is whole."


def test_a_profile_or_a_catalogue_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from organisations import BadProfile, Problem, Severity, load

    def half(name: str) -> Any:
        if name == "kafl":
            raise BadProfile(("kafl: profile.toml cannot be read.",))
        return load(name)

    monkeypatch.setattr("bot.examining.contents.organisations.load", half)
    judged = [Problem(Severity.ERROR, "labas: mend this."), Problem(Severity.WARNING, "labas: look at this.")]
    monkeypatch.setattr("bot.examining.contents.organisations.judge", lambda *_: judged)
    monkeypatch.setattr("bot.examining.contents.locales.judge", lambda: ["ar: a key is missing."])
    found = contents.examine(["kafl", "labas"], production=False)
    assert in_trouble(told(found, "kafl profile"), Level.PROBLEM, "cannot be read", "python -m bot check kafl")
    assert in_trouble(found[1], Level.PROBLEM, "mend this", "python -m bot check labas")
    assert in_trouble(found[2], Level.WARNING, "look at this", "python -m bot check labas")
    assert in_trouble(told(found, "catalogues"), Level.PROBLEM, "a key is missing", "python -m bot check")


# All of it


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own with the settings of a small house; nothing of it is reached from outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.examining.contents.locales.judge", list)  # judged by the tests of locales
    given = settings(tmp_path)
    write(
        tmp_path,
        WASL_MASTER_KEYS=given.master_keys.get_secret_value(),
        WASL_SECRET=given.secret.get_secret_value(),
        WASL_ORGANISATIONS="labas",
        WASL_PUBLIC_URL=closed_port(),
    )
    return tmp_path


def write(folder: Path, **fields: str) -> None:
    with (folder / ".env").open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in fields.items())
    (folder / ".env").chmod(0o600)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_a_sound_house_ends_with_0_and_remembers_the_copy(home: Path) -> None:
    asyncio.run(migrate(f"sqlite:///{home}/data/wasl.db"))
    result = run("--yes-i-have-a-copy")
    assert result.exit_code == 0, result.output
    assert "ok       key copy: You said" in result.output
    assert " 0 to mend." in result.output
    assert "ok       key copy: You said" in run().output


def test_a_missing_database_ends_with_1_and_a_fix(home: Path) -> None:
    result = run()
    assert result.exit_code == 1
    assert "problem  database: There is no database yet.\n         Make it: python -m bot migrate\n" in result.output
    assert not (home / "data").exists()


def test_json_says_the_same(home: Path) -> None:
    result = run("--json")
    answer = json.loads(result.output)
    assert (result.exit_code, answer["sound"]) == (1, False)
    wrong = [finding for finding in answer["findings"] if finding["level"] == "problem"]
    assert [(f["about"], f["fix"]) for f in wrong] == [("database", "Make it: python -m bot migrate")]
    assert all(set(f) == {"level", "about", "cause", "fix"} for f in answer["findings"])


def test_wrong_settings_are_all_named_and_the_rest_is_still_looked_at(home: Path) -> None:
    write(home, WASL_SECRET="short", WASL_MASTER_KEYS="broken", WASL_PUBLIC_URL="chat.example.org")
    result = run()
    assert result.exit_code == 1
    for words in ("WASL_SECRET must be", "WASL_MASTER_KEYS: key 1", "WASL_PUBLIC_URL must be", "database: There is no"):
        assert f"problem  {words}" in result.output.replace("problem  settings: ", "problem  ")
    assert "that is no address" in result.output
    assert "short" not in result.output
    assert "broken" not in result.output


def test_settings_that_cannot_be_read_are_named(home: Path) -> None:
    write(home, WASL_SECRETT="x", PORT="many")
    result = run()
    assert result.exit_code == 1
    assert "did you mean WASL_SECRET?" in result.output
    assert "PORT must be" in result.output
    assert "warning  the rest: Without settings" in result.output
    assert "labas profile" in result.output


async def test_accounts_are_looked_at_together_and_no_secret_is_told(home: Path) -> None:
    async with TelegramStub() as stub, twilio() as url:
        write(
            home,
            WASL_TELEGRAM_API_URL=stub.url,
            WASL_TWILIO_API_URL=url,
            WASL_ORG__LABAS__TELEGRAM_TOKEN=stub.token,
            WASL_ORG__LABAS__DESK_TELEGRAM_TOKEN=OTHER_BOT,
            WASL_ORG__LABAS__DESK_TELEGRAM_CHAT="-1001",
            WASL_ORG__LABAS__TWILIO_ACCOUNT_SID=SID,
            WASL_ORG__LABAS__TWILIO_AUTH_TOKEN=f"{TOKEN},{'0' * 32}",
            WASL_ORG__LABAS__TWILIO_WHATSAPP_FROM="+966110000001",
        )
        examination = await house.examine(home / ".env", production=False, copied=False)
    found, text = list(examination.findings), report.as_text(examination)
    assert told(found, "labas telegram").level is Level.OK
    assert in_trouble(told(found, "labas desk bot"), Level.PROBLEM, "the token", "WASL_ORG__LABAS__DESK_TELEGRAM_TOKEN")
    assert told(found, "labas twilio").level is Level.OK
    assert told(found, "clock").cause == "It agrees with Telegram and Twilio within 5 minutes."
    assert "/webhooks/labas/twilio" in told(found, "labas whatsapp").cause
    secrets = (*examination.secrets, stub.token, OTHER_BOT, TOKEN, SID, "966110000001")
    assert not [secret for secret in secrets if secret in text + report.as_json(examination)]


def test_a_secret_that_slipped_into_a_sentence_is_hidden() -> None:
    slipped = house.Examination(
        (problem("x", "at https://host/bot12345:secret/me", "Use 12345:secret."),), ("12345:secret",)
    )
    assert "12345:secret" not in report.as_text(slipped) + report.as_json(slipped)
