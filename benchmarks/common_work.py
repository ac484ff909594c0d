"""The common work: one person's turns from hello to a reference number, and the association that asks for them."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from stdnum import luhn

from organisations import Profile, load
from organisations.reading import ROOT

HOUSE = "bench"
HERE = Path(__file__).parent
NAMES = ("محمد بن سالم العتيبي", "نورة بنت سعد الحربي", "عبدالله بن فهد الدوسري", "مريم بنت علي الشهري")


@dataclass(frozen=True, slots=True)
class Turn:
    """What is written, a part of the words that must answer it, and how many messages those are."""

    says: str
    expects: str
    replies: int = 1


@cache
def _script() -> tuple[Turn, ...]:
    rows = tomllib.loads((HERE / "common_work.toml").read_text("utf-8"))["turn"]
    return tuple(Turn(row["says"], row["expects"], row.get("replies", 1)) for row in rows)


def turns() -> int:
    """How many turns one person takes."""
    return len(_script())


def played(number: int) -> list[Turn]:
    """The turns of the person of that number: each has a name, an id and a mobile of their own."""
    id = f"1{number % 10**8:08d}"
    right = id + luhn.calc_check_digit(id)
    wrong = id + str((int(right[-1]) + 1) % 10)
    own = {"name": NAMES[number % len(NAMES)], "id": right, "wrong": wrong, "mobile": f"05{number % 10**8:08d}"}
    return [replace(turn, says=turn.says.format(**own)) for turn in _script()]


@contextmanager
def profile_root() -> Iterator[Path]:
    """A folder of associations that holds the benchmark's alone, beside the words that all share."""
    with TemporaryDirectory(prefix="wasl-bench-") as folder:
        root = Path(folder)
        (root / "common").symlink_to(ROOT / "common")
        (root / HOUSE).symlink_to(HERE / "profile" / HOUSE)
        yield root


def profile() -> Profile:
    """The benchmark's association."""
    with profile_root() as root:
        return load(HOUSE, root)
