"""Reading refuses what it does not understand, names file and key, and says everything at once."""

from datetime import date, time
from pathlib import Path

import pytest

from conversations import forms
from conversations.forms import Form, Op
from organisations.profile import ApprovedText, Profile
from tests.organisations_world import AR, FORM, NAME, PROFILE, World

WRONG = [
    (PROFILE, "approved = false", "approve = false", "`approve` is not a key that is known here"),
    (PROFILE, "approved = false", "approve = false", "`approved` is missing; give it true or false"),
    (PROFILE, 'gender = "masculine"', 'gender = "m"', "`gender` is «m»; use one of masculine, feminine"),
    (PROFILE, '"human"]', '"shop"]', "`doors` holds «shop»"),
    (PROFILE, "approved = false", "approved = false\napprovals = 3", "`approvals` is 3"),
    (PROFILE, '"cases"', '"request"', "`doors` names the same thing twice"),
    (PROFILE, '"bylaws"', '"laws"', "`staff_tools` holds «laws»"),
    (PROFILE, 'procedure_end = "service"', 'procedure_end = "x"', "use one of service, registration"),
    (PROFILE, 'request = "support"', 'request = "help"', "`request` must be «support»"),
    (PROFILE, "interview = true", 'interview = "yes"', "[channels]: `interview` is 'yes'; give it true or false"),
    (PROFILE, "delegates = true\n", "", "[channels]: `delegates` is missing"),
    (PROFILE, "Asia/Riyadh", "Asia/Najd", "`zone` is «Asia/Najd»"),
    (PROFILE, 'sun = "08:00-16:00"', 'sun = "16:00-08:00"', "`sun` must close later than it opens"),
    (PROFILE, 'sun = "08:00-16:00"', 'sun = "8-16"', "`sun` is «8»; write an hour like 09:00"),
    (PROFILE, "2026-02-22", '"soon"', "`holidays` holds 'soon'"),
    (PROFILE, 'send_until = "21:00"', 'send_until = "08:00"', "`send_until` must be later than `send_from`"),
    (PROFILE, "#4a6120", "green", "`accent_light` is «green»; write a colour like #4a6120"),
    (PROFILE, "embedding_origins = []", 'embedding_origins = ["http://a.b"]', "`embedding_origins` holds «http://a.b»"),
    (PROFILE, "floor_days = 14", 'floor_days = "14"', "`floor_days` is '14'; give it a whole number"),
    (PROFILE, "reminder_days = [1, 3]", "reminder_days = [true]", "`reminder_days` holds True"),
    (PROFILE, "[look]", "[committee]\nsource = 'sample'\nquorum = 0\n\n[look]", "`quorum` is 0; at least one"),
    (PROFILE, "[look]", "[committee]\nquorum = 2\n\n[look]", "[committee]: `source` is missing"),
    (PROFILE, "[look]", "[look", "this is not TOML"),
    (FORM, 'use = "city"', 'use = "town"', "`use` names «town» in question 9"),
    (FORM, 'kind = "money"', 'kind = "coins"', "question «income»: `kind` is «coins»; use one of text"),
    (FORM, "most = 40", "mots = 40", "question «members»: `mots` is not a key"),
    (FORM, 'when = { kind = ["repair"] }', "when = []", "`when` must be a table of tests"),
    (FORM, 'when = { kind = ["repair"] }', "when = { kind = { below = 3 } }", "`when` tests «kind»"),
    (FORM, '{ key = "food" }', '{ kee = "food" }', "choice «?»: `key` is missing"),
    (FORM, '{ key = "fridge" }', '"fridge"', "`choices` holds 'fridge'; each item must be a table"),
    (FORM, "expires = true", 'expires = "yes"', "document «lease»: `expires` is 'yes'"),
    (AR, '"question.city.example" =', "question.city.example =", "`question` is a table; put the whole key in quotes"),
    (AR, '"organisation.short" = "القرينة"', '"organisation.short" = " "', "must be a text with words in it"),
    (AR, "@feminine", "@female", "has the variant «female»"),
]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize(("file", "old", "new", "sentence"), WRONG)
def test_bad_data_is_refused_with_a_sentence(world: World, file: str, old: str, new: str, sentence: str) -> None:
    refusals = world.spoil(file, old, new).refusals()
    assert any(sentence in refusal and refusal.startswith(f"{NAME}/{file}") for refusal in refusals), refusals


def test_all_is_told_at_once(world: World) -> None:
    world.spoil(PROFILE, "approved = false", "").spoil(FORM, 'use = "city"', 'use = "town"')
    world.file("policy.en.md").unlink()
    told = "\n".join(world.refusals())
    assert "`approved` is missing" in told
    assert "«town»" in told
    assert "qurainah/policy.en.md: the policy is missing" in told


def test_a_missing_file_is_named(world: World) -> None:
    world.file(FORM).unlink()
    assert "qurainah/form.toml: the file is missing; add it." in world.refusals()


def test_what_was_read_is_what_was_written(world: World) -> None:
    profile = world.load()
    schedule = profile.organisation.schedule
    assert schedule.hours[0].weekday == 0
    assert {day.weekday for day in schedule.hours} == {0, 1, 2, 3, 6}
    assert (schedule.send_from, schedule.friday_from) == (time(9), time(14))
    assert date(2026, 9, 23) in schedule.holidays
    assert profile.website == "www.algerina.org"
    assert profile.organisation.reminder_days == (1, 3)
    assert (profile.organisation.quorum, profile.organisation.serves) == (1, True)
    table = '[committee]\nsource = "policy, clause 5"\nquorum = 3\n\n[look]'
    assert world.spoil(PROFILE, "[look]", table).load().organisation.quorum == 3
    assert not world.spoil(PROFILE, '"service"', '"registration"').load().organisation.serves


def test_texts_that_were_approved_are_read_by_the_message_they_stand_for(world: World) -> None:
    assert world.load().templates == {}
    text = f"""\n[templates."review.saved"]\nid = "HX{"a1" * 16}"\nvalues = ["reference"]\n"""
    (template,) = world.add(PROFILE, text).load().templates.items()
    assert template == ("review.saved", ApprovedText("HX" + "a1" * 16, ("reference",)))
    refusals = world.add(PROFILE, """\n[templates.late]\nid = "SM1"\nvalue = 1\n""").refusals()
    assert any("[late]: `id` is not the id of an approved text" in told for told in refusals)
    assert any("[late]: `value` is not a key" in told for told in refusals)


def test_a_taken_question_may_be_overridden_key_by_key(world: World) -> None:
    form = _form(world.spoil(FORM, 'use = "mobile"', 'use = "mobile"\noptional = true').load())
    mobile = form.question("mobile")
    assert mobile is not None
    assert mobile.optional
    assert mobile.purpose == "contact"


def test_conditions_are_any_of_tables_all_of_tests(world: World) -> None:
    world.spoil(FORM, 'when = { kind = ["repair"] }', 'when = { who = ["self"], birth_date = { younger = 18 } }')
    form = _form(world.load())
    repair, applicant = form.question("repair_need"), form.question("applicant_name")
    assert repair is not None
    assert applicant is not None
    assert repair.when == ((forms.Test("who", Op.IS, ("self",)), forms.Test("birth_date", Op.YOUNGER, (18,))),)
    assert len(applicant.when) == 2


def _form(profile: Profile) -> Form:
    return profile.organisation.forms["support"]
