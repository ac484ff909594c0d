"""Sensitive questions leave an open channel by a one-time link, and the form comes home after the last of them."""

import pytest

from conversations.effects import DropAnswer, IssueLink, PutAnswer, Say
from conversations.events import Redeemed
from conversations.forms import Privacy
from conversations.messages import Code, Entry
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES, WEB, WHATSAPP

SENSITIVE = [name for name in NAMES if name != "qurainah"]


def linked(name: str) -> Mind:
    """A person on an open channel whose next question is sensitive."""
    mind = Mind(name, WHATSAPP).start()
    while mind.state.mode is Mode.FORM:
        mind.good()
    assert mind.state.mode is Mode.LINK
    return mind


@pytest.mark.parametrize("name", SENSITIVE)
def test_the_link_is_bound_to_the_draft_and_stands_in_the_fragment(name: str) -> None:
    mind = linked(name)
    (issued,) = mind.of(IssueLink)
    assert (issued.case, len(issued.token)) == (mind.draft.id, 43)
    (url,) = [p.line.params["url"] for m in mind.told for p in m.parts if p.line.key == "link.url"]
    assert url == Code(f"https://wasl.example/chat/{name}#k={issued.token}")
    assert mind.told[-1].entry is Entry.NONE and mind.live == []
    assert mind.asked.privacy is Privacy.SENSITIVE


@pytest.mark.parametrize("name", SENSITIVE)
def test_there_and_home_again_after_the_last_sensitive_question(name: str) -> None:
    mind = linked(name).redeem()
    assert mind.state.mode is Mode.FORM
    while mind.state.origin is not None:
        assert mind.asked.privacy is Privacy.SENSITIVE
        mind.good()
    said = [e.to for e in mind.last if isinstance(e, Say)]
    assert said[0] is None and set(said[1:]) == {"a" * 32}
    mind.channel = WHATSAPP
    assert not mind.review().of(IssueLink)


@pytest.mark.parametrize("line", ["هو السجين نفسه", "prisoner", "1", "لا أدري", "👍", "السلام عليكم"])
def test_what_is_written_on_the_open_channel_meanwhile_is_no_answer_and_brings_a_new_link(line: str) -> None:
    for mind in (linked("kafl"), linked("kafl").redeem()):
        mind.channel = WHATSAPP
        mind.say(line)
        assert not mind.of(PutAnswer)
        assert len(mind.of(IssueLink)) == 1 and mind.keys[0] == "link.waiting"
        assert not [o for m in mind.told for o in m.options]


def test_back_from_the_link_is_the_question_before_it() -> None:
    mind = linked("kafl")
    mind.say("رجوع")
    assert (mind.state.mode, mind.state.asking) == (Mode.FORM, "iban")
    assert mind.good().state.mode is Mode.LINK


def test_the_menu_and_coming_back_lead_to_a_new_link() -> None:
    mind = linked("kafl").say("القائمة", "إكمال")
    assert mind.state.mode is Mode.LINK and mind.of(IssueLink)


def test_a_link_that_is_tapped_after_the_menu_takes_the_draft_in_hand_again() -> None:
    mind = linked("kafl")
    case = mind.draft.id
    mind.say("القائمة")
    mind.channel = WEB
    mind.send(Redeemed(case))
    assert (mind.state.mode, mind.state.asking) == (Mode.FORM, "relation")


def test_a_link_to_a_draft_that_is_none_any_more_leads_to_the_menu() -> None:
    mind = Mind("kafl").declared().tap("accept").send(Redeemed("0" * 32))
    assert mind.state.mode is Mode.MENU and "form.no_draft" in mind.keys


def test_a_link_that_was_tapped_in_a_minute_of_many_messages_is_not_lost() -> None:
    mind = linked("kafl")
    for _ in range(120):
        mind.say("؟")
    assert mind.redeem().state.asking == "relation" and mind.told


def test_changing_a_sensitive_answer_from_the_open_channel_sends_a_new_link() -> None:
    mind = Mind("kafl").start().review()
    mind.channel = WHATSAPP
    mind.say("القائمة", "إكمال").tap("change:relation")
    assert mind.keys[0] == "link.ask" and len(mind.of(IssueLink)) == 1
    assert not mind.of(DropAnswer)
    mind.redeem().say("2")
    assert mind.state.mode is Mode.REVIEW
    assert {e.to for e in mind.last if isinstance(e, Say)} == {None, "a" * 32}


def test_a_private_channel_needs_no_link() -> None:
    assert not [e for e in Mind("kafl").start().review().every if isinstance(e, IssueLink)]
    assert not [e for e in Mind("qurainah", WHATSAPP).start().review().every if isinstance(e, IssueLink)]


def test_a_child_sends_the_guardians_proof_on_the_private_page_too() -> None:
    mind = Mind("ishraqa", WHATSAPP).start().until("birth_date").say("1/1/2015")
    while mind.state.mode is Mode.FORM:
        mind.good()
    assert mind.asked.id == "session"
    asked = []
    mind.redeem()
    while mind.state.origin is not None:
        asked.append(mind.asked.id)
        mind.good()
    assert asked == ["session", "description", "papers"]
