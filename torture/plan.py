"""What a run is to do: given by arguments, so that the same ones replay it."""

import argparse
import random
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

DATABASES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parent.parent
PARTS = ("kill", "wal", "replay", "burst", "leases", "mind", "drill", "simulator")
USUAL = {"people": 120, "messages": 50_000}
LONG = {"archives": 100, "seeds": 1000, "runs": 5000}
DRILLED = {"people": 40, "messages": 4_000}
ROW_7 = 20  # one cut of a connection in so many messages


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `cuts` and `restarts` are those of PostgreSQL, its connections and its server."""

    database: str = "sqlite"
    kills: int = 1000
    messages: int = 50_000
    seed: int = 1
    processes: int = 1
    roles: str = "whole"
    people: int = 120
    cuts: int = 0
    restarts: int = 0
    poison: float = 0.01
    archives: int = 100
    seeds: int = 1000
    runs: int = 5000
    seconds: int = 3600
    out: Path = Path("torture.md")

    def chance(self, what: str) -> random.Random:
        """Randomness of its own for each thing, so that one more throw here changes nothing there."""
        return random.Random(f"{self.seed}.{what}")  # noqa: S311

    @property
    def command(self) -> str:
        """How to run it once more."""
        words = {"DATABASE": self.database, "KILLS": self.kills, "MESSAGES": self.messages, "SEED": self.seed}
        more = {"PROCESSES": self.processes, "CUTS": self.cuts, "RESTARTS": self.restarts, "ROLES": self.roles}
        return "make torture " + " ".join(f"{name}={value}" for name, value in {**words, **more}.items())


def parsed(words: list[str] | None = None) -> tuple[str, Plan]:
    """The part that is to run, and its plan."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--part", choices=PARTS, default="kill")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    for name, default in (("kills", 1000), ("seconds", 3600), *LONG.items()):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name in ("seed", "processes", "cuts", "restarts", *USUAL):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--roles")
    parser.add_argument("--out", type=Path, default=Path("torture.md"))
    given = parser.parse_args(words)
    for name, usual in (DRILLED if given.part == "drill" else USUAL).items():
        setattr(given, name, usual if getattr(given, name) is None else getattr(given, name))
    names = ("database", "kills", "messages", "people", "seconds", *LONG, "out")
    return given.part, _filled(Plan(**{name: getattr(given, name) for name in names}), given)


def _filled(plan: Plan, given: argparse.Namespace) -> Plan:
    """What was not said follows from the database and from how much there is to do."""
    remote = plan.database == "postgresql"
    defaults = {
        "seed": secrets.randbelow(10**6),
        "processes": 4 if remote else 1,
        "roles": "whole,worker,web,whole" if remote else "whole",
        "cuts": plan.messages // ROW_7 if remote else 0,
        "restarts": plan.kills // 10 if remote else 0,
    }
    named = {name: getattr(given, name) for name in defaults}
    chosen: dict[str, Any] = {name: defaults[name] if value is None else value for name, value in named.items()}
    return replace(plan, **chosen)
