"""The same engine in a terminal: each input line is a message, and only what the person sees is printed."""

import asyncio
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from bot.household import Household
from bot.talk_staff import BadAct, Staffroom
from conversations.effects import Effect
from conversations.events import Event, Inbound, Opened, Papers, Said
from conversations.messages import Words
from handlers import ways
from handlers.fitting import fit
from services.papers import Kept
from services.seating import Arrival
from services.telling import Told
from services.turns import Taken

WEB = "web"
LINK = re.compile(r"#k=([A-Za-z0-9_-]+)")
WAIT = re.compile(r"(\d{1,4})\s*([mhd])")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
TICK = timedelta(seconds=1)


class MovedClock:
    """A clock that begins at a given time and moves only when it is told to, or the real one and what was waited."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self._moved = timedelta()

    def __call__(self) -> datetime:
        """Now, aware UTC."""
        return (self._start or datetime.now(UTC)) + self._moved

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._moved += by


@dataclass(slots=True)
class Terminal:
    """One person at one keyboard; `line` is the channel in hand, `keys` name the person on each line."""

    house: Household
    organisation: str
    line: str
    clock: MovedClock
    show: Callable[[str], None] = print
    warn: Callable[[str], None] = lambda text: print(text, file=sys.stderr)
    effect: Callable[[Effect], None] = lambda effect: None
    keys: dict[str, str] = field(default_factory=dict)
    home: str = ""
    contact: str = ""
    address: str = ""
    newest: Words = field(default_factory=lambda: Words(""))
    shown: bool = False
    last: int = 0

    def __post_init__(self) -> None:
        self.home = self.line
        self.keys.setdefault(self.line, "talk")

    async def open(self, language: str) -> None:
        """The first contact, with the language answered; who is known already is not greeted again."""
        await self._send(Opened(language), "opened")

    async def hear(self, typed: str) -> None:
        """One input line: an act where it begins with a known one, else a message."""
        self.clock.move(TICK)
        word, _, rest = typed.partition(" ")
        acts = {"/tap": self._tap, "/wait": self._wait, "/file": self._file, "/staff": self._staff, "/on": self._on}
        if word in acts:
            return await acts[word](rest.strip())
        await self._send(Said(typed.removeprefix("/") if typed.startswith("//") else typed))

    async def _tap(self, number: str) -> None:
        ids = {str(p["number"]): str(p["option"]) for p in self.newest.parts if p.get("option")}
        ids |= {o.get("number", str(n)): o["id"] for n, o in enumerate(self.newest.options, 1)}
        if number not in ids:
            return self.warn(f"talk: the newest message has no option {number}")
        await self._send(Said(choices=(ids[number],)))

    async def _on(self, channel: str) -> None:
        """The same person takes up another channel, or comes back to one."""
        if channel not in ways():
            return self.warn(f"talk: there is no channel {channel!r}; there are {', '.join(ways())}")
        self.line = self.home = channel
        self.keys.setdefault(channel, "talk")

    async def _wait(self, how_long: str) -> None:
        found = WAIT.fullmatch(how_long)
        if found is None:
            return self.warn("talk: /wait takes a number and m, h or d, as in /wait 2d")
        until = self.clock() + int(found[1]) * UNITS[found[2]]
        while (due := await self.house.ringing.next_at()) and due <= until:
            self.clock.move(max(due - self.clock(), timedelta()))
            if not (rung := await self.house.ringing.ring()):
                break
            for taken in rung:
                self._unasked(taken)
        self.clock.move(max(until - self.clock(), timedelta()))

    def _unasked(self, taken: Taken) -> None:
        """What comes while one waits; the open question's options stay open."""
        for effect in taken.effects:
            self.effect(effect)
        for told in taken.told:
            self.last += self.home == WEB
            self._show(told.words)

    async def _staff(self, rest: str) -> None:
        """An act of staff's; what the person is told of it is printed, where it is their turn to see it."""
        room = Staffroom(self.house, self.organisation)
        before = [row["number"] for row in await room.told(self.contact, 0)]
        try:
            await room.act(self.contact, rest)
        except BadAct as bad:
            self.warn(f"talk: {bad}")
        for row in await room.told(self.contact, before[-1] if before else 0):
            words = row["content"]["words"]
            self.last += row["seq"] is not None
            self.newest = Words(words["text"], tuple(words["parts"]), tuple(words["options"]))
            self._show(self.newest)

    async def _file(self, rest: str) -> None:
        """A file of this machine, judged as one that was uploaded; what cannot be taken is told by the mind."""
        data = await asyncio.to_thread(_read, rest)
        if data is None:
            return self.warn(f"talk: there is no file to read at {rest}")
        whose = self.organisation, self.contact, self.address
        found = await self.house.papers.receive(*whose, str(uuid4()), rest, data)
        await self._send(Said(files=(found.id,)) if isinstance(found, Kept) else Papers(refused=(found.reason,)))

    async def _send(self, event: Event, id: str = "") -> None:
        value = None if self.line == WEB else self.keys[self.line]
        inbound = Inbound(self.organisation, self.line, (self.keys[self.line],), id or uuid4().hex, event, value)
        (taken,) = await self.house.turns.take([Arrival(inbound, ways()[self.line])])
        self.contact, self.address = taken.contact, taken.address
        if taken.parked:
            self.warn("talk: the event was parked; see the log above")
        for effect in taken.effects:
            self.effect(effect)
        for told in taken.told:
            self._print(told)
        await self._follow(taken.contact, taken.told)

    def _print(self, told: Told) -> None:
        if told.to is not None and self.line != self.home:
            self.line = self.home
            self.warn(f"talk: back on {self.home}")
        self.last += self.line == WEB
        self.newest = told.words
        self._show(told.words)

    def _show(self, words: Words) -> None:
        for fitted in fit(words, replace(ways()[self.line], buttons=0)):
            self.show(("\n" if self.shown else "") + fitted.text.replace("\n\n", "\n"))
            self.shown = True

    async def _follow(self, contact: str, told: tuple[Told, ...]) -> None:
        """Open the one-time link, where one was given, as a person who taps it would."""
        tokens = [m[1] for one in told for m in [LINK.search(one.words.text)] if m]
        if not tokens or self.line == WEB:
            return
        self.warn("talk: the link is opened; on web from here")
        before = await self.house.transcript.told(self.organisation, contact, self.last)
        self.last = before[-1].seq if before else self.last
        fresh = await self.house.tokens.redeem(self.organisation, tokens[-1])
        self.line, self.keys[WEB] = WEB, fresh or ""
        for line in await self.house.transcript.told(self.organisation, contact, self.last):
            self.last = line.seq
            words = Words(line.words["text"], tuple(line.words["parts"]), tuple(line.words["options"]))
            self.newest = words
            self._show(words)


def _read(path: str) -> bytes | None:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError:
        return None
