"""Set-up from nothing: what is locked, what the locks hold, and what is written from the settings class."""

import asyncio
import json
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import settings_page
from tests.network import NetworkRefusedError

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted(ROOT.glob("requirements/*.txt"))
FIXED = ("python-telegram-bot", "twilio", "aiogram", "sqlmodel", "apscheduler", "babel")


def pins(lock: str) -> dict[str, str]:
    """The locked packages and their versions."""
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE))


def asked(source: str) -> set[str]:
    """The packages that a source names."""
    lines = (ROOT / "requirements" / source).read_text(encoding="utf-8").splitlines()
    return {line.partition("[")[0].lower() for line in lines if line and not line.startswith(("#", "-"))}


@pytest.mark.parametrize("path", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_no_lock_holds_an_address(path: Path) -> None:
    assert "://" not in path.read_text(encoding="utf-8")


def test_the_three_locks_are_there_and_answer_their_sources() -> None:
    assert [path.name for path in LOCKS] == ["dev.txt", "node.txt", "run.txt"]
    for path in LOCKS:
        assert asked(f"{path.stem}.in") <= set(pins(path.name))


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_hashes_and_nothing_else_stands_there(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.startswith("    "):
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        else:
            assert re.fullmatch(r"[a-z0-9._-]+==\S+( ; .+)? \\", line)
            assert lines[number + 1].startswith("    --hash=")


def test_the_fixed_packages_are_locked() -> None:
    assert set(FIXED) <= set(pins("run.txt"))
    assert "pytest-asyncio" in pins("dev.txt")


def test_both_locks_agree_on_what_they_share() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    shared = run.keys() & dev.keys()
    assert {name: run[name] for name in shared} == {name: dev[name] for name in shared}


def test_the_front_end_is_locked_exactly_with_proofs_and_without_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    own = lock.pop("")
    wanted = {**own["dependencies"], **own["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in lock.values())


def test_npm_runs_no_scripts_of_packages() -> None:
    lines = (ROOT / ".npmrc").read_text(encoding="utf-8").splitlines()
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set(lines)


@pytest.mark.parametrize(
    ("file", "written"), [(".env.example", settings_page.example), ("docs/settings.md", settings_page.page)]
)
def test_what_is_written_from_the_settings_class_is_fresh(file: str, written: Callable[[], str]) -> None:
    assert (ROOT / file).read_text(encoding="utf-8") == written()


@pytest.mark.parametrize("script", [*sorted(ROOT.glob("tools/*.sh")), ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_every_script_can_be_read_by_its_shell(script: Path) -> None:
    shell = "bash" if "bash" in script.read_text(encoding="utf-8").splitlines()[0] else "sh"
    assert subprocess.run([shell, "-n", script], check=False).returncode == 0


@pytest.mark.parametrize("verb", ["run", "test", "lint", "types", "words", "web"])
def test_make_knows_every_verb(verb: str) -> None:
    assert subprocess.run(["make", "-n", "-C", ROOT, verb], check=False, capture_output=True).returncode == 0


def test_tests_cannot_leave_this_machine() -> None:
    with pytest.raises(NetworkRefusedError):
        socket.create_connection(("192.0.2.1", 80))
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("example.org", 80)


async def test_nor_by_asyncio_though_they_reach_the_machine_itself() -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
    with pytest.raises(NetworkRefusedError):
        await asyncio.open_connection("192.0.2.1", 80)
