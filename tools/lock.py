"""Write every lock anew: hashed Python pins by uv, npm's by npm, none of them with an address inside."""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LOCKS = ("run", "dev", "node")  # dev takes run's pins as constraints, so run comes first
UV = "uv==0.13.8"
COMPILE = (
    "pip compile --quiet --generate-hashes --universal --no-header --no-annotate --no-emit-index-url"
    " --no-emit-find-links --only-binary :all: --python-version 3.11"
).split()
ADDRESSED = ("resolved", "funding")  # keys of npm's lock that hold addresses


def run(*command: str) -> None:
    """Run one command at the root of the project, and stop where it fails."""
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - fixed words, no shell


def lock_python(options: list[str]) -> None:
    """Compile requirements/*.in to *.txt with a uv of a throwaway environment."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        binaries = Path(folder) / "bin"
        run(str(binaries / "pip"), "install", "--quiet", UV)
        for name in PYTHON_LOCKS:
            source, target = f"requirements/{name}.in", f"requirements/{name}.txt"
            run(str(binaries / "uv"), *COMPILE, *options, source, "-o", target)


def without_addresses(value: object) -> object:
    """The same JSON value without the keys that hold addresses."""
    if isinstance(value, dict):
        return {key: without_addresses(item) for key, item in value.items() if key not in ADDRESSED}
    return [without_addresses(item) for item in value] if isinstance(value, list) else value


def lock_node() -> None:
    """Let npm write its lock, then take the addresses out."""
    run("npm", "install", "--package-lock-only", "--no-update-notifier")
    path = ROOT / "package-lock.json"
    lock = without_addresses(json.loads(path.read_text(encoding="utf-8")))
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.pop("VIRTUAL_ENV", None)
    lock_python(sys.argv[1:])
    lock_node()
