"""How a person is addressed: neutral or as the association does, until they choose at the declaration, once."""

import pytest

from conversations.effects import Accept
from conversations.messages import Line
from conversations.organisation import Gender
from conversations.state import Mode
from tests.mind import Mind
from tests.mind_world import NAMES, profiles, tongue

ASK = Line("menu.ask")


@pytest.mark.parametrize("name", NAMES)
def test_the_other_gender_is_offered_at_the_declaration_and_remembered(name: str) -> None:
    own = profiles()[name].organisation.gender
    other = next(gender for gender in Gender if gender is not own)
    mind = Mind(name).declared()
    before = mind.text
    assert other.value in mind.live
    assert own.value not in mind.live
    mind.tap(other.value)
    assert mind.state.mode is Mode.DECLARATION
    assert mind.state.speech == f"ar@{other}"
    assert other.value not in mind.live, "it is asked once"
    assert mind.text != before, "the declaration itself is worded anew"
    mind.tap("accept")
    assert mind.of(Accept)
    assert mind.state.gender == other


def test_english_knows_no_such_choice() -> None:
    mind = Mind("labas").start().review().say("English").tap("confirm")
    assert mind.live == ["accept", "refuse"]


def test_it_can_be_named_and_numbered_like_any_option() -> None:
    assert Mind("labas").declared().say("خاطبوني بصيغة المؤنث").state.gender == "feminine"
    assert Mind("labas").declared().say("٣").state.gender == "feminine"


@pytest.mark.parametrize("name", NAMES)
def test_whoever_chose_is_spoken_to_so_everywhere(name: str) -> None:
    mind = Mind(name).declared()
    said = {gender: tongue(name, f"ar@{gender}").say(ASK) for gender in Gender}
    assert said[Gender.FEMININE] != said[Gender.MASCULINE]
    assert tongue(name, "ar").say(ASK) == said[mind.organisation.gender]
    assert tongue(name, "en@feminine").say(ASK) == tongue(name, "en").say(ASK)
