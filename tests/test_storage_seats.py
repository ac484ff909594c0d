"""Who writes is seated: known again by any key, made known once, in a constant number of statements."""

import asyncio
from datetime import timedelta

import pytest

from tests.overheard import overheard
from tests.storage_world import NOW, Place, message, opened, seated, sender

LABAS = {"organisation": "labas"}


async def test_a_new_sender_gets_the_fresh_ids_and_is_known_the_next_time(place: Place) -> None:
    async with opened(place) as memory:
        first = sender("token")
        (new,) = await seated(memory, first)
        (known,) = await seated(memory, sender("token"))
    fresh = first.fresh
    assert (new.contact, new.address, new.persons) == (fresh.contact, fresh.address, (fresh.person,))
    assert new.new and new.state is None and new.row["message_number"] == 0 and new.row["messages_stopped"] == []
    assert not known.new and (known.contact, known.address, known.persons) == (new.contact, new.address, new.persons)


async def test_lines_and_organisations_know_their_own_senders_only(place: Place) -> None:
    async with opened(place) as memory:
        seats = await seated(memory, sender("k"), sender("k", line="sms"), sender("k", house="kafl"))
    assert len({seat.contact for seat in seats}) == 3 and all(seat.new for seat in seats)


async def test_several_keys_lead_to_one_address_and_unknown_ones_are_learnt(place: Place) -> None:
    async with opened(place) as memory:
        (one,) = await seated(memory, sender("phone", line="whatsapp"))
        (both,) = await seated(memory, sender("bsuid", "phone", line="whatsapp"))
        (other,) = await seated(memory, sender("bsuid", line="whatsapp"))
    assert one.address == both.address == other.address and not both.new and not other.new


async def test_the_same_unknown_sender_twice_in_a_batch_is_one_contact(place: Place) -> None:
    async with opened(place) as memory:
        first, second, third = await seated(memory, sender("k"), sender("k"), sender("k", "other"))
        (learnt,) = await seated(memory, sender("other"))
        async with memory.reading() as unit:
            assert len(await unit.select("contacts", LABAS)) == len(await unit.select("addresses", LABAS)) == 1
    assert first.contact == second.contact == third.contact == learnt.contact
    assert (first.new, second.new, third.new) == (True, False, False)


@pytest.mark.parametrize(("late", "is_new"), [(-1, False), (0, False), (1, True)])
async def test_an_expired_key_is_unknown_and_is_taken_over(place: Place, late: int, is_new: bool) -> None:
    async with opened(place) as memory:
        (old,) = await seated(memory, sender("token"))
        async with memory.unit() as unit:
            hash = unit.index("labas", "address:web", "token")
            await unit.update("address_keys", [LABAS | {"line": "web", "hash": hash, "until": NOW}])
        now = NOW + timedelta(seconds=late)
        (seat,) = await seated(memory, sender("token"), now=now)
        (again,) = await seated(memory, sender("token"), now=now + timedelta(days=400 if is_new else 0))
    assert seat.new is is_new and (seat.contact != old.contact) is is_new
    assert again.contact == seat.contact and not again.new


async def test_many_at_once_seat_every_sender_once(place: Place) -> None:
    async with opened(place) as memory:
        batches = [[sender(f"k{(start + n) % 40}") for n in range(25)] for start in range(0, 40, 4)]
        seats = await asyncio.gather(*(seated(memory, *batch) for batch in batches))
        async with memory.reading() as unit:
            assert len(await unit.select("contacts", LABAS)) == 40
    homes: dict[str, set[str]] = {}
    for batch, found in zip(batches, seats, strict=True):
        for who, seat in zip(batch, found, strict=True):
            homes.setdefault(who.keys[0], set()).add(seat.contact)
    assert len(homes) == 40 and all(len(found) == 1 for found in homes.values())
    assert sum(seat.new for found in seats for seat in found) == 40


async def test_a_merged_contact_leads_to_the_one_it_was_merged_into(place: Place) -> None:
    async with opened(place) as memory:
        one, two, three = await seated(memory, sender("1"), sender("2"), sender("3"))
        async with memory.unit() as unit:
            await unit.update("contacts", [LABAS | {"contact": one.contact, "merged_into": two.contact}])
            await unit.update("contacts", [LABAS | {"contact": two.contact, "merged_into": three.contact}])
            await unit.update("contacts", [LABAS | {"contact": three.contact, "state": {"mode": "menu"}}])
        (seat,) = await seated(memory, sender("1"))
    assert (seat.contact, seat.address, seat.state) == (three.contact, one.address, {"mode": "menu"})


async def test_what_one_writes_back_to_is_kept_and_opens(place: Place) -> None:
    async with opened(place) as memory:
        await seated(memory, sender("+966512345678", line="sms", value="+966512345678"), sender("token"))
        async with memory.reading() as unit:
            rows = await unit.select("addresses", LABAS, order=("line",))
    assert [(row["line"], row["value"], row["proven_at"]) for row in rows] == [
        ("sms", "+966512345678", NOW),
        ("web", None, NOW),
    ]


async def test_sixty_four_senders_cost_as_many_statements_as_one(place: Place) -> None:
    async with opened(place) as memory:
        counts = {}
        for many in (1, 64):
            for when in ("new", "known"):
                with overheard(memory) as sent:
                    await seated(memory, *(sender(f"{many}-{n}", f"{many}-{n}-b") for n in range(many)))
                counts[many, when] = len(sent)
    assert counts[1, "new"] == counts[64, "new"] <= 9
    assert counts[1, "known"] == counts[64, "known"] == 3


async def test_the_rows_of_sixty_four_turns_cost_one_statement_a_call(place: Place) -> None:
    async with opened(place) as memory:
        seats = await seated(memory, *(sender(str(n)) for n in range(64)))
        async with memory.unit() as unit:
            with overheard(memory) as sent:
                inbox = [
                    LABAS | {"line": "web", "hash": unit.index("labas", "inbox", str(n)), "at": NOW} for n in range(64)
                ]
                assert all(await unit.insert_new("inbox", inbox))
                await unit.insert("messages", [message(seat, 1, "سلام") for seat in seats])
                await unit.update("contacts", [LABAS | {"contact": s.contact, "state": {"n": 1}} for s in seats])
                rows = await unit.select("messages", LABAS | {"contact": [s.contact for s in seats]})
    assert len(rows) == 64 and len(sent) == 4
