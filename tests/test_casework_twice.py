"""Staff's verbs that come twice, are refused, stumble, or meet the person elsewhere than before."""

from datetime import timedelta
from pathlib import Path

import pytest

from conversations.acts import Checked, CommitteeAsked, HandedBack, ItemsReturned, StaffAct, TakenOver, Voted, Wrote
from conversations.events import Event, Left
from conversations.facts import Facts, Outcome
from conversations.handling import Refuse
from conversations.state import Conversation
from conversations.step import step
from services import turns
from services.casework import NotDone
from services.homes import last_used
from services.members import Member
from tests.casework_world import HIND, NORA, Desk, called, desk, transcript
from tests.turns_world import Clock, Guest, arrival, house, rows

__all__ = ["desk"]
TAKEN = TakenOver(NORA.staff, NORA.name)


async def test_an_act_that_was_refused_is_refused_again_and_not_taken_for_done(desk: Desk) -> None:
    guest = await called(desk)
    await desk.chat(HIND, guest, TakenOver(HIND.staff, HIND.name))
    kept = len(await rows(desk.home, "inbox"))
    for _ in range(2):
        assert await desk.chat(NORA, guest, TAKEN, "pressed") == Refuse("held", HIND.name)
    assert len(await rows(desk.home, "inbox")) == kept
    await desk.chat(HIND, guest, HandedBack(HIND.staff, HIND.name))
    assert await desk.chat(NORA, guest, TAKEN, "pressed") is None


async def test_the_same_form_with_other_words_is_another_act(desk: Desk) -> None:
    guest = await called(desk)
    await desk.chat(NORA, guest, TAKEN, "form")
    for words in ("الأولى", "الثانية", "الثانية"):
        assert await desk.chat(NORA, guest, Wrote(NORA.staff, NORA.name, words), "form") is None
    told = [one.words["text"] for one in await desk.home.transcript.told("labas", guest.contact, 0)]
    assert told[-2:] == ["الأولى", "الثانية"]


async def test_what_is_written_reaches_the_persons_line_once_wherever_they_are_by_then(desk: Desk) -> None:
    guest = Guest(desk.home, line="telegram", key="77")
    await guest.start()
    await guest.say("موظف")
    (before,) = await rows(desk.home, "contacts", contact=guest.contact)
    await desk.chat(NORA, guest, TAKEN)
    wrote = Wrote(NORA.staff, NORA.name, "أهلًا بك")
    await desk.chat(NORA, guest, wrote, "once")
    (after,) = await rows(desk.home, "contacts", contact=guest.contact)
    assert after["last_at"] == before["last_at"]
    (home,) = await rows(desk.home, "addresses", contact=guest.contact)
    sent = max(await rows(desk.home, "outbox", contact=guest.contact), key=lambda row: row["number"])
    assert (sent["address"], sent["state"], sent["interactive"]) == (home["address"], "new", True)
    await _also_on_web(desk, guest)
    assert await desk.chat(NORA, guest, wrote, "once") is None
    assert len([r for r in await transcript(desk, guest) if r["content"].get("staff")]) == 1
    await desk.chat(NORA, guest, Wrote(NORA.staff, NORA.name, "وصلتنا رسالتك"))
    newest = (await transcript(desk, guest))[-1]
    assert newest["address"] != home["address"]


async def test_nothing_is_written_where_the_person_has_left(desk: Desk) -> None:
    guest = Guest(desk.home, line="telegram", key="78")
    await guest.start()
    await _also_on_web(desk, guest)
    await guest.send(Left())
    async with desk.home.memory.reading() as unit:
        home = await last_used(unit, "labas", guest.contact)
    assert home is not None and home["line"] == "web"


async def _also_on_web(desk: Desk, guest: Guest) -> None:
    """The same person writes from the page."""
    row = {"organisation": "labas", "address": "page", "contact": guest.contact, "line": "web"}
    async with desk.home.memory.unit() as unit:
        key = unit.index("labas", "address:web", "page")
        await unit.insert("addresses", [row])
        await unit.insert("address_keys", [{"organisation": "labas", "line": "web", "hash": key, "address": "page"}])
    await desk.home.turns.take([arrival("أنا هنا", "page")])


