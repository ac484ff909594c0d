"""The record of a run: what the database holds at its end, beside what the eye, the vendors and the people saw."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conversations.forms import Matter
from services.turns import Taken
from services.voices import Voices
from tests.mind_world import NAMES, profiles
from tests.simulator.eye import Step
from tests.simulator.vendor import Made

if TYPE_CHECKING:
    from tests.simulator.run import Run

Row = dict[str, Any]
TABLES = (
    "cases", "outbox", "messages", "due", "tasks", "decisions", "addresses", "contacts", "consents", "parked",
)  # fmt: skip


@dataclass(slots=True)
class Record:
    """Everything that is judged; tests plant faults in it."""

    end: datetime
    rows: dict[str, list[Row]]
    steps: list[Step]
    made: list[tuple[Made, Row | None]]
    taken: list[tuple[datetime, str, str, str, Taken]]
    chains: list[str]
    told_of: list[str]
    errors: list[str]
    late: float
    tasks: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tasks = {(row["organisation"], row["id"]) for row in self.rows["tasks"]}

    def line(self, organisation: str, address: str) -> str:
        """The line of an address."""
        return next(
            (a["line"] for a in self.rows["addresses"] if (a["organisation"], a["address"]) == (organisation, address)),
            "",
        )


async def recorded(run: "Run") -> Record:
    """Read everything, each table with one statement."""
    world, rows = run.world, {}
    assert world.house is not None
    async with world.store.reading() as unit:
        for table in TABLES:
            rows[table] = await unit.select(table, {"organisation": list(NAMES)})
        by_token = {(row["organisation"], row["token_hash"]): row for row in rows["outbox"] if row["token_hash"]}
        made = [
            (one, by_token.get((one.organisation, unit.index(one.organisation, "outbox", one.parcel.token))))
            for one in world.made
        ]
    chains = [f"{name} {fault}" for name in NAMES for fault in await world.house.evidence.verify(name)]
    taken = [(at, i.organisation, i.line, i.id, one) for at, i, one in world.taken]
    told = await _told_of(run, rows["cases"])
    late = 3 * 3600.0 + sum(4000.0 for _ in world.crashes)
    return Record(world.clock(), rows, world.eye.steps, made, taken, chains, told, list(world.errors), late)


async def _told_of(run: "Run", cases: list[Row]) -> list[str]:
    """Complaints about an officer that the officer could come upon, and those that nobody could."""
    world, found = run.world, []
    voices = Voices(world.store, {name: p.organisation for name, p in profiles().items()}, world.clock)
    for office in run.offices:
        own = [row for row in cases if row["organisation"] == office.organisation and row["form"] == Matter.COMPLAINT]
        sent = [row for row in own if row["reference"] is not None]
        if not sent:
            continue
        for done in (False, True):
            listed = await voices.listed(office.noura, Matter.COMPLAINT, done)
            found += [f"{office.organisation}: a complaint about an officer stands in their list" for _ in listed]
        for row in sent:
            if await voices.one(office.noura, row["case"]) or await voices.find(office.noura, row["reference"]):
                found.append(f"{office.organisation}: a complaint about an officer opens for them")
            if not await voices.one(office.sami, row["case"]):
                found.append(f"{office.organisation}: a complaint is seen by nobody")
    return found
