"""What is drawn by chance in the house is drawn from the seed."""

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from storage import pools


@contextmanager
def seeded(chance: Random) -> Iterator[None]:
    """Ids, tokens and keys come from `chance` as long as this holds."""

    def text(count: int | None = None) -> str:
        return base64.urlsafe_b64encode(chance.randbytes(count or 32)).rstrip(b"=").decode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_hex", lambda count=32: chance.randbytes(count).hex())
        patch.setattr(secrets, "token_bytes", lambda count=32: chance.randbytes(count))
        patch.setattr(secrets, "token_urlsafe", text)
        patch.setattr(secrets, "randbelow", chance.randrange)
        patch.setattr(os, "urandom", chance.randbytes)
        patch.setitem(pools.PRAGMAS, "synchronous", 0)  # what a crash loses `store.py` decides, not the disk
        yield
