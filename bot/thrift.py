"""Gives memory that is free back to the system, where the C library keeps it for later."""

import ctypes


def give_back() -> None:
    """Ask glibc for it, which keeps what each thread freed; other libraries have no such call and need none."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
