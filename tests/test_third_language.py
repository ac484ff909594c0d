"""A third language is one catalogue and one line of a profile: shown with a small one that is made for the test."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.household import Mouth
from bot.privacy import privacy_notice
from conversations.effects import Say
from conversations.events import Event, Opened, Said, Switched
from conversations.facts import Contact, Facts, Fresh, Outcome
from conversations.state import Conversation
from conversations.step import step
from handlers import WAYS
from locales import catalogue, direction, judge, languages, lexicon, pages, vocabulary
from locales.catalogue import catalogue as read
from organisations import Profile, judging, load
from organisations.reading import ROOT
from services.labels import Labels
from tests.mind_world import NOW

MARK = "اردو: "
HOUSE = Path(catalogue.__file__).parent


@pytest.fixture
def third(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Profile]:
    """Urdu, as a catalogue whose sentences are the English ones with a mark, and one changed line in one profile."""
    tongues, folder = tmp_path / "locales", tmp_path / "organisations"
    for code in ("ar", "en"):
        shutil.copytree(HOUSE / code, tongues / code)
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    po = (HOUSE / "en" / "LC_MESSAGES" / "wasl.po").read_text("utf-8").replace("Language: en", "Language: ur")
    (tongues / "ur" / "LC_MESSAGES").mkdir(parents=True)
    marked = re.sub(r'^(msgstr(?:\[\d\])? ")(?=.)(?!Project)', rf"\1{MARK}", po, flags=re.MULTILINE)
    (tongues / "ur" / "LC_MESSAGES" / "wasl.po").write_text(marked, "utf-8")
    profile = folder / "labas" / "profile.toml"
    profile.write_text(
        profile.read_text("utf-8").replace('languages = ["ar", "en"]', 'languages = ["ar", "en", "ur"]'), "utf-8"
    )
    for module in (catalogue, pages):
        monkeypatch.setattr(module, "HERE", tongues)
    for cached in (read, pages._page_keys, vocabulary._merged):
        cached.cache_clear()
    yield load("labas", folder)
    for cached in (read, pages._page_keys, vocabulary._merged):
        cached.cache_clear()


class Talk:
    """One conversation with the pure mind in that house."""

    def __init__(self, profile: Profile) -> None:
        self.profile, self.mouth, self.state = profile, Mouth({"labas": profile}), Conversation()
        self.labels, self.words = Labels(self.mouth), lexicon(profile.organisation.languages)

    def send(self, event: Event) -> str:
        facts = Facts(
            now=NOW,
            organisation=self.profile.organisation,
            lexicon=self.words,
            channel=WAYS["web"],
            contact=Contact("c" * 32, "a" * 32),
            fresh=Fresh("1" * 32, "2" * 32, "3" * 32, "l" * 43),
            labels=self.labels.live("labas", self.state.speech, self.state.live),
            questions={},
        )
        outcome: Outcome = step(self.state, event, facts)
        self.state = outcome.conversation
        tongue = self.mouth("labas", self.state.speech)
        return "\n".join(tongue.render(e.message).text for e in outcome.effects if isinstance(e, Say))


def test_the_house_speaks_it_and_finds_no_fault_with_it(third: Profile) -> None:
    assert languages() == ("ar", "en", "ur")
    assert not judge()
    assert not [problem for problem in judging.judge(third) if problem.severity == "error"]
    assert direction("ur") == "rtl"
    talk = Talk(third)
    assert talk.send(Opened("ur", "request")).count(MARK) >= 3
    assert talk.state.language == "ur"
    assert "Who is this request for?" in talk.send(Said("1")), "the association's own words are spared until written"
    assert MARK in talk.send(Said("???")), "and the house's are its own"


def test_one_chooses_among_three_by_tap_by_number_or_by_name(third: Profile) -> None:
    talk = Talk(third)
    talk.send(Opened("ar"))
    talk.send(Said("language"))
    assert [key for key, _ in talk.state.live] == ["language:en", "language:ur"]
    assert MARK in talk.send(Said("2"))
    assert talk.state.language == "ur"
    talk.send(Said("English"))
    assert talk.state.language == "en"
    talk.send(Said("اردو"))
    assert talk.state.language == "ur"
    talk.send(Switched("ar"))
    assert talk.state.language == "ar"


def test_its_notice_stands_in_the_spare_language_until_it_is_written(third: Profile) -> None:
    mouth = Mouth({"labas": third})
    assert privacy_notice(third, mouth("labas", "ur"))
    assert third.policy["ur"] == third.policy["en"]
