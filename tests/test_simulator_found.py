"""What the simulator has found, each as small as it gets; docs/simulator.md tells the rest."""

from pathlib import Path

from tests.delivery_world import world


async def test_a_receipt_that_no_line_carries_is_seen_by_staff(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open()
        await here.post.delivery.drain()
        await here.unasked(taken)
        (row,) = await here.rows(interactive=False)
        paper = {"text": "", "buttons": [], "of": 2, "receipt": "c" * 32}
        named = ("contact", "number", "piece", "attempt")
        await here.change("outbox", {name: row[name] for name in named}, content=paper, interactive=True)
        await here.post.delivery.drain()
        assert await here.states(number=row["number"]) == ["failed"]
        assert await here.tasks() == [("delivery", "media")]


async def test_what_waits_at_a_contact_that_was_joined_holds_nobody_up(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        root, joined, apart = [await here.open(who) for who in ("900", "901", "902")]
        await here.post.delivery.drain()
        for one in (joined, apart):
            await here.unasked(one)
        await here.change("contacts", {"contact": joined.contact}, merged_into=root.contact)
        await here.change("contacts", {"contact": root.contact}, kin=[joined.contact])
        await here.post.delivery.drain()
        assert await here.states(interactive=False) == ["sent", "sent"]
