"""Staff of an association: who they are, how they are invited, what they may do, and that they may no longer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from conversations import arabic
from services.audits import audited
from services.guesses import NONE
from services.invitations import DEMO, JOIN, Invitations
from services.members import Member as Member
from services.ports import Clock, Memory, Reading, Row, Unit, Wakeups
from services.roles import Role
from services.seating import fresh_id
from services.sessions import EVERYBODY, Sessions
from services.signing import key, login_hash, plain_login

LOGIN = range(3, 101)
NAME = range(2, 101)


class Fault(StrEnum):
    """Why something was not done to an account."""

    LOGIN = "login"
    NAME = "name"
    ROLES = "roles"
    TAKEN = "taken"
    LAST = "last"
    GONE = "gone"


class State(StrEnum):
    """How far a member has come."""

    INVITED = "invited"
    JOINED = "joined"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Invited:
    """A new link for this member; `token` is shown once and kept nowhere."""

    staff: str
    token: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member as administrators see them."""

    staff: str
    login: str
    name: str
    roles: tuple[str, ...]
    state: State
    demo: bool
    created_at: datetime
    open_sessions: int


class Staffing:
    """Keeps the accounts of staff. `by` is the administrator who acts, None whoever runs the house."""

    def __init__(self, memory: Memory, clock: Clock, sessions: Sessions, wakeups: Wakeups) -> None:
        self._memory = memory
        self._clock = clock
        self._sessions = sessions
        self._wakeups = wakeups
        self._invitations = Invitations(clock)

    async def member_of(self, organisation: str, token: str, active: bool = False) -> Member | None:
        """Whoever this session lets in; `active` says that a person asked, not a page by itself."""
        return await self._sessions.member_of(organisation, token, active)

    async def all(self, organisation: str) -> list[Colleague]:
        """Every member, in the order in which they came."""
        async with self._memory.reading() as unit:
            rows = await unit.select("staff", {"organisation": organisation}, order=("created_at", "staff"))
            open_ = {r["staff"]: await self._sessions.open(unit, organisation, r["staff"], "") for r in rows}
        return [_colleague(row, len(open_[row["staff"]])) for row in rows]

    async def invite(
        self, by: Member | None, organisation: str, login: str, name: str, roles: Iterable[str]
    ) -> Invited | Fault:
        """A new member and the link by which they join."""
        login, name, wanted = plain_login(login), arabic.name(name), _known(roles)
        if fault := _fault(login, name, wanted):
            return fault
        async with self._memory.unit() as unit:
            hash_ = login_hash(unit, organisation, login)
            if await unit.select("staff", {"organisation": organisation, "login_hash": hash_}):
                return Fault.TAKEN
            staff = fresh_id()
            row = {"organisation": organisation, "staff": staff, "login_hash": hash_, "login": login, "name": name}
            await unit.insert("staff", [{**row, "roles": wanted, "created_at": self._clock()}])
            token = await self._invitations.issue(unit, organisation, staff, JOIN, by.staff if by else None)
            await self._record(unit, by, organisation, "staff.invited", staff, roles=wanted)
        return Invited(staff, token)

    async def invite_again(self, by: Member | None, organisation: str, staff: str) -> Invited | Fault:
        """Reset a member by a new link. The last administrator is reset only by whoever runs the house."""
        async with self._memory.unit() as unit:
            row = await _one(unit, organisation, staff)
            if row is None or row["demo"]:
                return Fault.GONE
            if by is not None and await _is_last(unit, row):
                return Fault.LAST
            nothing = {"password": None, "totp": None, "totp_step": None, "disabled_at": None}
            await unit.update("staff", [{**key(row), **NONE, **nothing}])
            await self._sessions.end_all(unit, organisation, staff)
            token = await self._invitations.issue(unit, organisation, staff, JOIN, by.staff if by else None)
            await self._record(unit, by, organisation, "staff.invited", staff, again=True)
        self._wakeups.wake(organisation, EVERYBODY)
        return Invited(staff, token)

    async def find(self, organisation: str, login: str) -> str | None:
        """The id of whoever signs in with this name."""
        async with self._memory.reading() as unit:
            hash_ = login_hash(unit, organisation, login)
            rows = await unit.select("staff", {"organisation": organisation, "login_hash": hash_})
        return str(rows[0]["staff"]) if rows else None

    async def set_roles(self, by: Member | None, organisation: str, staff: str, roles: Iterable[str]) -> Fault | None:
        """Change what a member may do, from their next request on."""
        wanted = _known(roles)
        if not wanted:
            return Fault.ROLES if await self._knows(organisation, staff) else Fault.GONE
        stays = Role.ADMINISTRATOR in wanted
        return await self._change(by, organisation, staff, "staff.roles", {"roles": wanted}, stays, roles=wanted)

    async def disable(self, by: Member | None, organisation: str, staff: str) -> Fault | None:
        """Let a member in no longer; every session ends."""
        row = {"disabled_at": self._clock()}
        return await self._change(by, organisation, staff, "staff.disabled", row, stays=False, ends=True)

    async def enable(self, by: Member | None, organisation: str, staff: str) -> Fault | None:
        """Let a member in again as before."""
        return await self._change(by, organisation, staff, "staff.enabled", {"disabled_at": None}, stays=True)

    async def end_sessions(self, by: Member | None, organisation: str, staff: str) -> Fault | None:
        """End every session of a member."""
        return await self._change(by, organisation, staff, "staff.sessions_ended", {}, stays=True, ends=True)

    async def demo_link(self, organisation: str, role: str, name: str = "") -> str:
        """A link that lets the demonstration's member of this role in, without password and app, at this machine."""
        async with self._memory.unit() as unit:
            hash_ = unit.index(organisation, "login", f"demo {role}")  # no login has a space: nobody signs in by it
            rows = await unit.select("staff", {"organisation": organisation, "login_hash": hash_})
            staff = str(rows[0]["staff"]) if rows else fresh_id()
            if not rows:
                row = {"organisation": organisation, "staff": staff, "login_hash": hash_, "login": f"demo {role}"}
                known = {"name": name or role, "roles": [Role(role).value], "demo": True}
                await unit.insert("staff", [{**row, **known, "created_at": self._clock()}])
            return await self._invitations.issue(unit, organisation, staff, DEMO, None)

    async def _change(
        self,
        by: Member | None,
        organisation: str,
        staff: str,
        verb: str,
        columns: Mapping[str, object],
        stays: bool,
        ends: bool = False,
        **more: object,
    ) -> Fault | None:
        """Write columns of a member; `stays` where they stay an administrator if they were one."""
        async with self._memory.unit() as unit:
            row = await _one(unit, organisation, staff)
            if row is None:
                return Fault.GONE
            if not stays and await _is_last(unit, row):
                return Fault.LAST
            if columns:
                await unit.update("staff", [{**key(row), **columns}])
            if ends:
                await self._sessions.end_all(unit, organisation, staff)
            await self._record(unit, by, organisation, verb, staff, **more)
        self._wakeups.wake(organisation, EVERYBODY)
        return None

    async def _knows(self, organisation: str, staff: str) -> bool:
        async with self._memory.reading() as unit:
            return await _one(unit, organisation, staff) is not None

    async def _record(
        self, unit: Unit, by: Member | None, organisation: str, verb: str, whom: str, **more: object
    ) -> None:
        row = audited(organisation, by.staff if by else "", verb, self._clock(), whom=whom, **more)
        await unit.insert("audit", [row])


