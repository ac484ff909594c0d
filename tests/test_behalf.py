"""A form filled by staff at a person's word: the same reading, told to nobody, then confirmed, or submitted unconfirmed."""

from typing import Any

import pytest

from conversations.acts import Begun, Dropped, Filled, Lodged, Offered, SignedOnPaper, TakenBack
from conversations.handling import Refuse
from conversations.state import Mode
from services.casework import Forbidden
from services.evidence import faults
from services.proving import Proving
from storage.files import FileStore
from tests.behalf_world import FORM, Filling
from tests.casework_world import HIND, NORA, RAED, Desk, desk
from tests.mind_world import profiles
from tests.turns_world import Guest, rows

__all__ = ["desk"]


async def kinds(desk: Desk, case: str) -> list[str]:
    return [row["kind"] for row in sorted(await rows(desk.home, "evidence", chain=case), key=lambda r: r["number"])]


async def proof(desk: Desk, case: str) -> tuple[str, ...]:
    organisations = {name: profile.organisation for name, profile in profiles().items()}
    store: Any = FileStore.__new__(FileStore)
    return (await Proving(desk.home.memory, store, organisations).prove("labas", case)).faults


async def known(desk: Desk) -> Guest:
    """Somebody who wrote once and is at the menu."""
    guest = Guest(desk.home, line="telegram", key="mother")
    await guest.say("السلام عليكم")
    return guest


async def test_it_is_read_as_the_persons_own_and_nobody_is_told(desk: Desk) -> None:
    guest = await known(desk)
    before, told = await guest.state(), len(await rows(desk.home, "outbox"))
    filling = await Filling.begun(desk, guest.contact)
    wrong = await filling.put("who", choices=("nonsense",))
    assert wrong is not None and wrong.code == "wrong" and wrong.why[0].key.startswith("wrong.")
    short = await filling.put("national_id", "123")
    assert short is not None and [line.key for line in short.why] == ["wrong.national_id.length", "example.national_id"]
    assert await filling.put("nothing_like_it", "x") == Refuse("item")
    assert await filling.act(Offered) == Refuse("unfinished")
    assert await filling.act(Lodged) == Refuse("unfinished")
    await filling.whole()
    after = await guest.state()
    assert (after.mode, after.case, after.asking) == (before.mode, None, None)
    assert len(await rows(desk.home, "outbox")) == told
    await guest.say("طلباتي")
    assert "لا" in guest.told[-1] and "مسودة" not in guest.told[-1]
    verbs = [row["verb"] for row in await rows(desk.home, "audit", staff=NORA.staff)]
    assert verbs.count("case.filled") == len(await filling.answers()) and verbs.count("chat.begun") == 1
    assert all("choices" not in (row["more"] or {}) for row in await rows(desk.home, "audit"))


async def test_the_person_confirms_it_on_their_own_channel_with_evidence_as_for_any_other(desk: Desk) -> None:
    guest = await known(desk)
    filling = await (await Filling.begun(desk, guest.contact)).whole()
    assert await filling.act(Offered) is None
    assert await filling.put("city", "جدة") == Refuse("offered")
    (said,) = [row for row in await rows(desk.home, "messages", contact=guest.contact) if row["by"] == "bot"][-1:]
    assert "ينتظر" in said["content"]["words"]["text"] and "أكّد" in str(said["content"]["words"]["options"])
    await guest.say("إكمال")
    await guest.tap("agree")
    assert (await guest.state()).mode is Mode.REVIEW and "كتب موظف الجمعية" in guest.told[-1]
    await guest.say("نعم")
    await guest.say("أقر وأوافق")
    row = await filling.row()
    assert (row["state"], row["filled_by"], row["unconfirmed"]) == ("submitted", NORA.staff, False)
    links = await rows(desk.home, "evidence", chain=filling.case)
    assert faults(links) == [] and (await kinds(desk, filling.case))[-1] == "accepted"
    assert [link["body"].get("filled") for link in links if link["kind"] == "accepted"] == [{"by": NORA.staff}]
    assert await proof(desk, filling.case) == ()


