"""Every rule of the judge has a profile that breaks it, and a sentence that says what to fix."""

from pathlib import Path

import pytest

from organisations import load
from tests.organisations_world import AR, EN, FORM, PROFILE, World

FOOD = '{ key = "food" }'
IBAN = "when = { kind = ["

WRONG = [
    # the form's shape
    (FORM, 'id = "device"', 'id = "kind"', "error qurainah: form «support» has two questions «kind»"),
    (FORM, FOOD, f"{FOOD}, {FOOD}", "question «kind» has the choice «food» twice"),
    (FORM, '{ key = "salary_slip"', '{ key = "lease"', "question «papers» has the document «lease» twice"),
    (FORM, '[[question]]\nuse = "reach_safe"\n', "", "does not ask «reach_safe», which every form asks"),
    (FORM, 'when = { kind = ["repair"] }', 'when = { sort = ["repair"] }', "«repair_need» depends on «sort», which the form"),
    (FORM, 'when = { kind = ["repair"] }', 'when = { housing = ["owned"] }', "depends on «housing», which comes later"),
    (FORM, 'when = { kind = ["repair"] }', 'when = { kind = ["mend"] }', "waits for «mend», which «kind» does not offer"),
    (FORM, 'when = { kind = ["repair"] }', "when = { kind = { above = 1 } }", "tests «kind» by `above`, which a choice"),
    (FORM, 'when = { kind = ["repair"] }', "when = { mobile = [true] }", "tests «mobile» by `is`, which a phone cannot"),
    (FORM, 'renews = ["who"]', 'renews = ["whom"]', "question «kind» is renewed by «whom»"),
    (FORM, 'id = "members"\nkind = "number"', 'id = "members"\nkind = "choice"', "exactly the kinds choice and choices"),
    (FORM, 'id = "debts"\nkind = "money"', 'id = "debts"\nkind = "documents"', "exactly the kind documents"),
    # the ways through it
    (FORM, FOOD, '{ key = "food", when = { birth_date = { younger = 0 } } }', "«kind.food» can never be reached"),
    (FORM, 'when = { kind = ["device"] }', 'when = { kind = ["device"], who = ["self"], kinship = ["child"] }', "«device» can"),
    (FORM, "expires = true }", "expires = true },\n{ key = 'x', when = { debts = { above = 20000000 } } }", "«papers.x» can"),
    (FORM, 'when = { kind = ["food", "marriage", "study"] }\n', "", "19 questions are asked after who = family"),
    # what an answer declares
    (FORM, 'id = "debts"\nkind = "money"\nsection = "household"\nabout = "beneficiary"\nprivacy = "personal"\npurpose = "assessment"',
     'id = "debts"\nkind = "money"\nsection = "household"\nabout = "beneficiary"\nprivacy = "sensitive"\npurpose = ""',
     "question «debts» (sensitive) declares no purpose"),
    (FORM, 'roles = ["relations_officer", "social_researcher", "committee"]', 'roles = ["boss"]', "is for «boss», a role nobody"),
    # words
    (AR, '"question.debts.ask"', '"question.debt.ask"', "`question.debts.ask` has no words; write them (ar)."),
    (EN, '"choice.kind.food"', '"choice.kind.meal"', "`choice.kind.food` has no words; write them (en)."),
    (EN, '"question.members.example"', '"question.members.sample"', "`question.members.example` has no words"),
    (EN, '"document.lease"', '"document.rent"', "`document.lease` has no words"),
    (EN, '"section.need"', '"section.needs"', "`section.need` has no words"),
    (EN, '"privacy.text"', '"privacy.page"', "`privacy.text` has no words"),
    (FORM, 'roles = ["relations_officer", "social_researcher", "committee"]', 'roles = ["boss"]', "`role.boss` has no words"),
    (EN, '"choice.housing.family.short" = "With relatives"', "", "`choice.housing.family` has 21 characters; write"),
    (EN, '"With relatives"', '"With relatives of any kind"', "`choice.housing.family.short` has 26 characters; 20 at most"),
    (EN, '"House repair"', f'"{"House repair " * 6}"', "`choice.kind.repair` has 77 characters; 72 at most"),
    (AR, 'short" = "القرينة"', 'short" = "جمعية القرينة التعاونية"', "`organisation.short` has 23 characters; 20 at most"),
    (EN, "One device, the one needed most.", "One device!", "`question.device.why` has an exclamation mark"),
    (EN, "One device, the one needed most.", "One {device}.", "waits for {device}, which nothing fills in"),
    (EN, "One device, the one needed most.", "One {device.", "has a brace that opens or closes nothing"),
    (EN, "I, {name}, the applicant,", "I, the applicant,", "`declaration.text` (en) and `declaration.text` (ar) wait for different"),
    (AR, "أنا {name}، طالبةَ", "أنا طالبةَ", "`declaration.text@feminine` (ar) and `declaration.text` (ar) wait for different"),
    (AR, '"question.device.why"', '"question.device.why@feminine"', "has no plain `question.device.why` beside it"),
    # names of others
    (AR, "جهاز واحد هو الأشد حاجة.", "تقدمه جَمعيّة زائد لحفظ النّعمه.", "names «جمعية زائد لحفظ النعمة», another association"),
    (AR, "جهاز واحد هو الأشد حاجة.", "ولجمعية البر الخيرية في شعبه نصاب", "names «جمعية البر الخيرية في شعبة نصاب»"),
    (AR, "جهاز واحد هو الأشد حاجة.", "من جمعية كفل لرعاية السجناء واسرهم", "names «جمعية كفل لرعاية السجناء وأسرهم»"),
    (AR, "جهاز واحد هو الأشد حاجة.", "تواصل مع جمعية إشراقه اليوم.", "names «إشراقة», the short name of another"),
    (AR, 'short" = "القرينة"', 'short" = "قلب"', "`organisation.short` (ar) names «قلب», the short name"),
    (EN, "One device, the one needed most.", "Ask the Kafl association.", "names «Kafl», the short name of another"),
    (EN, "One device, the one needed most.", "Ask Qalb Association for Heart Patients", "names «Qalb Association for Heart"),
    ("policy.ar.md", "جمعية القرينة التعاونية", "جمعية لاباس الصحية بالقنفذة", "policy.ar.md names «جمعية لاباس الصحية"),
    # the rest
    (PROFILE, "#4a6120", "#a0b070", "[look] accent_light stands 2.14:1 on its ground"),
    (PROFILE, "#b5c982", "#606a40", "accent_dark stands"),
    (PROFILE, "floor_days = 14", "floor_days = 13", "floor_days is 13; policies say no less than two weeks"),
    (PROFILE, "ceiling_days = 30", "ceiling_days = 14", "ceiling_days is 14; it must be later"),
    (PROFILE, "reminder_days = [1, 3]", "reminder_days = [1, 14]", "reminder_days must lie between"),
]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize(("file", "old", "new", "sentence"), WRONG)
def test_what_is_wrong_is_said(world: World, file: str, old: str, new: str, sentence: str) -> None:
    others = [load(name) for name in ("labas", "kafl", "qalb", "ishraqa")]
    judged = world.spoil(file, old, new).judged(*others)
    assert any(sentence in each for each in judged), judged


