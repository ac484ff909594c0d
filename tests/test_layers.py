"""The house's walls: who may import whom, and in which room each library lives."""

import ast
import sys
from collections.abc import Mapping

import pytest

from tests.sources import LAYERS, Source, everything, imports, packages

# An import points down only. Rooms of layer 1 never meet; layer 3 reaches them through services; bot builds everything.
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "bot": frozenset(LAYERS),
    **{room: frozenset({room, "services", "conversations"}) for room, layer in LAYERS.items() if layer == 3},
    "services": frozenset({"services", "conversations"}),
    **{room: frozenset({room, "conversations"}) for room, layer in LAYERS.items() if layer == 1},
    "conversations": frozenset({"conversations"}),
}
ABOVE_THE_MIND = frozenset(LAYERS) - {"conversations"}
# Where each library may be imported: a package, or a file.
HOMES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("hijridate", "phonenumbers", "stdnum"), frozenset(LAYERS)),
    **dict.fromkeys(("structlog", "prometheus_client", "pydantic"), ABOVE_THE_MIND),
    **dict.fromkeys(("twilio", "telegram", "aiohttp", "yarl"), frozenset({"handlers"})),
    "aiogram": frozenset({"desk"}),
    **dict.fromkeys(
        ("sqlmodel", "sqlalchemy", "alembic", "aiosqlite", "asyncpg", "cryptography", "orjson"), frozenset({"storage"})
    ),
    **dict.fromkeys(("obstore", "PIL", "pillow_heif", "pikepdf", "puremagic"), frozenset({"storage"})),
    **dict.fromkeys(("typst", "segno", "xlsxwriter"), frozenset({"papers"})),
    "numpy": frozenset({"services/answers"}),
    "babel": frozenset({"locales"}),
    "apscheduler": frozenset({"scheduler"}),
    **dict.fromkeys(("fastapi", "starlette"), frozenset({"web", "desk", "bot/app.py", "bot/server.py"})),
    **dict.fromkeys(("jinja2", "markupsafe", "markdown_it"), frozenset({"web", "desk"})),
    **dict.fromkeys(("typer", "uvicorn", "uvloop", "pydantic_settings", "dotenv"), frozenset({"bot"})),
}
ONE_SERVICE = ("rapidfuzz", "argon2", "pyotp")
WIRED = {"organisations": frozenset({"bot"})}


def _top(name: str) -> str:
    return name.partition(".")[0]


def _foreign(source: Source) -> list[tuple[int, str]]:
    own = {*LAYERS, "tests", "tools", "benchmarks", "torture"}
    found = [(line, _top(name)) for line, name in imports(source)]
    return [(line, name) for line, name in found if name not in own and name not in sys.stdlib_module_names]


def test_every_room_of_the_design_is_there() -> None:
    assert {source.package for source in packages()} == set(LAYERS)


@pytest.mark.parametrize("room", LAYERS)
def test_imports_point_down_only(room: str) -> None:
    wrong = [
        f"{source.path}:{line} imports {name}"
        for source in packages()
        if source.package == room
        for line, name in imports(source)
        if _top(name) in {*LAYERS, "tests", "tools", "benchmarks", "torture"} - MAY_IMPORT[room]
    ]
    assert wrong == []


def test_nobody_imports_the_front_door() -> None:
    outside = {"tests", "tools", "benchmarks", "torture", "bot"}
    importers = [
        s.path for s in everything() if s.package not in outside and any(_top(n) == "bot" for _, n in imports(s))
    ]
    assert importers == []


def _homes(source: Source) -> frozenset[str]:
    """The room of a file, its folder in it, and the file itself."""
    return frozenset({source.package, source.path.rpartition("/")[0], source.path})


def test_each_library_stays_at_home() -> None:
    wrong = [
        f"{source.path}:{line} imports {name}"
        for source in packages()
        for line, name in _foreign(source)
        if name not in ONE_SERVICE and not _homes(source) & HOMES.get(name, frozenset())
    ]
    assert wrong == [], "a library in another room, or one that has no home in tests/test_layers.py"


@pytest.mark.parametrize("name", ONE_SERVICE)
def test_a_library_for_one_service_stays_there(name: str) -> None:
    users = {source.path for source in packages() for _, found in _foreign(source) if found == name}
    assert len(users) <= 1
    assert all(path.startswith("services/") for path in users)


def test_the_mind_knows_the_standard_library_and_three_calculators() -> None:
    foreign = {name for source in packages() if source.package == "conversations" for _, name in _foreign(source)}
    assert foreign <= {"hijridate", "phonenumbers", "stdnum"}


def test_the_mind_does_no_io_and_reads_no_clock() -> None:
    outside = {
        "asyncio",
        "socket",
        "pathlib",
        "os",
        "io",
        "time",
        "threading",
        "subprocess",
        "random",
        "secrets",
        "logging",
    }
    minds = [source for source in packages() if source.package == "conversations"]
    wrong = [f"{s.path}:{line} {name}" for s in minds for line, name in imports(s) if _top(name) in outside]
    calls = [
        f"{s.path}:{node.lineno} {node.attr}()"
        for s in minds
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"} and _names_a_clock(node.value)
    ]
    waits = [
        f"{s.path}:{n.lineno}"
        for s in minds
        for n in ast.walk(s.tree)
        if isinstance(n, ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]
    assert [*wrong, *calls, *waits] == []


def _names_a_clock(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"datetime", "date"}


def test_modules_are_loaded_by_name_at_the_front_door_only() -> None:
    loaders = {s.path for s in packages() for _, name in imports(s) if _top(name) == "importlib"}
    assert loaders <= {"bot/__main__.py"}


def test_turns_is_the_only_caller_of_step() -> None:
    callers = {
        s.path
        for s in packages()
        for _, name in imports(s)
        if name in ("conversations.step", "conversations.step.step")
    }
    assert callers == {"services/turns.py"}


def test_turns_is_the_only_place_that_locks_contacts() -> None:
    seaters = {
        s.path
        for s in packages()
        for node in ast.walk(s.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "seat"
    }
    assert seaters == {"services/turns.py"}


def test_heavy_libraries_are_imported_when_used() -> None:
    heavy = {"typst", "pikepdf", "PIL", "alembic", "aiogram"}
    early = [
        f"{source.path}:{node.lineno}"
        for source in packages()
        if not source.path.startswith(("storage/migrations/", "desk/telegram/"))  # loaded when used as a whole
        for node in source.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom) and heavy & _tops(node)
    ]
    assert early == []


def test_the_desk_in_a_messenger_is_loaded_when_it_is_switched_on() -> None:
    users = {s.path for s in packages() for node in s.tree.body if _telegram_desk(node)}
    assert all(path.startswith("desk/telegram/") for path in users)


def _telegram_desk(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("desk.telegram")


def _tops(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {_top(name.name) for name in node.names} if isinstance(node, ast.Import) else {_top(node.module or "")}
