"""People who come for something else than a request, or in their own way."""

from conversations.events import Left
from conversations.state import Mode
from tests.mind_knowledge import KNOWN
from tests.simulator.person import DAY, Person


async def routine(me: Person) -> None:
    """What anybody does who comes back to it."""
    await me.look()
    await me.evaluate()
    await me.mend()
    if me.chance.random() < 0.4 and me.state.mode is Mode.MENU:
        await me.say("حالة الطلب")


async def complaining(me: Person) -> None:
    """Complains of a member of staff by name, and hears an answer or not."""
    await me.come()
    await me.pause()
    await me.voice(
        "complaint", complaint_kind="3", complaint_who="نورة", complaint_text="لم ترد نورة السالم على رسائلي مدة"
    )
    await me.days(6, 14)
    await routine(me)
    await me.days(3, 10)
    await routine(me)


async def suggesting(me: Person) -> None:
    """Has an idea."""
    await me.come()
    await me.pause()
    await me.voice("suggestion")
    await me.days(3, 20)
    await routine(me)


async def meeting(me: Person) -> None:
    """Books an interview, changes or cancels it."""
    await me.come()
    await me.pause()
    await me.voice("interview", interview_kind=me.chance.choice("12"))
    await me.pause()
    await me.tap("slot1", "slot2")
    await me.days(1, 4)
    if me.chance.random() < 0.6:
        await me.start("interview")
        await me.pause()
        if await me.tap(me.chance.choice(("slot_change", "slot_cancel"))):
            await me.pause()
            await me.tap("slot2", "slot1")
    await me.days(4, 9)
    await routine(me)


async def asking(me: Person) -> None:
    """Has questions only, says whether they were answered, and evaluates."""
    await me.come()
    for _ in range(4):
        await me.pause()
        await me.say(me.chance.choice(list(KNOWN)))
        await me.pause()
        await me.tap(me.chance.choice(("yes", "no")))
        await me.pause()
        await me.evaluate()
        await me.days(0.5, 9)


async def blocking(me: Person) -> None:
    """Blocks us on the line after a request, and comes back or not."""
    await me.request()
    await me.days(0.5, 8)
    phone = me.world.phones.get(me.key)
    if phone is not None:
        phone.blocked = True
    await me.send(Left())
    if me.chance.random() < 0.6:
        await me.days(3, 20)
        if phone is not None:
            phone.blocked = False
        await me.send(Left(back=True))
        await me.say("حالة")


async def hasty(me: Person) -> None:
    """Writes before the answer came: two messages at once, the same tap twice."""
    await me.come("request")
    await me.pause()
    for _ in range(12):
        if me.state.mode is Mode.FORM and me.question is not None:
            await me.twice()
        elif not await me.fill(most=1) and me.state.mode is Mode.REVIEW:
            break
        await me.pause()
    if await me.fill():
        await me.declare()
    await me.days(15, 17)
    await routine(me)


async def declining(me: Person) -> None:
    """Wants neither surveys nor to be followed up, and has that noted by staff."""
    await me.request()
    for purpose in ("survey", "followup"):
        await me.world.until_done(
            lambda house, purpose=purpose: house.consenting.given(me.organisation, me.contact, purpose)  # type: ignore[misc]
        )
    await me.days(1, 20)
    for purpose in ("survey", "followup"):
        await me.world.until_done(
            lambda house, purpose=purpose: house.consenting.withdraw(me.organisation, me.contact, purpose)  # type: ignore[misc]
        )
    await me.days(10, 15)
    await routine(me)


async def mother(me: Person) -> None:
    """Asks for two children, one after the other."""
    await me.request()
    await me.days(1, 3)
    await me.request()
    await me.days(13, 20)
    await routine(me)


async def sleepless(me: Person) -> None:
    """Everything at night."""
    await me.pause(9 * 3600, 12 * 3600)
    await me.request()
    await me.pause(3 * DAY, 9 * DAY)
    await routine(me)
    await me.pause(3 * DAY, 9 * DAY)
    await routine(me)
