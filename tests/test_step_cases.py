"""A request by real roles: checked, returned and mended, put to the committee, decided, held, told once, carried on."""

from dataclasses import replace

import pytest

from conversations.acts import (
    CaseAct,
    CaseClosed,
    Checked,
    CommitteeAsked,
    ItemsReturned,
    Registered,
    ReleaseAsked,
    Served,
    Voted,
)
from conversations.calendar import floor
from conversations.effects import Forget, IssueLink, Remind
from conversations.events import Redeemed, Said
from conversations.facts import CaseState, Found
from conversations.handling import AskStaff, Decide, PutRelease, PutVerdict, PutVote, Refuse, SetCase, TellDecision
from conversations.messages import Quote
from conversations.state import Mode
from tests.cases_world import (
    ALI,
    DAY,
    HIND,
    NOURA,
    REASON,
    SAAD,
    at_committee,
    back,
    case,
    checked,
    decided,
    id_of,
    ring,
    sent,
    vote,
)
from tests.mind import Mind
from tests.mind_world import NAMES, NOW, WHATSAPP, profiles


@pytest.mark.parametrize("name", NAMES)
def test_a_request_goes_by_real_roles_to_the_end_of_its_procedure(name: str) -> None:
    mind = checked(sent(name))
    id, said = id_of(mind), [mind.keys]
    assert mind.of(SetCase) == [SetCase(id, "verifying")] and said == [["case.told.verifying"]]
    assert checked(mind, "expired").of(SetCase) == [] and mind.told == []
    said.append(mind.send(CommitteeAsked(NOURA, id)).keys)
    mind.organisation = replace(mind.organisation, quorum=1)
    vote(mind.wait(days=3), accepted=True)
    assert mind.of(Decide) == [Decide(id, True, REASON)] and mind.of(PutVote) == [PutVote(id, HIND, True, REASON)]
    assert case(mind).state is CaseState.DECIDED and mind.told == []
    mind.now = floor(mind.organisation.schedule, NOW, 14)
    said.append(ring(mind, "floor").keys)
    assert mind.of(TellDecision) == [TellDecision(id)] and case(mind).state is CaseState.ACCEPTED
    said.append(mind.send(Registered(NOURA, id)).keys)
    serves = name != "ishraqa"
    assert mind.organisation.serves is serves
    mind.send(Served(NOURA, id))
    assert (case(mind).state is CaseState.SERVED) == serves and mind.refused == ("" if serves else "state")
    said.append(mind.send(CaseClosed(NOURA, id)).keys)
    assert case(mind).state is CaseState.CLOSED
    assert said == [["case.told.verifying"], ["case.told.committee"], *[["case.update"]] * 3]


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_unasked_bears_the_short_name_and_tells_nothing_but_that_there_is_news(name: str) -> None:
    profile, mind = profiles()[name], decided(name)
    mind.now = case(mind).floor_at or NOW
    words = [ring(mind, "floor").text]
    other = back(sent(name))
    words.append(other.text)
    other.now += 2 * DAY
    words.append(ring(other, "returned").text)
    short, full = (profile.wording["ar"][f"organisation.{part}"] for part in ("short", "name"))
    for told in words:
        assert short in told and full not in told and REASON not in told and "الرفض" not in told and "الاسم" not in told


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (Checked(NOURA, "", "full_name", "fine"), "item"),
        (Checked(NOURA, "", "no_such", "matched"), "item"),
        (Checked(NOURA, "", "full_name", "matched", note="ب" * 4_001), "too_long"),
        (Checked(NOURA, "", "full_name", "matched", "lease"), "item"),
        (ItemsReturned(NOURA, "", ()), "item"),
        (ItemsReturned(NOURA, "", (("full_name", "", " "),)), "note"),
        (ItemsReturned(NOURA, "", (("full_name", "", "ب" * 4_001),)), "too_long"),
        (ItemsReturned(NOURA, "", (("no_such", "", "خطأ"),)), "item"),
        (Voted(HIND, "", True, REASON), "state"),
        (ReleaseAsked(HIND, "", REASON), "state"),
        (Registered(NOURA, ""), "state"),
        (Served(NOURA, ""), "state"),
        (CaseClosed(NOURA, ""), "state"),
    ],
)
def test_what_does_not_fit_the_case_is_refused(event: CaseAct, code: str) -> None:
    mind = sent()
    before = mind.cases
    mind.send(replace(event, case=id_of(mind)))
    assert mind.last == (Refuse(code),) and mind.cases == before
    assert mind.send(event).last == (Refuse("case"),)


