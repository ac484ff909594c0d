"""Staff of a house on a real SQLite file: invited, joined and signed in; hashing is cheap here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from services import codes
from services.accounts import Accounts
from services.members import Member
from services.passwords import Passwords
from services.roles import Role
from services.sessions import Sessions
from services.signing import Refused, SignedIn, Signing
from services.staffing import Fault, Invited, Staffing
from storage import Memory
from tests.storage_world import opened
from tests.turns_world import Clock

HOUSE = "labas"
PASSWORD = "nine blue boats sail"
LOGIN = "noura@example.org"


@dataclass
class Office:
    """The services of staff, and a clock to move."""

    memory: Memory
    clock: Clock
    signing: Signing
    staffing: Staffing
    accounts: Accounts
    woken: list[str] = field(default_factory=list)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock.now += timedelta(**by)

    def code(self, secret: str, **ahead: float) -> str:
        """What the app shows."""
        return codes.code_at(secret, self.clock.now + timedelta(**ahead))

    async def invite(self, login: str = LOGIN, *roles: Role, name: str = "Noura", house: str = HOUSE) -> Invited:
        """An invitation that was let through."""
        invited = await self.staffing.invite(None, house, login, name, roles or (Role.RELATIONS,))
        assert isinstance(invited, Invited)
        return invited

    async def joined(self, login: str = LOGIN, *roles: Role, house: str = HOUSE) -> "Person":
        """A member who joined, with the browser they joined in."""
        invited = await self.invite(login, *roles, house=house)
        joining = await self.signing.joining(house, invited.token)
        assert joining is not None
        came = await self.signing.join(house, invited.token, PASSWORD, self.code(joining.secret))
        assert isinstance(came, SignedIn)
        return Person(self, login, invited.staff, joining.secret, came.token, house)

    async def audit(self, house: str = HOUSE) -> list[dict[str, Any]]:
        """What was recorded, in order."""
        async with self.memory.reading() as unit:
            return await unit.select("audit", {"organisation": house}, order=("at", "id"))


@dataclass
class Person:
    """A member of staff with an app and a browser."""

    office: Office
    login: str
    staff: str
    secret: str
    token: str
    house: str = HOUSE

    async def sign_in(self, password: str = PASSWORD, address: str = "", **ahead: float) -> SignedIn | Refused:
        """Sign in with what the app shows now."""
        code = self.office.code(self.secret, **ahead)
        return await self.office.signing.sign_in(self.house, self.login, password, code, address)

    async def seen(self, token: str = "") -> Member | None:
        """Whoever the house takes this browser for."""
        return await self.office.staffing.member_of(self.house, token or self.token, active=True)

    async def member(self) -> Member:
        """The member, who is let in."""
        member = await self.seen()
        assert member is not None
        return member


class _Woken:
    """Counts who was woken."""

    def __init__(self) -> None:
        self.houses: list[str] = []

    def wake(self, organisation: str, contact: str, echo: object = None) -> None:
        self.houses.append(organisation)


@asynccontextmanager
async def office(folder: Path | None = None) -> AsyncIterator[Office]:
    """The services on a memory of their own."""
    async with opened(folder) as memory:
        clock, woken = Clock(), _Woken()
        sessions, passwords = Sessions(memory, clock), Passwords(memory_kib=8, rounds=1)
        yield Office(
            memory,
            clock,
            Signing(memory, clock, sessions, passwords, woken),
            Staffing(memory, clock, sessions, woken),
            Accounts(memory, clock, sessions, passwords, woken),
            woken.houses,
        )


async def fault(done: Any) -> Fault | None:
    """Why it was not done."""
    found = await done
    assert found is None or isinstance(found, Fault)
    return found
