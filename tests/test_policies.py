"""What the associations' policies say, written out once more: a profile that drifts from its text fails here."""

from collections.abc import Iterator

import pytest

from conversations.arabic import fold
from organisations import Profile, load

CHANNELS = ("interview", "phone", "social", "letters", "help_request", "volunteering", "website", "delegates")
FOUR = ("bylaws", "research_guide", "support_guide", "request_form")
NO_DATE = ""

# name: (gender, channels that are closed, staff tools, the procedure's end, adopted)
FACTS: dict[str, tuple[str, set[str], tuple[str, ...], str, str]] = {
    "labas": ("masculine", set(), FOUR, "service", "2021-01-01"),
    "qurainah": ("masculine", set(), (*FOUR, "charity_policies", "official_instructions"), "service", NO_DATE),
    "kafl": ("masculine", {"interview", "help_request", "delegates"}, FOUR[:3], "service", NO_DATE),
    "qalb": ("masculine", set(), FOUR[:1], "service", "2023-07-15"),
    "ishraqa": ("feminine", {"delegates"}, FOUR, "registration", "2024-02-07"),
}
NAMES = {
    "labas": ("جمعية لاباس الصحية بالقنفذة", "لاباس", "Labas Health Association, Al-Qunfudhah"),
    "qurainah": ("الجمعية التعاونية متعددة الأغراض بالقرينة", "القرينة", "Al-Qurainah Multi-purpose Cooperative"),
    "kafl": ("جمعية كفل لرعاية السجناء وأسرهم", "كفل", "Kafl Association for Prisoners and their Families"),
    "qalb": ("جمعية قلب لرعاية مرضى القلب", "قلب", "Qalb Association for Heart Patients"),
    "ishraqa": ("جمعية إشراقة لتعزيز الصحة النفسية", "إشراقة", "Ishraqa Association for Mental Health"),
}
# Associations from which two of the texts were copied.
FOREIGN = ("جمعية زائد لحفظ النعمة", "جمعية البر الخيرية في شعبة نصاب")
ACCENTS = {
    "labas": ("#0b6470", "#7fc8d0"),
    "qurainah": ("#4a6120", "#b5c982"),
    "kafl": ("#30548c", "#a6c1ea"),
    "qalb": ("#8f2d48", "#e294a3"),
    "ishraqa": ("#865200", "#e5b76c"),
}
CHANNEL_WORDS = {
    "interview": "المقابلة",
    "phone": "الاتصالات الهاتفية",
    "social": "وسائل التواصل الاجتماعي",
    "letters": "الخطابات",
    "help_request": "خدمات طلب المساعدة",
    "volunteering": "خدمة التطوع",
    "website": "الموقع الإلكتروني",
    "delegates": "مناديب المكاتب الفرعية",
}

every = pytest.mark.parametrize("name", tuple(FACTS))


def part(text: str, heading: str) -> str:
    """The text under the heading that begins so."""
    return text.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]


def numbered(text: str) -> list[str]:
    return [line.split(". ", 1)[1] for line in text.splitlines() if line[:1].isdigit()]


def texts(profile: Profile) -> Iterator[tuple[str, str]]:
    """All that this association may ever show, with the place it stands."""
    for language, words in profile.wording.items():
        yield from ((f"{language} {key}", text) for key, text in words.items())
    yield from profile.policy.items()


@every
def test_the_profile_states_what_its_policy_states(name: str) -> None:
    gender, closed, tools, end, adopted = FACTS[name]
    profile = load(name)
    assert profile.organisation.gender == gender
    assert profile.organisation.languages == ("ar", "en")
    assert dict(profile.channels) == {channel: channel not in closed for channel in CHANNELS}
    assert tuple(tool.key for tool in profile.staff_tools) == tools
    assert {tool.state for tool in profile.staff_tools} == {"not uploaded"}
    assert profile.procedure_end == end
    assert adopted in profile.adopted
    assert any(map(str.isdigit, profile.adopted)) == (adopted != NO_DATE)
    assert profile.organisation.floor_days == 14
    assert not profile.organisation.approved


