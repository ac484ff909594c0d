"""Who may come through which door; every access decision of the house is made here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from services.roles import Right, may

LOOPBACK = ("localhost", "127.0.0.1")
PORTS = {"http": 80, "https": 443}


class Rule(StrEnum):
    """What a door asks of its visitor; a door without one does not open.

    Behind a *signed* door each call is judged by its vendor's signature or secret, before anything of it is read.
    """

    ANYONE = "anyone"
    OWN_PAGES = "own_pages"
    OWN_FORMS = "own_forms"
    NEIGHBOURS = "neighbours"
    THIS_MACHINE = "this_machine"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks: network address, host asked for (without port), the page's origin; and the origins let in here.

    `site` is what the browser says of the page that asks: same-origin, same-site, cross-site or none.
    """

    address: str = ""
    host: str = ""
    origin: str | None = None
    origins: frozenset[str] = frozenset()
    site: str | None = None


def admits(rule: Rule, visitor: Visitor) -> bool:
    """Whether the rule lets this visitor in."""
    return RULES[rule](visitor)


def _anyone(_: Visitor) -> bool:
    return True


def _own_page(visitor: Visitor) -> bool:
    """A page of ours, or one that may embed ours; who names no origin is no page."""
    return visitor.origin is not None and visitor.origin in visitor.origins


def _own_form(visitor: Visitor) -> bool:
    """A form of our own page. Browsers send one that tells no referrer with the origin `null`, but say whose it is."""
    if visitor.site is not None:
        return visitor.site == "same-origin"
    return _own_page(visitor)


def _neighbour(visitor: Visitor) -> bool:
    """Somebody of this machine or its private network, such as the one who collects the figures."""
    try:
        return ip_address(visitor.address).is_private
    except ValueError:
        return False


def _this_machine(visitor: Visitor) -> bool:
    """Somebody at this machine who asks for it by its own name (a proxy beside us asks for another)."""
    try:
        return ip_address(visitor.address).is_loopback and visitor.host in LOOPBACK
    except ValueError:
        return False


RULES: Mapping[Rule, Callable[[Visitor], bool]] = {
    Rule.ANYONE: _anyone,
    Rule.OWN_PAGES: _own_page,
    Rule.OWN_FORMS: _own_form,
    Rule.NEIGHBOURS: _neighbour,
    Rule.THIS_MACHINE: _this_machine,
    Rule.SIGNED: _anyone,
}


class Known(Protocol):
    """Whoever is signed in, as far as decisions ask."""

    @property
    def organisation(self) -> str: ...
    @property
    def roles(self) -> frozenset[str]: ...


class Decision(StrEnum):
    """What becomes of somebody at a door of the desk."""

    ENTER = "enter"
    SIGN_IN = "sign_in"
    NOT_HERE = "not_here"
    NOT_YOURS = "not_yours"


def decide(member: Known | None, organisation: str, right: Right) -> Decision:
    """Whether this member may come through a door of this association's desk that asks for the right."""
    if member is None:
        return Decision.SIGN_IN
    if member.organisation != organisation:
        return Decision.NOT_HERE
    if not may(member.roles, right):
        return Decision.NOT_YOURS
    return Decision.ENTER


def origins(public_url: str, embedding: Iterable[str] = ()) -> frozenset[str]:
    """The origins whose pages may talk to us: our own, on loopback under both its names, and those that embed us."""
    own = normal_origin(public_url)
    return frozenset({own, *_twins(own), *map(normal_origin, embedding)})


def normal_origin(url: str) -> str:
    """Scheme, host and port as a browser writes an origin: lower case, no default port, no path."""
    parts = urlsplit(url.lower())
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = parts.port
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != PORTS.get(parts.scheme) else "")


def _twins(origin: str) -> tuple[str, ...]:
    parts = urlsplit(origin)
    if parts.hostname not in LOOPBACK:
        return ()
    return tuple(origin.replace(parts.hostname, name, 1) for name in LOOPBACK)