def test_the_unspoilt_world_is_clean(world: World) -> None:
    assert world.judged(load("labas"), load("kafl")) == []


def test_ordinary_words_that_are_also_short_names_may_stand(world: World) -> None:
    world.spoil(AR, "جهاز واحد هو الأشد حاجة.", "لا بأس، فالطيبة في القلب، ومرضى القلب في قلب كل إنسان، وهو كفل لهم.")
    assert world.judged(*(load(name) for name in ("labas", "kafl", "qalb"))) == []


def test_too_many_options_are_only_a_warning(world: World) -> None:
    more = ", ".join(f'{{ key = "k{number}" }}' for number in range(6))
    for language in (AR, EN):
        world.add(language, "\n".join(f'"choice.kind.k{number}" = "{number}"' for number in range(6)))
    assert world.spoil(FORM, FOOD, f"{FOOD}, {more}").judged() == [
        "warning qurainah: question «kind» offers 11 options; lists on phones hold 10."
    ]


def test_days_without_hours_are_only_a_warning(world: World) -> None:
    hours = next(line for line in world.file(PROFILE).read_text("utf-8").splitlines() if line.startswith("hours"))
    (sentence,) = world.spoil(PROFILE, hours, "hours = {}").judged()
    assert sentence.startswith("warning qurainah: [schedule] hours names no day")


def test_a_question_without_a_standing_choice_is_found(world: World) -> None:
    choices = 'choices = [{ key = "owned" }, { key = "rented" }, { key = "family" }, { key = "provided" }]'
    only = 'choices = [{ key = "owned", when = { kind = ["food"] } }, { key = "rented", when = { kind = ["repair"] } },'
    others = '{ key = "family", when = { kind = ["food"] } }, { key = "provided", when = { kind = ["food"] } }]'
    judged = world.spoil(FORM, choices, f"{only} {others}").judged()
    assert any("question «housing» offers no choice after" in each and "kind = " in each for each in judged), judged


def test_a_long_way_for_oneself_is_found(world: World) -> None:
    for condition in ('["repair"]', '["device"]', '["food", "marriage", "study"]'):
        world.spoil(FORM, f"when = {{ kind = {condition} }}\n", "")
    judged = world.judged()
    assert any("17 questions are asked after who = self, birth_date = 1997-03-01, kind =" in each for each in judged), (
        judged
    )


def test_a_short_way_is_found(world: World) -> None:
    text = world.file(FORM).read_text("utf-8")
    brief = text[: text.index('[[question]]\nid = "kind"')]
    world.file(FORM).write_text(brief, "utf-8")
    judged = world.judged()
    assert any("only 8 questions are asked after who = self" in each for each in judged), judged
