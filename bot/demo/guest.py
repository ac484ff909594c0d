"""One invented person in a web chat, who answers whatever the form asks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from bot.household import Household
from bot.talk import MovedClock
from conversations.codec import load_state
from conversations.events import Event, Inbound, Opened, Said
from conversations.forms import Form, Kind, Question
from conversations.meaning import START
from conversations.messages import Line
from conversations.state import FILLING, Conversation, Mode
from handlers import ways
from services.papers import Kept
from services.seating import Arrival
from services.turns import Taken

PAPER_NAME = "IMG_0001.png"  # as a phone names it
THINKING = timedelta(seconds=25)
MOST_STEPS = 80
CHOSEN = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO})
FIRST_WORD = re.compile(r"\s+(?:أو|or)\s+.*")
# What is tapped about papers, the first of these that is live.
PAPERS = ("undated", "next", "all_later", "later")


@dataclass
class Guest:
    """Somebody at a browser of an association; `facts` are answers by field or by kind."""

    house: Household
    organisation: str
    clock: MovedClock
    facts: Mapping[str, str]
    paper: bytes = b""
    key: str = field(default_factory=lambda: uuid4().hex)
    contact: str = ""
    address: str = ""

    @property
    def form(self) -> Form:
        """The form behind «request support»."""
        organisation = self.house.profiles[self.organisation].organisation
        return organisation.forms[organisation.request]

    async def open(self) -> None:
        """The page is opened."""
        await self.send(Opened("ar"))

    async def say(self, text: str) -> None:
        """A line is typed."""
        await self.send(Said(text))

    async def tap(self, key: str) -> None:
        """An option of the newest prompt is tapped."""
        await self.send(Said(choices=(f"{(await self.state()).prompt}-{key}",)))

    async def send(self, event: Event) -> Taken:
        """An event, a moment after the last."""
        self.clock.move(THINKING)
        inbound = Inbound(self.organisation, "web", (self.key,), uuid4().hex, event)
        (taken,) = await self.house.turns.take([Arrival(inbound, ways()["web"])])
        self.contact, self.address = taken.contact, taken.address
        return taken

    async def state(self) -> Conversation:
        """Where the conversation stands."""
        async with self.house.memory.reading() as unit:
            (row,) = await unit.select("contacts", {"organisation": self.organisation, "contact": self.contact})
        return load_state(row["state"])

    async def request(self) -> None:
        """The request is begun, and the notice agreed to."""
        await self.send(Said(choices=(f"{START}request",)))
        await self.tap("agree")

    async def fill(self, most: int) -> None:
        """So many questions are answered, or all of them."""
        for _ in range(min(most, MOST_STEPS)):
            state = await self.state()
            if state.mode not in FILLING or state.mode is Mode.REVIEW:
                return
            await self._answer(state)

    async def accept(self) -> None:
        """What was written is confirmed, and the declaration accepted."""
        await self.tap("confirm")
        await self.tap("accept")

    async def _answer(self, state: Conversation) -> None:
        question = self.form.question(state.asking or "")
        if question is None:
            raise LookupError(f"the demonstration does not know what is asked at {state.asking}")
        keys = [key for key, _ in state.live]
        if question.kind is Kind.DOCUMENTS:
            return await self._papers(keys)
        if question.kind in CHOSEN:
            return await self.tap(keys[0])
        if question.optional and question.id not in self.facts:
            return await self.tap("skip")
        await self.say(self._known(question))

    async def _papers(self, keys: list[str]) -> None:
        data, self.paper = self.paper, b""
        if data:
            whose = self.organisation, self.contact, self.address
            kept = await self.house.papers.receive(*whose, str(uuid4()), PAPER_NAME, data)
            if isinstance(kept, Kept):
                await self.send(Said(files=(kept.id,)))
                return
        await self.tap(next(key for key in PAPERS if key in keys))

    def _known(self, question: Question) -> str:
        """What the person says of a field: their own, or the example that the question gives."""
        for name in (question.id, question.kind.value):
            if name in self.facts:
                return self.facts[name]
        example: Any = self.house.tongues(self.organisation, "ar").say(Line(f"question.{question.id}.example"))
        return FIRST_WORD.sub("", str(example))
