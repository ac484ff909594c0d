"""What must hold of everything that was sent: when, to whom, how often, in which order, and how it ended."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from conversations.effects import SetMessages, StopAddress
from conversations.events import TimePassed
from conversations.messages import Line
from tests.mind_world import NAMES, profiles, tongue
from tests.simulator.record import Record, Row

RIYADH = ZoneInfo("Asia/Riyadh")
FRIDAY = 4
SETTLED = ("sent", "delivered", "read")
STUCK = timedelta(days=1)
Found = Iterator[str]


def _open(house: str, at: datetime) -> bool:
    """Whether something may leave unasked, by the policy's own words: 9 to 21, Friday from 14, no holiday."""
    here = at.astimezone(RIYADH)
    opens = time(14) if here.weekday() == FRIDAY else time(9)
    return opens <= here.time() < time(21) and here.date() not in profiles()[house].organisation.schedule.holidays


def quiet_hours(record: Record) -> Found:
    """Nothing leaves unasked in quiet hours or on closed days."""
    for made, row in record.made:
        if row is not None and not row["interactive"] and not _open(made.organisation, made.at):
            yield f"{made.organisation} {made.line} was written to at {made.at.astimezone(RIYADH)}: {made.parcel.text[:40]!r}"
    for step in record.steps:
        if isinstance(step.event, TimePassed) and step.told and not _open(step.who[0], step.at):
            yield f"{step.who} was told {step.keys} at {step.at.astimezone(RIYADH)}"


def known(record: Record) -> Found:
    """Every call is of a row, and one row is one call."""
    calls: Counter[tuple[object, ...]] = Counter()
    for made, row in record.made:
        if row is None:
            yield f"{made.organisation} {made.line}: a call at {made.at} that no row names"
        else:
            calls[key(row)] += 1
    yield from (f"{one} was called {count} times" for one, count in calls.items() if count > 1)


def key(row: Row) -> tuple[object, ...]:
    """A row of the outbox by its key."""
    return row["organisation"], row["contact"][:6], row["number"], row["piece"], row["attempt"]


def doubled(record: Record) -> Found:
    """Nobody gets the same twice, but for a question that is asked once more and marked as a repeat."""
    shown: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for made, row in record.made:
        if row is not None and made.taken:
            shown[key(row)[:-1]].append(row)
    repeats = {key(row)[:-1] for row in record.rows["outbox"] if row["reason"] == "repeat"}
    for one, rows in shown.items():
        if len(rows) > 1 + (one in repeats):
            yield f"{one} was shown {len(rows)} times: {[(r['attempt'], r['state'], r['reason']) for r in rows]}"


def stopped(record: Record) -> Found:
    """Nothing comes unasked on a line after its stop, nor to an address that was blocked."""
    said: dict[tuple[str, str], list[tuple[datetime, bool]]] = defaultdict(list)
    lines = {(row["organisation"], row["address"]): row["line"] for row in record.rows["addresses"]}
    for step in record.steps:
        for effect in step.effects:
            if isinstance(effect, SetMessages):
                place = step.who[1], lines.get((step.who[0], step.address), "")
                said[place].append((step.at, effect.allowed))
            elif isinstance(effect, StopAddress):
                said[step.who[1], step.address].append((step.at, not effect.stopped))
    for made, row in record.made:
        if row is None or row["interactive"]:
            continue
        for place in ((row["contact"], made.line), (row["contact"], row["address"])):
            if not _allowed(said[place], row["claimed_at"]):
                yield f"{made.organisation} {place} was written to at {made.at} after a stop: {made.parcel.text[:40]!r}"


def _allowed(words: list[tuple[datetime, bool]], at: datetime) -> bool:
    return next((allowed for said, allowed in reversed(words) if said <= at), True)


def ends(record: Record) -> Found:
    """What was said ends delivered, failed where staff see it, or unknown and listed."""
    rows = {key(row): row for row in record.rows["outbox"]}
    for one, row in rows.items():
        if row["seq"] is not None or row["state"] in SETTLED:
            continue
        after = (*one[:-1], row["attempt"] + 1)
        if row["state"] in ("new", "sending"):
            if (row["changed_at"] or row["at"]) < record.end - STUCK and row["at"] < record.end - STUCK:
                yield f"{one} is {row['state']} since {row['changed_at'] or row['at']}, due {row['at']}"
        elif row["state"] == "unknown" and row["settled_at"] is None:
            yield f"{one} is unknown since {row['changed_at']} and was never judged"
        elif after not in rows and not _listed(record, row):
            yield f"{one} is {row['state']} ({row['failure']} {row['reason']}) and nobody sees it"


def _listed(record: Record, row: Row) -> bool:
    """A task names it, a reminder may lapse, or the person has written since a question that nobody can tell of."""
    if (row["organisation"], f"delivery.{row['contact']}.{row['number']}") in record.tasks:
        return True
    where = (row["organisation"], row["contact"])
    said = [m for m in record.rows["messages"] if (m["organisation"], m["contact"]) == where]
    keys = [
        p["key"] for m in said if m["number"] == row["message"] for p in m["content"].get("keys", {}).get("parts", ())
    ]
    wrote = any(m["direction"] == "in" and m["number"] > row["message"] for m in said)
    return any(name.startswith("remind") for name in keys) or (
        row["state"] == "unknown" and row["interactive"] and wrote
    )


def order(record: Record) -> Found:
    """What answers a person goes out in the order that it was said."""
    last: dict[tuple[object, ...], tuple[int, int]] = {}
    for made, row in record.made:
        if row is None or not row["interactive"] or row["attempt"]:
            continue
        place = made.organisation, row["contact"], made.line
        now = row["number"], row["piece"]
        if now < last.get(place, (0, 0)):
            yield f"{place} got {now} after {last[place]} at {made.at}"
        last[place] = max(now, last.get(place, (0, 0)))


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """The names by which each association is called."""
    keys = ("organisation.name", "organisation.short")
    return {n: tuple({tongue(n, code).say(Line(k)) for k in keys for code in ("ar", "en")}) for n in NAMES}


def apart(record: Record) -> Found:
    """Nothing of an association reaches people of another, nor is another named to anybody."""
    for made, _ in record.made:
        if made.parcel.to.partition(".")[0] != made.organisation:
            yield f"{made.organisation} wrote to {made.parcel.to}"
    texts = {(row["organisation"], row["content"]["words"]["text"]) for row in record.rows["messages"] if _told(row)}
    for house, text in texts:
        for other, names in _names().items():
            if other != house and any(name in text for name in names):
                yield f"{house} named {other}: {text[:60]!r}"


def _told(row: Row) -> bool:
    return row["direction"] == "out" and bool(row["content"])


INVARIANTS: dict[str, Callable[[Record], Iterator[str]]] = {
    "quiet hours": quiet_hours,
    "known": known,
    "doubled": doubled,
    "stopped": stopped,
    "ends": ends,
    "order": order,
    "apart": apart,
}
