"""The approved knowledge of each association: kept where staff edit it, matched in memory, told by language."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from conversations.answers import Answer, AnswerKind
from conversations.facts import Found
from services.ports import Clock, Memory, Row

# What is less likely is not even offered: the first candidate, and those after it.
FIRST, OTHERS = 0.12, 0.03
FAMILIAR = 0.5  # nor where less of the question was met before: it is about something else
REST_S = 1  # between what is learned unasked
PARTS = ("questions", "title", "text", "source")
Pairs = tuple[tuple[str, str], ...]


class State(StrEnum):
    """Whether an entry may be told."""

    DRAFT = "draft"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its words by language; other questions that ask for it stand in `questions`."""

    id: str
    kind: AnswerKind
    title: Mapping[str, str]
    text: Mapping[str, str]
    source: Mapping[str, str]
    questions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    state: State = State.APPROVED
    from_at: datetime | None = None
    until_at: datetime | None = None
    by: str | None = None
    approved_by: str | None = None

    def told(self, now: datetime) -> bool:
        """Whether it may be told now."""
        begun = self.from_at is None or self.from_at <= now
        return self.state is State.APPROVED and begun and (self.until_at is None or now < self.until_at)

    def answer(self, language: str, chance: float = 0.0) -> Answer:
        """The entry as the mind tells it; a language that it lacks falls back to one that it has."""
        title, text, source = (in_language(part, language) for part in (self.title, self.text, self.source))
        return Answer(self.id, self.kind, title, text, source, chance)

    def pairs(self) -> Pairs:
        """Every question that asks for it."""
        asked = [one for several in self.questions.values() for one in several]
        return tuple((words, self.id) for words in (*self.title.values(), *asked) if words.strip())


def _likely(match: "Match") -> bool:
    """Whether anything of it is worth offering."""
    if not match.chances:
        return False
    return match.sure or (match.chances[0] >= FIRST and match.familiar >= FAMILIAR)


class Match(Protocol):
    """What a matcher found; `services.answers.matcher.Match` is one."""

    @property
    def candidates(self) -> tuple[str, ...]: ...
    @property
    def chances(self) -> tuple[float, ...]: ...
    @property
    def sure(self) -> bool: ...
    @property
    def familiar(self) -> float: ...


class Matcher(Protocol):
    """Finds the entries that a question may ask for."""

    def match(self, question: str) -> Match: ...


Learn = Callable[[Pairs], Matcher]


