"""What is sealed opens in its own place, with its own owner's key, under any master key that is still held."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import Memory, SealBrokenError, StorageRefusedError
from storage.keys import DataKeys, MasterKeys
from storage.sealing import place, seal, unseal
from tests.storage_world import HOUSES, NOW, OLD, Place, behind, case, change, message, opened, seated, sender, url_of

NEW = ("2027a", b"n" * 32)
CANARIES = ("فاطمة الزهراني", "1057243982", "+966512345678", "القلب", "لا أستطيع دفع الإيجار", "4321.75")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=8,
)


@given(json_values)
def test_any_value_comes_back_from_its_own_place_only(value: Any) -> None:
    _, cipher = DataKeys(MasterKeys((OLD,))).fresh(("contact", "labas", "c"))
    here, there = place("labas", "messages", ("c", 1), "content"), place("labas", "messages", ("c", 2), "content")
    sealed = seal(cipher, value, here)
    assert unseal(cipher, sealed, here) == value
    with pytest.raises(SealBrokenError, match="messages"):
        unseal(cipher, sealed, there)


def test_every_flipped_byte_is_noticed() -> None:
    _, cipher = DataKeys(MasterKeys((OLD,))).fresh(("contact", "labas", "c"))
    sealed = seal(cipher, {"text": "نعم"}, b"here")
    for at in range(len(sealed)):
        with pytest.raises(SealBrokenError):
            unseal(cipher, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], b"here")


def test_a_sealed_yes_is_as_long_as_a_sealed_no_and_never_the_same_twice() -> None:
    _, cipher = DataKeys(MasterKeys((OLD,))).fresh(("person", "labas", "p"))
    assert len(seal(cipher, True, b"")) == len(seal(cipher, False, b""))
    assert seal(cipher, True, b"") != seal(cipher, True, b"")


async def test_swapped_ciphertexts_of_one_contact_do_not_open(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))
        async with memory.unit() as unit:
            await unit.insert("messages", [message(seat, 1, "نعم"), message(seat, 2, "لا")])
        await change(
            place,
            "UPDATE messages SET content = (SELECT o.content FROM messages o WHERE o.number = 3 - messages.number)",
        )
        async with memory.reading() as unit:
            with pytest.raises(SealBrokenError):
                await unit.select("messages", {"organisation": "labas", "contact": seat.contact})


async def test_another_owners_key_does_not_open(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))
        async with memory.unit() as unit:
            await unit.new_person("labas", seat.contact, "f" * 32)
            await unit.insert("cases", [case(seat, "c" * 32)])
            answer = {
                "organisation": "labas",
                "case": "c" * 32,
                "field": "income",
                "person": seat.persons[0],
                "at": NOW,
            }
            await unit.insert("answers", [answer | {"value": "2500", "typed": "٢٥٠٠"}])
        await change(
            place,
            "UPDATE answers SET person = (SELECT o.person FROM persons o WHERE o.person != answers.person)",
        )
        async with memory.reading() as unit:
            with pytest.raises(SealBrokenError, match="answers"):
                await unit.select("answers", {"organisation": "labas"})


async def test_swapped_wrapped_keys_do_not_open(place: Place) -> None:
    async with opened(place) as memory:
        seats = await seated(memory, sender("a"), sender("b"))
        async with memory.unit() as unit:
            await unit.insert("messages", [message(seat, 1, "مرحبا") for seat in seats])
    await change(place, "UPDATE contacts SET key = (SELECT o.key FROM contacts o WHERE o.contact != contacts.contact)")
    async with opened(place) as memory, memory.reading() as unit:
        with pytest.raises(SealBrokenError, match="contacts"):
            await unit.select("messages", {"organisation": "labas"})


async def test_a_new_master_key_wraps_and_the_old_one_still_unwraps(place: Place) -> None:
    async with opened(place) as memory:
        (before,) = await seated(memory, sender("t"))
        async with memory.unit() as unit:
            await unit.insert("messages", [message(before, 1, "قبل")])
            index = unit.index("labas", "reference", "472193807")
    async with opened(place, (NEW, OLD)) as memory:
        after, newcomer = await seated(memory, sender("t"), sender("u"))
        async with memory.unit() as unit:
            assert unit.index("labas", "reference", "472193807") == index
            await unit.insert("messages", [message(newcomer, 1, "بعد")])
            rows = await unit.select("messages", {"organisation": "labas"}, order=("contact",))
    assert after.contact == before.contact
    assert {row["content"] for row in rows} == {"قبل", "بعد"}
    async with behind(place) as connection:
        found = await connection.exec_driver_sql("SELECT contact, key FROM contacts")
        keys = {row.contact: row.key for row in found}
    assert b"2026a" in keys[before.contact] and b"2027a" in keys[newcomer.contact]


async def test_without_the_key_that_wrapped_it_the_memory_refuses_with_a_sentence(place: Place) -> None:
    async with opened(place):
        pass
    memory = Memory(url_of(place), (NEW,))
    with pytest.raises(StorageRefusedError, match="'2026a', which WASL_MASTER_KEYS lacks"):
        await memory.open(HOUSES)


@pytest.mark.parametrize("keys", [(), (("a", b"short"),), (("", b"k" * 32),)])
def test_unfit_master_keys_are_refused(keys: tuple[tuple[str, bytes], ...]) -> None:
    with pytest.raises(StorageRefusedError, match="WASL_MASTER_KEYS"):
        Memory("sqlite://", keys)


def test_the_least_used_data_keys_are_forgotten_first() -> None:
    keys = DataKeys(MasterKeys((OLD,)), kept=2)
    one, two, three = (("contact", "labas", name) for name in "abc")
    for owner in (one, two):
        keys.remember(owner, keys.fresh(owner)[1])
    assert keys.get(one)
    keys.remember(three, keys.fresh(three)[1])
    assert keys.get(one) and keys.get(three) and not keys.get(two)


async def test_what_belongs_to_an_erased_person_reads_as_none(place: Place) -> None:
    async with opened(place) as memory:
        (seat,) = await seated(memory, sender("t"))
        async with memory.unit() as unit:
            mine = message(seat, 1, "سر", owner_kind="person", owner=seat.persons[0])
            await unit.insert("messages", [mine, message(seat, 2, "باق")])
    await change(place, "UPDATE persons SET key = NULL")
    async with opened(place) as memory, memory.unit() as unit:
        rows = await unit.select("messages", {"organisation": "labas"}, order=("number",))
        assert [row["content"] for row in rows] == [None, "باق"]
        with pytest.raises(SealBrokenError, match="erased"):
            await unit.insert("messages", [{**mine, "number": 3}])


async def test_no_file_of_the_data_folder_holds_what_was_written(tmp_path: Path) -> None:
    async with opened(tmp_path) as memory:
        (seat,) = await seated(memory, sender("t", value=CANARIES[2]))
        async with memory.unit() as unit:
            key = {"organisation": "labas", "contact": seat.contact}
            reference = await unit.number("labas")
            hash = unit.index("labas", "reference", reference)
            await unit.insert("cases", [case(seat, "c" * 32, reference=reference, reference_hash=hash)])
            await unit.insert("messages", [message(seat, n, {"text": text}) for n, text in enumerate(CANARIES)])
            sent = {"number": 1, "address": seat.address, "message": 1, "state": "new", "at": NOW, "content": CANARIES}
            await unit.insert("outbox", [{**key, **sent}])
            await unit.insert(
                "parked", [{**key, "id": "p", "line": "web", "payload": CANARIES, "reason": "KeyError", "at": NOW}]
            )
            answer = {"organisation": "labas", "case": "c" * 32, "person": seat.persons[0], "at": NOW}
            await unit.insert(
                "answers", [answer | {"field": str(n), "value": c, "typed": c} for n, c in enumerate(CANARIES)]
            )
            await unit.update("contacts", [{**key, "state": {"drafts": CANARIES}}])
            link = {"organisation": "labas", "chain": "c" * 32, "number": 1, "kind": "accepted", "at": NOW}
            names = ("salt", "commitment", "previous", "hash")
            hashes = {name: hashlib.sha256(name.encode()).digest() for name in names}
            await unit.insert(
                "evidence", [{**link, **hashes, "body": CANARIES, "owner_kind": "person", "owner": seat.persons[0]}]
            )
        files = sorted((tmp_path / "data").iterdir())
        found = b"".join(file.read_bytes() for file in files)
        assert [file.name for file in files] == ["wasl.db", "wasl.db-shm", "wasl.db-wal", "wasl.db.lock"]
    found += (tmp_path / "data" / "wasl.db").read_bytes()
    assert b"contacts" in found
    for canary in (*CANARIES, reference):
        for spelling in (canary.encode(), canary.encode("utf-16-le"), ascii(canary)[1:-1].encode()):
            assert spelling not in found


async def test_an_event_of_an_unknown_contact_is_sealed_with_the_organisations_key(place: Place) -> None:
    async with opened(place) as memory:
        parked = {
            "organisation": "kafl",
            "id": "p",
            "line": "web",
            "payload": {"text": "سر"},
            "reason": "KeyError",
            "at": NOW,
        }
        async with memory.unit() as unit:
            await unit.insert("parked", [parked])
    async with opened(place) as memory, memory.reading() as unit:
        (row,) = await unit.select("parked", {"organisation": "kafl", "replayed_at": None})
    assert row["payload"] == {"text": "سر"}
