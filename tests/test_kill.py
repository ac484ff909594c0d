"""kill -9 while people talk: nothing is lost, nothing happens twice, nothing is out of order; and a calm stop."""

import asyncio
import random
import re
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.wiring import House
from tests.forked import forked
from tests.real_house import furnished, open_house
from tests.served import Served, served
from tests.visitors import PLAYED, Crowd, Role, Visitor, rehearsed

EACH, KILLS, MESSAGES = 5, 20, 500
FIGURE = re.compile(r"\d+")
EFFECTS = {  # the tables in which a turn leaves something, and what of it does not differ from run to run
    "answers": ("field", "value"),
    "cases": ("form", "state", "version"),
    "notices": ("version",),
    "evidence": ("number", "kind"),
    "due": ("kind",),
    "tasks": ("kind", "reason"),
    "handovers": ("state", "role", "reason"),
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a house keeps of one contact: the transcript, and the effects of its turns."""

    transcript: Sequence[Row]
    effects: Mapping[str, list[tuple[str, ...]]]

    @property
    def heard(self) -> list[str]:
        """The ids of the person's lines, in their order."""
        said = [row["content"] for row in self.transcript if row["content"].get("event") == "said"]
        return [content["id"].rpartition("|")[2] for content in said]

    @property
    def told(self) -> list[tuple[int, str]]:
        """What was told, with its seq, in the order in which it was decided."""
        return [(r["seq"], r["content"]["words"]["text"]) for r in self.transcript if r["direction"] == "out"]


async def read(house: House, organisation: str) -> list[Kept]:
    """Everything an association keeps, contact by contact."""
    async with house.household.memory.reading() as unit:
        where = {"organisation": organisation}
        tables = {name: list(await unit.select(name, where)) for name in ("contacts", "messages", *EFFECTS)}
    return [kept_of(contact["contact"], tables) for contact in tables["contacts"]]


def kept_of(contact: str, tables: Mapping[str, Sequence[Row]]) -> Kept:
    """The rows of one contact and of its cases."""
    cases = {row["case"] for row in tables["cases"] if row["contact"] == contact}
    own = {contact, *cases}
    transcript = sorted((r for r in tables["messages"] if r["contact"] == contact), key=lambda r: int(r["number"]))
    effects = {
        name: sorted(tuple(str(row[c]) for c in columns) for row in tables[name] if own & owners(row))
        for name, columns in EFFECTS.items()
    }
    return Kept(transcript, effects)


def owners(row: Row) -> set[str]:
    """The contact or case that a row hangs on."""
    return {str(row[name]) for name in ("contact", "case", "chain") if row.get(name)}


@dataclass(frozen=True, slots=True)
class Calm:
    """A dialogue and what a house keeps of it where nothing is killed."""

    role: Role
    kept: Kept


@pytest.fixture
async def calm(tmp_path: Path) -> list[Calm]:
    """Every association's dialogue, as it goes undisturbed."""
    (tmp_path / "calm").mkdir()
    async with open_house(await furnished(tmp_path / "calm")) as (house, _):
        played = [await rehearsed(house.household.reception, name) for name in PLAYED]
        return [Calm(role, (await read(house, role.organisation))[0]) for role in played]


async def killer(house: Served, crowd: Crowd) -> None:
    """Kill and start again, spread over the messages: when so many were acked, and a moment later."""
    chance = random.Random(KILLS)  # noqa: S311
    for kill in range(1, KILLS + 1):
        await crowd.progress.reached(kill * crowd.lines // (KILLS + 1))
        for _ in range(chance.randrange(50)):
            await asyncio.sleep(0)
        await house.kill()
        await house.start()


def masked(texts: Sequence[str]) -> list[str]:
    """Texts without their figures: reference numbers and the time of day differ."""
    return [FIGURE.sub("0", text) for text in texts]


def judge(visitor: Visitor, kept: Kept, calm: Calm) -> None:
    """What was sent, acked and told against what is kept, and that against the undisturbed dialogue."""
    assert visitor.faults == []
    assert visitor.acked == visitor.sent == kept.heard  # none lost, none double, none out of order
    assert kept.told == sorted(visitor.told.items())
    assert [seq for seq, _ in kept.told] == list(range(1, len(kept.told) + 1))
    assert [row["number"] for row in kept.transcript] == list(range(1, len(kept.transcript) + 1))
    assert masked([text for _, text in kept.told]) == masked(visitor.role.told)
    assert kept.effects == calm.kept.effects


async def judge_all(folder: Path, crowd: Crowd, calm: Sequence[Calm]) -> None:
    """Everybody, and that whoever nobody claims was only greeted: a browser that never had its token."""
    async with open_house(folder) as (house, _):
        for one in calm:
            kept = await read(house, one.role.organisation)
            owner = {id: contact for contact in kept for id in contact.heard}
            claimed = [(visitor, owner[visitor.sent[0]]) for visitor in crowd.visitors if visitor.role is one.role]
            for visitor, contact in claimed:
                judge(visitor, contact, one)
            strangers = [contact for contact in kept if contact not in [mine for _, mine in claimed]]
            assert all(not stranger.heard and not stranger.effects["cases"] for stranger in strangers)


async def test_twenty_kills_in_five_hundred_messages(tmp_path: Path, calm: list[Calm]) -> None:
    began = time.monotonic()
    async with forked(tmp_path) as house:
        crowd = Crowd.of(house, [one.role for one in calm], EACH)
        await crowd.live(killer(house, crowd))
        for visitor in crowd.visitors:
            await visitor.look_back()
        assert await house.stop() == -signal.SIGTERM  # after its last word, uvicorn ends by the signal it was sent
    assert sum(len(visitor.acked) for visitor in crowd.visitors) >= MESSAGES
    await judge_all(house.data, crowd, calm)
    repeats, calls = (sum(getattr(visitor, name) for visitor in crowd.visitors) for name in ("repeats", "calls"))
    seconds = time.monotonic() - began
    print(f"{KILLS} kills, {crowd.lines} messages, {calls} calls, {repeats} repeats, {seconds:.0f} s")


async def test_a_stop_in_the_middle_is_calm(tmp_path: Path, calm: list[Calm]) -> None:
    async with served(tmp_path) as house:
        crowd = Crowd.of(house, [one.role for one in calm], 2)
        await crowd.live(stopper(house, crowd))
        assert {code for visitor in crowd.visitors for code in visitor.codes} == {1012}
        await house.stop()
        assert "error" not in house.log.read_text("utf-8")
    await judge_all(house.data, crowd, calm)


async def stopper(house: Served, crowd: Crowd) -> None:
    """SIGTERM half-way, when everybody talks; then the next version starts."""
    await crowd.progress.reached(crowd.lines // 2)
    await house.stop()
    await house.start()