@every
def test_the_doors_are_those_of_today(name: str) -> None:
    profile = load(name)
    interview = ("interview",) if profile.channels["interview"] else ()
    assert profile.channels["volunteering"]
    doors = ("request", "question", "cases", "voice", "volunteering", *interview, "policy", "human")
    assert profile.organisation.doors == doors


@every
def test_names_and_colours(name: str) -> None:
    profile = load(name)
    full, short, english = NAMES[name]
    assert profile.wording["ar"]["organisation.name"] == full
    assert profile.wording["ar"]["organisation.short"] == short
    assert profile.wording["en"]["organisation.name"] == english
    assert (profile.look.accent_light, profile.look.accent_dark) == ACCENTS[name]


def test_kafl_offers_registration_instead_of_a_help_request() -> None:
    words = load("kafl").wording["ar"]
    assert words["menu.request"] == "التسجيل والاستفادة من الخدمات"
    assert words["form.support.title"] == "التسجيل والاستفادة من الخدمات"


@every
def test_the_policy_text_lists_the_channels_and_tools_of_the_profile(name: str) -> None:
    profile = load(name)
    for text, channels, tools in (
        (profile.policy["ar"], "القنوات", "الأدوات"),
        (profile.policy["en"], "Channels", "Tools"),
    ):
        assert len(numbered(part(text, channels))) == sum(profile.channels.values())
        assert len(numbered(part(text, tools))) == len(profile.staff_tools)
    listed = fold(part(profile.policy["ar"], "القنوات"))
    assert {c for c, words in CHANNEL_WORDS.items() if fold(words) in listed} == {
        c for c, is_open in profile.channels.items() if is_open
    }


@every
def test_the_policy_text_ends_as_the_procedure_does_and_keeps_the_floor(name: str) -> None:
    profile = load(name)
    text = profile.policy["ar"]
    assert ("تقديم الخدمة اللازمة" in text) == (profile.procedure_end == "service")
    assert "خلال مدة لا تقل عن أسبوعين" in text
    assert "no less than two weeks" in profile.policy["en"]


def test_each_text_keeps_its_own_way_of_speaking() -> None:
    policies = {name: load(name).policy["ar"] for name in FACTS}
    assert {name for name, text in policies.items() if text.startswith("# لائحة")} == {"kafl"}
    assert {name for name, text in policies.items() if "طالبة الدعم" in text} == {"ishraqa"}
    assert {name for name, text in policies.items() if "طالب الدعم" in text} == set(FACTS) - {"ishraqa"}
    assert "وتقديم الخدمات" in policies["qurainah"].splitlines()[0]


@every
def test_the_declaration_agrees_with_whom_it_addresses(name: str) -> None:
    profile = load(name)
    oath = profile.wording["ar"]["declaration.text"]
    expected = ("طالبة", "مسؤولة") if name == "ishraqa" else ("طالب", "مسؤول")
    assert set(fold(" ".join(expected)).split()) <= set(fold(oath).split())
    for language in ("ar", "en"):
        for key, text in profile.wording[language].items():
            if key.startswith("declaration.text"):
                assert "{name}" in text, key
                assert "{organisation}" in text, key


@every
def test_no_association_ever_shows_the_name_of_another(name: str) -> None:
    others = [full for other, (full, _, _) in NAMES.items() if other != name]
    others += [english for other, (_, _, english) in NAMES.items() if other != name]
    others += [f"جمعية {short}" for other, (_, short, _) in NAMES.items() if other != name]
    phrases = [fold(phrase) for phrase in (*others, *FOREIGN)]
    shown = [(place, f" {fold(text)} ") for place, text in texts(load(name))]
    assert [(place, phrase) for place, text in shown for phrase in phrases if f" {phrase} " in text] == []