async def test_it_is_taken_back_and_the_person_hears_that_it_is_gone(desk: Desk) -> None:
    guest = await known(desk)
    filling = await (await Filling.begun(desk, guest.contact)).whole()
    assert await filling.act(TakenBack) == Refuse("state")
    await filling.act(Offered)
    await guest.say("إكمال")
    await guest.tap("agree")
    assert await filling.act(TakenBack) is None
    await guest.say("نعم")
    assert (await guest.state()).mode is Mode.MENU and (await filling.row())["state"] == "draft"
    assert await filling.put("city", "جدة") is None


async def test_without_a_channel_it_is_submitted_unconfirmed_until_a_paper_was_seen(desk: Desk) -> None:
    filling = await (await Filling.begun(desk)).whole()
    assert await filling.act(Offered) == Refuse("nowhere")
    assert await filling.act(Lodged) is None
    row = await filling.row()
    assert (row["state"], row["unconfirmed"]) == ("submitted", True) and row["reference"] and row["floor_at"]
    assert (await kinds(desk, filling.case))[-1] == "lodged" and await proof(desk, filling.case) == ()
    assert await rows(desk.home, "outbox") == []
    assert [task["reason"] for task in await rows(desk.home, "tasks")] == ["tell_by_hand"]
    async with desk.home.memory.unit() as unit:
        (home,) = await unit.select("addresses", {"organisation": "labas", "contact": row["contact"]})
        file = {
            "file": "f" * 32,
            "address": home["address"],
            "line": home["line"],
            "state": "ready",
            "privacy": "personal",
        }
        await unit.insert("files", [scan({**file, "contact": row["contact"]}, str(row["applicant"]), desk)])
    assert await filling.act(SignedOnPaper, files=("f" * 32,)) is None
    assert (await filling.row())["unconfirmed"] is False
    assert (await kinds(desk, filling.case))[-2:] == ["lodged", "signed"]


def scan(file: dict[str, Any], person: str, desk: Desk) -> dict[str, Any]:
    now = {"at": desk.clock(), "next_at": desk.clock()}
    more = {"owner_kind": "person", "owner": person, "name": "scan.pdf", "kind": "pdf", "size": 9}
    return {"organisation": "labas", **file, **more, **now, "secret": "c2VjcmV0", "digest": "0" * 64}


async def test_a_known_person_keeps_their_id_and_a_stranger_to_the_contact_is_refused(desk: Desk) -> None:
    guest = Guest(desk.home)
    await guest.submit()
    (first,) = await rows(desk.home, "cases", contact=guest.contact)
    filling = await Filling.begun(desk, guest.contact, first["applicant"])
    assert (await filling.row())["applicant"] == first["applicant"]
    begun = Begun(NORA.staff, NORA.name, FORM.id, "0" * 32)
    assert await desk.home.casework.begin(NORA, "a", begun, guest.contact) == Refuse("person")
    unknown = Begun(NORA.staff, NORA.name, "complaint")
    assert await desk.home.casework.begin(NORA, "b", unknown, guest.contact) == Refuse("form")


async def test_the_same_act_begins_once_and_only_for_those_with_the_right(desk: Desk) -> None:
    begun = Begun(NORA.staff, NORA.name, FORM.id)
    first = await desk.home.casework.begin(NORA, "same", begun)
    assert await desk.home.casework.begin(NORA, "same", begun) == first
    assert len(await rows(desk.home, "cases")) == len(await rows(desk.home, "contacts")) == 1
    with pytest.raises(Forbidden):
        await desk.home.casework.begin(RAED, "c", Begun(RAED.staff, RAED.name, FORM.id))
    for kind in (Offered, TakenBack, Lodged, Dropped, Filled):
        act: Any = kind(RAED.staff, str(first), *(("who",) if kind is Filled else ()))
        with pytest.raises(Forbidden):
            await desk.rule(RAED, act)
    assert await desk.rule(HIND, Filled(HIND.staff, str(first), "who", choices=("self",))) is None


async def test_what_nobody_goes_on_with_lapses_and_an_officer_hears_of_it(desk: Desk) -> None:
    filling = await Filling.begun(desk)
    await filling.put("who", choices=("self",))
    await desk.pass_(days=13)
    assert (await filling.row())["state"] == "draft"
    await desk.pass_(days=2)
    assert (await filling.row())["state"] == "lapsed" and desk.told == []
    assert [task["reason"] for task in await rows(desk.home, "tasks")] == ["behalf_lapsed"]
    other = await Filling.begun(desk)
    assert await other.act(Dropped) is None and (await other.row())["state"] == "lapsed"
