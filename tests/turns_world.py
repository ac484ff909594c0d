"""The services on a real database, and guests who talk to them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.household import Household, furnish
from conversations.codec import load_state
from conversations.events import Event, Inbound, Opened, Said
from conversations.facts import Facts, Outcome
from conversations.forms import Kind, Question
from conversations.messages import Words
from conversations.state import Conversation, Mode
from conversations.step import step
from handlers import WAYS
from services import turns
from services.seating import Arrival
from services.turns import Taken
from storage import Memory
from tests.migrated import migrated
from tests.mind_world import NAMES, NOW, answer, profiles
from tests.storage_world import Place, url_of

KEY = (("turns", b"t" * 32),)
LINK = re.compile(r"#k=([A-Za-z0-9_-]+)")


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now


@asynccontextmanager
async def house(place: Place, clock: Clock | None = None) -> AsyncIterator[Household]:
    """The services on the database of this folder, migrated, or on that of this address."""
    if isinstance(place, Path) and not (place / "data").exists():
        await migrated(url_of(place))
    memory = Memory(url_of(place), KEY)
    await memory.open(NAMES)
    try:
        yield furnish(memory, profiles(), clock or Clock(), "https://wasl.example")
    finally:
        await memory.close()


async def rows(home: Household, table: str, name: str = "labas", **where: Any) -> list[dict[str, Any]]:
    """Rows of an association, in clear."""
    async with home.memory.reading() as unit:
        return await unit.select(table, {"organisation": name, **where})


def arrival(text: str, key: str, name: str = "labas", line: str = "web", id: str = "") -> Arrival:
    """One message of somebody."""
    return Arrival(Inbound(name, line, (key,), id or uuid4().hex, Said(text)), WAYS[line])


@dataclass
class Guest:
    """Somebody who talks to an association on one line, and follows a one-time link where one is given."""

    home: Household
    name: str = "labas"
    line: str = "web"
    key: str = "guest"
    contact: str = ""
    words: Words = field(default_factory=lambda: Words(""))
    told: list[str] = field(default_factory=list)
    home_line: tuple[str, str] = ("", "")  # where the link was given, to which one is led back

    async def send(self, event: Event, id: str = "") -> Taken:
        inbound = Inbound(self.name, self.line, (self.key,), id or uuid4().hex, event)
        taken = await self.home.reception.receive(inbound, WAYS[self.line])
        self.contact = taken.contact
        for told in taken.told:
            self.words = told.words
            self.told.append(told.words.text)
            if told.to and self.home_line[0]:
                self.line, self.key = self.home_line
        return taken

    async def say(self, text: str, id: str = "") -> Taken:
        return await self.send(Said(text), id)

    async def tap(self, key: str) -> Taken:
        (option,) = [o["id"] for o in self.words.options if o["id"].endswith(f"-{key}")]
        return await self.send(Said(choices=(option,)))

    async def start(self) -> "Guest":
        await self.send(Opened("ar", "request"))
        await self.tap("agree")
        return self

    async def state(self) -> Conversation:
        (row,) = await rows(self.home, "contacts", self.name, contact=self.contact)
        return load_state(row["state"])

    def question(self, state: Conversation) -> Question:
        organisation = profiles()[self.name].organisation
        found = organisation.forms[organisation.request].question(state.asking or "")
        assert found is not None, state
        return found

    async def good(self, **given: str) -> None:
        """One good answer, or the tap of the link that waits."""
        state = await self.state()
        if state.mode is Mode.LINK:
            return await self.follow()
        question = self.question(state)
        if question.kind is Kind.DOCUMENTS:
            offered = {o["id"].partition("-")[2] for o in self.words.options}
            await self.tap("all_later" if "all_later" in offered else "later")
            return
        await self.say(given.get(question.id, answer(question, NOW.date())))

    async def follow(self) -> None:
        """Tap the newest one-time link."""
        token = LINK.findall(self.told[-1])[-1]
        fresh = await self.home.tokens.redeem(self.name, token)
        assert fresh
        self.home_line, self.line, self.key = (self.line, self.key), "web", fresh
        told = await self.home.transcript.told(self.name, self.contact, 0)
        self.words = Words(told[-1].words["text"], tuple(told[-1].words["parts"]), tuple(told[-1].words["options"]))

    async def review(self, **given: str) -> "Guest":
        for _ in range(60):
            if (await self.state()).mode is Mode.REVIEW:
                return self
            await self.good(**given)
        raise AssertionError("there is no review")

    async def submit(self, **given: str) -> Taken:
        """From nothing to the reference number."""
        await (await self.start()).review(**given)
        await self.say("نعم")
        return await self.say("أقر وأوافق")


def poison_the_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mind stumbles over one word."""

    def stumbling(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
        if isinstance(event, Said) and event.text == "poison":
            raise ZeroDivisionError
        return step(conversation, event, facts)

    monkeypatch.setattr(turns, "step", stumbling)
