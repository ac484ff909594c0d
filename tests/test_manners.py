"""The house's manners: sizes, names, docstrings, and what may stand in no file."""

import ast
import io
import re
import tokenize
import unicodedata
from collections.abc import Iterator
from statistics import median

import pytest

from tests.sources import LAYERS, Source, everything, files, functions, lines_of, packages, texts

MOST_LINES = 250
MOST_FUNCTION = 40
MEDIAN_FUNCTION = 8
CODE = (".py", ".js", ".mjs", ".css", ".html", ".sh")
CHANNELS = re.compile(r"whats_?app|telegram|twilio|(?<![a-z])sms(?![a-z])", re.IGNORECASE)
# Written apart, so that this file does not hold what it looks for.
MACHINE = re.compile("|".join(rf"(?<![\w.~-])/{name}/" for name in ("root", "work", "home", "Users")))
REGISTRY = re.compile(
    "|".join(
        ("pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.", "(?<!emit-)index" + "-url", "registry" + "=http")
    )
)
BRIEF = re.compile(r"\.\./" + "shared")


def _arabic(text: str) -> bool:
    """Whether the text holds a letter of Arabic script; a comma is none."""
    return any(sign.isalpha() and unicodedata.name(sign, "").startswith("ARABIC") for sign in text)


def _proof(path: str) -> bool:
    """Whether a file is a test: its tables of cases may be long."""
    return path.startswith("tests/")


def _mind() -> list[Source]:
    return [source for source in packages() if source.package == "conversations"]


def test_no_file_is_longer_than_can_be_read_at_once() -> None:
    lengths = {path: text.count("\n") for path, text in texts().items() if path.endswith(CODE) and not _proof(path)}
    assert {path: n for path, n in lengths.items() if n > MOST_LINES} == {}


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{s.path}:{f.lineno} {f.name} has {n} lines"
        for s in everything()
        for f in functions(s)
        if (n := lines_of(f)) > MOST_FUNCTION
    ]
    assert long == []


def test_the_median_function_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = [lines_of(function) for source in packages() for function in functions(source)]
    figure = median(lengths)
    with capsys.disabled():
        print(f"\n{len(lengths)} functions in {len(packages())} files; the median one has {figure:g} lines")
    assert figure <= MEDIAN_FUNCTION


def test_there_is_no_drawer_for_everything() -> None:
    drawers = [
        path.name
        for path in files()
        if path.stem in ("utils", "util", "helpers", "misc") or path.parent.name == "utils"
    ]
    assert drawers == []


def test_classes_stand_on_one_level_of_ours_at_most() -> None:
    bases = {
        node.name: {b.id for b in node.bases if isinstance(b, ast.Name)} for s in packages() for node in _classes(s)
    }
    deep = [name for name, above in bases.items() if any(bases.get(base, set()) & set(bases) for base in above)]
    assert deep == []


def _classes(source: Source) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))


def _comments(source: Source) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_nothing_is_left_for_later_in_a_comment() -> None:
    marks = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")
    assert [path for path, text in texts().items() if path.endswith(CODE) and marks.search(text)] == []


def test_every_exception_to_the_judges_names_its_rule() -> None:
    bare = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:\s*[A-Z]+\d)|#\s*(ruff|mypy|flake8):")
    assert [f"{s.path}:{line}" for s in everything() for line, text in _comments(s) if bare.search(text)] == []


def test_every_public_thing_says_what_it_is() -> None:
    assert [f"{s.path}: {name}" for s in packages() for name in _silent(s)] == []


def _silent(source: Source) -> Iterator[str]:
    """Public modules, classes and functions without a docstring; methods may speak for themselves."""
    if ast.get_docstring(source.tree) is None:
        yield "the module"
    if source.path.startswith("storage/migrations/versions/"):
        return
    for node in source.tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("_"):
            continue
        if ast.get_docstring(node) is None:
            yield node.name


def test_the_mind_names_no_channel() -> None:
    wrong = [f"{s.path}:{n}" for s in _mind() for n, line in enumerate(s.text.splitlines(), 1) if CHANNELS.search(line)]
    assert wrong == []


def test_the_mind_holds_no_arabic_but_its_table_of_letters() -> None:
    wrong = [f"{s.path}:{n}" for s in _mind() for n, line in _outside_tables(s) if _arabic(line)]
    assert wrong == []


def _outside_tables(source: Source) -> Iterator[tuple[int, str]]:
    """The lines of a module; of `arabic.py` those that are no part of a constant of the module."""
    tables: set[int] = set()
    if source.path == "conversations/arabic.py":
        for node in source.tree.body:
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            if any(isinstance(t, ast.Name) and t.id.isupper() for t in targets):
                tables |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return ((n, line) for n, line in enumerate(source.text.splitlines(), 1) if n not in tables)


def test_no_arabic_hides_behind_escapes_in_the_mind() -> None:
    strings = [
        (s.path, node.lineno)
        for s in _mind()
        if s.path != "conversations/arabic.py"
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _arabic(node.value)
    ]
    assert strings == []


def test_no_file_knows_this_machine() -> None:
    assert [path for path, text in texts().items() if MACHINE.search(text)] == []


def test_no_file_names_a_registry() -> None:
    assert [path for path, text in texts().items() if REGISTRY.search(text)] == []


def test_no_file_leans_on_the_brief() -> None:
    assert [path for path, text in texts().items() if BRIEF.search(text)] == []


def test_every_room_says_what_it_is_for() -> None:
    rooms = {
        source.package for source in packages() if source.path.endswith("/__init__.py") and source.path.count("/") == 1
    }
    assert rooms == set(LAYERS)
