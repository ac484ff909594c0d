"""Turns on a real database: one effect an event, one commit a batch, and the whole request in every association."""

import asyncio
from pathlib import Path

import pytest

from conversations import reference
from conversations.effects import Accept
from conversations.events import Inbound, Opened, Said
from conversations.messages import Line, Outbound
from conversations.state import Mode
from handlers import WAYS
from locales import Tongue
from locales.rendering import Kept, rendered
from services.seating import Arrival
from tests.mind_world import NAMES
from tests.overheard import overheard
from tests.storage_world import Place
from tests.turns_world import Clock, Guest, arrival, house, poison_the_mind, rows


async def test_a_message_has_one_effect_however_often_it_comes(place: Place) -> None:
    async with house(place) as home:
        guest = await Guest(home).start()
        await guest.say("1", id="one")
        before = await rows(home, "messages")
        for _ in range(3):
            assert (await guest.say("1", id="one")).repeat
        again = [arrival("1", guest.key, id="one") for _ in range(4)]
        assert [taken.repeat for taken in await home.turns.take(again)] == [True] * 4
        assert await rows(home, "messages") == before
    async with house(place) as home:
        (taken,) = await home.turns.take([arrival("1", "guest", id="one")])
        assert taken.repeat and taken.contact == guest.contact
        assert await rows(home, "messages") == before


