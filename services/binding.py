"""A member's account in a messenger: bound by a code that the console shows, found by a keyed hash of its number."""

import secrets
from datetime import timedelta

from conversations import arabic
from services.audits import audited
from services.members import Member
from services.pacing import Bucket
from services.ports import Clock, Memory, Row

KIND = "telegram"
LIFE = timedelta(minutes=10)
DIGITS = 8
TRIES, A_SECOND = 5.0, 5 / 3600  # wrong codes of one account of the messenger
MOST_HELD = 10_000


class Binding:
    """Binds accounts of the messenger to members, and knows whose one is."""

    def __init__(self, memory: Memory, clock: Clock) -> None:
        self._memory = memory
        self._clock = clock
        self._tries: dict[tuple[str, int], Bucket] = {}

    async def code(self, member: Member) -> str:
        """A code of eight digits, good once within ten minutes; earlier ones are void."""
        house, now = member.organisation, self._clock()
        async with self._memory.unit() as unit:
            mine = await unit.select("invitations", {"organisation": house, "staff": member.staff, "kind": KIND})
            await unit.delete("invitations", [_key(row) for row in mine])
            while True:
                code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
                row = {"organisation": house, "token_hash": unit.index(house, "binding", code), "staff": member.staff}
                (new,) = await unit.insert_new("invitations", [{**row, "kind": KIND, "until": now + LIFE}])
                if new:
                    return code

    async def bind(self, organisation: str, account: int, code: str) -> Member | None:
        """Let the account act as the member whose code this is; None where it is wrong, late, or tried too often."""
        now = self._clock()
        if self._refuses(organisation, account):
            return None
        plain = "".join(arabic.digits(code).split())
        async with self._memory.unit() as unit:
            hash_ = unit.index(organisation, "binding", plain)
            where = {"organisation": organisation, "token_hash": hash_, "kind": KIND}
            rows = await unit.select("invitations", where, lock=True)
            if not rows or rows[0]["used_at"] is not None or now >= rows[0]["until"]:
                self._tries[organisation, account].take(now)
                return None
            await unit.update("invitations", [{**_key(rows[0]), "used_at": now}])
            mine = unit.index(organisation, "messenger", str(account))
            bound = await unit.select("staff", {"organisation": organisation, "telegram_hash": mine})
            await unit.update("staff", [{**_who(row), "telegram_hash": None} for row in bound])
            staff = rows[0]["staff"]
            await unit.update("staff", [{"organisation": organisation, "staff": staff, "telegram_hash": mine}])
            await unit.insert("audit", [audited(organisation, staff, "staff.messenger_bound", now)])
        return await self.member(organisation, account)

    async def unbind(self, member: Member) -> None:
        """The member's account in the messenger may do nothing more."""
        async with self._memory.unit() as unit:
            row = {"organisation": member.organisation, "staff": member.staff, "telegram_hash": None}
            await unit.update("staff", [row])
            await unit.insert(
                "audit", [audited(member.organisation, member.staff, "staff.messenger_unbound", self._clock())]
            )

    async def bound(self, member: Member) -> bool:
        """Whether the member has an account there."""
        async with self._memory.reading() as unit:
            rows = await unit.select("staff", {"organisation": member.organisation, "staff": member.staff})
        return bool(rows) and rows[0]["telegram_hash"] is not None

    async def member(self, organisation: str, account: int) -> Member | None:
        """Whose account this is, as their row stands now; None for a stranger and for who may no longer come in."""
        async with self._memory.reading() as unit:
            mine = unit.index(organisation, "messenger", str(account))
            rows = await unit.select("staff", {"organisation": organisation, "telegram_hash": mine})
        if not rows or rows[0]["disabled_at"] is not None:
            return None
        known = {name: rows[0][name] for name in ("organisation", "staff", "name", "language", "demo")}
        return Member(roles=frozenset(rows[0]["roles"]), **known)

    def _refuses(self, organisation: str, account: int) -> bool:
        if len(self._tries) >= MOST_HELD:
            self._tries.clear()
        fresh = Bucket(A_SECOND, TRIES, TRIES, self._clock())
        return self._tries.setdefault((organisation, account), fresh).look(self._clock()) < 1


def _key(row: Row) -> Row:
    return {name: row[name] for name in ("organisation", "token_hash")}


def _who(row: Row) -> Row:
    return {name: row[name] for name in ("organisation", "staff")}
