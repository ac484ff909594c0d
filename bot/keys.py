"""Master keys as they stand in settings, `id:base64,...`, and fresh secrets for a new house."""

import base64
import binascii
import re
import secrets

KEY_BYTES = 32
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


def parse_master_keys(text: str) -> tuple[tuple[str, bytes], ...]:
    """Read `id:base64,...` into (id, key) pairs, the wrapping one first; ValueError says what to fix."""
    pairs = tuple(_parse_one(number, part) for number, part in enumerate(text.split(","), 1))
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("two keys have the same id; give each its own")
    return pairs


def _parse_one(number: int, part: str) -> tuple[str, bytes]:
    name, colon, encoded = part.strip().partition(":")
    if not colon or not _NAME.fullmatch(name):
        raise ValueError(f"key {number} does not begin with an id of letters and digits and a colon")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"key {number} is not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError(f"key {number} has {len(key)} bytes where {KEY_BYTES} are needed")
    return name, key


def fresh_master_key(name: str) -> str:
    """A new random master key in the form of settings."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def fresh_secret() -> str:
    """A new random secret to sign sessions and links with."""
    return secrets.token_urlsafe(48)