def test_what_is_with_the_committee_is_checked_no_more() -> None:
    mind = at_committee()
    assert checked(mind).refused == "state" and mind.send(CommitteeAsked(NOURA, id_of(mind))).refused == "state"
    assert vote(mind, reason="  ").refused == "reason"
    assert back(mind).of(SetCase) == [SetCase(id_of(mind), "returned", stopped=True)]


def test_a_paper_is_checked_by_its_own_name() -> None:
    mind = sent("qurainah")
    (papers,) = [q for q in mind.form.questions if q.documents]
    paper = papers.documents[0].key
    assert checked(mind, "expired", papers.id, paper).of(PutVerdict)[0].document == paper
    assert checked(mind, "expired", papers.id).refused == "item"


def test_a_quorum_decides_by_its_majority_and_a_tie_waits_for_one_more() -> None:
    mind = at_committee("qalb")
    assert mind.organisation.quorum == 2
    assert vote(mind, True, HIND).of(Decide) == []
    assert vote(mind, False, HIND, "بعد النظر").of(Decide) == [] and len(case(mind).votes) == 1
    assert vote(mind, True, SAAD, "حالة مستحقة").of(Decide) == []
    assert vote(mind, True, ALI, "نعم").of(Decide) == [Decide(id_of(mind), True, "نعم")]
    assert vote(mind, True, NOURA).refused == "state"


@pytest.mark.parametrize("wait", [0.0, 3.0, 13.9])
def test_a_decision_is_held_until_the_floor_and_never_hinted_at(wait: float) -> None:
    mind, other = decided("kafl").wait(days=wait), at_committee("kafl").wait(days=wait)
    assert mind.say("حالة طلبي").text == other.say("حالة طلبي").text and "case.line" in mind.keys
    ring(mind, "floor")
    (remind,) = mind.of(Remind)
    assert (remind.kind, remind.at, mind.told) == ("floor", case(mind).floor_at, [])
    mind.wait(days=20)
    assert mind.say("حالة طلبي").text == other.wait(days=20).say("حالة طلبي").text


def test_a_decision_after_the_floor_is_told_at_once_or_in_the_morning() -> None:
    mind = at_committee().wait(days=16)
    assert ring(mind, "floor").last == ()
    late = at_committee().wait(days=16, hours=11)
    assert vote(mind).of(TellDecision) == [TellDecision(id_of(mind))] and mind.keys == ["case.update"]
    assert Forget(id_of(mind), ("floor", "ceiling")) in mind.last
    vote(late)
    (remind,) = late.of(Remind)
    assert late.told == [] and remind.kind == "floor" and remind.at > late.now
    late.now = remind.at
    assert ring(late, "floor").of(TellDecision)
    assert ring(late, "floor").last == ()


def test_two_may_release_a_decision_early_and_one_may_not() -> None:
    mind = decided()
    assert mind.send(ReleaseAsked(SAAD, id_of(mind), " ")).refused == "reason"
    mind.send(ReleaseAsked(SAAD, id_of(mind), "موعد العملية قريب"))
    assert mind.of(PutRelease) == [PutRelease(id_of(mind), SAAD, "موعد العملية قريب")] and mind.told == []
    assert mind.send(ReleaseAsked(SAAD, id_of(mind), "موعد")).refused == "second"
    mind.send(ReleaseAsked(HIND, id_of(mind), "نعم"))
    assert mind.of(PutRelease)[0].confirmed and mind.of(TellDecision) and mind.keys == ["case.update"]
    assert mind.send(ReleaseAsked(ALI, id_of(mind), "نعم")).refused == "state"


def test_what_is_released_at_night_is_told_in_the_morning() -> None:
    mind = decided()
    mind.send(ReleaseAsked(SAAD, id_of(mind), "عاجل")).wait(hours=12).send(ReleaseAsked(HIND, id_of(mind), "عاجل"))
    (remind,) = mind.of(Remind)
    assert mind.told == [] and remind.at - mind.now < DAY
    mind.now = remind.at
    assert ring(mind, "floor").keys == ["case.update"] and mind.of(TellDecision)