class Knowledge:
    """Each association's entries. Without `open` those of its profile; with it those of the memory."""

    def __init__(self, memory: Memory, own: Mapping[str, Sequence[Entry]], learn: Learn, clock: Clock) -> None:
        self._memory = memory
        self._own = own
        self._learn = learn
        self._clock = clock
        self._entries = {name: {entry.id: entry for entry in entries} for name, entries in own.items()}
        self._matchers: dict[str, Matcher | None] = {}
        self._newest: dict[str, object] = {}
        self._turn = asyncio.Lock()
        self.tell: Callable[[str], None] = lambda _: None  # lets other processes know whose entries were changed

    async def open(self) -> None:
        """Lay the profiles' entries into the memory where they are absent, and read all that is there."""
        now = self._clock()
        fresh = [row_of(name, entry, now) for name, entries in self._own.items() for entry in entries]
        async with self._memory.unit() as unit:
            if fresh:
                await unit.insert_new("entries", fresh)
        for name in self._own:
            self._take(name, await self._rows(name))

    async def warm(self) -> None:
        """Learn what nobody has asked for yet, when those who waited for the house to start were served."""
        for name in self._own:
            await asyncio.sleep(REST_S)
            if name not in self._matchers:
                await self.learn(name)

    async def reload(self, organisation: str) -> None:
        """Learn the entries after a change, and let other processes do so too."""
        await self.learn(organisation)
        self.tell(organisation)

    async def learn(self, organisation: str) -> None:
        """Read the entries anew, and learn them before anybody asks; the newest reading stands."""
        async with self._turn:
            rows = await self._rows(organisation)
            matcher = await asyncio.to_thread(self._learned, {row["id"]: entry_of(row) for row in rows})
            self._take(organisation, rows)
            self._matchers[organisation] = matcher

    async def _rows(self, organisation: str) -> Sequence[Row]:
        async with self._memory.reading() as unit:
            return await unit.select("entries", {"organisation": organisation})

    def _take(self, organisation: str, rows: Sequence[Row]) -> None:
        self._entries = {**self._entries, organisation: {row["id"]: entry_of(row) for row in rows}}
        self._newest[organisation] = max(((row["at"], row["id"]) for row in rows), default=None)

    async def look(self) -> None:
        """Learn what another process may have changed unheard."""
        for name in self._own:
            async with self._memory.reading() as unit:
                rows = await unit.select("entries", {"organisation": name}, order=["-at", "-id"], limit=1)
            if self._newest.get(name) != max(((row["at"], row["id"]) for row in rows), default=None):
                await self.learn(name)

    def all(self, organisation: str) -> tuple[Entry, ...]:
        """Every entry, by kind and title."""
        entries = self._entries.get(organisation, {}).values()
        return tuple(sorted(entries, key=lambda e: (list(AnswerKind).index(e.kind), in_language(e.title, "ar"))))

    def one(self, organisation: str, id: str) -> Entry | None:
        """An entry by its id."""
        return self._entries.get(organisation, {}).get(id)

    def find(self, organisation: str, language: str, words: str) -> Found:
        """What the words may ask for, the likeliest first; only memory is asked."""
        entries, now = self._entries.get(organisation, {}), self._clock()
        matcher = self._matcher(organisation)
        match = matcher.match(words) if matcher else None
        if match is None or not _likely(match):
            return Found()
        pairs = list(zip(match.candidates, match.chances, strict=True))
        likely = [(id, chance) for id, chance in pairs if chance >= OTHERS and entries[id].told(now)]
        sure = match.sure and bool(likely) and likely[0][0] == match.candidates[0]
        return Found(answers=tuple(entries[id].answer(language, chance) for id, chance in likely), sure=sure)

    def opened(self, organisation: str, language: str, ids: Sequence[str]) -> Found:
        """These entries, as far as they may still be told."""
        entries, now = self._entries.get(organisation, {}), self._clock()
        known = [entries[id] for id in ids if id in entries and entries[id].told(now)]
        return Found(answers=tuple(entry.answer(language) for entry in known))

    def _matcher(self, organisation: str) -> Matcher | None:
        if organisation not in self._matchers:
            self._matchers[organisation] = self._learned(self._entries.get(organisation, {}))
        return self._matchers[organisation]

    def _learned(self, entries: Mapping[str, Entry]) -> Matcher | None:
        approved = [entry for entry in entries.values() if entry.state is State.APPROVED]
        pairs = tuple(sorted({pair for entry in approved for pair in entry.pairs()}))
        return self._learn(pairs) if pairs else None


def in_language(words: Mapping[str, str], language: str) -> str:
    """The words in this language, else in one that there is."""
    return words.get(language) or next((each for each in words.values() if each), "")


def row_of(organisation: str, entry: Entry, now: datetime) -> Row:
    """An entry as it is kept."""
    plain = ("id", "from_at", "until_at", "by", "approved_by")
    content: dict[str, Any] = {part: dict(getattr(entry, part)) for part in PARTS}
    content["questions"] = {language: list(asked) for language, asked in entry.questions.items()}
    kept = {"kind": entry.kind.value, "state": entry.state.value, "content": content, "at": now}
    return {"organisation": organisation, **{name: getattr(entry, name) for name in plain}, **kept}


def entry_of(row: Row) -> Entry:
    """A kept entry."""
    plain = {name: row[name] for name in ("id", "from_at", "until_at", "by", "approved_by")}
    words = {part: row["content"].get(part, {}) for part in PARTS}
    return Entry(kind=AnswerKind(row["kind"]), state=State(row["state"]), **plain, **words)
