"""Twenty people with a character each: what they do in their forty-five days."""

from collections.abc import Awaitable, Callable

from conversations.state import Mode
from tests.simulator.person import Person
from tests.simulator.visitors import (
    asking,
    blocking,
    complaining,
    declining,
    hasty,
    meeting,
    mother,
    routine,
    sleepless,
    suggesting,
)

WRONG = ("؟", "32/13/2090", "ok", "لا أدري", "٠٠٠", "<script>", "123")
Character = Callable[[Person], Awaitable[None]]


async def patient(me: Person) -> None:
    """Hands a request in, waits, reads the decision, answers the survey."""
    await me.request()
    for _ in range(7):
        await me.days(3, 9)
        await routine(me)


async def impatient(me: Person) -> None:
    """Asks where it stands again and again, and for a person."""
    await me.request()
    for _ in range(6):
        await me.days(0.5, 4)
        await me.say(me.chance.choice(("حالة", "موظف", "وين ردكم", "القائمة")))
        await me.pause()
    await me.days(10, 14)
    await routine(me)


async def away(me: Person) -> None:
    """Begins, is gone for days, comes back or lets it lapse."""
    await me.come("request")
    await me.pause()
    await me.fill(most=me.chance.randint(3, 9))
    await me.days(2, 20)
    await me.look()
    await me.say("إكمال")
    await me.pause()
    if await me.fill():
        await me.declare()
    await me.days(5, 12)
    await routine(me)


async def gone(me: Person) -> None:
    """Begins a request and never comes back."""
    await me.come("request")
    await me.pause()
    await me.fill(most=me.chance.randint(2, 8))


async def wrong(me: Person) -> None:
    """Answers what nobody asked for, now and then; in the end it is right."""
    await me.come("request")
    for _ in range(25):
        await me.pause()
        if me.state.mode in (Mode.FORM, Mode.NOTICE) and me.chance.random() < 0.3:
            await me.say(me.chance.choice(WRONG))
        elif me.state.mode in (Mode.FORM, Mode.LINK, Mode.NOTICE, Mode.WHO):
            await me.fill(most=1)
        else:
            break
    if await me.fill():
        await me.declare()
    await me.days(14, 20)
    await routine(me)


async def changing(me: Person) -> None:
    """Goes back, changes answers in the middle and at the review."""
    await me.come("request")
    await me.pause()
    await me.fill(most=me.chance.randint(4, 9))
    await me.say("رجوع")
    await me.pause()
    if await me.fill():
        for _ in range(2):
            await me.say(f"تعديل {me.chance.randint(1, 9)}")
            await me.pause()
            await me.fill()
        await me.declare()
    await me.days(12, 18)
    await routine(me)
    await me.days(8, 12)
    await routine(me)


async def switching(me: Person) -> None:
    """Goes on with the same request on another line, by a code that proves both."""
    await me.come("request")
    await me.pause()
    await me.fill(most=me.chance.randint(3, 7))
    await me.say("ربط")
    await me.pause()
    code = me.world.eye.codes.get(me.who, "00000000")
    me.line, me.key = ("web", f"{me.key}-web") if me.line != "web" else ("telegram", f"{me.key}-tg")
    me.private = None
    await me.come()
    await me.pause()
    await me.say(f"ربط {code}")
    await me.pause()
    if not await me.tap("yes", "join"):
        await me.say("نعم")
    await me.pause()
    await me.say("إكمال")
    await me.pause()
    if await me.fill():
        await me.declare()
    await me.days(15, 22)
    await routine(me)


async def calling(me: Person) -> None:
    """Asks for a person in the middle, waits, writes to whoever came."""
    await me.come("request")
    await me.pause()
    await me.fill(most=me.chance.randint(2, 6))
    await me.say("موظف")
    for _ in range(5):
        await me.days(0.2, 1.5)
        await me.say(me.chance.choice(("السلام عليكم", "هل من أحد؟", "متى دوري", "1", "القائمة")))
    await me.days(1, 3)
    await me.say("إكمال")
    await me.pause()
    if await me.fill():
        await me.declare()


async def stopping(me: Person) -> None:
    """Hands a request in and wants no messages; later allows them again, or never."""
    await me.request()
    await me.days(0.5, 3)
    await me.say("إيقاف")
    if me.chance.random() < 0.5:
        await me.days(12, 25)
        await me.say("ابدأ")
        await me.days(2, 5)
        await routine(me)


async def leaving(me: Person) -> None:
    """Withdraws what was asked for."""
    await me.request()
    await me.days(1, 16)
    await me.say("انسحاب")
    await me.pause()
    if me.state.mode is not Mode.WITHDRAW:
        await me.tap("case1", "withdraw1")
    await me.pause()
    if me.state.mode is Mode.WITHDRAW and not await me.tap("yes", "withdraw"):
        await me.say("نعم، أسحب الطلب")


EVERYBODY: tuple[Character, ...] = (
    patient, patient, impatient, away, gone, wrong, changing, switching, calling, stopping,
    leaving, complaining, suggesting, meeting, asking, blocking, hasty, declining, mother, sleepless,
)  # fmt: skip
assert len(EVERYBODY) == 20
