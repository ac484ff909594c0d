"""Settings: read once, judged at start, refused in sentences that say what to fix and hold no secret."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.judgement import judge, known_organisations
from bot.keys import fresh_master_key, fresh_secret, parse_master_keys
from bot.reading import SettingsRefusedError, load, misspelt, read
from bot.settings import Settings
from bot.settings_page import first_env, write_first_env

KEY = f"k1:{base64.b64encode(bytes(range(32))).decode()}"
SECRET = "abcdefghijklmnopqrstuvwxyz0123456789"
TWILIO = {"TWILIO_ACCOUNT_SID": "AC" + "a1" * 16, "TWILIO_AUTH_TOKEN": "b2" * 16}
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own and the two settings that must be given."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WASL_MASTER_KEYS", KEY)
    monkeypatch.setenv("WASL_SECRET", SECRET)


def set_all(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_what_is_unset_has_a_default_that_is_right() -> None:
    settings = load()
    assert (settings.port, settings.host, settings.origin) == (8000, "127.0.0.1", "http://localhost:8000")
    assert settings.database == "sqlite+aiosqlite:///data/wasl.db"
    assert settings.organisations == ()
    assert settings.organisation("labas").telegram_token is None


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=8001\nWASL_DATA_DIR=elsewhere\nWASL_TELEGRAM_API_URL=\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "8002")
    settings = read()
    assert (settings.port, settings.data_dir) == (8002, Path("elsewhere"))
    assert settings.telegram_api_url == "https://api.telegram.org"


def test_lists_are_read_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, WASL_ORGANISATIONS=" qurainah, ", WASL_TRUSTED_PROXIES="10.0.0.0/8,127.0.0.1")
    settings = load()
    assert (settings.organisations, settings.trusted_proxies) == (("qurainah",), ("10.0.0.0/8", "127.0.0.1"))


def test_accounts_are_read_by_association(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, **{f"WASL_ORG__QURAINAH__{name}": value for name, value in TWILIO.items()})
    accounts = load().organisation("qurainah")
    assert accounts.twilio_account_sid == TWILIO["TWILIO_ACCOUNT_SID"]
    assert accounts.twilio_auth_token is not None
    assert accounts.twilio_auth_token.get_secret_value() == TWILIO["TWILIO_AUTH_TOKEN"]


def test_master_keys_are_read_in_order() -> None:
    pairs = parse_master_keys(f"{fresh_master_key('new')}, {KEY}")
    assert [name for name, _ in pairs] == ["new", "k1"]
    assert pairs[1][1] == bytes(range(32))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "does not begin with an id"),
        (KEY.removeprefix("k1:"), "does not begin with an id"),
        ("k1:not base64!", "is not base64"),
        ("k1:مفتاح", "is not base64"),
        (f"k1:{base64.b64encode(bytes(16)).decode()}", "has 16 bytes where 32 are needed"),
        (f"{KEY},", "key 2"),
        (f"{KEY},{KEY}", "same id"),
    ],
)
def test_a_wrong_master_key_is_told_without_the_key(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refusal:
        parse_master_keys(text)
    assert KEY.removeprefix("k1:") not in str(refusal.value)


WRONG = {
    "no key": ({"WASL_MASTER_KEYS": ""}, "WASL_MASTER_KEYS is empty"),
    "short key": ({"WASL_MASTER_KEYS": "k1:YWJj"}, "WASL_MASTER_KEYS: key 1 has 3 bytes"),
    "no secret": ({"WASL_SECRET": ""}, "WASL_SECRET must be 32 random"),
    "short secret": ({"WASL_SECRET": "short"}, "WASL_SECRET must be 32 random"),
    "dull secret": ({"WASL_SECRET": "a" * 64}, "WASL_SECRET must be 32 random"),
    "secret is the key": ({"WASL_SECRET": KEY.removeprefix("k1:")}, "WASL_SECRET must not be a master key"),
    "public http": ({"WASL_PUBLIC_URL": "http://chat.example.org"}, "must begin with https"),
    "public path": ({"WASL_PUBLIC_URL": "https://example.org/chat"}, "must end after the host"),
    "public user": ({"WASL_PUBLIC_URL": "https://u:p@example.org"}, "must end after the host"),
    "no public host": ({"WASL_PUBLIC_URL": "https://"}, "must be an address such as"),
    "no public scheme": ({"WASL_PUBLIC_URL": "chat.example.org"}, "must be an address such as"),
    "public port": ({"WASL_PUBLIC_URL": "https://example.org:99999"}, "must be an address such as"),
    "vendor": ({"WASL_TWILIO_API_URL": "ftp://example.org"}, "WASL_TWILIO_API_URL must be an http"),
    "proxy": ({"WASL_TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, "entry 2 is no address"),
    "unknown profile": ({"WASL_ORGANISATIONS": "qurainah,karam"}, "names 'karam', which has no profile"),
    "unknown accounts": (
        {"WASL_ORG__KARAM__TELEGRAM_TOKEN": "12345:" + "a" * 35},
        "WASL_ORG__KARAM__... belongs to no profile",
    ),
    "ledger in data": ({"WASL_ERASURE_LEDGER": "data/erased"}, "must lie outside the data folder"),
    "ledger is a folder": ({"WASL_ERASURE_LEDGER": "."}, "WASL_ERASURE_LEDGER: the file cannot be made"),
    "data is a file": ({"WASL_DATA_DIR": "/dev/null/data"}, "WASL_DATA_DIR: the folder cannot be made"),
    "another database": ({"WASL_DATABASE_URL": "mysql://u:p@h/db"}, "WASL_DATABASE_URL must be sqlite:///"),
    "listening elsewhere": (
        {"WASL_DATABASE_URL": "postgresql://h/db", "WASL_DATABASE_LISTEN_URL": "redis://h"},
        "WASL_DATABASE_LISTEN_URL must be postgresql://",
    ),
    "listening": ({"WASL_DATABASE_LISTEN_URL": "postgresql://h/db"}, "is for PostgreSQL only"),
    "port word": ({"PORT": "http"}, "PORT must be a whole number from 1 to 65535."),
    "port large": ({"PORT": "70000"}, "PORT must be a whole number from 1 to 65535."),
    "level": ({"WASL_LOG_LEVEL": "LOUD"}, "WASL_LOG_LEVEL must be DEBUG, INFO"),
    "misspelt": ({"WASL_MASTER_KEY": KEY}, "WASL_MASTER_KEY is no setting; did you mean WASL_MASTER_KEYS?"),
    "nothing like it": ({"WASL_XYZZY": "1"}, "WASL_XYZZY is no setting; see docs/settings.md."),
    "token form": ({"WASL_ORG__QURAINAH__TELEGRAM_TOKEN": "abc"}, "QURAINAH__TELEGRAM_TOKEN must be a token"),
    "chat form": ({"WASL_ORG__QURAINAH__DESK_TELEGRAM_CHAT": "x"}, "QURAINAH__DESK_TELEGRAM_CHAT must be the number"),
    "secret alone": (
        {"WASL_ORG__QURAINAH__TELEGRAM_WEBHOOK_SECRET": "s" * 32},
        "needs WASL_ORG__QURAINAH__TELEGRAM_TOKEN too",
    ),
    "account without token": (
        {"WASL_ORG__QURAINAH__TWILIO_ACCOUNT_SID": TWILIO["TWILIO_ACCOUNT_SID"]},
        "needs WASL_ORG__QURAINAH__TWILIO_AUTH_TOKEN too",
    ),
    "misspelt account": (
        {"WASL_ORG__QURAINAH__TWILIO_AUTH": "x"},
        "did you mean WASL_ORG__QURAINAH__TWILIO_AUTH_TOKEN?",
    ),
    "same bot": (
        {
            "WASL_ORG__QURAINAH__TELEGRAM_TOKEN": "12345:" + "a" * 35,
            "WASL_ORG__QURAINAH__DESK_TELEGRAM_TOKEN": "12345:" + "a" * 35,
            "WASL_ORG__QURAINAH__DESK_TELEGRAM_CHAT": "-100123",
        },
        "hold the same bot",
    ),
}


@pytest.mark.parametrize(("given", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_setting_is_refused_in_one_sentence(
    given: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, **given)
    with pytest.raises(SettingsRefusedError) as refusal:
        load()
    (problem,) = refusal.value.problems
    assert sentence in problem
    assert not any(value in problem for value in given.values() if len(value) > 20)


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, WASL_MASTER_KEYS="", WASL_SECRET="", WASL_PUBLIC_URL="ftp://x", WASL_TRUSTED_PROXIES="x")
    assert len(judge(read())) == 4


@pytest.mark.parametrize("url", ["https://chat.example.org", "http://localhost:8000", "http://192.168.1.5:8000/"])
def test_good_public_addresses(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASL_PUBLIC_URL", url)
    assert load().origin == url.rstrip("/")


def test_names_of_other_programs_are_left_alone() -> None:
    assert misspelt(["WASL_SECRET", "WASL_ORG__LABAS__TWILIO_SMS_FROM"]) == []


def test_settings_do_not_show_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASL_DATABASE_URL", "sqlite:///hidden-place.db")
    settings = load()
    assert SECRET not in repr(settings)
    assert "hidden-place" not in repr(settings)
    assert {KEY, SECRET, "sqlite:///hidden-place.db"} <= set(settings.secrets())


def test_every_profile_is_known() -> None:
    assert known_organisations() == {path.parent.name for path in ROOT.glob("organisations/*/profile.toml")} != set()


def test_a_first_env_is_right_and_for_its_owner_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WASL_MASTER_KEYS")
    monkeypatch.delenv("WASL_SECRET")
    path = Path(".env")
    write_first_env(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(parse_master_keys(load(path).master_keys.get_secret_value())) == 1
    with pytest.raises(FileExistsError):
        write_first_env(path)


def test_secrets_are_fresh_each_time() -> None:
    assert first_env() != first_env()
    assert len({fresh_secret() for _ in range(100)}) == 100


def bot(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_command_judges_and_exits_by_its_judgement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bot(tmp_path, "settings").stdout == "The settings are right.\n"
    monkeypatch.setenv("WASL_SECRET", "short")
    refused = bot(tmp_path, "settings")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "WASL_SECRET must be 32 random characters or more.\n"


def test_no_new_key_is_made_where_data_lies_already(tmp_path: Path) -> None:
    first = bot(tmp_path, "settings", "--first")
    assert first.returncode == 0
    assert "losing the key loses everything" in first.stderr
    (tmp_path / ".env").unlink()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "wasl.db").touch()
    refused = bot(tmp_path, "settings", "--first")
    assert refused.returncode == 1
    assert "Put your copy of .env back" in refused.stderr
    assert not (tmp_path / ".env").exists()


def test_bad_use_exits_with_two(tmp_path: Path) -> None:
    assert bot(tmp_path, "settings", "--nonsense").returncode == 2
    assert bot(tmp_path, "nonsense").returncode == 2


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.of(None).port = 1  # type: ignore[misc]
