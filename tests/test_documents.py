"""The documents say what is there: their links, files, commands, drawings and first change are tried."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import COMMANDS
from organisations import judge, load, load_all
from organisations.drawing import draw_modes
from organisations.reading import ROOT
from tests.sources import HOUSE, LAYERS, everything, functions, texts

LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"python -m bot (\w+)")
TARGET = re.compile(r"\bmake ([a-z]+(?:-[a-z]+)*)\b")
SHOWN = re.compile(r"^```(?:console|sh|bash)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST = re.compile(
    r"^`([\w/.-]+)`(?:, before `\[\[question\]\]` of `(\w+)`)?:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
PICTURES = "docs/pictures/"
MADE = re.compile(r"example|/ur[/.]|labas-device")  # what the reader is told to make
ROOMS = (*LAYERS, "tests", "docs", "tools", "requirements")


def documents() -> dict[str, str]:
    return {
        path: text for path, text in texts().items() if path.endswith(".md") and "/" not in path.removeprefix("docs/")
    } | {path: text for path, text in texts().items() if path.startswith("docs/decisions/")}


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md", "docs/security.md"]
)
def test_the_documents_of_the_house_are_there(name: str) -> None:
    assert documents()[name].startswith("# ")


def test_links_lead_somewhere() -> None:
    broken = [
        f"{path}: {link}"
        for path, text in documents().items()
        for link in LINK.findall(text)
        if "://" not in link and not link.startswith(PICTURES) and not (HOUSE / path).parent.joinpath(link).exists()
    ]
    assert broken == []


def test_every_file_that_is_named_is_there() -> None:
    missing = [f"{path}: {name}" for path, text in documents().items() for name in _files(text) if not _there(name)]
    assert missing == []


def _files(text: str) -> Iterator[str]:
    """Names in code that begin with a room of the house and hold no gap to be filled."""
    for name in CODE.findall(text):
        if re.fullmatch(rf"(?:{'|'.join(ROOMS)})/[\w./*-]*", name) and not MADE.search(name):
            yield name


def _there(name: str) -> bool:
    return any(HOUSE.glob(name.rstrip("/")))


def test_every_test_that_is_named_is_there() -> None:
    known = {function.name for source in everything() if source.package == "tests" for function in functions(source)}
    named = {name for text in documents().values() for name in CODE.findall(text) if re.fullmatch(r"test_\w+", name)}
    assert named <= known


def test_every_command_is_one_of_ours() -> None:
    said = {name for text in documents().values() for name in COMMAND.findall(text)}
    assert said <= set(COMMANDS)


def test_every_make_target_is_one_of_ours() -> None:
    targets = set(re.findall(r"^([a-z-]+):", texts()["Makefile"], re.MULTILINE))
    said = {
        name
        for text in documents().values()
        for shown in [*CODE.findall(text), *SHOWN.findall(text)]
        for name in TARGET.findall(shown)
    }
    assert said <= targets


def test_the_modes_are_drawn_as_they_are() -> None:
    assert draw_modes().strip() in documents()["docs/architecture.md"]


def test_every_decision_is_listed() -> None:
    index = documents()["docs/decisions/README.md"]
    pages = sorted(path.name for path in (HOUSE / "docs/decisions").glob("0*.md"))
    assert LINK.findall(index) == pages
    assert [page[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]


def test_the_first_change_is_judged_clean(tmp_path: Path) -> None:
    """CONTRIBUTING's question, put where the page says, is an association's form that `check` has nothing against."""
    shutil.copytree(ROOT, tmp_path / "organisations")
    changes = FIRST.findall(documents()["CONTRIBUTING.md"])
    assert [Path(name).name for name, _, _ in changes] == [
        "form.toml",
        "wording.ar.toml",
        "wording.en.toml",
        "labas-device.txt",
    ]
    for name, before, block in changes[:3]:
        path = tmp_path / name
        text = path.read_text("utf-8")
        mark = f'[[question]]\nid = "{before}"' if before else ""
        if block not in text:  # whoever follows the page has it already
            path.write_text(text.replace(mark, f"{block}\n{mark}") if mark else f"{text}\n{block}", "utf-8")
    profile = load("labas", tmp_path / "organisations")
    assert profile.organisation.forms["support"].question("device_name") is not None
    assert [problem.sentence for problem in judge(profile, load_all().values())] == []


def test_scripts_of_the_documents_can_be_read_by_a_shell() -> None:
    for text in documents().values():
        for shown in SHOWN.findall(text):
            assert subprocess.run(["sh", "-n"], input=shown, text=True, check=False).returncode == 0, shown
