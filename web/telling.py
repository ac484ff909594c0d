"""The telling side of a socket: whatever the transcript holds above the last that was written."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from services.transcript import Mine, Told
from web import uploads
from web.site import Site
from web.wire import Wire

LOOK_BACK = 50
First = Callable[[], Awaitable[None]]  # what else may have changed when the contact was woken


class Telling:
    """Writes what a contact is told, in order, and the person's own lines that another page sent."""

    def __init__(
        self, site: Site, wire: Wire, place: tuple[str, str], last: int, mine: bool, turn: asyncio.Lock, first: First
    ) -> None:
        self._site, self._wire, self._place, self._turn, self._first = site, wire, place, turn, first
        self._last = last
        self._replays = mine
        self._own: set[str] = set()
        self._known: set[str] = set()
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
            while True:
                async with self._turn:
                    await self._first()  # who is there now has said it
                    await self._tell()
                await woken.wait()
                woken.clear()

    async def _tell(self) -> None:
        told, mine = await self._site.transcript.since(*self._place, self._last)
        lines = self._news(mine)
        self._learn(told)
        entries: list[Told | Mine] = [*told, *lines]
        for entry in sorted(entries, key=_order):
            await self._wire.send(await self._frame(entry))
        self._last = told[-1].seq if told else self._last

    def _news(self, lines: list[Mine]) -> list[Mine]:
        """The lines this page has not; on the first look none, unless it asked for them."""
        ids = {line.id: self._site.ear.bare(line.id) for line in lines}
        passed = self._known | self._own
        news = [line for line in lines if ids[line.id] not in passed] if self._replays else []
        self._known = set(ids.values())
        self._own -= self._known
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
