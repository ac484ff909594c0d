"""The erasure ledger: the ids of destroyed keys, kept outside the data and its backups: no old copy revives one."""

import fcntl
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from storage.errors import StorageRefusedError

KINDS = ("person", "contact", "case", "file", "message", "inquiry", "parked")


@dataclass(frozen=True, slots=True)
class Line:
    """One id that was erased: of a person's or a contact's key, of a case, a file, or words; `at` is ISO 8601."""

    organisation: str
    kind: str
    id: str
    at: str


class ErasureLedger:
    """A file of lines that only grows. What is written stands on the disk before `append` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[Line]:
        """Every line; a last one that was cut off was never promised. StorageRefusedError for any other."""
        if not self._path.exists():
            return []
        whole, _, _ = self._path.read_bytes().rpartition(b"\n")
        return [self._line(number, line) for number, line in enumerate(whole.split(b"\n"), 1) if line]

    def append(self, lines: Iterable[Line]) -> None:
        """Add lines, all of them or none."""
        data = b"".join(orjson.dumps(asdict(line)) + b"\n" for line in lines)
        new = not self._path.exists()
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._whole_end(file)
            written = os.write(file, data)
            if written != len(data):
                raise OSError(f"only {written} of {len(data)} bytes were written")
            os.fsync(file)
        finally:
            os.close(file)
        if new:
            self._keep_name()

    @staticmethod
    def _whole_end(file: int) -> None:
        """Stand behind the last whole line; what a crash left of another goes."""
        size = os.lseek(file, 0, os.SEEK_END)
        tail = os.pread(file, min(size, 4096), max(0, size - 4096))
        end = size - len(tail) + tail.rfind(b"\n") + 1
        if end != size:
            os.ftruncate(file, end)
        os.lseek(file, end, os.SEEK_SET)

    def _keep_name(self) -> None:
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _line(self, number: int, text: bytes) -> Line:
        try:
            line = Line(**orjson.loads(text))
        except (orjson.JSONDecodeError, TypeError):
            line = None
        if line is None or line.kind not in KINDS:
            raise StorageRefusedError(
                f"Line {number} of the erasure ledger cannot be read: put its copy back, so that nobody who was erased "
                "comes back."
            )
        return line
