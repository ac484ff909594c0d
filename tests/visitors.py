"""People who play whole dialogues over the socket as the page does: kept before it is sent, sent again until acked."""

import asyncio
import json
import random
import re
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from conversations.events import Inbound, Opened, Said
from handlers.webchat import WEB
from services.reception import Reception
from tests.patience import STUCK_S
from tests.real_house import page
from tests.served import Served
from tests.web_house import Frame, send

DIALOGUES = Path(__file__).parent / "dialogues"
PLAYED = {
    "ishraqa": "ishraqa-web-en",
    "kafl": "kafl-web-en",
    "labas": "labas-web-ar",
    "qalb": "qalb-web-ar",
    "qurainah": "qurainah-whatsapp-ar",
}
LOST = (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, EOFError)


@dataclass(frozen=True, slots=True)
class Step:
    """What one says next, and how much one was told when it may be tapped."""

    said: Frame
    told: int


@dataclass(frozen=True, slots=True)
class Role:
    """A dialogue as it goes where nothing is killed: what is said, and all that is told."""

    organisation: str
    language: str
    steps: tuple[Step, ...]
    told: tuple[str, ...]


async def rehearsed(reception: Reception, organisation: str) -> Role:
    """Play the association's dialogue once, undisturbed."""
    name = PLAYED[organisation]
    typed = [line[2:] for line in (DIALOGUES / f"{name}.txt").read_text("utf-8").splitlines() if line.startswith("> ")]
    language, token = name.rpartition("-")[2], str(uuid4())
    opened = await reception.receive(Inbound(organisation, "web", (token,), "opened", Opened(language)), WEB)
    told, steps = list(opened.told), []
    for text in typed:
        choice = re.fullmatch(r"/tap (\d+)", text)
        options = told[-1].words.options
        if text.startswith("/wait") or (choice and int(choice[1]) > len(options)):
            continue
        said = {"choice": options[int(choice[1]) - 1]["id"]} if choice else {"text": text}
        steps.append(Step(said, len(told)))
        event = Said(said.get("text", ""), (said["choice"],) if choice else ())
        told += (await reception.receive(Inbound(organisation, "web", (token,), str(uuid4()), event), WEB)).told
    return Role(organisation, language, tuple(steps), tuple(one.words.text for one in told))


class Progress:
    """How many lines were acked, all visitors together."""

    def __init__(self) -> None:
        self.acked = 0
        self._grown = asyncio.Event()

    def grow(self) -> None:
        """One more."""
        self.acked += 1
        self._grown.set()

    async def reached(self, count: int) -> None:
        """Wait until it is so many; TimeoutError where it grows no more."""
        while self.acked < count:
            self._grown.clear()
            async with asyncio.timeout(STUCK_S):
                await self._grown.wait()


@dataclass
class Visitor:
    """One browser. `sent` are the ids in the order they were written, `told` what came, by its seq."""

    role: Role
    house: Served
    progress: Progress = field(default_factory=Progress)
    ahead: int = 1
    reloads: bool = False
    token: str | None = None
    last: int = 0
    sent: list[str] = field(default_factory=list)
    unsent: dict[str, Frame] = field(default_factory=dict)
    acked: list[str] = field(default_factory=list)
    told: dict[int, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    calls: int = 0
    repeats: int = 0
    codes: list[int | None] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Everything was said, acked and answered."""
        return len(self.acked) == len(self.role.steps) and len(self.told) >= len(self.role.told)

    async def live(self) -> None:
        """Talk until everything is said, coming back however often the line breaks."""
        while not self.done:
            await self.house.up.wait()
            await self.visit()

    async def visit(self, reload: bool = False) -> None:
        """One line to the house, until it breaks or all is said."""
        self.calls += 1
        try:
            async with page(self.house.port, self.role.organisation) as line:
                await self._talk(line, reload or self.reloads)
        except LOST:
            return

    async def look_back(self) -> None:
        """Open the page anew when all is said: everything comes again, as it was told, and nothing else."""
        async with asyncio.timeout(STUCK_S), page(self.house.port, self.role.organisation) as line:
            await send(line, "hello", token=self.token, last=0, language=None, mine=True, start=None)
            self.last = 0
            mine: list[str] = []
            while self.last < len(self.told) or mine != self.sent:
                self._hear(frame := json.loads(await line.recv()))
                mine += [frame["id"]] if frame["type"] == "mine" else []

    async def _talk(self, line: ClientConnection, reload: bool) -> None:
        self.last = 0 if reload else self.last
        await send(
            line, "hello", token=self.token, last=self.last, language=self.role.language, mine=reload, start=None
        )
        while not self.done:
            try:
                self._hear(frame := json.loads(await line.recv()))
            except ConnectionClosed:
                self.codes.append(line.close_code)
                raise
            if frame["type"] == "welcome":
                await self._again(line)
            if self.token:
                await self._go_on(line)

    async def _again(self, line: ClientConnection) -> None:
        """Send what is not acked, after a line whose ack may have been lost: it must have no second effect."""
        said = {id: step.said for id, step in zip(self.sent, self.role.steps, strict=False)}
        for id in [*self.acked[-1:], *self.unsent]:
            await send(line, "message", id=id, **said[id])

    async def _go_on(self, line: ClientConnection) -> None:
        while len(self.unsent) < self.ahead and (step := self._next()):
            id = str(uuid4())
            self.sent.append(id)
            self.unsent[id] = step.said
            await send(line, "message", id=id, **step.said)

    def _next(self) -> Step | None:
        step = self.role.steps[len(self.sent)] if len(self.sent) < len(self.role.steps) else None
        return step if step and ("text" in step.said or step.told <= self.last) else None

    def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                self.token = frame["token"]
            case "ack":
                self._acked(frame["id"], frame["repeat"])
            case "message":
                self._told(frame["seq"], frame["text"])
            case "mine" if frame["id"] not in self.sent:
                self.faults.append("somebody else's line")
            case "error":
                self.faults.append(frame["code"])

    def _acked(self, id: str, repeat: bool) -> None:
        self.repeats += repeat
        if id in self.acked and not repeat:
            self.faults.append("one line, two effects")
        if self.unsent.pop(id, None):
            self.acked.append(id)
            self.progress.grow()

    def _told(self, seq: int, text: str) -> None:
        if seq != self.last + 1:
            self.faults.append(f"{seq} after {self.last}")
        if self.told.setdefault(seq, text) != text:
            self.faults.append(f"{seq} changed")
        self.last = seq


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of every association who come at once: some write ahead, some reload instead of coming back."""

    visitors: Sequence[Visitor]
    progress: Progress

    @classmethod
    def of(cls, house: Served, roles: Sequence[Role], each: int) -> "Crowd":
        """So many of each role; their manners are the same in every run."""
        chance = random.Random(each)  # noqa: S311
        progress = Progress()
        come = [
            Visitor(role, house, progress, ahead=chance.choice((1, 1, 3)), reloads=chance.random() < 0.3)
            for role in roles
            for _ in range(each)
        ]
        return cls(come, progress)

    @property
    def lines(self) -> int:
        """How many lines they have to say."""
        return sum(len(visitor.role.steps) for visitor in self.visitors)

    async def live(self, *others: Coroutine[Any, Any, None]) -> None:
        """Everybody at once, and what is done to them meanwhile."""
        async with asyncio.TaskGroup() as group:
            doing = [group.create_task(task) for task in (*(visitor.live() for visitor in self.visitors), *others)]
            await self.progress.reached(self.lines)
            async with asyncio.timeout(STUCK_S):
                await asyncio.wait(doing)
