"""Examining what lies on this machine: the data folder and its disk, who may read it, the keys' copy, the ledger."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.keys import parse_master_keys
from bot.settings import Settings
from conversations.findings import Finding, ok, problem, warning
from storage import StorageRefusedError
from storage.marks import Marks
from web.assets import MANIFEST

BUILT = Path(__file__).resolve().parents[2] / "web" / "built"
COPIED = "master-keys-copied"
OTHERS = 0o077
MEBIBYTE = 2**20
LEAST, LITTLE = 200 * MEBIBYTE, 2048 * MEBIBYTE


def examine(settings: Settings, env_file: Path, built: Path = BUILT) -> Iterator[Finding]:
    """How the places of this machine stand."""
    yield from _data(settings.data_dir)
    yield _disk(settings.data_dir)
    yield from _papers(settings)
    if env_file.exists() and _open_to_others(env_file):
        cause = f"Other users of this machine can read {env_file}, and with it every secret."
        yield warning("secrets", cause, f"Run: chmod 600 {env_file}")
    yield from _copy(settings)
    yield _ledger(settings)
    yield from _gaps(settings)
    yield _page(built)


def _data(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield warning("data folder", f"There is no folder {folder} yet.", "Make it: python -m bot migrate")
    elif _open_to_others(folder):
        yield warning("data folder", f"Other users of this machine can read {folder}.", f"Run: chmod 700 {folder}")
    else:
        yield ok("data folder", f"{folder} is there, and closed to other users.")


def _disk(folder: Path) -> Finding:
    there = next(place for place in (folder.resolve(), *folder.resolve().parents) if place.exists())
    free = shutil.disk_usage(there).free
    cause = f"{free // MEBIBYTE} MiB are free where the data lies."
    if free >= LITTLE:
        return ok("disk", cause)
    weigh = warning if free >= LEAST else problem
    return weigh("disk", cause, "Make room on that disk, or move the data folder to a larger one.")


def _papers(settings: Settings) -> Iterator[Finding]:
    """Processes on several machines share a PostgreSQL by its address; the folder of papers they share only if told."""
    if not settings.database.startswith("postgresql"):
        return
    if settings.files_dir is None:
        cause = f"WASL_FILES_DIR is unset, so this process keeps papers in {settings.files}."
        yield warning("papers", cause, "Where several processes serve, set it to one folder that all of them see.")
    else:
        yield ok("papers", f"Papers lie in {settings.files_dir}; see that every process of the house has that folder.")


def _open_to_others(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)


def _copy(settings: Settings) -> Iterator[Finding]:
    """Nobody can see from here whether a copy exists: it is asked until somebody says yes, anew for each new key."""
    ids, known = _ids(settings), _remembered(settings.data_dir)
    if missing := [id for id in ids if id not in known]:
        cause = f"Is there a copy of the master keys ({', '.join(missing)}) elsewhere? Losing them loses everything."
        fix = "Copy them to another place, then run: python -m bot doctor --yes-i-have-a-copy"
        yield warning("key copy", cause, fix)
    elif ids:
        yield ok("key copy", "You said that a copy of the master keys lies elsewhere.")


def remember_copy(settings: Settings) -> None:
    """Write down that a copy of today's keys exists: their ids, never the keys."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.data_dir / COPIED).write_text("\n".join([*_ids(settings), ""]), "utf-8")


def _ids(settings: Settings) -> list[str]:
    try:
        return [id for id, _ in parse_master_keys(settings.master_keys.get_secret_value())]
    except ValueError:
        return []  # the judge of the settings has said so


def _remembered(folder: Path) -> list[str]:
    try:
        return (folder / COPIED).read_text("utf-8").split()
    except (OSError, ValueError):
        return []


def _ledger(settings: Settings) -> Finding:
    """What is restored from a backup must not bring back what was erased since."""
    ledger = settings.erasure_ledger.resolve()
    on_file = settings.database.startswith("sqlite")
    beside = Path(settings.database.partition(":///")[2]).resolve().parent if on_file else None
    if settings.data_dir.resolve() in ledger.parents or beside == ledger.parent:
        cause = "The erasure ledger lies beside the data, so a backup would hold it and a restore undo erasures."
        return problem("erasure ledger", cause, "Set WASL_ERASURE_LEDGER to a file beside your copy of the keys.")
    return ok("erasure ledger", "It lies outside the data; keep it out of the backups too.")


def _gaps(settings: Settings) -> Iterator[Finding]:
    """An older copy of the database that was put back leaves a gap, which stays written down beside the ledger."""
    marks = Marks(settings.erasure_ledger)
    try:
        found = marks.gaps()
    except StorageRefusedError as refusal:
        yield problem("seals outside", str(refusal), f"Put {marks.path} back from your copy, or remove it.")
        return
    fix = (
        f"Look through what vendors list and staff remember; when that is done, empty the list «gaps» in {marks.path}."
    )
    yield from (warning("gap", str(gap), fix) for gap in found)


def _page(built: Path) -> Finding:
    """The page's script and style are built once, by make."""
    if (built / MANIFEST).is_file():
        return ok("web page", "The chat page is built.")
    return problem("web page", "The chat page is not built; people would see it bare.", "Build it: make run")
