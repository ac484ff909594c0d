"""Wake-ups: who waits for one contact, and the desk that waits for any of its association."""

import asyncio

from storage.wakeups import Wakeups


async def test_a_watch_hears_of_every_contact_of_its_association_and_of_no_other() -> None:
    wakeups = Wakeups()
    async with wakeups.watch("labas") as one, wakeups.watch("labas") as two, wakeups.watch("qalb") as other:
        for contact in ("a", "b", "a"):
            wakeups.wake("labas", contact)
        wakeups.wake("qalb", "c")
        assert await anext(one) == await anext(two) == {"a", "b"}
        assert await anext(other) == {"c"}
        waiting = asyncio.ensure_future(anext(one))
        await asyncio.sleep(0)
        assert not waiting.done()
        wakeups.wake("labas", "d")
        assert await waiting == {"d"}


async def test_a_watch_that_has_ended_is_forgotten() -> None:
    wakeups = Wakeups()
    async with wakeups.watch("labas") as woken:
        pass
    wakeups.wake("labas", "a")
    next_one = asyncio.ensure_future(anext(woken))
    await asyncio.sleep(0)
    assert not next_one.done()
    next_one.cancel()