async def test_what_is_ruled_waits_for_the_window_and_is_no_word_of_the_person(desk: Desk) -> None:
    guest = Guest(desk.home)
    await guest.submit()
    (before,) = await rows(desk.home, "contacts", contact=guest.contact)
    sent = len(await rows(desk.home, "outbox"))
    await desk.carried(Guest(desk.home, key="other"))
    (case,) = await rows(desk.home, "cases", contact=guest.contact)
    await desk.rule(NORA, Checked(NORA.staff, case["case"], "national_id", "matched"))
    (after,) = await rows(desk.home, "contacts", contact=guest.contact)
    own = await rows(desk.home, "outbox", contact=guest.contact)
    assert len(own) > sent and not max(own, key=lambda row: row["number"])["interactive"]
    assert after["last_at"] == before["last_at"]


async def test_an_act_on_which_the_mind_stumbles_is_parked_in_silence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = await called(desk)
    before = await transcript(desk, guest)

    def stumbling(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
        if isinstance(event, TakenOver):
            raise ZeroDivisionError
        return step(conversation, event, facts)

    monkeypatch.setattr(turns, "step", stumbling)
    for _ in range(2):
        with pytest.raises(NotDone):
            await desk.chat(NORA, guest, TAKEN, "pressed")
    said = [row for row in await transcript(desk, guest) if row["direction"] == "out"]
    assert said == [row for row in before if row["direction"] == "out"]
    (parked,) = await rows(desk.home, "parked")
    assert parked["payload"]["event"] == "takenover" and (await guest.state()).holder is None


async def test_an_item_belongs_to_the_person_whom_it_is_about(desk: Desk) -> None:
    guest = Guest(desk.home)
    await guest.submit(who="2")
    (case,) = await rows(desk.home, "cases")
    whose = {a["field"]: a["person"] for a in await rows(desk.home, "answers")}
    assert set(whose.values()) == {case["applicant"], case["beneficiary"]}
    for field in whose:
        await desk.rule(NORA, Checked(NORA.staff, case["case"], field, "matched"))
    items = await rows(desk.home, "items")
    assert items and {i["field"]: i["person"] for i in items}.items() <= whose.items()
    assert {i["person"] for i in items} == set(whose.values())


async def test_votes_on_what_was_given_back_are_cast_anew(tmp_path: Path) -> None:
    clock, others = Clock(), ("relations_officer", "committee", "committee")
    nora, raed, huda = (Member("qalb", f"s-{n}", "اسم", frozenset({role})) for n, role in enumerate(others))
    async with house(tmp_path, clock) as home:
        desk, guest = Desk(home, clock), Guest(home, "qalb")
        await guest.submit()
        (case,) = await rows(home, "cases", "qalb")
        id = case["case"]

        async def act(who: Member, event: StaffAct) -> str:
            assert await desk.rule(who, event) is None
            (now,) = await rows(home, "cases", "qalb")
            return str(now["state"])

        assert await act(nora, CommitteeAsked(nora.staff, id)) == "committee"
        assert await act(raed, Voted(raed.staff, id, False, "الاسم ناقص")) == "committee"
        assert await act(raed, ItemsReturned(raed.staff, id, (("full_name", "", "الاسم ناقص"),))) == "returned"
        assert await rows(home, "votes", "qalb") == []
        clock.now += timedelta(days=1)
        for words in ("إكمال", "سارة محمد علي", "نعم", "أقر وأوافق"):
            await guest.say(words)
        assert await act(nora, CommitteeAsked(nora.staff, id)) == "committee"
        assert await act(huda, Voted(huda.staff, id, True, "مستوفية")) == "committee"
        assert await act(raed, Voted(raed.staff, id, True, "اكتمل الاسم")) == "decided"
        assert not await home.evidence.verify("qalb")
