"""Staff's verbs on a real database: who holds, what is filed, what is held back, what is told once."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from conversations.acts import (
    CaseClosed,
    Ended,
    HandedBack,
    ItemsReturned,
    Noted,
    Referred,
    Registered,
    ReleaseAsked,
    Served,
    TakenOver,
    Voted,
    Wrote,
)
from conversations.handling import Refuse
from conversations.state import Mode
from services.casework import Forbidden, NotThere
from services.evidence import faults
from services.members import Member
from tests.casework_world import HIND, NORA, RAED, SAMI, Desk, called, desk, transcript
from tests.turns_world import Clock, Guest, house, rows

__all__ = ["desk"]


async def test_of_two_who_press_at_once_one_holds_and_the_other_reads_who(desk: Desk) -> None:
    guest = await called(desk)
    both = await asyncio.gather(
        desk.chat(NORA, guest, TakenOver(NORA.staff, NORA.name)),
        desk.chat(HIND, guest, TakenOver(HIND.staff, HIND.name)),
    )
    assert sorted(b.code if b else "" for b in both) == ["", "held"]
    (handover,) = await rows(desk.home, "handovers")
    holder = NORA if handover["holder"] == NORA.staff else HIND
    assert [b.name for b in both if b] == [holder.name]
    assert handover["state"] == "held" and handover["reason"] == "asked"
    assert len(await rows(desk.home, "audit")) == 1


async def test_a_chat_is_held_written_in_noted_and_handed_back_at_the_step(desk: Desk) -> None:
    guest = await called(desk)
    asked = (await guest.state()).asking
    await desk.chat(NORA, guest, TakenOver(NORA.staff, NORA.name))
    assert (await guest.say("متى يأتي الرد؟")).told == ()
    await desk.chat(NORA, guest, Wrote(NORA.staff, NORA.name, "وعليكم السلام، معك نورة"))
    await desk.chat(NORA, guest, Noted(NORA.staff, NORA.name, "سر بيننا"))
    assert (await guest.state()).mode is Mode.STAFF
    assert await desk.chat(HIND, guest, HandedBack(HIND.staff, HIND.name)) == Refuse("not_yours", NORA.name)
    assert await desk.chat(NORA, guest, HandedBack(NORA.staff, NORA.name)) is None
    state = await guest.state()
    assert (state.mode, state.asking, state.holder) == (Mode.FORM, asked, None)
    kinds = [(row["direction"], row["by"]) for row in await transcript(desk, guest)]
    assert ("out", "staff") in kinds and kinds.count(("act", "staff")) == 3 and ("act", "bot") in kinds
    told = await desk.home.transcript.told("labas", guest.contact, 0)
    assert any(one.words["text"] == "وعليكم السلام، معك نورة" for one in told)
    assert not any("سر بيننا" in one.words["text"] for one in told)
    (handover,) = await rows(desk.home, "handovers")
    assert (handover["state"], handover["why"]) == ("over", "back")


async def test_an_act_that_comes_twice_has_one_effect(desk: Desk) -> None:
    guest = await called(desk)
    await desk.chat(NORA, guest, TakenOver(NORA.staff, NORA.name))
    for _ in range(2):
        assert await desk.chat(NORA, guest, Wrote(NORA.staff, NORA.name, "مرة واحدة"), "once") is None
    said = [r for r in await transcript(desk, guest) if r["by"] == "staff" and r["direction"] == "out"]
    assert len(said) == 1 and len(await rows(desk.home, "audit")) == 2


async def test_a_refused_act_leaves_nothing(desk: Desk) -> None:
    guest = await called(desk)
    before = await transcript(desk, guest)
    assert await desk.chat(NORA, guest, Wrote(NORA.staff, NORA.name, "أهلًا")) == Refuse("nobody")
    assert await transcript(desk, guest) == before and await rows(desk.home, "audit") == []


async def test_a_referred_chat_waits_on_for_the_other_role(desk: Desk) -> None:
    guest = await called(desk)
    await desk.chat(NORA, guest, TakenOver(NORA.staff, NORA.name))
    assert (
        await desk.chat(NORA, guest, Referred(NORA.staff, NORA.name, "social_researcher", "لم تتضح له الإجراءات"))
        is None
    )
    (handover,) = await rows(desk.home, "handovers")
    assert (handover["state"], handover["role"], handover["holder"]) == ("waiting", "social_researcher", None)
    await desk.chat(HIND, guest, TakenOver(HIND.staff, HIND.name))
    assert await desk.chat(HIND, guest, Ended(HIND.staff, HIND.name)) is None
    assert (await guest.state()).mode is Mode.MENU
    assert len(await rows(desk.home, "handovers")) == 1


async def test_who_has_no_right_and_who_is_of_another_house(desk: Desk) -> None:
    guest = await called(desk)
    with pytest.raises(Forbidden):
        await desk.chat(RAED, guest, TakenOver(RAED.staff, RAED.name))
    with pytest.raises(Forbidden):
        await desk.chat(NORA, guest, TakenOver(NORA.staff, NORA.name, force=True))
    with pytest.raises(Forbidden):
        await desk.chat(NORA, guest, TakenOver(HIND.staff, HIND.name))
    other = Member("qalb", "s-nora", "نورة", NORA.roles)
    with pytest.raises(NotThere):
        await desk.chat(other, guest, TakenOver(other.staff, other.name))
    await desk.carried(Guest(desk.home, key="other"))
    with pytest.raises(NotThere):
        await desk.rule(other, Registered(other.staff, desk.case))


async def test_a_decision_is_held_told_once_after_its_floor_and_carried_to_its_end(desk: Desk) -> None:
    guest = Guest(desk.home)
    await desk.carried(guest)
    await desk.pass_(days=3)
    assert await desk.rule(RAED, Voted(RAED.staff, desk.case, True, "الحالة ضمن لائحة الدعم")) is None
    assert await desk.state() == "decided"
    await desk.pass_(days=10)
    assert await desk.state() == "decided" and not any("تحديث" in text for text in desk.told)
    desk.told.clear()
    await desk.pass_(days=30)
    assert await desk.state() == "accepted" and len(desk.told) == 1
    assert await desk.rule(NORA, Registered(NORA.staff, desk.case)) is None
    assert await desk.rule(NORA, Served(NORA.staff, desk.case)) is None
    assert await desk.rule(NORA, CaseClosed(NORA.staff, desk.case)) is None
    assert await desk.state() == "closed"
    chain = await rows(desk.home, "evidence", chain=desk.case)
    assert [r["kind"] for r in sorted(chain, key=lambda r: r["number"])][-2:] == ["decided", "told"] and not faults(
        chain
    )
    verbs = [r["verb"] for r in sorted(await rows(desk.home, "audit", case=desk.case), key=lambda r: r["at"])]
    assert verbs == [f"case.{v}" for v in ("checked", "committeeasked", "voted", "registered", "served", "caseclosed")]


async def test_two_people_may_have_it_told_early(desk: Desk) -> None:
    await desk.carried(Guest(desk.home))
    await desk.rule(RAED, Voted(RAED.staff, desk.case, False, "خارج نطاق الخدمة"))
    assert await desk.rule(SAMI, ReleaseAsked(SAMI.staff, desk.case, "موعد العملية غدًا")) is None
    assert await desk.rule(SAMI, ReleaseAsked(SAMI.staff, desk.case, "موعد العملية غدًا")) == Refuse("second")
    assert await desk.state() == "decided"
    assert await desk.rule(RAED, ReleaseAsked(RAED.staff, desk.case, "موافق")) is None
    assert await desk.state() == "rejected"
    (decision,) = await rows(desk.home, "decisions")
    assert decision["released_by"] == SAMI.staff and decision["told_at"] and decision["released_at"]


async def test_a_returned_item_alone_is_asked_again_and_declared_anew(desk: Desk) -> None:
    guest = Guest(desk.home)
    await desk.carried(guest)
    (before,) = await rows(desk.home, "cases", case=desk.case)
    await desk.pass_(days=2)
    assert (
        await desk.rule(NORA, ItemsReturned(NORA.staff, desk.case, (("national_id", "", "الرقم لا يطابق الهوية"),)))
        is None
    )
    assert await desk.state() == "returned"
    await desk.pass_(days=2)
    await guest.say("إكمال")
    assert (await guest.state()).asking == "national_id"
    await guest.good()
    assert (await guest.state()).mode is Mode.REVIEW
    await guest.say("نعم")
    await guest.say("أقر وأوافق")
    (after,) = await rows(desk.home, "cases", case=desk.case)
    assert (after["state"], after["reference"], after["floor_at"]) == (
        "verifying",
        before["reference"],
        before["floor_at"],
    )
    assert timedelta(days=2) <= after["ceiling_at"] - before["ceiling_at"] < timedelta(days=2, minutes=5)
    (item,) = await rows(desk.home, "items", case=desk.case, field="national_id")
    assert item["answered_at"] and item["verdict"] == "matched"
    chain = await rows(desk.home, "evidence", chain=desk.case)
    assert [r["kind"] for r in chain].count("accepted") == 2 and not faults(chain)


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(hours=2), timedelta(days=40)], ids=str)
async def test_whatever_the_clock_does_nothing_is_early_and_nothing_twice(tmp_path: Path, jump: timedelta) -> None:
    clock, told = Clock(), []
    async with house(tmp_path, clock) as home:
        desk = await Desk(home, clock).carried(Guest(home))
        await desk.rule(RAED, Voted(RAED.staff, desk.case, True, "مستوفٍ للشروط"))
        (decided,) = await rows(home, "cases", case=desk.case)
        case = desk.case
    clock.now += jump
    async with house(tmp_path, clock) as home:
        desk = Desk(home, clock, case)
        await desk.pass_(hours=6)  # a Friday morning is no time to tell
        told += desk.told
        assert (await desk.state() == "accepted") == (clock.now >= decided["floor_at"])
        await desk.pass_(days=20)
        told += desk.told
    async with house(tmp_path, clock) as home:
        desk = Desk(home, clock, case)
        await desk.pass_(days=20)
        assert await desk.state() == "accepted" and len(await rows(home, "decisions")) == 1
        (link,) = [r for r in await rows(home, "evidence", chain=case) if r["kind"] == "told"]
        assert link["at"] >= decided["floor_at"]


async def test_the_floor_is_fourteen_times_a_day_after_the_acceptance_to_the_moment(desk: Desk) -> None:
    await desk.carried(Guest(desk.home))
    (case,) = await rows(desk.home, "cases", case=desk.case)
    assert case["floor_at"] - case["accepted_at"] == timedelta(days=14)
