"""A person before the associations: writes, taps and answers on a line, and looks at what the eye has seen told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from conversations.events import Event, Inbound, Opened, Said
from conversations.facts import CaseState
from conversations.forms import Form, Kind, Question
from conversations.state import Conversation, Mode
from services.turns import Taken
from tests.mind_world import answer, profiles
from tests.simulator.world import World

GRID = 60.0  # seconds: who writes at the same moment is taken in one batch
TAPPED = ("web", "telegram")
DAY = 86_400.0
MOST = 60  # steps of one sitting
# When people write, UTC: in the morning, in the evening, just before quiet hours, and at night.
SITTINGS = ((7, 0), (7, 0), (7, 0), (17, 0), (17, 0), (17, 30), (17, 30), (21, 0))


@dataclass(slots=True)
class Person:
    """Somebody on one line of one association; `key` is their account there."""

    world: World
    organisation: str
    line: str
    key: str
    chance: Random
    contact: str = ""
    ids: int = 0
    private: tuple[str, str] | None = None
    seq: int = 0
    answered: dict[str, int] = field(default_factory=dict)

    # Where they stand.

    @property
    def who(self) -> tuple[str, str]:
        return self.organisation, self.contact

    @property
    def state(self) -> Conversation:
        return self.world.eye.state.get(self.who, Conversation())

    @property
    def live(self) -> list[str]:
        return [key for key, _ in self.state.live]

    @property
    def form(self) -> Form | None:
        seen = self.world.eye.cases.get((self.organisation, self.state.case or ""))
        return profiles()[self.organisation].organisation.forms[seen.form] if seen else None

    @property
    def question(self) -> Question | None:
        return self.form.question(self.state.asking or "") if self.form else None

    def cases(self, *states: str) -> list[str]:
        """Their own cases that stand so."""
        every = self.world.eye.cases.items()
        return [case for (_, case), seen in every if seen.who == self.who and (not states or seen.state in states)]

    # What they do.

    async def send(self, event: Event) -> Taken:
        self.ids += 1
        line, key = self.private or (self.line, self.key)
        value = None if line == "web" else key
        inbound = Inbound(self.organisation, line, (key,), f"{self.key}-{self.ids}", event, value)
        taken = await self.world.write(inbound)
        self.contact = taken.contact
        return taken

    async def say(self, text: str) -> None:
        await self.send(Said(text))

    async def tap(self, *keys: str) -> bool:
        """Tap an option that is shown, or name it by its number where the line has no buttons."""
        key = next((key for key in keys if key in self.live), None)
        if key is None:
            return False
        id = f"{self.state.prompt}-{key}"
        message = self.world.eye.newest.get(self.who)
        number = next((o.number for o in message.options if o.id == id), None) if message else None
        typed = self.private is None and self.line not in TAPPED and number is not None
        await self.send(Said(str(number)) if typed else Said(choices=(id,)))
        return True

    async def pause(self, low: float = 1, high: float = 50) -> None:
        """A while, up to a moment at which others write too."""
        until = self.world.loop.time() + self.chance.uniform(low, high)
        await asyncio.sleep(until + GRID - until % GRID - self.world.loop.time())

    async def days(self, low: float, high: float) -> None:
        """Some days, up to one of the hours at which people write; night is one of them."""
        now = self.world.clock() + timedelta(days=self.chance.uniform(low, high))
        hour, minute = self.chance.choice(SITTINGS)
        at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        await asyncio.sleep(max(0.0, (at - self.world.clock()).total_seconds()))

    async def come(self, start: str | None = None) -> None:
        await self.send(Opened("ar", start))

    # Ways.

    async def good(self) -> None:
        """One good answer to whatever is asked."""
        if self.state.mode is Mode.LINK:
            return await self.follow()
        question = self.question
        if question is None:
            return await self.say("القائمة")
        if question.kind is Kind.DOCUMENTS:
            if not await self.tap("all_later", "later"):
                await self.say("لاحقا")
            return
        await self.say(answer(question, self.world.clock().date()))

    async def follow(self) -> None:
        """Tap the newest one-time link; one that is too old is asked for anew."""
        token = self.world.eye.links.get(self.who, "")
        fresh = await self.world.until_done(lambda house: house.tokens.redeem(self.organisation, token))
        if fresh is None:
            self.private = None
            return await self.say("رجوع")
        self.private = ("web", fresh)

    async def fill(self, until: Sequence[Mode] = (Mode.REVIEW,), most: int = MOST) -> bool:
        """Answer until one of these modes; False where something else came between."""
        for _ in range(most):
            mode = self.state.mode
            if mode in until:
                return True
            if mode is Mode.NOTICE:
                await self.tap("agree")
            elif mode is Mode.WHO:
                await self.tap("new")
            elif mode is Mode.DRAFTS:
                await self.tap("draft1", "new")
            elif mode in (Mode.FORM, Mode.LINK):
                await self.good()
                self._home()
            else:
                return False
            await self.pause()
        return False

    def _home(self) -> None:
        """Back on the own line where nothing private is asked any more."""
        if self.private and self.state.origin is None:
            self.private = None

    async def request(self) -> bool:
        """From wherever they are to the number of a request."""
        await self.come("request") if not self.contact else await self.start("request")
        await self.pause()
        return await self.fill() and await self.declare()

    async def start(self, door: str) -> None:
        """Through a door of the menu."""
        await self.send(Said(choices=(f"start:{door}",)))

    async def declare(self) -> bool:
        if not await self.tap("confirm"):
            await self.say("نعم")
        await self.pause()
        if self.state.mode is Mode.DECLARATION and not await self.tap("accept"):
            await self.say("أقر وأوافق")
        return bool(self.cases(CaseState.SUBMITTED, CaseState.VERIFYING))

    async def voice(self, matter: str, **given: str) -> None:
        """A short form: a complaint, a suggestion, an interview."""
        await self.start(matter)
        for _ in range(MOST):
            await self.pause()
            if self.state.mode is Mode.NOTICE:
                await self.tap("agree")
            elif self.state.mode in (Mode.FORM, Mode.LINK):
                question = self.question
                if question is not None and question.id in given:
                    await self.say(given[question.id])
                else:
                    await self.good()
                    self._home()
            elif self.state.mode is Mode.REVIEW:
                await self.tap("confirm")
            else:
                return

    async def twice(self) -> None:
        """Write a good answer, and something right behind it, before anything came back."""
        question = self.question
        assert question is not None
        if question.kind is Kind.DOCUMENTS or self.private:
            return await self.good()
        text = answer(question, self.world.clock().date())
        await asyncio.gather(self.say(text), self.say(self.chance.choice((text, "1", "تمام", "؟"))))

    async def look(self) -> None:
        """Open the page, where it is one, and see what is new; answer what waits there."""
        if self.line == "web" and self.contact:
            told = await self.world.until_done(
                lambda house: house.transcript.told(self.organisation, self.contact, self.seq)
            )
            if told:
                self.seq = told[-1].seq
                await self.world.until_done(
                    lambda house: house.transcript.seen(self.organisation, self.contact, self.seq)
                )

    async def mend(self) -> None:
        """Give again what came back."""
        if not self.cases(CaseState.RETURNED):
            return
        await self.start("fix")
        await self.pause()
        if await self.fill() and self.state.case:
            await self.declare()

    async def evaluate(self) -> None:
        """Answer a survey, where one waits."""
        if self.state.mode is Mode.SURVEY:
            await self.tap(*self.chance.sample([f"rate{n}" for n in range(1, 6)], 5))
            await self.pause()
            if self.chance.random() < 0.5:
                await self.say("شكرا لكم على حسن التعامل")
            else:
                await self.tap("done")
