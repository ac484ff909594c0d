"""Sessions of signed-in browsers: a random token there, its keyed hash here, 12 hours at most and 2 without use."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.members import Member
from services.ports import Clock, Memory, Reading, Row, Unit
from services.seating import fresh_token

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=2)
NOTED_EVERY = timedelta(minutes=1)
TABLE = "sessions"
EVERYBODY = ""  # a contact that nobody is: whoever listens looks whether they are still signed in


@dataclass(frozen=True, slots=True)
class Open:
    """A session that lets somebody in; `own` is that of the browser that asks."""

    since: datetime
    seen: datetime
    own: bool


class Sessions:
    """Starts, finds and ends sessions. Roles are read from the row of staff at every request."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock

    async def member_of(self, organisation: str, token: str, active: bool = False) -> Member | None:
        """Whoever the token lets in; `active` says that a person asked, not a page by itself."""
        async with self._memory.reading() as unit:
            session = await self._live(unit, organisation, token)
            staff = await _staff(unit, organisation, session["staff"]) if session else None
        if session is None or staff is None or staff["disabled_at"] is not None:
            return None
        if active and self._clock() - session["seen_at"] >= NOTED_EVERY:
            await self._note(session)
        return member(staff)

    async def start(self, unit: Unit, organisation: str, staff: str) -> str:
        """A session of this member; what of theirs has run out is swept away."""
        now, token = self._clock(), fresh_token()
        old = [row for row in await _of(unit, organisation, staff) if not self._lives(row)]
        await unit.delete(TABLE, [_key(row) for row in old])
        times = {"created_at": now, "seen_at": now, "until": now + LIFE}
        hash_ = unit.index(organisation, "session", token)
        await unit.insert(TABLE, [{"organisation": organisation, "token_hash": hash_, "staff": staff, **times}])
        return token

    async def end(self, unit: Unit, organisation: str, token: str) -> str | None:
        """End the token's session; whose it was."""
        session = await self._live(unit, organisation, token)
        await self._end(unit, [session] if session else [])
        return str(session["staff"]) if session else None

    async def end_all(self, unit: Unit, organisation: str, staff: str, but: str = "") -> int:
        """End every session of a member, but that of this token; how many ended."""
        spared = unit.index(organisation, "session", but) if but else b""
        open_ = [row for row in await _of(unit, organisation, staff) if self._lives(row)]
        ended = [row for row in open_ if row["token_hash"] != spared]
        await self._end(unit, ended)
        return len(ended)

    async def open(self, unit: Reading, organisation: str, staff: str, token: str) -> list[Open]:
        """The member's open sessions, the newest first."""
        own = unit.index(organisation, "session", token)
        rows = [row for row in await _of(unit, organisation, staff) if self._lives(row)]
        rows.sort(key=lambda row: row["created_at"], reverse=True)
        return [Open(row["created_at"], row["seen_at"], row["token_hash"] == own) for row in rows]

    async def _live(self, unit: Reading, organisation: str, token: str) -> Row | None:
        where = {"organisation": organisation, "token_hash": unit.index(organisation, "session", token)}
        rows = await unit.select(TABLE, where)
        return rows[0] if rows and self._lives(rows[0]) else None

    def _lives(self, row: Row) -> bool:
        now = self._clock()
        return row["ended_at"] is None and now < row["until"] and now < row["seen_at"] + IDLE

    async def _note(self, session: Row) -> None:
        async with self._memory.unit() as unit:
            await unit.update(TABLE, [{**_key(session), "seen_at": self._clock()}])

    async def _end(self, unit: Unit, rows: Iterable[Row]) -> None:
        await unit.update(TABLE, [{**_key(row), "ended_at": self._clock()} for row in rows])


def member(staff: Row) -> Member:
    """The member whom a row of staff describes."""
    known = {name: staff[name] for name in ("organisation", "staff", "name", "language", "demo")}
    return Member(roles=frozenset(staff["roles"]), **known)


async def _staff(unit: Reading, organisation: str, staff: str) -> Row | None:
    rows = await unit.select("staff", {"organisation": organisation, "staff": staff})
    return rows[0] if rows else None


async def _of(unit: Reading, organisation: str, staff: str) -> list[Row]:
    return await unit.select(TABLE, {"organisation": organisation, "staff": staff})


def _key(row: Row) -> Row:
    return {name: row[name] for name in ("organisation", "token_hash")}
