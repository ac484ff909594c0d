"""The store of files: each sealed with a key of its own, in a folder or a bucket, under a name that says nothing."""

import asyncio
import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SealBrokenError
from storage.sealing import FORMAT, NONCE, place

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class FileStore:
    """Sealed bytes by organisation and file id. `where` is a folder, the URL of a bucket (`s3://...`), or nowhere."""

    def __init__(self, where: Path | str | None) -> None:
        self._folder = where if isinstance(where, Path) else None
        self._where = where
        self._opened: ObjectStore | None = None

    async def put(self, organisation: str, file: str, data: bytes) -> str:
        """Seal and keep the bytes, replacing what was there; the secret that opens them, for the file's row."""
        key, nonce = AESGCM.generate_key(bit_length=256), os.urandom(NONCE)
        sealed = await asyncio.to_thread(AESGCM(key).encrypt, nonce, data, _where(organisation, file))
        await self._store().put_async(_path(organisation, file), FORMAT + nonce + sealed)
        if self._folder:
            await asyncio.to_thread(_durable, self._folder / _path(organisation, file))
        return base64.b64encode(key).decode()

    async def get(self, organisation: str, file: str, secret: str) -> bytes | None:
        """The bytes; None where they are gone, SealBrokenError where they were altered or are another file's."""
        try:
            blob = bytes(await (await self._store().get_async(_path(organisation, file))).bytes_async())
        except FileNotFoundError:
            return None
        cipher, nonce = AESGCM(base64.b64decode(secret)), blob[1 : 1 + NONCE]
        try:
            return await asyncio.to_thread(cipher.decrypt, nonce, blob[1 + NONCE :], _where(organisation, file))
        except InvalidTag:
            raise SealBrokenError(f"the file {file} does not open") from None

    async def delete(self, organisation: str, file: str) -> None:
        """Let the bytes go; nothing happens where there are none."""
        try:
            await self._store().delete_async(_path(organisation, file))
        except FileNotFoundError:
            return

    def _store(self) -> "ObjectStore":
        if self._opened is None:
            self._opened = _opened(self._where)
        return self._opened


def _opened(where: Path | str | None) -> "ObjectStore":
    from obstore.store import LocalStore, MemoryStore, from_url

    if isinstance(where, Path):
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(where)
    return from_url(where) if where else MemoryStore()


def _path(organisation: str, file: str) -> str:
    return f"{organisation}/{file}"


def _where(organisation: str, file: str) -> bytes:
    return place(organisation, "files", [file], "bytes")


def _durable(path: Path) -> None:
    """Wait until the file and its name are on the disk, as the row that names it will be."""
    for target in (path, path.parent):
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
