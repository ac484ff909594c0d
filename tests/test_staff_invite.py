"""`python -m bot invite`: the first administrator's link, and the way back for whoever lost theirs."""

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from storage import Memory, migrate
from tests.real_house import settings

LINK = re.compile(r"http://localhost:8000/desk/labas/join#k=[\w-]{43}\n")
NOURA = ("--login", "noura@example.org", "--name", "Noura", "--role", "administrator")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the settings and the database of a small house."""
    monkeypatch.chdir(tmp_path)
    given = settings(tmp_path)
    fields = {
        "WASL_MASTER_KEYS": given.master_keys.get_secret_value(),
        "WASL_SECRET": given.secret.get_secret_value(),
        "WASL_ORGANISATIONS": "labas",
    }
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in fields.items()), "utf-8")
    asyncio.run(migrate(f"sqlite:///{tmp_path}/data/wasl.db"))
    return tmp_path


def invite(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["invite", *arguments])


def test_a_link_is_printed_once_and_a_second_one_replaces_it(home: Path) -> None:
    first, again = invite("labas", *NOURA), invite("labas", *NOURA[:2])
    assert first.exit_code == again.exit_code == 0, first.output + again.output
    found = [LINK.search(result.output) for result in (first, again)]
    assert found[0] and found[1] and found[0][0] != found[1][0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("kafl", *NOURA), "no organisation"),
        (("labas", "--login", "n"), "Sign-in names"),
        (("labas", "--login", "noura"), "--name"),
        (("labas", "--login", "noura", "--name", "Noura", "--role", "boss"), "--role"),
    ],
)
def test_what_is_wrong_is_said(home: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = invite(*arguments)
    assert result.exit_code == 1
    assert sentence in result.output


def test_while_the_house_serves_it_is_refused(home: Path) -> None:
    async def beside() -> Result:
        memory = Memory(f"sqlite:///{home}/data/wasl.db", (("k1", b"k" * 32),))
        await memory.open(("labas",))
        try:
            return await asyncio.to_thread(invite, "labas", *NOURA)
        finally:
            await memory.close()

    result = asyncio.run(beside())
    assert result.exit_code == 1
    assert "already runs" in result.output
