"""Sealing a value: JSON, padded, AES-256-GCM under its owner's key, bound to its table, row and column."""

import os
from collections.abc import Iterable
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import SealBrokenError

FORMAT = b"\x01"
NONCE = 12
# JSON may end in blanks: padded, so that a sealed yes is as long as a sealed no.
PAD = 32


def place(organisation: str, table: str, key: Iterable[Any], column: str) -> bytes:
    """The associated data: where exactly a sealed value stands."""
    return orjson.dumps([organisation, table, *key, column], default=bytes.hex)


def seal(cipher: AESGCM, value: Any, where: bytes) -> bytes:
    """Seal a JSON-able value: format, nonce, ciphertext."""
    data = orjson.dumps(value)
    nonce = os.urandom(NONCE)
    return FORMAT + nonce + cipher.encrypt(nonce, data + b" " * (-len(data) % PAD), where)


def unseal(cipher: AESGCM, blob: bytes, where: bytes) -> Any:
    """Open a sealed value; SealBrokenError where it was altered, moved or sealed with another key."""
    if blob[:1] != FORMAT:
        raise SealBrokenError(f"unknown format at {where.decode()}")
    try:
        return orjson.loads(cipher.decrypt(blob[1 : 1 + NONCE], blob[1 + NONCE :], where))
    except InvalidTag:
        raise SealBrokenError(f"the value at {where.decode()} does not open") from None
