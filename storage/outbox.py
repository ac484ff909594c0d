"""The outbox: what waits, what is under way, and states that only move forward; `claims` says whose turn it is."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, Update, bindparam, false, func, or_, select, text, update

from conversations.failures import FORWARD, Delivery
from storage.plans import plan
from storage.prepared import Sizes, among, read, write
from storage.tables.talk import OPEN

if TYPE_CHECKING:
    from storage.unit import Reading, Unit

Row = dict[str, Any]
PLAN = plan("outbox")
OUTBOX = PLAN.table
ROW = OUTBOX.alias("o")


def open_rows(alias: str, state: str = "") -> list[ColumnElement[bool]]:
    """The rows that are not at their end, or of one state; in the words of the index, so that it is used."""
    words = OPEN.replace("seq", f"{alias}.seq").replace("state IN", f"{alias}.state IN")
    return [text(words), *([text(f"{alias}.state = '{state}'")] if state else [])]  # type: ignore[list-item]


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


async def put_back(unit: "Unit", rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Let rows wait again that are *sending* and were not called after all; each keeps the way that it was given."""
    ready = [{**{f"key_{name}": row[name] for name in PLAN.key}, "now": now} for row in rows]
    await write(unit.connection, PUT_BACK, ready)


def _unasked(sizes: Sizes) -> Select[Any]:
    waits = text("o.seq IS NOT NULL AND o.state = 'new' AND NOT o.interactive")
    return _rows().where(waits, among(ROW.c.organisation, "houses", sizes), ROW.c.at <= bindparam("upto"))


def _rows() -> Select[Any]:
    columns: list[Any] = [ROW.c[name] for name in PLAN.columns]
    return select(*columns)


async def _opened(unit: "Reading", found: Iterable[Sequence[Any]]) -> list[Row]:
    return await unit.ring.open(PLAN, [dict(zip(PLAN.columns, cells, strict=True)) for cells in found])


async def unseen(unit: "Reading", houses: Sequence[str], upto: datetime) -> list[Row]:
    """What was said unasked on a page until then and was not shown there since."""
    found = await read(unit.connection, _unasked, lists={"houses": houses}, params={"upto": upto})
    return await _opened(unit, found)


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
    named = {"organisation": "of_organisation", "contact": "of_contact", "seq": "upto"}
    await write(unit.connection, SHOW, [{named[name]: row[name] for name in named} for row in rows])


def _unfinished(state: str, sizes: Sizes) -> Select[Any]:
    since = ROW.c.changed_at <= bindparam("upto")
    houses = among(ROW.c.organisation, "houses", sizes)
    return _rows().where(*open_rows("o", state), houses, since, ROW.c.settled_at.is_(None))


async def unfinished(unit: "Reading", houses: Sequence[str], state: Delivery, upto: datetime) -> list[Row]:
    """Rows that have been *sending*, or *unknown* and not settled, since then or longer."""
    found = await read(unit.connection, _unfinished, state.value, lists={"houses": houses}, params={"upto": upto})
    return await _opened(unit, found)


@cache
def _advance(target: Delivery, columns: frozenset[str]) -> Update:
    sources = [OUTBOX.c.state == state.value for state, onward in FORWARD.items() if target in onward]
    same = [OUTBOX.c[name] == bindparam(f"key_{name}") for name in PLAN.key]
    values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in sorted(columns)}
    return update(OUTBOX).where(*same, or_(false(), *sources)).values(state=target.value, **values)


def _advance_one(target: Delivery, columns: frozenset[str], _: Sizes) -> Update:
    return _advance(target, columns).returning(OUTBOX.c.number)


async def advance(unit: "Unit", target: Delivery, rows: Sequence[Mapping[str, Any]]) -> int:
    """Move rows on to this state, with the other columns they name, where that is forward. Of one row it is
    told whether it moved (1 or 0), of several only their number."""
    if not rows:
        return 0
    columns = frozenset(rows[0]) - set(PLAN.key)
    PLAN.known(columns)
    ready = [{f"key_{k}" if k in PLAN.key else f"to_{k}": v for k, v in row.items()} for row in rows]
    if len(ready) == 1:
        return len(await read(unit.connection, _advance_one, target, columns, params=ready[0]))
    await write(unit.connection, _advance(target, columns), ready)
    return len(ready)
