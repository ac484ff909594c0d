"""People as staff find them, join them, part them, and take either back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.household import Household
from conversations.state import Mode
from services.members import Member
from services.merging import Fault, Merging
from services.people import Hit, People
from tests.mind_world import ID, NAME, PHONE, profiles
from tests.turns_world import Clock, Guest, house, rows

OFFICER = Member("kafl", "s1", "نورة", frozenset({"relations_officer"}))
SUPERVISOR = Member("kafl", "s2", "هند", frozenset({"supervisor"}))
STRANGER = Member("labas", "s3", "سلمى", frozenset({"supervisor"}))
OTHER = "فهد بن ناصر القحطاني"


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Household]:
    async with house(tmp_path, Clock()) as opened:
        yield opened


@pytest.fixture
def people(home: Household) -> People:
    return People(home.memory, {name: profile.organisation for name, profile in profiles().items()})


@pytest.fixture
def merging(home: Household) -> Merging:
    return Merging(home.memory, Clock(), home.memory.wakeups)


async def sent(home: Household, key: str = "guest", line: str = "web", **given: str) -> Guest:
    guest = Guest(home, "kafl", line, key)
    await guest.submit(**given)
    return guest


async def person_of(home: Household, guest: Guest) -> str:
    (case,) = [row for row in await rows(home, "cases", "kafl") if row["contact"] == guest.contact]
    return str(case["applicant"])


@pytest.mark.parametrize(
    "typed",
    [ID, "١٠١٢٣٤٥٦٧٢", PHONE, "+966 51 234 5678", "00966512345678", "محمد العتيبي", "مُحَمَّد", "العتيبى محمد", NAME],
)
async def test_a_person_is_found_by_whole_numbers_and_by_words_of_the_name(
    home: Household, people: People, typed: str
) -> None:
    guest = await sent(home)
    await sent(home, "other", full_name=OTHER, prisoner_name=OTHER, national_id="1045827365", mobile="0559876543")
    found = await people.find(OFFICER, typed)
    assert await person_of(home, guest) in {hit.person for hit in found}
    assert all(ID not in hit.identity for hit in found)
    assert await people.find(STRANGER, typed) == ()


@pytest.mark.parametrize("typed", ["", "1012345", "محمد خالد", "0512345679", "%", "بن", "123456789"])
async def test_parts_of_numbers_and_other_words_find_nobody(home: Household, people: People, typed: str) -> None:
    await sent(home)
    assert await people.find(OFFICER, typed) == ()


async def test_a_person_is_found_by_the_reference_number(home: Household, people: People) -> None:
    guest = await sent(home)
    (case,) = await rows(home, "cases", "kafl")
    (hit,) = await people.find(OFFICER, f"{case['reference'][:3]} {case['reference'][3:6]} {case['reference'][6:]}")
    assert hit.person == await person_of(home, guest)
    assert hit.reference == case["reference"]


async def test_a_changed_answer_is_found_as_it_is_now(home: Household, people: People) -> None:
    guest = Guest(home, "kafl")
    await (await guest.start()).review()
    await guest.say("تعديل 2")
    await guest.say(OTHER)
    assert await people.find(OFFICER, "القحطاني") != ()
    assert await people.find(OFFICER, "محمد العتيبي") == ()


async def test_one_person_with_all_that_leads_there(home: Household, people: People) -> None:
    guest = await sent(home, "+966500000001", "whatsapp")
    found = await people.one(OFFICER, await person_of(home, guest))
    assert found is not None and found.who.name == NAME and found.who.identity.endswith(ID[-4:])
    assert [(one.form, one.state, one.own) for one in found.requests] == [("support", "submitted", True)]
    assert {one.line for chat in found.chats for one in chat.addresses} == {"whatsapp", "web"}
    assert [(purpose, given) for purpose, given, _ in found.consents] == [("request", True)]
    assert found.twins == ()
    assert await people.one(STRANGER, found.who.person) is None


async def test_the_same_id_is_a_hint_and_nobody_is_joined_by_it(home: Household, people: People) -> None:
    first, second = await sent(home), await sent(home, "second")
    one = await person_of(home, first)
    found = await people.one(OFFICER, one)
    assert found is not None
    assert [hit.person for hit in found.twins] == [await person_of(home, second)]


async def test_two_persons_are_joined_and_parted_again(home: Household, people: People, merging: Merging) -> None:
    first, second = await sent(home), await sent(home, "second")
    one, two = await person_of(home, first), await person_of(home, second)
    before = await rows(home, "evidence", "kafl")
    assert await merging.join_persons(SUPERVISOR, one, two) is None
    assert await merging.join_persons(SUPERVISOR, two, one) is Fault.SAME
    found = await people.one(OFFICER, two)
    assert found is not None and found.who.person == one and found.joined == (two,)
    assert len(found.requests) == 2 and found.twins == ()
    assert [hit.person for hit in await people.find(OFFICER, ID)] == [one]
    assert await merging.part_persons(SUPERVISOR, two) is None
    again = await people.one(OFFICER, two)
    assert again is not None and again.who.person == two and len(again.requests) == 1
    assert await rows(home, "evidence", "kafl") == before
    assert [row["verb"] for row in await rows(home, "audit", "kafl")] == ["people.join_persons", "people.part_persons"]


async def test_two_conversations_are_joined_and_parted_again(home: Household, merging: Merging) -> None:
    first, second = await sent(home, "966500000001", "telegram"), await sent(home, "966500000002", "telegram")
    own, other = first.contact, second.contact
    first.line, first.key = "telegram", "966500000001"
    second.line, second.key = "telegram", "966500000002"
    assert await merging.join_contacts(SUPERVISOR, own, other) is None
    await second.say("القائمة")
    assert second.contact == own
    await second.say("حالة طلبي")
    assert len([line for line in second.told[-1].splitlines() if "رقم الطلب" in line]) == 2
    assert await merging.join_contacts(SUPERVISOR, other, own) is Fault.SAME
    assert await merging.part_contacts(SUPERVISOR, other) is None
    await second.say("القائمة")
    assert second.contact == other
    await first.say("حالة طلبي")
    assert first.contact == own
    assert len([line for line in first.told[-1].splitlines() if "رقم الطلب" in line]) == 1
    (root,) = await rows(home, "contacts", "kafl", contact=own)
    assert root["kin"] == []
    assert await home.evidence.verify("kafl") == []


async def test_three_are_joined_over_two_steps_and_one_is_taken_out(home: Household, merging: Merging) -> None:
    guests = [await sent(home, f"96650000000{n}", "telegram") for n in range(3)]
    one, two, three = (guest.contact for guest in guests)
    assert await merging.join_contacts(SUPERVISOR, two, three) is None
    assert await merging.join_contacts(SUPERVISOR, one, two) is None
    kin = {row["contact"]: row["kin"] for row in await rows(home, "contacts", "kafl")}
    assert kin[one] == [two, three]
    assert await merging.part_contacts(SUPERVISOR, three) is None
    kin = {row["contact"]: row["kin"] for row in await rows(home, "contacts", "kafl")}
    assert (kin[one], kin[two]) == ([two], [])
    assert await merging.part_contacts(SUPERVISOR, two) is None
    assert {row["merged_into"] for row in await rows(home, "contacts", "kafl")} == {None}


async def test_an_address_is_split_from_its_conversation_and_joined_again(home: Household, merging: Merging) -> None:
    guest = await sent(home, "966500000001", "telegram")
    guest.line, guest.key = "telegram", "966500000001"
    old = guest.contact
    (address,) = await rows(home, "addresses", "kafl", contact=old, line="telegram")
    assert await merging.split(SUPERVISOR, address["address"]) is None
    await guest.say("السلام عليكم")
    assert guest.contact != old and (await guest.state()).mode is Mode.MENU
    assert await merging.split(SUPERVISOR, address["address"]) is Fault.GONE
    assert await merging.join_contacts(SUPERVISOR, old, guest.contact) is None
    await guest.say("القائمة")
    assert guest.contact == old


async def test_who_has_no_right_joins_and_parts_nothing(home: Household, merging: Merging) -> None:
    first, second = await sent(home), await sent(home, "second")
    assert await merging.join_contacts(OFFICER, first.contact, second.contact) is Fault.NOT_YOURS
    assert await merging.join_contacts(STRANGER, first.contact, second.contact) is Fault.GONE
    assert await merging.join_persons(STRANGER, first.contact, second.contact) is Fault.GONE
    assert await merging.part_contacts(STRANGER, first.contact) is Fault.GONE
    assert await rows(home, "audit", "kafl") == []


async def test_a_conversation_that_waits_for_staff_is_not_joined(home: Household, merging: Merging) -> None:
    first, second = await sent(home), await sent(home, "second")
    await second.say("موظف")
    assert await merging.join_contacts(SUPERVISOR, first.contact, second.contact) is Fault.HELD


def test_a_hit_prints_nobody() -> None:
    assert NAME not in repr(Hit("p", NAME, ID, PHONE))
