"""Codes of staff's authenticator apps: six digits of a shared secret and of the half minute."""

import base64
import hmac
from datetime import datetime

import pyotp

from conversations import arabic

STEP_S = 30
SIX = 6
BYTES = 20  # of the secret, as RFC 4226 advises


def secret_of(raw: bytes) -> str:
    """A secret as apps take it, made of random bytes."""
    return base64.b32encode(raw[:BYTES]).decode()


def address_of(secret: str, login: str, issuer: str) -> str:
    """The address that apps read from a QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer))


def code_at(secret: str, at: datetime) -> str:
    """The code that an app shows then."""
    return str(pyotp.TOTP(secret).at(at))


def step_of(secret: str | None, code: str, now: datetime, last: int | None) -> int | None:
    """The step of time that the code belongs to: this one or a neighbour, later than the `last` used; else None."""
    given = "".join(arabic.digits(code).split())
    if secret is None or len(given) != SIX or not (given.isascii() and given.isdigit()):
        return None
    this = int(now.timestamp()) // STEP_S
    fresh = [step for step in (this - 1, this, this + 1) if last is None or step > last]
    return next((step for step in fresh if hmac.compare_digest(pyotp.HOTP(secret).at(step), given)), None)
