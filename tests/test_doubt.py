"""A number that was silent for ninety days proves itself before anything personal is said there."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.household import Household
from conversations.events import Opened
from conversations.state import Mode
from services.planner import Ask, Reach, choose
from tests.mind_world import ID, NOW
from tests.turns_world import Clock, Guest, house, rows

LONG = timedelta(days=91)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def home(tmp_path: Path, clock: Clock) -> AsyncIterator[Household]:
    async with house(tmp_path, clock) as opened:
        yield opened


class Phone(Guest):
    """Somebody who writes from a number."""

    async def send(self, event: Any, id: str = "") -> Any:
        self.told.clear()
        return await super().send(event, id)

    @property
    def text(self) -> str:
        return "\n".join(self.told)


async def silent(home: Household, clock: Clock, line: str = "whatsapp", by: timedelta = LONG) -> Phone:
    """Somebody who sent a request, and then nothing for so long."""
    phone = Phone(home, "kafl", line, "+966500000009")
    await phone.submit()
    phone.line, phone.key = line, "+966500000009"
    await phone.say("شكرا")
    clock.now += by
    return phone


async def address(home: Household, phone: Phone) -> dict[str, Any]:
    """The number's own row."""
    every = await rows(home, "addresses", "kafl", contact=phone.contact)
    (found,) = [row for row in every if row["line"] == phone.line]
    return found


async def test_nothing_is_told_to_a_number_that_was_silent_for_long(home: Household, clock: Clock) -> None:
    phone = await silent(home, clock)
    (case,) = await rows(home, "cases", "kafl")
    for words in ("حالة طلبي", "طلباتي", "السلام عليكم", "إكمال", "1", "القائمة", case["reference"]):
        await phone.say(words)
        assert "منذ مدة طويلة" in phone.text
        assert case["reference"] not in phone.text.replace(" ", "")
    await phone.send(Opened("ar"))
    assert "منذ مدة طويلة" in phone.text
    assert (await address(home, phone))["doubted_at"] is not None


@pytest.mark.parametrize("proof", [ID[-4:], ID, "1/5/1990", "١ مايو ١٩٩٠"])
async def test_who_knows_a_birth_date_or_the_end_of_an_id_goes_on_where_they_stood(
    home: Household, clock: Clock, proof: str
) -> None:
    phone = await silent(home, clock)
    contact = phone.contact
    await phone.say("السلام عليكم")
    await phone.say(proof)
    assert "تم التحقق" in phone.text
    await phone.say("حالة طلبي")
    assert "رقم الطلب" in phone.text and phone.contact == contact
    assert (await address(home, phone))["doubted_at"] is None


async def test_somebody_else_begins_anew_and_the_old_one_keeps_everything(home: Household, clock: Clock) -> None:
    phone = await silent(home, clock)
    old = phone.contact
    await phone.say("السلام عليكم")
    await phone.say("أنا شخص آخر")
    assert phone.contact != old and "ترحّب" in phone.text
    assert (await phone.state()).mode is Mode.MENU
    await phone.say("حالة طلبي")
    assert "رقم الطلب" not in phone.text
    (case,) = await rows(home, "cases", "kafl")
    assert case["contact"] == old
    kept = [row for row in await rows(home, "addresses", "kafl", contact=old) if row["line"] == "whatsapp"]
    assert all(row["stopped_at"] for row in kept)
    assert [t["reason"] for t in await rows(home, "tasks", "kafl", contact=old)] == ["number_changed"]
    assert (await address(home, phone))["value"] is None or (await address(home, phone))["contact"] == phone.contact


async def test_five_wrong_proofs_part_the_number(home: Household, clock: Clock) -> None:
    phone = await silent(home, clock)
    old = phone.contact
    for n in range(5):
        assert phone.contact == old
        await phone.say(f"000{n}")
    assert phone.contact != old


async def test_stopping_and_another_language_are_obeyed_in_doubt(home: Household, clock: Clock) -> None:
    phone = await silent(home, clock)
    await phone.say("إيقاف")
    assert "منذ مدة طويلة" not in phone.text
    (contact,) = await rows(home, "contacts", "kafl", contact=phone.contact)
    assert contact["messages_stopped"] == ["whatsapp"]
    await phone.say("English")
    assert (await address(home, phone))["doubted_at"] is not None


@pytest.mark.parametrize(("line", "by"), [("telegram", LONG), ("whatsapp", timedelta(days=89))])
async def test_no_doubt_where_accounts_stay_with_their_human_or_before_ninety_days(
    home: Household, clock: Clock, line: str, by: timedelta
) -> None:
    phone = await silent(home, clock, line, by)
    await phone.say("حالة طلبي")
    assert "رقم الطلب" in phone.text


def test_nothing_is_told_unasked_at_an_address_in_doubt() -> None:
    reach = Reach("w", "whatsapp", "+966500000009", doubted=True, last_inbound_at=NOW, window=timedelta(days=1))
    assert choose(Ask("w", interactive=False, reaches=[reach], now=NOW)).reach is None
    assert choose(Ask("w", interactive=True, reaches=[reach], now=NOW)).reach is reach
