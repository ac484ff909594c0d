"""What is due: open rows are claimed for a while by one conditional update, so that two who ring share them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, func, or_, select, text, tuple_, update

from storage.plans import plan
from storage.prepared import Sizes, among, read

if TYPE_CHECKING:
    from storage.unit import Reading, Unit

PLAN = plan("due")
DUE = PLAN.table
OPEN = (
    text("due.done_at IS NULL"),  # the words of the index, so that it is used
    DUE.c.organisation.in_(bindparam("houses", expanding=True)),
    DUE.c.kind.in_(bindparam("kinds", expanding=True)),
)
# A claim that reaches further than one of now would was made before the clock was set back, and holds nobody.
UNCLAIMED = or_(
    DUE.c.claimed_until.is_(None),
    DUE.c.claimed_until <= bindparam("now"),
    DUE.c.claimed_until > bindparam("lease"),
)
RIPE = (
    select(*(DUE.c[name] for name in PLAN.key))
    .where(*OPEN, DUE.c.at <= bindparam("now"), UNCLAIMED)
    .order_by(DUE.c.at, DUE.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("ripe")  # found once: PostgreSQL might look again for every row where it stood inside the condition
)
CLAIM = (
    update(DUE)
    .where(tuple_(*(DUE.c[name] for name in PLAN.key)).in_(select(RIPE)))
    .values(claimed_until=bindparam("lease"))
    .returning(*(DUE.c[name] for name in PLAN.columns))
)
HOUSES = plan("organisations").table


def _next(sizes: Sizes) -> Select[Any]:
    # House by house the first in the index; over several at once every open row would be looked at, each second.
    kinds = among(DUE.c.kind, "kinds", sizes)
    first = select(DUE.c.at).where(text("due.done_at IS NULL"), DUE.c.organisation == HOUSES.c.organisation, kinds)
    of_house = first.order_by(DUE.c.at).limit(1).correlate(HOUSES).scalar_subquery()
    return select(func.min(of_house)).where(among(HOUSES.c.organisation, "houses", sizes))


async def claim(
    unit: "Unit", houses: Sequence[str], kinds: Sequence[str], now: datetime, lease: datetime, most: int
) -> list[dict[str, Any]]:
    """Take up to `most` rows of these kinds that are due; until `lease` they are nobody else's. One statement."""
    params = {"houses": list(houses), "kinds": list(kinds), "now": now, "lease": lease, "most": most}
    found = await unit.connection.execute(CLAIM, params)
    rows = [dict(zip(PLAN.columns, row, strict=True)) for row in found]
    return sorted(rows, key=lambda row: (row["at"], row["id"]))


async def next_at(unit: "Reading", houses: Sequence[str], kinds: Sequence[str]) -> datetime | None:
    """When the next thing of these kinds is due; None where nothing is."""
    found = await read(unit.connection, _next, lists={"houses": houses, "kinds": kinds})
    return found[0][0] if found else None
