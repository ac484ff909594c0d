"""The outbox: rows are claimed in the order that their contact reads, and their states only move forward."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, Update, and_, bindparam, exists, false, func, or_, select, text, update

from conversations.failures import FORWARD, Delivery
from storage.plans import plan
from storage.prepared import Sizes, among, bindparams, read
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
HELD = exists().where(
    EARLIER.c.organisation == ROW.c.organisation,
    EARLIER.c.contact == ROW.c.contact,
    *_open("e"),
    EARLIER.c.holds,
    BEFORE,
    TOGETHER,
    IN_THE_WAY,
)
PUT_BACK = (
    update(OUTBOX)
    .where(*(OUTBOX.c[name] == bindparam(f"key_{name}") for name in PLAN.key))
    .where(OUTBOX.c.state == Delivery.SENDING.value)
    .values(state=Delivery.NEW.value, claimed_at=None, token_hash=None, changed_at=bindparam("now"))
)
HOUSES = plan("organisations").table
# House by house the first in the index; over several at once every waiting row would be looked at.
FIRST = (
    select(ROW.c.at)
    .where(text("o.seq IS NULL AND o.state = 'new'"), ROW.c.organisation == HOUSES.c.organisation)
    .order_by(ROW.c.at)
    .limit(1)
    .correlate(HOUSES)
    .scalar_subquery()
)


def _next(sizes: Sizes) -> Select[Any]:
    return select(func.min(FIRST)).where(among(HOUSES.c.organisation, "houses", sizes))


def _turn(sizes: Sizes) -> Select[Any]:
    """The rows whose turn it is; `of` and `line` are pairs, and no list of whom to leave out is an empty one."""
    of, line = (bindparams(name, sizes) for name in ("of", "line"))
    places = [and_(ADDRESSES.c.organisation == o, ADDRESSES.c.line == n) for o, n in zip(of, line, strict=True)]
    return (
        select(ADDRESSES.c.line, *(ROW.c[name] for name in PLAN.columns))
        .join(ADDRESSES, and_(ADDRESSES.c.organisation == ROW.c.organisation, ADDRESSES.c.address == ROW.c.address))
        .where(
            text("o.seq IS NULL AND o.state = 'new'"),
            among(ROW.c.organisation, "houses", sizes),
            ROW.c.at <= bindparam("now"),
            or_(*places),
            *([~among(ROW.c.address, "held", sizes)] if "held" in sizes else []),
            *([or_(ROW.c.interactive, ~among(ROW.c.organisation, "quiet", sizes))] if "quiet" in sizes else []),
            ~HELD,
        )
        .order_by(ROW.c.interactive.desc(), ROW.c.at, ROW.c.number, ROW.c.piece)
        .limit(bindparam("most"))
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
    if not rooms or most <= 0:
        return []
    of, lines = zip(*sorted(rooms), strict=True)
    lists = {"houses": sorted(set(of)), "of": of, "line": lines, "held": list(held), "quiet": list(quiet)}
    given = {name: values for name, values in lists.items() if values}
    found = await read(unit.connection, _turn, lists=given, params={"now": now, "settled": settled, "most": most})
    left, rows = dict(rooms), []
    for line, *cells in found:
        row = dict(zip(PLAN.columns, cells, strict=True))
        place = row["organisation"], line
        if left[place] > 0:
            left[place] -= 1
            rows.append(row)
    return await unit.ring.open(PLAN, rows)


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
    return found[0][0] if found else None


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