async def test_a_newcomers_message_doubled_in_one_batch_has_one_effect(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        taken = await home.turns.take([arrival("مرحبا", "new", id="x") for _ in range(3)])
        assert sorted(t.repeat for t in taken) == [False, True, True]
        assert len({t.contact for t in taken}) == 1
        assert len([m for m in await rows(home, "messages") if m["direction"] == "in"]) == 1


async def test_two_addresses_of_one_contact_in_one_batch_are_taken_in_order(place: Place) -> None:
    async with house(place) as home:
        guest = Guest(home, "kafl", "whatsapp")
        await guest.start()
        while (await guest.state()).mode is not Mode.LINK:
            await guest.good()
        await guest.follow()
        batch = [arrival("موظف", "guest", "kafl", "whatsapp"), arrival("القائمة", guest.key, "kafl")]
        taken = await home.turns.take([*batch, arrival("x", "neighbour", "kafl")])
        assert [t.contact for t in taken[:2]] == [guest.contact] * 2 and taken[2].contact != guest.contact
        heard = [m for m in await rows(home, "messages", "kafl", contact=guest.contact) if m["direction"] == "in"]
        assert [m["content"].get("text") for m in sorted(heard, key=lambda m: int(m["number"]))][-2:] == [
            "موظف",
            "القائمة",
        ]


async def test_one_vendor_id_on_two_lines_or_in_two_houses_is_two_messages(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        batch = [arrival("1", "k", "labas", "web", "x"), arrival("1", "k", "labas", "whatsapp", "x")]
        taken = await home.turns.take([*batch, arrival("1", "k", "qalb", "web", "x")])
        assert not [t for t in taken if t.repeat]
        assert len({t.contact for t in taken}) == 3


async def test_poison_alone_is_parked_and_told_and_its_neighbours_go_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(place) as home:
        poison_the_mind(monkeypatch)
        batch = [arrival("مرحبا", "a"), arrival("poison", "b", id="p"), arrival("مرحبا", "c")]
        taken = await home.turns.take(batch)
        assert [t.parked for t in taken] == [False, True, False]
        assert "وصلت رسالتك" in taken[1].told[0].words.text
        assert [len(t.told) for t in taken] == [2, 1, 2]
        (parked,) = await rows(home, "parked")
        assert parked["payload"]["text"] == "poison" and parked["reason"] == "ZeroDivisionError"
        (repeat,) = await home.turns.take([arrival("poison", "b", id="p")])
        assert repeat.repeat and len(await rows(home, "parked")) == 1
        (after,) = await home.turns.take([arrival("مرحبا", "b")])
        assert not after.parked and after.told


async def test_what_has_no_words_is_parked_alone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def speechless(self: Tongue, message: Outbound) -> object:
        if any(part.line == Line("human.open") for part in message.parts):
            raise LookupError("no words")
        return rendered(message, self.say, self.has, Kept())

    monkeypatch.setattr(Tongue, "render", speechless)
    async with house(tmp_path) as home:
        taken = await home.turns.take([arrival("مرحبا", "a"), arrival("موظف", "b"), arrival("مرحبا", "c")])
        assert [t.parked for t in taken] == [False, True, False]
        assert await rows(home, "handovers") == []
        assert [p["reason"] for p in await rows(home, "parked")] == ["LookupError"]


async def test_a_failing_statement_parks_its_own_event_and_leaves_the_batch_whole(place: Place) -> None:
    def fail(words: str) -> None:
        if "INSERT INTO handovers" in words:
            raise OSError("the disk said no")

    async with house(place) as home:
        with overheard(home.memory, fail):
            taken = await home.turns.take([arrival("مرحبا", "a"), arrival("موظف", "b"), arrival("مرحبا", "c")])
        assert [t.parked for t in taken] == [False, True, False]
        heard = [m for m in await rows(home, "messages") if m["direction"] == "in"]
        assert len(heard) == 3


async def test_statements_of_a_batch_do_not_grow_with_it(place: Place) -> None:
    async with house(place) as home:
        for _ in range(3):
            await home.turns.take([arrival("1", f"g{n}") for n in range(32)])
        figures = []
        for size in (1, 32):
            with overheard(home.memory) as heard:
                taken = await home.turns.take([arrival("2", f"g{n}") for n in range(size)])
            assert not [t for t in taken if t.parked or t.repeat]
            figures.append(len(heard))
    print(f"statements: {figures[0]} for one turn, {figures[1]} for 32")
    assert figures[1] <= figures[0] + 2 <= 20


@pytest.mark.parametrize("line", ["web", "whatsapp"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_request_goes_from_the_greeting_to_its_number_over_a_restart(
    tmp_path: Path, name: str, line: str
) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = await Guest(home, name, line).start()
        for _ in range(5):
            await guest.good()
        before = await guest.state()
    async with house(tmp_path, clock) as home:
        guest.home = home
        assert await guest.state() == before
        await guest.review()
        await guest.say("نعم")
        taken = await guest.say("أقر وأوافق")
        (accept,) = [e for e in taken.effects if isinstance(e, Accept)]
        assert reference.valid(accept.reference)
        assert reference.shown(accept.reference) in taken.told[0].words.text
        (case,) = await rows(home, "cases", name)
        assert (case["state"], case["reference"]) == ("submitted", accept.reference)
        assert case["accepted_at"] and case["floor_at"] == accept.floor
    async with house(tmp_path, clock) as home:
        guest.home = home
        await guest.say("حالة طلبي")
        assert reference.shown(accept.reference) in guest.told[-2]
        assert not await home.evidence.check(name, case["case"])


async def test_two_who_share_a_phone_are_two_persons_with_keys_of_their_own(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest = Guest(home)
        await guest.submit(who="2")
        await guest.say("القائمة")
        await guest.tap("request")
        await guest.tap("new")
        await guest.review(who="1")
        first, second = sorted(await rows(home, "cases"), key=lambda case: case["opened_at"])
        assert len({first["applicant"], first["beneficiary"], second["applicant"]}) == 3
        answers = await rows(home, "answers", case=first["case"])
        assert {a["person"] for a in answers} == {first["applicant"], first["beneficiary"]}
        assert first["relation"] == "family"


async def test_a_relation_that_changes_is_changed_in_its_row(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest = await Guest(home).start()
        await guest.say("2")
        await guest.say("رجوع")
        await guest.say("رجوع")
        await guest.say("3")
        (case,) = await rows(home, "cases")
        assert case["relation"] == "guardian"


async def test_messages_and_outbox_are_numbered_without_a_gap_under_concurrency(place: Place) -> None:
    async with house(place) as home:
        sent = [home.turns.take([arrival(f"{n}", f"g{n % 3}")]) for n in range(30)]
        await asyncio.gather(*sent)
        for contact in await rows(home, "contacts"):
            own = await rows(home, "messages", contact=contact["contact"])
            assert sorted(m["number"] for m in own) == list(range(1, contact["message_number"] + 1))
            seqs = sorted(m["seq"] for m in own if m["seq"])
            assert seqs == list(range(1, contact["told"] + 1))


async def test_a_second_opening_with_the_same_id_greets_once(place: Place) -> None:
    async with house(place) as home:
        guest = Guest(home)
        first = await guest.send(Opened("ar"), "opened")
        assert len(first.told) == 2
        assert (await guest.send(Opened("ar"), "opened")).repeat
        batch = [Arrival(Inbound("labas", "web", ("guest",), id, Said("1")), WAYS["web"]) for id in ("p", "q")]
        assert [t.repeat for t in await home.turns.take(batch)] == [False, False]
