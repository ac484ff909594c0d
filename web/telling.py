"""The telling side of a socket: whatever the transcript holds above the last that was written."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from services.echoes import Echo
from services.presence import Standing
from services.transcript import Mine, Passage, Told
from web import uploads
from web.site import Site
from web.wire import Wire

LOOK_BACK = 50
First = Callable[[Standing | None], Awaitable[None]]  # says who is there, and looks where that is not known


class Telling:
    """Writes what a contact is told, in order, and the person's own lines that another page sent."""

    def __init__(
        self, site: Site, wire: Wire, place: tuple[str, str], last: int, mine: bool, turn: asyncio.Lock, first: First
    ) -> None:
        self._site, self._wire, self._place, self._turn, self._first = site, wire, place, turn, first
        self._last = last
        self._number: int | None = None  # of the contact's newest message that was looked at
        self._replays = mine
        self._own: set[str] = set()
        self._labels: dict[str, str] = {}
        self._seen = 0

    def own(self, id: str) -> None:
        """This page wrote the line itself and needs no copy."""
        self._own.add(id)

    def shown(self, seq: int) -> bool:
        """Whether up to `seq` is news: told here, and not seen before."""
        news = self._seen < seq <= self._last
        self._seen = seq if news else self._seen
        return news

    async def run(self) -> None:
        """Tell what is there, then again whenever something was committed for the contact."""
        with self._site.wakeups.subscribe(*self._place) as woken:
            async with self._turn:
                await self._look()
            while True:
                await woken.wait()
                async with self._turn:
                    await self._hear(woken.taken())

    async def _hear(self, echoes: Sequence[Echo | int | None]) -> None:
        """Tell what turns of this process committed, each after the one before; else look at what the rows say."""
        for echo in echoes:
            if isinstance(echo, int) and echo <= (self._number or 0):
                continue  # as far as that was told already
            if not isinstance(echo, Echo) or echo.before != self._number:
                return await self._look()
            await self._first(echo.standing)
            await self._tell(echo.said(self._last))

    async def _look(self) -> None:
        await self._first(None)  # who is there now has said it
        await self._tell(await self._site.transcript.since(*self._place, self._last, self._number))

    async def _tell(self, said: Passage) -> None:
        self._learn(said.told)
        entries: list[Told | Mine] = [*said.told, *self._news(said.mine)]
        for entry in sorted(entries, key=_order):
            frame = await self._frame(entry)
            if isinstance(entry, Told):
                self._last = entry.seq  # before it goes, for the page may say at once that it has shown it
            await self._wire.send(frame)
        self._number = said.number

    def _news(self, lines: Sequence[Mine]) -> list[Mine]:
        """The lines that another page wrote; on the first look none, unless they were asked for."""
        ids = {line.id: self._site.ear.bare(line.id) for line in lines}
        news = [line for line in lines if ids[line.id] not in self._own] if self._replays else []
        self._own.difference_update(ids.values())
        self._replays = True
        return news

    async def _own_words(self, line: Mine) -> str:
        """What the person wrote, or the labels of what they tapped, as they stood there."""
        if not line.choices:
            return line.text
        if any(choice not in self._labels for choice in line.choices):
            self._learn(await self._site.transcript.told(*self._place, max(0, line.after - LOOK_BACK)))
        labels = "\n".join(self._labels.get(choice, "") for choice in line.choices)
        return line.text or labels.strip()

    def _learn(self, told: Sequence[Told]) -> None:
        for message in told:
            for entry in (*message.words["options"], *message.words["parts"]):
                if id := entry.get("id") or entry.get("option"):
                    self._labels[id] = str(entry.get("label", ""))

    async def _frame(self, entry: Told | Mine) -> str:
        if isinstance(entry, Told):
            return self._site.ear.write("message", **self._message(entry))
        id, text = self._site.ear.bare(entry.id), await self._own_words(entry)
        kept = await self._site.papers.own(*self._place, entry.files) if entry.files else []
        files = [uploads.told(self._place[0], file) for file in kept] or None
        return self._site.ear.write("mine", after=entry.after, id=id, text=text, files=files, at=_utc(entry.at))

    def _message(self, told: Told) -> dict[str, Any]:
        return {
            "seq": told.seq,
            "at": _utc(told.at),
            "from": told.by,
            "name": told.name or None,
            "text": told.words["text"],
            "parts": told.words["parts"] or None,
            "options": self._site.ear.options(told.words),
            "select": told.select,
            "input": told.entry,
            "document": {"url": f"/chat/{self._place[0]}/receipts/{told.receipt}"} if told.receipt else None,
            "progress": told.progress and dict(zip(("step", "of"), told.progress, strict=True)),
        }


def _order(entry: Told | Mine) -> tuple[int, int]:
    return (entry.seq, 0) if isinstance(entry, Told) else (entry.after, 1)


def _utc(at: Any) -> str:
    return str(at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z")
