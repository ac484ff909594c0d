"""Continuation tokens of web chat: 256 bits in a browser, a keyed hash here, one conversation, renewed once a day."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from conversations.events import Inbound, Redeemed
from conversations.messages import Capabilities
from services import kinship
from services.ports import Clock, Memory, Reading, Row, Unit
from services.reception import Reception
from services.seating import fresh_id, fresh_token

LINE = "web"
RENEWED_AFTER = timedelta(days=1)
GRACE = timedelta(seconds=60)
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Admission:
    """Who comes in: the token to go on with, its contact where one is known; not `accepted` where it leads nowhere.

    `since` is the seq after which this browser is told: one that came by a one-time link sees only what follows.
    """

    token: str
    contact: str | None
    accepted: bool
    since: int = 0
    address: str = ""

    @property
    def known(self) -> bool:
        """Whether the token leads to a contact."""
        return self.contact is not None


class Tokens:
    """Admits browsers, renews their tokens, redeems one-time links."""

    def __init__(self, memory: Memory, reception: Reception, way: Capabilities, clock: Clock) -> None:
        self._memory = memory
        self._reception = reception
        self._way = way
        self._clock = clock

    async def admit(self, organisation: str, token: str | None) -> Admission:
        """A fresh token for who has none; the contact of who has a good one."""
        if token is None:
            return Admission(fresh_token(), None, accepted=True)
        async with self._memory.reading() as unit:
            key = await self._key(unit, organisation, token)
            home = await self._address(unit, organisation, key["address"]) if key else None
            owner = await kinship.root(unit, organisation, home["contact"]) if home else None
        if home is None or owner is None:
            return Admission(token, None, accepted=False)
        where = {"since": home["told_from"], "address": str(home["address"])}
        return Admission(token, str(owner["contact"]), accepted=True, **where)

    async def moved(self, organisation: str, token: str, contact: str) -> str | None:
        """A token to begin anew with, where the browser's conversation was joined to another, or parted from it."""
        if (await self.admit(organisation, token)).contact in (None, contact):
            return None
        async with self._memory.unit() as unit:
            key = await self._key(unit, organisation, token)
            if key is None:
                return None
            fresh = fresh_token()
            await unit.insert("address_keys", [self._row(unit, organisation, fresh, key["address"])])
        return fresh

    async def rotate(self, organisation: str, token: str) -> str | None:
        """A new token where this one is a day old; both are good until the new one was used, and 60 s more."""
        async with self._memory.glance() as glance:
            if not self._old(await self._key(glance, organisation, token)):
                return None
        async with self._memory.unit() as unit:
            key = await self._key(unit, organisation, token)
            if key is None or not self._old(key):
                return None
            fresh = fresh_token()
            await unit.insert("address_keys", [self._row(unit, organisation, fresh, key["address"])])
            return fresh

    async def used(self, organisation: str, token: str) -> None:
        """A token was used: older ones of its address end after a moment of grace."""
        async with self._memory.unit() as unit:
            key = await self._key(unit, organisation, token)
            if key is None:
                return
            older = await unit.select("address_keys", {"organisation": organisation, "address": key["address"]})
            ended = [row for row in older if row["until"] is None and _made(row) < _made(key)]
            until = self._clock() + GRACE
            names = ("organisation", "line", "hash")
            await unit.update("address_keys", [{**{n: r[n] for n in names}, "until": until} for r in ended])

    async def forget(self, organisation: str, token: str) -> None:
        """The browser is forgotten: its token leads nowhere from now on; the request stays."""
        async with self._memory.unit() as unit:
            key = await self._key(unit, organisation, token)
            if key is not None:
                names = ("organisation", "line", "hash")
                await unit.delete("address_keys", [{n: key[n] for n in names}])

    async def redeem(self, organisation: str, link: str) -> str | None:
        """A token beside the browser's own for who taps a one-time link; None where it was used or is too old."""
        async with self._memory.unit() as unit:
            hash_ = unit.index(organisation, "link", link)
            rows = await unit.select("links", {"organisation": organisation, "token_hash": hash_}, lock=True)
            if not rows or rows[0]["used_at"] is not None or rows[0]["until"] < self._clock():
                return None
            now, fresh, address = self._clock(), fresh_token(), fresh_id()
            await unit.update("links", [{"organisation": organisation, "token_hash": hash_, "used_at": now}])
            who = {"organisation": organisation, "contact": rows[0]["contact"]}
            owner = await kinship.root(unit, organisation, who["contact"])
            times = {"proven_at": now, "last_inbound_at": now}
            home = {**who, **times, "address": address, "line": LINE, "told_from": owner["told"] if owner else 0}
            await unit.insert("addresses", [home])
            await unit.insert("address_keys", [self._row(unit, organisation, fresh, address)])
        inbound = Inbound(organisation, LINE, (fresh,), f"redeemed:{address}", Redeemed(rows[0]["case"]))
        await self._reception.receive(inbound, self._way)
        return fresh

    def _old(self, key: Row | None) -> bool:
        return key is not None and key["until"] is None and self._clock() - _made(key) >= RENEWED_AFTER

    async def _key(self, unit: Reading, organisation: str, token: str) -> Row | None:
        hash_ = unit.index(organisation, f"address:{LINE}", token)
        rows = await unit.select("address_keys", {"organisation": organisation, "line": LINE, "hash": hash_})
        good = [r for r in rows if r["until"] is None or r["until"] >= self._clock()]
        return good[0] if good else None

    async def _address(self, unit: Reading, organisation: str, address: str) -> Row | None:
        rows = await unit.select("addresses", {"organisation": organisation, "address": address})
        return rows[0] if rows else None

    def _row(self, unit: Unit, organisation: str, token: str, address: str) -> Row:
        hash_ = unit.index(organisation, f"address:{LINE}", token)
        place = {"organisation": organisation, "line": LINE, "hash": hash_, "address": address}
        return {**place, "made_at": self._clock(), "until": None}


def _made(key: Row) -> datetime:
    return key["made_at"] or NEVER
