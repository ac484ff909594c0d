"""What the house says unasked on a page that nobody opens is planned again after ten minutes."""

from pathlib import Path

from services.turns import Taken
from tests.delivery_world import HOUSE, World, world


async def on_a_page(w: World, key: str = "status.changed") -> Taken:
    """Somebody of the web chat to whom the house says something by itself."""
    taken = await w.open("browser", "web")
    await w.unasked(taken, key=key)
    row = (await w.rows(contact=taken.contact, interactive=False))[0]
    await w.change("outbox", {n: row[n] for n in ("contact", "number", "piece", "attempt")}, seq=99)
    return taken


async def test_nothing_is_planned_again_before_ten_minutes_or_once_it_was_shown(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        taken = await on_a_page(w)
        w.clock.move(599)
        assert await w.post.unseen.judge() == 0
        await w.household.transcript.seen(HOUSE, taken.contact, 99)
        w.clock.move(10_000)
        assert await w.post.unseen.judge() == 0
        assert await w.tasks() == []


async def test_another_proven_address_is_written_to_once(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        taken = await on_a_page(w)
        await w.second_address(taken, "telegram", "900")
        w.clock.move(600)
        assert await w.post.unseen.judge() == 1
        await w.post.delivery.drain()
        assert w.vendors["telegram"].texts == ["تذكير"]
        assert await w.post.unseen.judge() == 0
        assert await w.states(contact=taken.contact, interactive=False) == ["failed", "sent"]


async def test_without_another_way_staff_hear_of_it_and_of_no_reminder(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        await on_a_page(w)
        taken = await w.open("another", "web")
        await w.unasked(taken, key="remind.draft")
        row = (await w.rows(contact=taken.contact, interactive=False))[0]
        await w.change("outbox", {n: row[n] for n in ("contact", "number", "piece", "attempt")}, seq=99)
        w.clock.move(600)
        assert await w.post.unseen.judge() == 2
        assert await w.tasks() == [("delivery", "unseen")]
        await w.household.transcript.seen(HOUSE, taken.contact, 99)
        assert await w.states(contact=taken.contact, interactive=False) == ["delivered"], "shown later after all"


async def test_an_address_that_is_stopped_or_not_proven_is_no_way(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        taken = await on_a_page(w)
        await w.second_address(taken, "telegram", "900", stopped_at=w.clock())
        w.clock.move(600)
        await w.post.unseen.judge()
        await w.post.delivery.drain()
        assert w.vendors["telegram"].texts == []
        assert await w.tasks() == [("delivery", "unseen")]
