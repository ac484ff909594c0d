"""Receipts: late, twice, out of order, and of messages that nobody knows."""

from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from conversations.channels import Receipt
from conversations.failures import Delivery, Failure
from tests.delivery_world import HOUSE, World, failed, world

SENT, DELIVERED, READ, FAILED = Delivery.SENT, Delivery.DELIVERED, Delivery.READ, Delivery.FAILED


async def one_sent(here: World) -> str:
    """One WhatsApp message is sent; its token."""
    await here.open("whatsapp:+966500000001", "whatsapp")
    await here.post.delivery.round()
    await here.post.delivery.drain()
    return here.vendors["whatsapp"].calls[0][1].token


@pytest.mark.parametrize("order", list(permutations([SENT, DELIVERED, READ])))
async def test_a_state_only_moves_forward_in_whatever_order_it_is_told(
    tmp_path: Path, order: tuple[Delivery, ...]
) -> None:
    async with world(tmp_path) as here:
        token = await one_sent(here)
        for state in (*order, *order):
            await here.post.receipts.take(HOUSE, [Receipt(state, token=token)])
        assert await here.states(number=1) == ["read"]


async def test_a_receipt_finds_its_message_by_the_vendors_id_too(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await one_sent(here)
        await here.post.receipts.take(HOUSE, [Receipt(DELIVERED, vendor_id="whatsapp-1")])
        await here.post.receipts.take(HOUSE, [Receipt(READ, token="f" * 43, vendor_id="whatsapp-2")])
        assert await here.states() == ["delivered", "read"]


async def test_a_failure_that_is_told_later_has_its_consequence_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        token = await one_sent(here)
        late = Receipt(FAILED, token=token, failure=Failure.FILTERED, code="63013")
        for _ in range(3):
            await here.post.receipts.take(HOUSE, [late])
        assert (await here.states(number=1), await here.tasks()) == (["failed"], [("delivery", "filtered")])
        assert (await here.rows(number=1))[0]["code"] == "63013"


async def test_a_closed_window_that_is_told_later_is_planned_again(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        taken = await here.open("whatsapp:+966500000001", "whatsapp")
        await here.post.delivery.drain()
        await here.unasked(taken)
        await here.post.delivery.drain()
        token = here.vendors["whatsapp"].calls[2][1].token
        await here.post.receipts.take(HOUSE, [Receipt(FAILED, token=token, failure=Failure.WINDOW_CLOSED)])
        await here.post.delivery.drain()
        parcel = here.vendors["whatsapp"].calls[3][1]
        assert (parcel.template, parcel.values) == ("HX" + "1" * 32, {"1": "472193807"})
        assert [r["reason"] for r in await here.rows(number=3)] == ["window", "template"]


async def test_a_failure_without_a_known_reason_is_tried_once_more(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        token = await one_sent(here)
        await here.post.receipts.take(HOUSE, [Receipt(FAILED, token=token, failure=Failure.UNKNOWN)])
        assert await here.states(number=1) == ["failed", "new"]


async def test_a_failure_after_the_delivery_changes_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        token = await one_sent(here)
        for state in (DELIVERED, FAILED):
            await here.post.receipts.take(HOUSE, [Receipt(state, token=token, failure=Failure.BAD_ADDRESS)])
        assert (await here.states(number=1), await here.tasks()) == (["delivered"], [])


async def test_a_receipt_settles_an_unknown(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.vendors["whatsapp"].script = [failed(Failure.UNKNOWN)]
        token = await one_sent(here)
        assert await here.states() == ["unknown", "new"]
        await here.post.receipts.take(HOUSE, [Receipt(SENT, token=token)])
        await here.post.delivery.drain()
        here.clock.move(3600)
        await here.post.unknowns.judge()
        assert (await here.states(), await here.tasks()) == (["sent", "sent"], [])


async def test_a_receipt_that_comes_before_the_answer_of_the_call_waits_for_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.post.receipts.take(HOUSE, [Receipt(DELIVERED, vendor_id="whatsapp-1")])
        await one_sent(here)
        assert await here.states(number=1) == ["delivered"]
        assert await here.post.receipts.sweep([HOUSE]) == 0


async def test_a_receipt_of_nobodys_message_is_kept_a_day_and_dropped(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        for _ in range(2):
            await here.post.receipts.take(HOUSE, [Receipt(DELIVERED, token="x" * 43), Receipt(SENT, vendor_id="SM9")])
        here.clock.move(timedelta(hours=23).total_seconds())
        assert await here.post.receipts.sweep([HOUSE]) == 0
        here.clock.move(3600)
        assert await here.post.receipts.sweep([HOUSE]) == 2
        assert await here.post.receipts.sweep([HOUSE]) == 0
