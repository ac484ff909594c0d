"""The tongues: plural forms, both calendars, isolation, gender, and whole messages in words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from conversations.messages import Code, Line, Money, Option, Outbound, Param, Part, Role
from locales import Tongue, direction, languages, name_of
from locales.isolation import POP, TURNING, bare, isolate

RIYADH = "Asia/Riyadh"


def tongue(language: str = "ar", gender: str | None = None, **overrides: str) -> Tongue:
    words = {key.replace("__", "@").replace("_", "."): text for key, text in overrides.items()}
    return Tongue(language, words, gender, RIYADH)


def shown(value: Param, language: str = "ar") -> str:
    return bare(tongue(language).say(Line("value", {"value": value})))


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "لم يبقَ أي سؤال."),
        (1, "بقي سؤال واحد."),
        (2, "بقي سؤالان."),
        (3, "بقيت 3 أسئلة."),
        (10, "بقيت 10 أسئلة."),
        (11, "بقي 11 سؤالًا."),
        (99, "بقي 99 سؤالًا."),
        (100, "بقي 100 سؤال."),
        (101, "بقي 101 سؤال."),
        (102, "بقي 102 سؤال."),
        (103, "بقيت 103 أسئلة."),
        (111, "بقي 111 سؤالًا."),
    ],
)
def test_arabic_counts_in_six_forms(count: int, words: str) -> None:
    assert bare(tongue().say(Line("form.resume_left", {"count": count}))) == words


def test_english_counts_in_two_forms() -> None:
    said = [bare(tongue("en").say(Line("form.resume_left", {"count": n}))) for n in (0, 1, 2)]
    assert said == ["0 questions are left.", "1 question is left.", "2 questions are left."]


def test_a_page_gets_every_plural_form_by_its_category() -> None:
    forms = tongue().forms("page.news")
    assert forms.keys() == {"zero", "one", "two", "few", "many", "other"}
    assert forms["two"] == "رسالتان جديدتان"
    assert tongue("en").forms("page.news").keys() == {"one", "other"}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("2500", "2,500 ريال"),
        ("1", "ريال واحد"),
        ("2", "ريالان"),
        ("7", "7 ريالات"),
        ("2515", "2,515 ريالًا"),
        ("2500.50", "2,500.50 ريال"),
        ("0", "0 ريال"),
    ],
)
def test_money_agrees_with_its_number(amount: str, words: str) -> None:
    assert shown(Money(Decimal(amount))) == words


def test_money_in_english() -> None:
    assert [shown(Money(Decimal(n)), "en") for n in ("1", "2500", "12.25")] == [
        "1 riyal",
        "2,500 riyals",
        "12.25 riyals",
    ]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2025, 9, 16), "الثلاثاء 24 ربيع الأول 1447هـ الموافق 16 سبتمبر 2025م"),
        (date(2026, 1, 8), "الخميس 19 رجب 1447هـ الموافق 8 يناير 2026م"),
        (date(2026, 11, 21), "السبت 11 جمادى الآخرة 1448هـ الموافق 21 نوفمبر 2026م"),
        (date(1968, 3, 14), "الخميس 15 ذو الحجة 1387هـ الموافق 14 مارس 1968م"),
        (date(1906, 1, 1), "الاثنين 1 يناير 1906م"),
        (date(2090, 5, 1), "الاثنين 1 مايو 2090م"),
    ],
)
def test_a_day_stands_in_both_calendars_where_the_tables_reach(day: date, words: str) -> None:
    assert shown(day) == words


def test_a_day_in_english_puts_the_gregorian_first() -> None:
    assert shown(date(2025, 9, 16), "en") == "Tuesday 16 September 2025 (24 Rabi I 1447 AH)"


def test_a_plain_day_leaves_the_weekday_out() -> None:
    said = bare(tongue().say(Line("value.plain", {"value": date(1990, 5, 1)})))
    assert said == "6 شوال 1410هـ الموافق 1 مايو 1990م"
    assert bare(tongue().say(Line("value.plain", {"value": "نص"}))) == "نص"


def test_an_hour_is_told_on_the_organisations_clock_past_midnight_too() -> None:
    assert shown(datetime(2025, 9, 15, 22, 5, tzinfo=UTC)).endswith("16 سبتمبر 2025م، الساعة 01:05")
    assert shown(datetime(2025, 9, 16, 10, 52, tzinfo=ZoneInfo(RIYADH)), "en").endswith(", at 10:52")


def test_lists_are_joined_as_the_language_joins_them() -> None:
    assert shown(("أ", "ب", "ج")) == "أ وب وج"
    assert shown(("a", "b", "c"), "en") == "a, b and c"
    assert shown(("أ",)) == "أ"


def test_numbers_have_western_digits_and_are_isolated() -> None:
    assert tongue().say(Line("value", {"value": 9})) == "\u20689\u2069"
    assert [shown(n) for n in (1447, 9999, 10_000, -5)] == ["1447", "9999", "10,000", "-5"]


def test_a_persons_words_cannot_turn_the_sentence_round() -> None:
    wicked = "سعد\u202e dlrow \u2066x\u2069\u2069\u202d"
    said = tongue().say(Line("value", {"value": wicked}))
    assert said == "\u2068سعد dlrow x\u2069"


@pytest.mark.parametrize("text", ["", "a\nb", "\u2067" * 5 + "x", "سطر\u2029آخر\x1c!", "\u202e" * 3, "a\r\nb\n"])
def test_every_line_of_a_value_opens_and_closes_its_own_isolate(text: str) -> None:
    for line in isolate(text).split("\n"):
        assert not line or (line[0], line[-1]) == ("\u2068", POP)
        assert not set(map(ord, line[1:-1])) & TURNING.keys()


def test_joiners_of_names_are_kept() -> None:
    assert isolate("می\u200cخواهم") == "\u2068می\u200cخواهم\u2069"


def test_codes_keep_their_order_and_links_stand_bare() -> None:
    assert tongue().say(Line("value", {"value": Code("472 193 807")})) == "\u2066472 193 807\u2069"
    url = "https://example.org/chat/labas#k=abc"
    assert tongue().say(Line("notice.link", {"url": Code(url)})) == url


def test_templates_of_a_person_stay_text() -> None:
    assert shown("{value} {0} %s {{x}}") == "{value} {0} %s {{x}}"


def test_a_line_may_stand_in_a_line() -> None:
    words = tongue(organisation_name="جمعية المثال")
    said = words.say(Line("greeting.hello", {"organisation": Line("organisation.name")}))
    assert "جمعية المثال ترحّب بكم" in said


def test_gender_chooses_the_variant_and_falls_back_to_neutral() -> None:
    assert tongue(gender="feminine").template("form.welcome_back") == "أهلًا بعودتكِ."
    assert tongue(gender="masculine").template("form.welcome_back") == "أهلًا بعودتكم."
    assert tongue(gender="feminine").template("form.first") == tongue().template("form.first")
    assert bare(tongue(gender="feminine").say(Line("form.resume_left", {"count": 2}))) == "بقي سؤالان."


def test_an_organisations_own_wording_comes_first_its_gendered_one_before_all() -> None:
    own = {"menu_request": "التسجيل", "menu_request__feminine": "تسجيل المستفيدة"}
    assert tongue(**own).template("menu.request") == "التسجيل"
    assert tongue(gender="masculine", **own).template("menu.request") == "التسجيل"
    assert tongue(gender="feminine", **own).template("menu.request") == "تسجيل المستفيدة"


def test_an_unknown_key_is_a_lookup_error_and_known_by_has() -> None:
    with pytest.raises(LookupError, match=r"no\.such"):
        tongue().say(Line("no.such.key"))
    assert not tongue().has("no.such.key")
    assert tongue().has("menu.request")
    assert tongue().has("page.news")
    assert tongue(no_such="x").has("no.such")


def test_a_forgotten_value_leaves_a_gap_and_never_an_error() -> None:
    assert tongue().say(Line("receipt.papers")) == "ما بقي إحضاره من الأوراق: […]."


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LookupError, match="xx"):
        Tongue("xx", {}, None, RIYADH).say(Line("menu.request"))


def test_directions_and_names_of_languages() -> None:
    assert {code: (direction(code), name_of(code)) for code in languages()} == {
        "ar": ("rtl", "العربية"),
        "en": ("ltr", "English"),
    }
    assert tongue("ar").template("menu.language") == name_of("en")
    assert tongue("en").template("menu.language") == name_of("ar")


MESSAGE = Outbound(
    parts=(
        Part(Role.HEADING, Line("review.heading")),
        Part(Role.ROW, Line("value", {"value": date(1990, 5, 1)}), Line("question.born.label"), 4, "12-change:born"),
        Part(Role.WHY, Line("question.born.why")),
        Part(Role.SAMPLE, Line("example.iban")),
        Part(Role.LINK, Line("notice.link", {"url": Code("https://example.org/p")})),
    ),
    options=(
        Option("12-yes", Line("review.confirm"), 5, Line("review.confirm.short"), Line("review.confirm.hint")),
        Option("12-no", Line("menu.policy"), 6, Line("menu.policy.short")),
    ),
)


def test_a_message_becomes_plain_lines_without_its_options() -> None:
    words = tongue("en", question_born_label="Birth date").render(MESSAGE)
    assert bare(words.text).split("\n") == [
        "Check your answers",
        "4. Birth date: 1 May 1990 (6 Shawwal 1410 AH)",
        "Example: SA03 8000 0000 6080 1016 7519",
        "The full privacy notice:",
        "https://example.org/p",
    ]


def test_a_message_tells_its_parts_and_options_apart_for_a_rich_channel() -> None:
    words = tongue("en", question_born_label="Birth date").render(MESSAGE)
    heading, row, sample, link = words.parts
    assert heading == {"role": "heading", "text": "Check your answers"}
    assert (row["label"], row["number"], row["option"]) == ("Birth date", 4, "12-change:born")
    assert (sample["label"], link["href"]) == ("Example", "https://example.org/p")
    assert words.options == (
        {"id": "12-yes", "label": "The answers are right", "number": "5", "short": "All answers right"},
        {"id": "12-no", "label": "Our policy with you", "number": "6"},
    )
