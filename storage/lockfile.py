"""The operating-system lock beside the SQLite file: one process writes; it falls with its process."""

import fcntl
import os
from pathlib import Path

from storage.errors import StorageRefusedError


class LockFile:
    """An exclusive lock on `<database>.lock`."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock at once, or refuse with a sentence."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            raise StorageRefusedError(
                f"Another process holds {self._path.name}: Wasl already runs on this database. Stop it first, "
                "or use the desk's page for what you want to do."
            ) from None
        self._file = file

    def release(self) -> None:
        """Let the lock go; the empty file stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
