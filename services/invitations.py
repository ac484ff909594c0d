"""One-time links for staff: 256 random bits of which only the keyed hash is kept, good once and for a while."""

from datetime import timedelta

from services.ports import Clock, Reading, Row, Unit
from services.seating import fresh_token

JOIN, DEMO = "join", "demo"
LIFE = {JOIN: timedelta(hours=72), DEMO: timedelta(hours=24)}
TABLE = "invitations"


class Invitations:
    """Issues links, finds whom one is for, and uses it up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def issue(self, unit: Unit, organisation: str, staff: str, kind: str, by: str | None) -> str:
        """A link's token for this member; earlier ones lead nowhere from now on."""
        earlier = await unit.select(TABLE, {"organisation": organisation, "staff": staff})
        await unit.delete(TABLE, [_key(row) for row in earlier])
        token = fresh_token()
        row = {"organisation": organisation, "token_hash": unit.index(organisation, "invitation", token)}
        await unit.insert(TABLE, [{**row, "staff": staff, "kind": kind, "by": by, "until": self._clock() + LIFE[kind]}])
        return token

    async def find(self, unit: Reading, organisation: str, token: str, lock: bool = False) -> Row | None:
        """The open invitation of this token; None where it was used, has run out or never was."""
        hash_ = unit.index(organisation, "invitation", token)
        rows = await unit.select(TABLE, {"organisation": organisation, "token_hash": hash_}, lock=lock)
        good = bool(rows) and rows[0]["used_at"] is None and self._clock() < rows[0]["until"]
        return rows[0] if good else None

    async def use(self, unit: Unit, invitation: Row) -> None:
        """It was redeemed."""
        await unit.update(TABLE, [{**_key(invitation), "used_at": self._clock()}])


def _key(row: Row) -> Row:
    return {name: row[name] for name in ("organisation", "token_hash")}
