"""The outbox: rows are claimed in the order that their contact reads, and their states only move forward."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    and_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)

from conversations.failures import FORWARD, Delivery
from storage.plans import plan
from storage.prepared import Sizes, among, read
from storage.tables.talk import OPEN

if TYPE_CHECKING:
    from storage.unit import Reading, Unit

Row = dict[str, Any]
PLAN = plan("outbox")
OUTBOX = PLAN.table
ROW = OUTBOX.alias("o")
EARLIER = OUTBOX.alias("e")
ADDRESSES = plan("addresses").table


def _open(alias: str, state: str = "") -> list[ColumnElement[bool]]:
    # The words of the index, so that it is used; a single state stands beside them.
    words = OPEN.replace("seq", f"{alias}.seq").replace("state IN", f"{alias}.state IN")
    return [text(words), *([text(f"{alias}.state = '{state}'")] if state else [])]  # type: ignore[list-item]


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
        *_open("e"),
        EARLIER.c.holds,
        BEFORE,
        TOGETHER,
        IN_THE_WAY,
    )
    .correlate(ROW)
    .limit(1)
    .scalar_subquery()
)
PUT_BACK = (
    update(OUTBOX)
    .where(*(OUTBOX.c[name] == bindparam(f"key_{name}") for name in PLAN.key))
    .where(OUTBOX.c.state == Delivery.SENDING.value)
    .values(state=Delivery.NEW.value, claimed_at=None, token_hash=None, changed_at=bindparam("now"))
)
HOUSES = plan("organisations").table
WAITING = text("o.seq IS NULL AND o.state = 'new'")  # the words of the index


def _first(interactive: bool) -> ColumnElement[datetime]:
    # House by house the first in the index; over several at once every waiting row would be looked at.
    of_house = ROW.c.organisation == HOUSES.c.organisation, ROW.c.interactive == interactive
    first = select(ROW.c.at).where(WAITING, *of_house).order_by(ROW.c.at).limit(1)
    return func.min(first.correlate(HOUSES).scalar_subquery())


def _next(sizes: Sizes) -> Select[Any]:
    firsts: list[Any] = [_first(interactive) for interactive in (True, False)]
    return select(*firsts).where(among(HOUSES.c.organisation, "houses", sizes))


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


async def put_back(unit: "Unit", rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Let rows wait again that are *sending* and were not called after all; each keeps the way that it was given."""
    ready = [{**{f"key_{name}": row[name] for name in PLAN.key}, "now": now} for row in rows]
    if ready:
        await unit.connection.execute(PUT_BACK, ready)


UNASKED = select(*(ROW.c[name] for name in PLAN.columns)).where(
    text("o.seq IS NOT NULL AND o.state = 'new' AND NOT o.interactive"),
    ROW.c.organisation.in_(bindparam("houses", expanding=True)),
    ROW.c.at <= bindparam("upto"),
)


async def unseen(unit: "Reading", houses: Sequence[str], upto: datetime) -> list[Row]:
    """What was said unasked on a page until then and was not shown there since."""
    found = await unit.connection.execute(UNASKED, {"houses": list(houses), "upto": upto})
    return await unit.ring.open(PLAN, [dict(zip(PLAN.columns, row, strict=True)) for row in found])


async def next_at(unit: "Reading", houses: Sequence[str]) -> datetime | None:
    """When the first waiting row may be sent, or might have been; None where nothing waits."""
    found = await read(unit.connection, _next, lists={"houses": houses})
    return min((at for row in found for at in row if at is not None), default=None)


SHOW = (
    update(OUTBOX)
    .where(
        OUTBOX.c.organisation == bindparam("of_organisation"),
        OUTBOX.c.contact == bindparam("of_contact"),
        OUTBOX.c.seq <= bindparam("upto"),
        or_(*(OUTBOX.c.state == state.value for state in (Delivery.NEW, Delivery.SENT, Delivery.FAILED))),
    )
    .values(state=Delivery.DELIVERED.value)
)


async def show(unit: "Unit", rows: Sequence[Mapping[str, Any]]) -> None:
    """What each of these contacts was told on a page up to its `seq` was shown there; one statement."""
    if rows:
        named = {"organisation": "of_organisation", "contact": "of_contact", "seq": "upto"}
        await unit.connection.execute(SHOW, [{named[name]: row[name] for name in named} for row in rows])


@cache
def _unfinished(state: str) -> Any:
    houses = ROW.c.organisation.in_(bindparam("houses", expanding=True))
    since = ROW.c.changed_at <= bindparam("upto")
    return select(*(ROW.c[n] for n in PLAN.columns)).where(
        *_open("o", state), houses, since, ROW.c.settled_at.is_(None)
    )


async def unfinished(unit: "Reading", houses: Sequence[str], state: Delivery, upto: datetime) -> list[Row]:
    """Rows that have been *sending*, or *unknown* and not settled, since then or longer."""
    found = await unit.connection.execute(_unfinished(state.value), {"houses": list(houses), "upto": upto})
    return await unit.ring.open(PLAN, [dict(zip(PLAN.columns, row, strict=True)) for row in found])


@cache
def _advance(target: Delivery, columns: frozenset[str]) -> Update:
    sources = [OUTBOX.c.state == state.value for state, onward in FORWARD.items() if target in onward]
    same = [OUTBOX.c[name] == bindparam(f"key_{name}") for name in PLAN.key]
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in sorted(columns)}
    return update(OUTBOX).where(*same, or_(false(), *sources)).values(state=target.value, **values)


async def advance(unit: "Unit", target: Delivery, rows: Sequence[Mapping[str, Any]]) -> int:
    """Move rows on to this state, with the other columns they name, where that is forward; how many moved (of one)."""
    if not rows:
        return 0
    columns = frozenset(rows[0]) - set(PLAN.key)
    PLAN.known(columns)
    ready = [{f"key_{k}" if k in PLAN.key else f"to_{k}": v for k, v in row.items()} for row in rows]
    done = await unit.connection.execute(_advance(target, columns), ready if len(ready) > 1 else ready[0])
    return int(done.rowcount)
