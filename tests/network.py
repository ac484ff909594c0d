"""The guard that keeps tests off the network: only this machine itself may be reached."""

import ipaddress
from typing import Any

SENDING = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}  # where the address stands
NAMING = {"socket.getaddrinfo", "socket.gethostbyname"}
HERE = {"localhost", "", None}


class NetworkRefusedError(Exception):
    """A test tried to leave this machine."""


def refuse_the_world(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: raises where Python is about to reach or look up another host, by whatever library."""
    if event in SENDING:
        address = args[SENDING[event]]
        host = address[0] if isinstance(address, tuple) else None  # else the path of a local socket
    elif event in NAMING:
        host = args[0]
    else:
        return
    if not near(host):
        raise NetworkRefusedError(f"a test may only reach this machine, and {event} went elsewhere")


def near(host: str | bytes | None) -> bool:
    """Is this host the machine itself?"""
    name = host.decode() if isinstance(host, bytes) else host
    try:
        return name in HERE or ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False
