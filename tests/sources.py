"""The house's own source, read once for the tests that judge its form."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
LAYERS = {
    "bot": 4,
    **dict.fromkeys(("web", "desk", "scheduler"), 3),
    "services": 2,
    **dict.fromkeys(("handlers", "storage", "locales", "papers", "organisations"), 1),
    "conversations": 0,
}
ALWAYS_LEFT = {".git"}
TEXT = {
    *(".py", ".md", ".toml", ".txt", ".in", ".json", ".po", ".ini", ".cfg", ".mako", ".html", ".css", ".js", ".mjs"),
    *(".sh", ".svg", ".yml", ".yaml", ".csv"),
}
BARE = {"Makefile", "LICENSE", "run", ".env.example", ".gitignore", ".npmrc"}


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path below the house, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def package(self) -> str:
        return self.path.partition("/")[0]

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _ignored() -> list[str]:
    lines = (HOUSE / ".gitignore").read_text("utf-8").splitlines()
    return [line.rstrip("/") for line in lines if line and not line.startswith("#")]


@cache
def files() -> tuple[Path, ...]:
    """Every file of the house that a clone holds, found without git: what `.gitignore` names is left out."""
    patterns = _ignored()

    def left(path: Path) -> bool:
        place = path.relative_to(HOUSE).as_posix()
        return path.name in ALWAYS_LEFT or any(fnmatch(path.name, p) or fnmatch(place, p) for p in patterns)

    def walk(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if left(path):
                continue
            if path.is_dir():
                yield from walk(path)
            else:
                yield path

    return tuple(walk(HOUSE))


@cache
def texts() -> dict[str, str]:
    """Every text file by its path below the house."""
    chosen = [p for p in files() if p.suffix in TEXT or p.name in BARE]
    return {p.relative_to(HOUSE).as_posix(): p.read_text("utf-8") for p in chosen}


@cache
def everything() -> tuple[Source, ...]:
    """Every Python file, the tests and tools too."""
    return tuple(Source(path, text, ast.parse(text)) for path, text in texts().items() if path.endswith(".py"))


@cache
def packages() -> tuple[Source, ...]:
    """The Python files of the packages."""
    return tuple(source for source in everything() if source.package in LAYERS)


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is imported, wherever in the file it stands."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = source.package if node.level else node.module or ""
            yield from ((node.lineno, f"{home}.{name.name}") for name in node.names)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, inner ones too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function has, without its decorators."""
    return (function.end_lineno or function.lineno) - function.lineno + 1
