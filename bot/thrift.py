"""Memory that nobody needs: given back to the system, or never taken."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast


@contextmanager
def without_rich() -> Iterator[None]:
    """structlog and httpx, which python-telegram-bot brings, import rich where it is installed, for colours that we do
    not use: six MiB. What Python finds as None it takes for not installed; typer finds it again afterwards."""
    if "rich" in sys.modules:
        yield
        return
    sys.modules["rich"] = cast(Any, None)
    try:
        yield
    finally:
        del sys.modules["rich"]


def give_back() -> None:
    """Ask glibc for it, which keeps what each thread freed; other libraries have no such call and need none."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
