"""Signing in: by an invitation at first, then by password and code; the same answer whoever it was that was wrong."""

from collections.abc import Mapping
from dataclasses import dataclass

from conversations import arabic
from services import codes, guesses
from services.audits import audited
from services.invitations import DEMO, JOIN, Invitations
from services.passwords import Passwords, weakness
from services.ports import Clock, Memory, Reading, Row, Wakeups
from services.sessions import EVERYBODY, Sessions

LATER, WRONG, GONE = "later", "wrong", "gone"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nobody was let in: later, wrong, gone, code, or the weakness of a password."""

    reason: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token of a new session."""

    token: str


@dataclass(frozen=True, slots=True)
class Joining:
    """What an open invitation shows: whom it is for, and the app's secret with its address for a QR code."""

    name: str
    login: str
    roles: tuple[str, ...]
    demo: bool
    secret: str
    address: str


class Signing:
    """Lets staff in and out. Nothing slow is waited for inside a unit of work."""

    def __init__(
        self, memory: Memory, clock: Clock, sessions: Sessions, passwords: Passwords, wakeups: Wakeups
    ) -> None:
        self._memory = memory
        self._clock = clock
        self._sessions = sessions
        self._passwords = passwords
        self._wakeups = wakeups
        self._invitations = Invitations(clock)
        self._addresses = guesses.Addresses()

    async def sign_in(
        self, organisation: str, login: str, password: str, code: str, address: str = ""
    ) -> SignedIn | Refused:
        """A session for whoever knows the password and has the app; every try is counted before it is judged."""
        now = self._clock()
        if self._addresses.refuses(address, now):
            return Refused(LATER)
        row = await self._count(organisation, login)
        fits = await self._passwords.fits(row["password"] if row else None, password)
        step = codes.step_of(row["totp"], code, now, row["totp_step"]) if row and fits else None
        token = await self._let_in(row, step) if row and step is not None else None
        if token is None:
            self._addresses.wrong(address, now)
            return Refused(WRONG)
        return SignedIn(token)

    async def joining(self, organisation: str, token: str) -> Joining | None:
        """What the invitation of this token is for; None where it leads nowhere. It changes nothing."""
        async with self._memory.reading() as unit:
            invitation = await self._invitations.find(unit, organisation, token)
            staff = await _by_id(unit, organisation, invitation["staff"]) if invitation else None
            if invitation is None or staff is None:
                return None
            secret = new_secret(unit, organisation, token)
        address = codes.address_of(secret, staff["login"], organisation)
        about = (staff["name"], staff["login"], tuple(staff["roles"]))
        return Joining(*about, demo=invitation["kind"] == DEMO, secret=secret, address=address)

    async def join(self, organisation: str, token: str, password: str, code: str) -> SignedIn | Refused:
        """Set the password and the app of whoever was invited, and let them in."""
        invited = await self.joining(organisation, token)
        if invited is None or invited.demo:
            return Refused(GONE)
        if weak := weakness(password, invited.login, invited.name):
            return Refused(weak)
        step = codes.step_of(invited.secret, code, self._clock(), None)
        if step is None:
            return Refused("code")
        kept = {"password": await self._passwords.hash(password), "totp": invited.secret, "totp_step": step}
        return await self._redeem(organisation, token, JOIN, "staff.joined", kept)

    async def redeem_demo(self, organisation: str, token: str) -> SignedIn | Refused:
        """Let a member of the demonstration in by their link alone; ask first whether the caller is at this machine."""
        return await self._redeem(organisation, token, DEMO, "staff.signed_in", {})

    async def sign_out(self, organisation: str, token: str) -> None:
        """End this browser's session."""
        async with self._memory.unit() as unit:
            staff = await self._sessions.end(unit, organisation, token)
            if staff is not None:
                await unit.insert("audit", [audited(organisation, staff, "staff.signed_out", self._clock())])
        self._wakeups.wake(organisation, EVERYBODY)

    async def _count(self, organisation: str, login: str) -> Row | None:
        """The account as it may be judged, its try counted; None where there is none that may be tried."""
        now = self._clock()
        async with self._memory.unit() as unit:
            where = {"organisation": organisation, "login_hash": login_hash(unit, organisation, login)}
            rows = await unit.select("staff", where, lock=True)
            if not rows or guesses.locked(rows[0], now) or rows[0]["disabled_at"] is not None:
                return None
            more = guesses.one_more(rows[0], now)
            await unit.update("staff", [{**key(rows[0]), **more}])
            if more["locked_until"] is not None:
                failed = audited(organisation, rows[0]["staff"], "staff.failed", now, count=more["failures"])
                await unit.insert("audit", [failed])
            return rows[0]

    async def _let_in(self, row: Row, step: int) -> str | None:
        """A session, unless another browser used this very code meanwhile."""
        organisation, staff = row["organisation"], row["staff"]
        async with self._memory.unit() as unit:
            now = await _by_id(unit, organisation, staff, lock=True)
            if now is None or now["disabled_at"] is not None or now["password"] != row["password"]:
                return None
            if now["totp_step"] is not None and step <= now["totp_step"]:
                return None
            await unit.update("staff", [{**key(row), **guesses.NONE, "totp_step": step}])
            await unit.insert("audit", [audited(organisation, staff, "staff.signed_in", self._clock())])
            return await self._sessions.start(unit, organisation, staff)

    async def _redeem(
        self, organisation: str, token: str, kind: str, verb: str, kept: Mapping[str, object]
    ) -> SignedIn | Refused:
        async with self._memory.unit() as unit:
            invitation = await self._invitations.find(unit, organisation, token, lock=True)
            staff = await _by_id(unit, organisation, invitation["staff"]) if invitation else None
            if invitation is None or staff is None or invitation["kind"] != kind or staff["demo"] is not (kind == DEMO):
                return Refused(GONE)
            if staff["disabled_at"] is not None:
                return Refused(GONE)
            await self._invitations.use(unit, invitation)
            await unit.update("staff", [{**key(staff), **guesses.NONE, **kept}])
            await unit.insert("audit", [audited(organisation, staff["staff"], verb, self._clock())])
            return SignedIn(await self._sessions.start(unit, organisation, staff["staff"]))


def login_hash(unit: Reading, organisation: str, login: str) -> bytes:
    """How an account is found by the name that somebody signs in with."""
    return unit.index(organisation, "login", plain_login(login))


def plain_login(login: str) -> str:
    """The name one signs in with, as it is compared: no case, no spaces, no signs that cannot be seen."""
    return "".join(arabic.plain(login[:200]).casefold().split())


def new_secret(unit: Reading, organisation: str, token: str) -> str:
    """The app's secret that belongs to a one-time token: nothing is kept before it is confirmed by a code."""
    return codes.secret_of(unit.index(organisation, "totp", token) + unit.index(organisation, "totp+", token))


def key(row: Row) -> Row:
    """The key of a row of staff."""
    return {name: row[name] for name in ("organisation", "staff")}


async def _by_id(unit: Reading, organisation: str, staff: str, lock: bool = False) -> Row | None:
    rows = await unit.select("staff", {"organisation": organisation, "staff": staff}, lock=lock)
    return rows[0] if rows else None
