"""What people type: every phrase means one thing, and the real ones are there."""

import pytest

from conversations.arabic import fold
from conversations.lexicon import Command
from locales import languages, lexicon
from locales.vocabulary import conflicts

WORDS = lexicon(["ar", "en"])


def test_no_phrase_means_two_things() -> None:
    assert conflicts(languages()) == []


def test_every_command_has_words_in_every_language() -> None:
    for language in languages():
        assert set(lexicon([language]).commands.values()) == set(Command)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("القائمه", Command.MENU),
        ("رئيسية", Command.MENU),
        ("ارجع", Command.BACK),
        ("السابق", Command.BACK),
        ("الغاء", Command.CANCEL),
        ("إلغاء", Command.CANCEL),
        ("كنسل", Command.CANCEL),
        ("ابي موظف", Command.HUMAN),
        ("أبغى أكلم موظف", Command.HUMAN),
        ("عايز اكلم حد", Command.HUMAN),
        ("كلموني", Command.HUMAN),
        ("احد يرد", Command.HUMAN),
        ("ساعدني", Command.HELP),
        ("وين وصل طلبي؟", Command.STATUS),
        ("وش صار على طلبي", Command.STATUS),
        ("فين طلبي", Command.STATUS),
        ("وقف الرسائل", Command.STOP),
        ("لا ترسلون", Command.STOP),
        ("رجعوا الرسائل", Command.START),
        ("احفظ واخرج", Command.SAVE),
        ("حفظ وخروج", Command.SAVE),
        ("بعدين", Command.SAVE),
        ("أكمل غدًا إن شاء الله", Command.SAVE),
        ("كمّل", Command.RESUME),
        ("إكمال", Command.RESUME),
        ("تخطي", Command.SKIP),
        ("ما عندي", Command.SKIP),
        ("لاحقًا", Command.LATER),
        ("سياستنا معك", Command.POLICY),
        ("تغيير اللغة", Command.LANGUAGE),
        ("Save and leave", Command.SAVE),
        ("staff", Command.HUMAN),
        ("STOP!", Command.STOP),
        ("continue", Command.RESUME),
        ("later", Command.LATER),
    ],
)
def test_commands_as_people_write_them(typed: str, command: Command) -> None:
    assert WORDS.commands[fold(typed)] is command


@pytest.mark.parametrize("typed", ["ok", "تمام", "نعم", "أوكي", "ايه", "موافق", "yes", "sure", "👍", "1"])
def test_a_mere_yes_never_accepts_a_declaration(typed: str) -> None:
    assert fold(typed) not in WORDS.accept


@pytest.mark.parametrize(
    "typed", ["أقر وأوافق", "أُقِرّ بصحة البيانات وأتحمل مسؤوليتها", "اقبل الإقرار", "I declare and accept."]
)
def test_an_explicit_phrase_accepts_it(typed: str) -> None:
    assert fold(typed) in WORDS.accept


def test_yes_no_change_and_refusal() -> None:
    assert all(fold(typed) in WORDS.yes for typed in ("نعم", "ايه", "أي", "ايوه", "تمام", "اوكي", "OK"))
    assert all(fold(typed) in WORDS.no for typed in ("لا", "لأ", "مو", "لا شكرًا", "nope"))
    assert all(fold(typed) in WORDS.change for typed in ("تعديل", "غيّر", "عدل", "change"))
    assert all(fold(typed) in WORDS.refuse for typed in ("لا أقر الآن", "غير موافق", "I do not accept"))
    assert all(" " not in verb for verb in WORDS.change)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("جماد أول", 5), ("ربيع ثاني", 4), ("ذي الحجه", 12), ("شهر رجب", 7), ("من رمضان", 9), ("Jumada II", 6)],
)
def test_hijri_months_in_their_variants(typed: str, number: int) -> None:
    assert WORDS.hijri_months[fold(typed)] == number


@pytest.mark.parametrize(
    ("typed", "number"), [("يناير", 1), ("كانون الثاني", 1), ("آب", 8), ("Sept", 9), ("أكتوبر", 10)]
)
def test_gregorian_months_in_their_variants(typed: str, number: int) -> None:
    assert WORDS.gregorian_months[fold(typed)] == number


def test_both_calendars_have_twelve_months_in_every_language() -> None:
    for language in languages():
        words = lexicon([language])
        assert set(words.hijri_months.values()) == set(words.gregorian_months.values()) == set(range(1, 13))


def test_eras_and_currency() -> None:
    assert {fold("هـ"), fold("هجري"), "ah"} <= WORDS.hijri_marks
    assert {fold("م"), fold("ميلادي"), "ad"} <= WORDS.gregorian_marks
    assert {fold("ريال"), fold("﷼"), fold("ر.س"), "sar"} <= WORDS.currency


def test_cities_by_any_name_are_filed_under_one() -> None:
    assert {WORDS.cities[fold(typed)] for typed in ("القنفده", "القنفذة", "Al Qunfudhah")} == {"القنفذة"}
    assert {WORDS.cities[fold(typed)] for typed in ("مكه", "Mecca", "Makkah")} == {"مكة المكرمة"}
    assert len(set(WORDS.cities.values())) >= 180


def test_every_city_has_an_english_name() -> None:
    named = set(lexicon(["en"]).cities.values())
    latin = {city for phrase, city in WORDS.cities.items() if phrase.isascii()}
    assert named == latin == set(WORDS.cities.values())


def test_languages_by_name() -> None:
    assert {WORDS.languages[fold(typed)] for typed in ("العربية", "عربي", "Arabic")} == {"ar"}
    assert {WORDS.languages[fold(typed)] for typed in ("English", "انجليزي")} == {"en"}


def test_all_phrases_are_folded() -> None:
    phrases = [*WORDS.commands, *WORDS.yes, *WORDS.no, *WORDS.accept, *WORDS.refuse, *WORDS.change, *WORDS.cities]
    assert [phrase for phrase in phrases if fold(phrase) != phrase or not phrase] == []
