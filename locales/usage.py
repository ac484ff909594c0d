"""Which keys the code asks for: found by walking its syntax trees and by reading its pages."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LAYERS = ("bot", "web", "desk", "scheduler", "services", "handlers", "papers", "locales", "conversations")
SPEAKING = ("bot", "web", "desk", "scheduler", "services", "conversations")  # where a dotted text is a key
# How a line is made: the name of the call, and which argument is the key.
CALLS = {"Line": 0, "text": 0, "part": 1}
KEY = re.compile(r"[a-z]+(\.[A-Za-z0-9_]+)+")
QUOTED = re.compile(r"""["'`]([a-z]+(?:\.[a-z0-9_]+)+)["'`]""")
PAGES = (".html", ".js")
BUILT = "built"  # what a bundler made of the scripts
# In a page's script a word is asked for without its prefix: t("send"), told("progress", ...), data-word="hide".
DIRECT = re.compile(r"""(?:\b(?:t|told|plural)\(\s*["'`]|data-(?:word|label|hint)=["'])([a-z][a-z_0-9]*)["'`]""")
LOOSE = re.compile(r"""["'`]([a-z][a-z_0-9]*)["'`]""")


@dataclass(frozen=True, slots=True)
class Use:
    """One place that asks for a key. `pattern` matches keys made in parts; `names` are the values given, if known."""

    place: str
    key: str
    pattern: re.Pattern[str] | None = None
    names: frozenset[str] | None = None
    call: bool = False
    sure: bool = True  # False: it may be a key; it is used if it is one


def uses(root: Path = ROOT) -> Iterator[Use]:
    """Every place in the code below `root` that asks for a key, or may."""
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*.py")):
            yield from _in_python(path, path.relative_to(root).as_posix())
        for path in sorted(
            path for path in (root / layer).rglob("*") if path.suffix in PAGES and BUILT not in path.parts
        ):
            yield from _in_page(path.read_text("utf-8"), path.relative_to(root).as_posix())


def _in_page(text: str, place: str) -> Iterator[Use]:
    yield from (Use(place, found) for found in QUOTED.findall(text))
    yield from (Use(place, f"page.{found}") for found in DIRECT.findall(text))
    for found in LOOSE.findall(text):
        yield from (Use(place, f"page.{found}{tail}", sure=False) for tail in ("", "_text"))


def _in_python(path: Path, place: str) -> Iterator[Use]:
    tree = ast.parse(path.read_text("utf-8"))
    logged = {id(arg) for node in ast.walk(tree) if _is_log(node) for arg in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in logged:
            continue
        match node:
            case ast.Call():
                yield from _in_call(node, place)
            case ast.Constant(value=str(text)) if KEY.fullmatch(text):
                yield Use(f"{place}:{node.lineno}", text)
            case ast.JoinedStr():
                yield from _in_parts(node, place)


def _is_log(node: ast.AST) -> bool:
    """An event's name in the log looks like a key and is none."""
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "log"


def _in_call(node: ast.Call, place: str) -> Iterator[Use]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    at = CALLS.get(name)
    if at is None or len(node.args) <= at:
        return
    key = node.args[at]
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield Use(f"{place}:{node.lineno}", key.value, names=_names(node, at), call=True)


def _names(node: ast.Call, at: int) -> frozenset[str] | None:
    """The names of the values that a call gives, None where they cannot be read from the source."""
    rest: list[ast.expr | None] = list(node.args[at + 1 :])
    if any(not isinstance(each, ast.Dict) for each in rest) or any(word.arg is None for word in node.keywords):
        return None
    keys = [key for each in rest if isinstance(each, ast.Dict) for key in each.keys]
    if any(not isinstance(key, ast.Constant) for key in keys):
        return None
    given = {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    return frozenset(given | {word.arg for word in node.keywords if word.arg})


def _in_parts(node: ast.JoinedStr, place: str) -> Iterator[Use]:
    """A key made in parts: what stands in braces may be any word."""
    fixed = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
    shape = "".join(r"[\w.]+" if text is None else re.escape(text) for text in fixed)
    shown = "".join("{}" if text is None else text for text in fixed)
    if "." in shown and re.fullmatch(r"[\w.{}]+", shown) and re.search(r"\w{3}", shown):
        yield Use(f"{place}:{node.lineno}", shown, pattern=re.compile(shape))
