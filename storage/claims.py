"""The claim: whose turn it is among what waits in the outbox, in the order that each contact reads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, literal, literal_column, or_, select

from conversations.failures import Delivery
from storage.outbox import OUTBOX, PLAN, ROW, WAITING, Row, open_rows
from storage.plans import plan
from storage.prepared import Sizes, among, read

if TYPE_CHECKING:
    from storage.unit import Unit

EARLIER = OUTBOX.alias("e")
ADDRESSES = plan("addresses").table
BEFORE = or_(EARLIER.c.number < ROW.c.number, and_(EARLIER.c.number == ROW.c.number, EARLIER.c.piece < ROW.c.piece))
BOTH_UNASKED = and_(~EARLIER.c.interactive, ~ROW.c.interactive, EARLIER.c.at <= bindparam("now"))
TOGETHER = or_(and_(EARLIER.c.interactive, ROW.c.interactive), EARLIER.c.turn == ROW.c.turn, BOTH_UNASKED)
IN_THE_WAY = or_(
    EARLIER.c.state != Delivery.UNKNOWN.value,
    and_(EARLIER.c.settled_at.is_(None), EARLIER.c.changed_at > bindparam("settled")),
)
# Looked for row by row, in the contact's own rows. As NOT EXISTS a database may join everybody's rows with everybody's,
# and PostgreSQL does, where it believes from older days that few are open: minutes, with 27,000 waiting.
HELD = (
    select(literal(1))
    .where(
        EARLIER.c.organisation == ROW.c.organisation,
        EARLIER.c.contact == ROW.c.contact,
        *open_rows("e"),
        EARLIER.c.holds,
        BEFORE,
        TOGETHER,
        IN_THE_WAY,
    )
    .correlate(ROW)
    .limit(1)
    .scalar_subquery()
)


def _turn(interactive: bool, most: int, sizes: Sizes) -> Select[Any]:
    """One association's rows whose turn it is, longest waiting first; HELD keeps each contact's order. Their number
    stands in the words, so that a database goes along the index and stops there, however many wait."""
    return (
        select(ADDRESSES.c.line, *(ROW.c[name] for name in PLAN.columns))
        .join(ADDRESSES, and_(ADDRESSES.c.organisation == ROW.c.organisation, ADDRESSES.c.address == ROW.c.address))
        .where(
            WAITING,
            ROW.c.organisation == bindparam("house"),
            ROW.c.interactive == interactive,
            ROW.c.at <= bindparam("now"),
            among(ADDRESSES.c.line, "lines", sizes),
            *([~among(ROW.c.address, "held", sizes)] if "held" in sizes else []),
            HELD.is_(None),
        )
        .order_by(ROW.c.at)
        .limit(literal_column(str(most)))
        .with_for_update(skip_locked=True, of=ROW)
    )


async def claim(
    unit: "Unit",
    now: datetime,
    settled: datetime,
    rooms: Mapping[tuple[str, str], int],
    held: Iterable[str],
    most: int,
    quiet: Iterable[str],
) -> list[Row]:
    """Up to `most` rows whose turn it is, replies first; whoever will call marks them *sending* in the same unit.

    On PostgreSQL they are locked, and left out where somebody else holds them. `rooms` says how many messages each
    (organisation, line) takes now, `held` are addresses that take none yet; an unknown row that changed after
    `settled` still holds those behind it; `quiet` houses send nothing unasked at this hour.
    """
    rows, silent, leave = list[Row](), set(quiet), list(held)
    params = {"now": now, "settled": settled}
    for interactive in (True, False):
        found, left = [], dict(rooms)
        for row in rows:
            left[row["organisation"], row["line"]] -= 1
        for house in sorted({house for house, _ in rooms if interactive or house not in silent}):
            lines = {line: room for (of, line), room in left.items() if of == house and room > 0}
            found += await _of_house(unit, interactive, lines, leave, most - len(rows), params | {"house": house})
        rows += sorted(found, key=itemgetter("at", "number", "piece"))[: most - len(rows)]
    return await unit.ring.open(PLAN, [{name: row[name] for name in PLAN.columns} for row in rows])


async def _of_house(
    unit: "Unit", interactive: bool, lines: Mapping[str, int], held: Sequence[str], most: int, params: Row
) -> list[Row]:
    """One association's rows whose turn it is, of each line as many as it takes; where one line's long queue fills
    what was found, the others are asked for once more without it."""
    rooms, rows = dict(lines), dict[tuple[Any, ...], Row]()
    while rooms and len(rows) < most:
        lists = {"lines": sorted(rooms), **({"held": held} if held else {})}
        size = 1 << (most - 1).bit_length()
        found = await read(unit.connection, _turn, interactive, size, lists=lists, params=params)
        for cells in found:
            row = dict(zip(("line", *PLAN.columns), cells, strict=True))
            key = tuple(row[name] for name in PLAN.key)
            if key not in rows and rooms[row["line"]] > 0:
                rooms[row["line"]] -= 1
                rows[key] = row
        rest = {line: room for line, room in rooms.items() if room > 0}
        if len(found) < size or rest.keys() == rooms.keys():
            break
        rooms = rest
    return list(rows.values())
