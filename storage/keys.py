"""Data keys: made at random, wrapped by a master key, kept unwrapped in a bounded memory."""

import os
from collections import OrderedDict
from collections.abc import Mapping
from typing import Literal

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SealBrokenError, StorageRefusedError

FORMAT = b"\x01"
NONCE = 12
KEY = 32
KEPT = 4096

Kind = Literal["contact", "person", "organisation"]
Owner = tuple[str, str, str]  # kind, organisation, id
TABLES: Mapping[str, tuple[str, str]] = {
    "contact": ("contacts", "contact"),
    "person": ("persons", "person"),
    "organisation": ("organisations", "organisation"),
}


class MasterKeys:
    """The master keys from settings: the first wraps, all unwrap."""

    def __init__(self, keys: tuple[tuple[str, bytes], ...]) -> None:
        if not keys:
            raise StorageRefusedError("There is no master key: set WASL_MASTER_KEYS to id:base64 of 32 random bytes.")
        for name, key in keys:
            if len(key) != KEY or not 0 < len(name.encode()) < 256:
                raise StorageRefusedError(
                    f"The master key {name!r} is not 32 bytes under a short id: see WASL_MASTER_KEYS."
                )
        self.names = tuple(name for name, _ in keys)
        self._first = keys[0][0].encode()
        self._ciphers = {name.encode(): AESGCM(key) for name, key in keys}

    def head(self, name: str) -> bytes:
        """How every wrapping by this master key begins; no other one's begins so."""
        return FORMAT + bytes([len(name.encode())]) + name.encode()

    def is_first(self, blob: bytes) -> bool:
        """Whether the first master key made this wrapping."""
        return blob.startswith(self.head(self.names[0]))

    def name_of(self, blob: bytes) -> str:
        """The id of the master key that made this wrapping."""
        return blob[2 : 2 + blob[1]].decode(errors="replace")

    def wrap(self, key: bytes, *place: str) -> bytes:
        """Seal a data key for its place (organisation, table, id): format, master key's id, nonce, ciphertext."""
        nonce = os.urandom(NONCE)
        body = self._ciphers[self._first].encrypt(nonce, key, orjson.dumps(place))
        return FORMAT + bytes([len(self._first)]) + self._first + nonce + body

    def rewrap(self, blob: bytes, *place: str) -> bytes:
        """The same data key, wrapped by the first master key."""
        return self.wrap(self.unwrap(blob, *place), *place)

    def unwrap(self, blob: bytes, *place: str) -> bytes:
        """Give the data key back; SealBrokenError where it was altered or moved."""
        end = 2 + blob[1]
        cipher = self._ciphers.get(blob[2:end])
        if blob[:1] != FORMAT or cipher is None:
            raise lacking(self.name_of(blob))
        try:
            return cipher.decrypt(blob[end : end + NONCE], blob[end + NONCE :], orjson.dumps(place))
        except InvalidTag:
            raise SealBrokenError(f"the key of {place[1]} {place[-1]} does not open") from None


def lacking(name: str) -> StorageRefusedError:
    """The refusal of a house whose settings lack a master key that is still in use."""
    return StorageRefusedError(f"The data was sealed with the master key {name!r}, which WASL_MASTER_KEYS lacks.")


class DataKeys:
    """Unwrapped data keys of contacts, persons and organisations; the least used are forgotten first."""

    def __init__(self, master: MasterKeys, kept: int = KEPT) -> None:
        self._master = master
        self._kept = kept
        self._ciphers: OrderedDict[Owner, AESGCM] = OrderedDict()
        self._dead: set[Owner] = set()

    def fresh(self, owner: Owner) -> tuple[bytes, AESGCM]:
        """A new data key, wrapped for its row, and its cipher; `remember` it once the row is committed."""
        key = AESGCM.generate_key(bit_length=256)
        return self._master.wrap(key, *_place(owner)), AESGCM(key)

    def unwrap(self, owner: Owner, blob: bytes) -> AESGCM:
        """Unwrap and remember."""
        cipher = AESGCM(self._master.unwrap(blob, *_place(owner)))
        self.remember(owner, cipher)
        return cipher

    def get(self, owner: Owner) -> AESGCM | None:
        """The cipher, where it is remembered."""
        cipher = self._ciphers.get(owner)
        if cipher is not None:
            self._ciphers.move_to_end(owner)
        return cipher

    def remember(self, owner: Owner, cipher: AESGCM) -> None:
        """Keep a cipher, forgetting the least used beyond the bound; never one that a reader of an old state found."""
        if owner in self._dead:
            return
        self._ciphers[owner] = cipher
        self._ciphers.move_to_end(owner)
        if len(self._ciphers) > self._kept:
            self._ciphers.popitem(last=False)

    def forget(self, owner: Owner) -> None:
        """Drop a cipher whose key is gone, for good."""
        self._ciphers.pop(owner, None)
        self._dead.add(owner)

    def is_gone(self, owner: Owner) -> bool:
        """Whether this key was destroyed, whatever an older state of the database holds."""
        return owner in self._dead

    def clear(self) -> None:
        """Drop every cipher: nobody knows which keys went meanwhile."""
        self._ciphers.clear()


def _place(owner: Owner) -> tuple[str, str, str]:
    kind, organisation, id = owner
    return organisation, TABLES[kind][0], id
