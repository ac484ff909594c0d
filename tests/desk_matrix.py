"""Every door of the live router, and one member of each role at each of two associations, on the real house."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import ClientResponse, ClientSession, CookieJar
from starlette.routing import BaseRoute, Route

from bot.wiring import House
from desk.doors import session_cookie
from desk.routes import routes
from services.roles import Right, Role
from services.signing import SignedIn

OWN, OTHER = "qalb", "labas"
ID = re.compile(r"\{(\w+)(?::\w+)?\}")
STREAMS = "/live"


@dataclass(frozen=True, slots=True)
class Way:
    """One method of one route."""

    method: str
    path: str
    rule: Any

    def url(self, ids: Mapping[str, str]) -> str:
        """The path with its ids filled in; what is not named is an id that nobody has."""
        return ID.sub(lambda hit: ids.get(hit[1], "0" * 32), self.path)

    @property
    def ids(self) -> frozenset[str]:
        """What the path asks for besides the association."""
        return frozenset(ID.findall(self.path)) - {"organisation", "rest"}

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def ways(found: list[BaseRoute] | None = None) -> Iterator[Way]:
    """Every way into the desk that asks for a right, as the router has it."""
    for route in found if found is not None else routes():
        assert isinstance(route, Route)
        rule = getattr(route, "rule", None)
        if isinstance(rule, Right):
            yield from (Way(method, route.path, rule) for method in sorted(route.methods or ()) if method != "HEAD")


def filled() -> list[dict[str, str]]:
    """Forms with something in every field that a verb of the desk may ask for; none has more than such a form may."""
    words: list[dict[str, str]] = [
        {"text": "كلمة", "role": Role.SUPERVISOR},
        {"reason": "سبب", "field": "name"},
        {"roles": Role.COMMITTEE},
    ]
    return [{"act": str(uuid4()), **each} for each in words]


@dataclass
class Staffed:
    """The house with its members; one browser for each role and association."""

    house: House
    origin: str
    tokens: dict[tuple[str, Role], str] = field(default_factory=dict)

    async def fill(self) -> "Staffed":
        """One member of each role at both associations, signed in by the demonstration's links."""
        staffing, signing = self.house.household.staffing, self.house.household.signing
        for name in (OWN, OTHER):
            for role in Role:
                came = await signing.redeem_demo(name, await staffing.demo_link(name, role))
                assert isinstance(came, SignedIn)
                self.tokens[name, role] = came.token
        return self

    def browser(self, token: str = "", name: str = OWN) -> ClientSession:
        """A browser of our pages that holds this session for the association."""
        cookies = {session_cookie(self.origin, name): token} if token else {}
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        return ClientSession(self.origin, cookies=cookies, cookie_jar=CookieJar(unsafe=True), headers=headers)


async def status(
    browser: ClientSession, way: Way, ids: Mapping[str, str], form: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """What the door answers, and where it leads; the body of a stream is not waited for."""
    answer: ClientResponse
    async with browser.request(way.method, way.url(ids), data=form, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")
