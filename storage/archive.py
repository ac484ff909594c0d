"""A sealed stream: chunks of AES-256-GCM under a key drawn from a master key, in order and with a known end.

Nonces count the chunks and mark the last one (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár), so a
chunk that is changed, moved or missing, and an end that was cut off, are noticed.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import StorageRefusedError

MAGIC = b"WASL-BACKUP-1\n"
CHUNK = 1 << 20
SALT, PREFIX = 32, 7
BROKEN = "The archive was changed, or its end is missing: it is not restored."
Keys = Sequence[tuple[str, bytes]]


class Sealing:
    """Writes a stream; only what was closed has its end."""

    def __init__(self, out: IO[bytes], keys: Keys) -> None:
        name, key = keys[0]
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._out, self._cipher, self._waiting, self._count = out, _cipher(key, salt), bytearray(), 0
        out.write(MAGIC + bytes([len(name.encode())]) + name.encode() + salt + self._prefix)

    def write(self, data: bytes) -> int:
        """Seal what fills a chunk; the rest waits for more."""
        self._waiting += data
        while len(self._waiting) > CHUNK:  # never the last one: that is only known at the end
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Seal what is left, as the end."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, data: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._prefix, self._count, last), data, MAGIC)
        self._out.write(len(sealed).to_bytes(4, "big") + sealed)
        self._count += 1


class Opening:
    """Reads a stream as it was written; StorageRefusedError where it was changed or cut."""

    def __init__(self, source: IO[bytes], keys: Keys) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise StorageRefusedError("This is no archive of Wasl.")
        name = source.read(int.from_bytes(source.read(1), "big")).decode(errors="replace")
        known: Mapping[str, bytes] = dict(keys)
        if name not in known:
            raise StorageRefusedError(
                f"The archive is sealed with the master key «{name}», which WASL_MASTER_KEYS lacks."
            )
        self._cipher, self._prefix = _cipher(known[name], source.read(SALT)), source.read(PREFIX)
        self._source, self._left, self._count, self._ended = source, b"", 0, False

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all of them; fewer only at the end."""
        parts = [self._left]
        have = len(self._left)
        while not self._ended and (size < 0 or have < size):
            parts.append(self._next())
            have += len(parts[-1])
        whole = b"".join(parts)
        cut = len(whole) if size < 0 else size
        self._left = whole[cut:]
        return whole[:cut]

    def _next(self) -> bytes:
        length = int.from_bytes(self._source.read(4), "big")
        sealed = self._source.read(length)
        ahead = self._source.read(1)
        if ahead:
            self._source.seek(-1, os.SEEK_CUR)
        self._ended = not ahead
        try:
            data = self._cipher.decrypt(_nonce(self._prefix, self._count, self._ended), sealed, MAGIC)
        except (InvalidTag, ValueError):
            raise StorageRefusedError(BROKEN) from None
        self._count += 1
        return data


def whole(path: Path, keys: Keys) -> None:
    """Read the archive to its end; StorageRefusedError where anything of it is wrong."""
    with path.open("rb") as source:
        stream = Opening(source, keys)
        while stream.read(CHUNK):
            pass


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(hashes.SHA256(), 32, salt, b"wasl backup").derive(key))


def _nonce(prefix: bytes, count: int, last: bool) -> bytes:
    return prefix + count.to_bytes(4, "big") + bytes([last])
