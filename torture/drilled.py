"""What must hold in a house that was brought back from an archive taken while people wrote."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.settings import Settings
from bot.wiring import House
from storage.backup import Kept
from storage.engine import parsed, sqlite_file
from tests.erasing_world import HOUSE as OTHER
from tests.erasing_world import MOTHER, SON
from tests.vendors.twilio_signing import signed_post
from tests.vendors.twilio_stub import Message, Stub, Trouble

HOUSE = "qurainah"
JUDGED_AFTER = timedelta(minutes=2)
WORDY = ("answers", "messages", "cases", "files", "decisions", "evidence", "parked", "inquiries", "outbox", "addresses")


@dataclass
class Ahead:
    """The clock of a house that was brought back; it is put forward, where otherwise one would wait."""

    ahead: timedelta = timedelta(minutes=6)

    def __call__(self) -> datetime:
        """Now, there."""
        return datetime.now(UTC) + self.ahead


@dataclass
class Brought:
    """One archive brought back: how long it took until it served, and what did not hold."""

    took: float
    doubtful: int = 0
    gaps: int = 0
    faults: list[str] = field(default_factory=list)

    def hold(self, holds: object, fault: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.faults.append(fault)


async def judge(
    house: House,
    place: Settings,
    hook: str,
    stub: Stub,
    written: Sequence[Message],
    before: frozenset[str],
    never: frozenset[str],
    kept: Kept,
    took: float,
    clock: Ahead,
) -> Brought:
    """Look at the house as it stands, then let the vendor repeat everything, and look again."""
    found = Brought(took, kept.doubtful, len(house.household.memory.gaps))
    await _whole(found, house, place, before, never)
    await _erased(found, house, kept)
    await stub.until(lambda: any(method == "GET" for method, _ in stub.calls), 60)
    stub.listing = Trouble()
    await _doubted(found, house, kept, clock)
    for message in written:
        status, _, _ = await signed_post(hook, stub.fields(message))
        found.hold(status == 200, f"the vendor's repeat was answered with {status}")
    await house.post.intake.fetch_missed()
    heard = sorted(await _heard(house))
    found.hold(heard == sorted(m.form["Body"] for m in written), "after the repeats not each message is there once")
    await _chains(found, house, "after the repeats")
    await house.household.memory.rewrapping.finish()
    counted = await house.household.memory.rewrapping.census()
    found.hold(counted["k1"] == counted[""] == 0, f"the old master key still wraps something: {counted}")
    return found


async def _rows(house: House, table: str, name: str = HOUSE, **where: Any) -> list[dict[str, Any]]:
    async with house.household.memory.reading() as unit:
        return await unit.select(table, {"organisation": name, **where})


async def _heard(house: House) -> list[str]:
    """What people wrote, as it stands in the transcripts of WhatsApp."""
    rows = await _rows(house, "messages", direction="in")
    return [text for row in rows if (text := str((row["content"] or {}).get("text", ""))).startswith("رسالة ")]


async def _whole(found: Brought, house: House, place: Settings, before: frozenset[str], never: frozenset[str]) -> None:
    """The database is sound, of one moment, and holds everything up to the mark."""
    file = sqlite_file(parsed(place.database))
    if file:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as line:
            found.hold(line.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the database is damaged")
            found.hold(not line.execute("PRAGMA foreign_key_check").fetchall(), "rows without what they belong to")
    heard = await _heard(house)
    found.hold(before <= set(heard), f"{len(before - set(heard))} of {len(before)} messages before the mark are lost")
    found.hold(not never & set(heard), "messages from after the archive are in it")
    found.hold(len(heard) == len(set(heard)), "a message is there twice")
    numbers: dict[str, list[int]] = {}
    for row in await _rows(house, "messages"):
        numbers.setdefault(row["contact"], []).append(row["number"])
    for contact in await _rows(house, "contacts"):
        own = sorted(numbers.get(contact["contact"], []))
        found.hold(own == list(range(1, contact["message_number"] + 1)), "counter and rows are not of one moment")
    await _chains(found, house, "as restored")


async def _chains(found: Brought, house: House, when: str) -> None:
    for name in house.household.profiles:
        found.faults += [f"{when}: {name}: {fault}" for fault in await house.household.evidence.verify(name)]


async def _erased(found: Brought, house: House, kept: Kept) -> None:
    """She stays erased whatever the archive holds, and he stays."""
    told = str([await _rows(house, table, OTHER) for table in WORDY])
    found.hold(not any(word in told for word in MOTHER), "an erased person came back")
    files = await _rows(house, "files", OTHER)
    if not files:
        found.hold(SON[0] not in told, "he is there without his file")
        return
    found.hold(all(word in told for word in (SON[0], SON[3], SON[4])), "what is another's was erased too")
    for row in files:
        data = await house.household.erasing._store.get(OTHER, row["file"], row["secret"])
        found.hold(data == SON[5].encode(), "a file of another's does not open")


async def _doubted(found: Brought, house: House, kept: Kept, clock: Ahead) -> None:
    """What was about to be sent at the archive's moment is found at the vendor, or left to staff: never sent again."""
    await house.post.look()  # what was left counts as unknown now
    clock.ahead += JUDGED_AFTER
    await house.post.look()
    rows = await _rows(house, "outbox")
    doubted = [row for row in rows if row["claimed_at"] == kept.at]
    found.hold(len(doubted) == kept.doubtful, f"{len(doubted)} calls are in doubt, and {kept.doubtful} were told")
    open_ = [row for row in doubted if row["state"] in ("new", "sending") or _waits(row)]
    found.hold(not open_, f"{len(open_)} calls were neither found nor given to staff")
    tried = {(row["contact"], row["number"], row["piece"]): row["attempt"] for row in doubted}
    again = [row for row in rows if row["attempt"] > tried.get((row["contact"], row["number"], row["piece"]), 9)]
    found.hold(not again, f"{len(again)} calls were made again")


def _waits(row: dict[str, Any]) -> bool:
    return row["state"] == "unknown" and row["settled_at"] is None
