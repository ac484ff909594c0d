"""Text as people type it: cleaning, digits, folding, near phrases."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import arabic

ARABIC = st.text(st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىةـًٌٍَُِّْٰ ٠١٢٣٤٥٦٧٨٩،؟\u200c\u200f\ufdfaﻣﺤﻤﺪ"))
ANY = st.one_of(st.text(), ARABIC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  سلام\r\nعليكم\r ", "سلام\nعليكم"),
        ("مح\0مد", "محمد"),
        ("محمد\ud800 \udfffعلي", "محمد علي"),
        ("e\u0301", "é"),
        ("<b>{{x}}</b> =HYPERLINK(1)", "<b>{{x}}</b> =HYPERLINK(1)"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("\ufdfa", "\ufdfa"),
        ("", ""),
    ],
)
def test_the_edge_removes_what_no_database_keeps_and_nothing_else(typed: str, kept: str) -> None:
    assert arabic.clean(typed) == kept


def test_ten_thousand_characters_are_kept_whole_and_more_than_twice_as_many_are_cut() -> None:
    assert len(arabic.clean("ا" * 10_000)) == 10_000
    assert len(arabic.clean("ا" * 50_000)) == arabic.LONGEST
    assert len(arabic.clean("\u0344" * 50_000)) <= arabic.LONGEST


@pytest.mark.parametrize("heap", ["\u0327\u0301" * 10_000, "\u200f".join(["\u0f73" * 20] * 900)])
def test_a_heap_of_marks_is_cut_before_it_costs_time(heap: str) -> None:
    assert arabic.steady(arabic.clean(f"سلام{heap} عليكم")).startswith("سلام")
    assert len(arabic.steady(heap)) <= 2 * arabic.MARKS


@given(ANY)
def test_cleaning_twice_changes_nothing_and_the_result_can_be_stored(text: str) -> None:
    cleaned = arabic.clean(text)
    assert arabic.clean(cleaned) == cleaned
    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned


@pytest.mark.parametrize("ten", ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９", "०१२३४५६७८९"])
def test_digits_of_any_script(ten: str) -> None:
    assert arabic.digits(ten) == "0123456789"
    assert arabic.machine(f" \u200f{ten}\u200e ") == "0123456789"
    assert arabic.fold(ten) == "0123456789"


@pytest.mark.parametrize("sign", ["²", "①", "½", "Ⅷ", "٪", "一"])
def test_signs_that_are_no_decimal_digits_never_become_digits(sign: str) -> None:
    assert arabic.digits(f"5{sign}") == f"5{sign}"
    assert arabic.machine(f"5{sign}") not in ("52", "51", "512", "58")
    assert arabic.fold(f"5{sign}").split()[0].rstrip("一") == "5"


def test_machine_text_loses_spaces_dashes_dots_brackets_and_invisible_signs() -> None:
    assert arabic.machine("\u202e(٠٥٥) 123-45.67\u2066\u200b\ufeff") == "0551234567"
    assert arabic.machine("ＳＡ٠٣ ــ 80") == "SA0380"


def test_a_name_loses_what_flips_the_screen_and_keeps_its_joiners() -> None:
    assert arabic.name("\u202eعلی\u200cرضا \u2067محمد\u2069\n القرني\x1b ") == "علی\u200cرضا محمد القرني"
    assert arabic.name("क्\u200dष") == "क्\u200dष"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إلغاء", "الغاء"),
        ("القائمة", "القائمه"),
        ("أرجو", "ارجو"),
        ("مُحَمَّد", "محمد"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("محـــمد", "محمد"),
        ("علی کریم", "علي كريم"),
        ("مسؤول", "مسوول"),
        ("بناءً", "بنا"),
        ("حالة  طلبي؟", "حاله طلبي"),
        ("\u200fنعم\u200e!", "نعم"),
        ("Yes, PLEASE.", "yes please"),
        ("STRASSE", "straße"),
        ("١٤١٠هـ", "1410ه"),
        ("ر.س", "ر س"),
        ("ﷲ", "الله"),
        ("محﱠمد", "محمد"),
    ],
)
def test_spellings_of_one_phrase_fold_alike(one: str, other: str) -> None:
    assert arabic.fold(one) == arabic.fold(other)


@given(ANY)
def test_folding_is_final_and_never_grows_past_its_cap(text: str) -> None:
    once = arabic.fold(text)
    assert arabic.fold(once) == once
    assert once == " ".join(once.split())
    assert len(arabic.fold(text * 50)) <= arabic.FOLDED
    assert all(unicodedata.category(sign)[0] in "LNZ" for sign in once)


def test_a_ligature_that_grows_eighteen_fold_is_capped() -> None:
    assert len(arabic.fold("\ufdfa" * 20_000)) <= arabic.FOLDED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("القنفذه", "القنفده"),
        ("مستاجر", "مستآجر"),
        ("مستشفي", "مستشفس"),
        ("المستشفيات", "المستفشيت"),
        ("جهاز طبي", "جهازطبي"),
        ("لا", "لا"),
        ("سبتمبر", "سبتمبرر"),
    ],
)
def test_near_phrases(one: str, other: str) -> None:
    assert arabic.near(one, other)
    assert arabic.near(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("عمل", "علم"),
        ("لا اعمل", "اعمل"),
        ("لا اعمل", "لا اعلم"),
        ("يعمل", "تعمل"),
        ("متزوج", "مطلقه"),
        ("الرياض", "الدمام"),
        ("جده", "جدي"),
        ("", "نعم"),
        ("غير موظف", "موظف"),
    ],
)
def test_other_phrases_are_not_near(one: str, other: str) -> None:
    assert not arabic.near(one, other)
    assert not arabic.near(other, one)


@given(ARABIC.map(arabic.fold), ARABIC.map(arabic.fold))
def test_nearness_is_mutual_and_every_phrase_is_near_itself(one: str, other: str) -> None:
    assert arabic.near(one, one)
    assert arabic.near(one, other) == arabic.near(other, one)