def _fault(login: str, name: str, roles: list[str] | None) -> Fault | None:
    if len(login) not in LOGIN or not all(sign.isalnum() or sign in "@._+-" for sign in login):
        return Fault.LOGIN
    if len(name) not in NAME:
        return Fault.NAME
    return None if roles else Fault.ROLES


def _known(roles: Iterable[str]) -> list[str] | None:
    """The roles in their own order; None where one is no role."""
    wanted = set(roles)
    return None if wanted - set(Role) else [role.value for role in Role if role in wanted]


def _colleague(row: Row, open_sessions: int) -> Colleague:
    known = {name: row[name] for name in ("staff", "login", "name", "demo", "created_at")}
    return Colleague(roles=tuple(row["roles"]), state=_state(row), open_sessions=open_sessions, **known)


def _state(row: Row) -> State:
    if row["disabled_at"] is not None:
        return State.DISABLED
    return State.JOINED if row["password"] is not None or row["demo"] else State.INVITED


def _administers(row: Row) -> bool:
    return Role.ADMINISTRATOR in row["roles"] and _state(row) is State.JOINED


async def _is_last(unit: Reading, row: Row) -> bool:
    """Whether nobody else could let staff in; on PostgreSQL rows that others are changing do not count."""
    everybody = await unit.select("staff", {"organisation": row["organisation"]}, lock=True)
    others = [other for other in everybody if other["staff"] != row["staff"] and (row["demo"] or not other["demo"])]
    return _administers(row) and not any(map(_administers, others))


async def _one(unit: Reading, organisation: str, staff: str) -> Row | None:
    rows = await unit.select("staff", {"organisation": organisation, "staff": staff})
    return rows[0] if rows else None
