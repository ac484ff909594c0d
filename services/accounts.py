"""What members do with their own account: password, app, language, the sessions of other browsers."""

from services import codes
from services.audits import audited
from services.guesses import Addresses
from services.members import Member
from services.passwords import Passwords, weakness
from services.ports import Clock, Memory, Reading, Row, Unit, Wakeups
from services.sessions import EVERYBODY, Open, Sessions
from services.signing import key, new_secret


class Accounts:
    """Each change of what one signs in with asks for the password and ends the sessions of other browsers."""

    def __init__(
        self, memory: Memory, clock: Clock, sessions: Sessions, passwords: Passwords, wakeups: Wakeups
    ) -> None:
        self._memory = memory
        self._clock = clock
        self._sessions = sessions
        self._passwords = passwords
        self._wakeups = wakeups
        self._wrong = Addresses()

    async def sessions(self, member: Member, token: str) -> list[Open]:
        """The member's open sessions, that of this token marked as their own."""
        async with self._memory.reading() as unit:
            return await self._sessions.open(unit, member.organisation, member.staff, token)

    async def end_others(self, member: Member, token: str) -> int:
        """End every session but this one; how many ended."""
        async with self._memory.unit() as unit:
            ended = await self._sessions.end_all(unit, member.organisation, member.staff, token)
            await self._record(unit, member, "staff.sessions_ended", count=ended)
        self._wakeups.wake(member.organisation, EVERYBODY)
        return ended

    async def speak(self, member: Member, language: str) -> None:
        """The language of the member's pages."""
        async with self._memory.unit() as unit:
            row = {"organisation": member.organisation, "staff": member.staff, "language": language}
            await unit.update("staff", [row])

    async def change_password(self, member: Member, token: str, current: str, new: str) -> str | None:
        """Why it was not changed: wrong, or the new one's weakness; None where it was."""
        row = await self._knowing(member, current)
        if row is None:
            return "wrong"
        if weak := weakness(new, row["login"], row["name"]):
            return weak
        hashed = await self._passwords.hash(new)
        return await self._keep(member, token, row, "staff.password", {"password": hashed})

    async def app(self, member: Member) -> tuple[str, str]:
        """A secret for a new app, with its address for a QR code; nothing is kept before `change_app`."""
        async with self._memory.reading() as unit:
            row = await _one(unit, member)
            secret = _next_secret(unit, row)
        return secret, codes.address_of(secret, row["login"], member.organisation)

    async def change_app(self, member: Member, token: str, password: str, code: str) -> str | None:
        """Why the app was not changed: wrong, or code; None where it was."""
        row = await self._knowing(member, password)
        if row is None:
            return "wrong"
        secret, _ = await self.app(member)
        step = codes.step_of(secret, code, self._clock(), None)
        if step is None:
            return "code"
        return await self._keep(member, token, row, "staff.app", {"totp": secret, "totp_step": step})

    async def _keep(self, member: Member, token: str, before: Row, verb: str, columns: Row) -> str | None:
        async with self._memory.unit() as unit:
            row = await _one(unit, member, lock=True)
            if row["password"] != before["password"] or row["totp"] != before["totp"]:
                return "wrong"
            await unit.update("staff", [{**key(row), **columns}])
            await self._sessions.end_all(unit, member.organisation, member.staff, token)
            await self._record(unit, member, verb)
        self._wakeups.wake(member.organisation, EVERYBODY)
        return None

    async def _knowing(self, member: Member, password: str) -> Row | None:
        """The member's row, for whoever knows its password and did not guess too often; a demonstration has none."""
        if self._wrong.refuses(member.staff, self._clock()):
            return None
        async with self._memory.reading() as unit:
            row = await _one(unit, member)
        if await self._passwords.fits(row["password"], password):
            return row
        self._wrong.wrong(member.staff, self._clock())
        return None

    async def _record(self, unit: Unit, member: Member, verb: str, **more: object) -> None:
        row = audited(member.organisation, member.staff, verb, self._clock(), **more)
        await unit.insert("audit", [row])


async def _one(unit: Reading, member: Member, lock: bool = False) -> Row:
    where = {"organisation": member.organisation, "staff": member.staff}
    return (await unit.select("staff", where, lock=lock))[0]


def _next_secret(unit: Reading, row: Row) -> str:
    """Another one after every change, the same until then, and nobody's but this house's to know."""
    return new_secret(unit, row["organisation"], f"{row['staff']} {row['totp_step']} {row['totp']}")
