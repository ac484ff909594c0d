"""Several persons on one contact: each is one of their own, and what they once said is offered, never silently taken."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.household import Household
from conversations.effects import OpenCase, PutAnswer, SetBeneficiary
from conversations.forms import Kind
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import ID, NAME, NAMES, WHATSAPP
from tests.turns_world import Guest, house, rows


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Household]:
    async with house(tmp_path) as opened:
        yield opened


def sent(name: str = "qurainah", who: str = "1") -> Mind:
    """Somebody who has sent a request."""
    mind = Mind(name).start().say(who).review()
    return mind.tap("confirm").tap("accept")


def offered(mind: Mind) -> str:
    """The labels that can be tapped."""
    return "\n".join(str(option["label"]) for words in mind.rendered() for option in words.options)


def again(mind: Mind) -> Mind:
    """One more request begins."""
    return mind.say("القائمة").tap("request")


def test_a_second_request_asks_for_whom_by_first_name_only() -> None:
    mind = again(sent())
    assert mind.state.mode is Mode.WHO
    assert mind.live == ["who1", "new"]
    assert NAME.split()[0] in offered(mind)
    assert NAME not in offered(mind) and ID not in offered(mind)
    assert not mind.of(OpenCase)


@pytest.mark.parametrize("answer", ["1", NAME.split()[0]])
def test_a_known_person_is_the_same_person_and_the_relation_is_known(answer: str) -> None:
    mind = sent()
    (first,) = mind.cases.values()
    again(mind).say(answer)
    (opened,) = mind.of(OpenCase)
    assert opened.applicant == first.applicant
    assert mind.draft.beneficiary == first.beneficiary
    assert mind.draft.answers == {"who": "self"}


def test_a_family_member_is_the_same_person_again() -> None:
    mind = sent(who="2")
    (first,) = mind.cases.values()
    again(mind).tap("who1")
    assert mind.draft.applicant == first.applicant
    assert mind.draft.beneficiary == first.beneficiary != first.applicant
    assert [e.relation for e in mind.of(SetBeneficiary)] == ["family"]
    mind.until("full_name").tap("same")
    assert mind.draft.beneficiary == first.beneficiary


def test_what_was_said_once_is_offered_and_filed_only_when_it_is_confirmed() -> None:
    mind = again(sent()).tap("who1")
    assert mind.asked.kind is Kind.NAME
    assert "same" in mind.live and NAME in offered(mind)
    mind.tap("same")
    (put,) = mind.of(PutAnswer)
    assert (put.value, put.field) == (NAME, "full_name")
    assert mind.state.asking == "national_id"
    assert ID not in offered(mind) and f"…{ID[-4:]}" in offered(mind)
    mind.say("نعم")
    assert mind.draft.answers[put.field] == NAME and ID in mind.draft.answers.values()
    mind.say("2/2/1991")
    assert mind.draft.answers["birth_date"] == "1991-02-02", "another answer is taken as it is"


def test_somebody_new_is_a_person_of_their_own_and_is_offered_nothing() -> None:
    mind = sent()
    (first,) = mind.cases.values()
    again(mind).tap("new")
    assert not {mind.draft.applicant, mind.draft.beneficiary} & {first.applicant, first.beneficiary}
    mind.say("1")
    assert "same" not in mind.live


@pytest.mark.parametrize("name", NAMES)
def test_two_persons_in_every_association_on_every_kind_of_channel(name: str) -> None:
    mind = sent(name)
    mind.channel = WHATSAPP
    again(mind).tap("who1").review()
    assert len({case.applicant for case in mind.cases.values()}) == 1
    assert mind.state.mode is Mode.REVIEW


async def test_a_mother_and_her_two_sons_on_one_phone_are_three(home: Household) -> None:
    guest = Guest(home, "qurainah")
    await guest.submit()
    await guest.say("القائمة")
    await guest.tap("request")
    await guest.tap("new")
    await guest.say("2")
    await guest.say("1")
    await guest.say("فهد بن سالم العتيبي")
    await guest.say("القائمة")
    await guest.tap("request")
    await guest.tap("new")
    await guest.tap("who1")
    await guest.tap("same")
    cases = await rows(home, "cases", "qurainah")
    own, son, mine = sorted(cases, key=lambda row: row["opened_at"])
    assert mine["applicant"] == mine["beneficiary"] == own["applicant"]
    assert son["beneficiary"] not in (own["applicant"], son["applicant"])
    names = {row["case"]: row for row in await rows(home, "answers", "qurainah", field="full_name")}
    assert names[mine["case"]]["person"] == own["applicant"]
    assert names[mine["case"]]["value"] == names[own["case"]]["value"]
    assert names[son["case"]]["person"] == son["beneficiary"]