def told(accepted: bool, name: str = "ishraqa") -> Mind:
    mind = decided(name, accepted)
    mind.now = case(mind).floor_at or NOW
    return ring(mind, "floor")


def test_on_a_private_page_the_decision_is_read_in_full() -> None:
    mind = told(False).send(Said(choices=("start:decision",)))
    assert REASON in mind.text and {"decision.reason", "decision.rights"} <= set(mind.keys)
    assert "صدر القرار بالرفض" in mind.text
    (reason,) = [p.line.params["reason"] for m in mind.told for p in m.parts if p.line.key == "decision.reason"]
    assert reason == Quote(REASON)
    good = told(True).say("حالة طلبي")
    assert "صدر القرار بالقبول" in good.text and "decision.rights" not in good.keys


def test_elsewhere_the_reason_stands_behind_a_one_time_link() -> None:
    mind = told(False)
    mind.channel = WHATSAPP
    mind.send(Said(choices=("start:decision",)))
    assert REASON not in mind.text and "صدر القرار بالرفض" in mind.text
    (link,) = mind.of(IssueLink)
    assert link.case == id_of(mind) and link.token in mind.text
    mind.redeem_of(link.case)
    assert REASON not in mind.text and mind.state.mode is Mode.LOOKUP
    case = mind.cases[link.case]
    mind.proofs = {(case.reference or "", "id", "5672"): Found(case=case)}
    said, after = mind.say("5672"), mind.state
    assert REASON in said.text and after.mode is Mode.MENU


def test_bad_input_38_whoever_holds_the_phone_reads_no_reason_without_what_only_its_person_knows() -> None:
    """A stolen SIM: the number writes, opens the link, and asks in every way for the reason."""
    mind = told(False)
    mind.channel = WHATSAPP
    mind.send(Said(choices=("start:decision",)))
    (link,) = mind.of(IssueLink)
    mind.redeem_of(link.case)
    number = mind.cases[link.case].reference or ""
    for line in (
        "1111",
        "القائمة",
        "حالة طلبي",
        "طلباتي",
        number,
        "2222",
        "1 محرم 1400",
        "القائمة",
        "الاطلاع على القرار",
    ):
        assert REASON not in mind.say(line).text, line
    mind.send(Said(choices=("start:decision",)))
    assert REASON not in mind.text
    mind.proofs = {(number, "id", "5672"): Found(case=mind.cases[link.case])}
    assert REASON in mind.say(number, "5672").text
    assert REASON in mind.say("حالة طلبي").text  # the page has proved itself


def test_in_the_middle_of_another_request_no_second_link_is_made() -> None:
    mind = told(False, "kafl").say("القائمة").tap("request").tap("new")
    mind.channel = WHATSAPP
    while mind.state.mode is not Mode.LINK:
        mind.good()
    mind.say("حالة طلبي")
    assert "decision.later" in mind.keys and REASON not in mind.text
    assert len(mind.of(IssueLink)) == 1 and mind.state.mode is Mode.LINK


def test_who_stopped_messages_is_not_told_and_staff_are_asked_to_call() -> None:
    mind = decided()
    mind.contact = replace(mind.contact, stopped=True)
    mind.now = case(mind).floor_at or NOW
    ring(mind, "floor")
    assert mind.told == [] and mind.of(TellDecision)
    assert mind.of(AskStaff) == [AskStaff("relations_officer", "decision_unheard", id_of(mind))]
    assert REASON in mind.say("حالة طلبي").text


def test_the_ceiling_speaks_of_what_is_still_open_and_not_of_what_was_decided_or_returned() -> None:
    for mind, speaks in ((checked(sent()), True), (at_committee(), True), (decided(), False), (back(sent()), False)):
        mind.wait(days=30)
        assert (ring(mind, "ceiling").keys == ["case.longer"]) is speaks
        assert bool(mind.of(AskStaff)) is speaks


def test_a_message_told_beside_the_conversation_leaves_its_options_live() -> None:
    mind = checked(sent()).say("القائمة")
    live, prompt = mind.live, mind.state.prompt
    mind.send(CommitteeAsked(NOURA, id_of(mind)))
    assert (mind.live, mind.state.prompt) == (live, prompt)
    assert [o.id for o in mind.told[0].options] == ["start:decision"]
    assert mind.tap("request").told
    assert mind.send(Redeemed("0" * 32)).told
