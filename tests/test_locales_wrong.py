"""Errors of every kind of answer, said whole in both languages from what people really type."""

from dataclasses import replace

import pytest

from conversations.events import Said
from conversations.fields import Wrong, read
from conversations.forms import Kind
from locales import Tongue, lexicon
from locales.isolation import bare
from locales.rendering import GAP
from tests.fields_world import context, question

WORDS = lexicon(["ar", "en"])
LABELS = {f"choice.it.{key}": key for key in ("self", "family", "guardian", "work")}
PAPERS = {f"document.{key}": key for key in ("report", "lease", "slip")}
TONGUES = {code: Tongue(code, {**LABELS, **PAPERS}, None, "Asia/Riyadh") for code in ("ar", "en")}
TYPED = [
    *("", "ab", "x" * 900, "...", "👍", "؟", "نعم", "لا", "ربما", "1", "9", "1 و 2", "99999999", "-3", "2.5", "2.555"),
    *("خمسة", "محمد", "محمد 5 علي", "محمد <b> علي", "1340/05/05", "31/12/2090", "30/02/1990", "31/1/1410", "1990 هـ"),
    *("5/13/1990", "1/5/90", "1/1/1800", "أمس", "1/1/2025", "1/1/2026 م", "0112345678", "055123", "0551234567x"),
    *("971501234567", "0501111111111", "1023456789", "3012345672", "10123", "١٠٢٣٤٥٦٧٨٩", "SA0380000000608010167510"),
    *("SA03", "GB82WEST12345698765432", "608010167519", "not an iban", "\u202eمحمد", "{read}", "العمل والأسرة"),
]
BOUNDS = [(None, None), (5, 10), (0, None), (None, 0)]


def wrongs() -> list[Wrong]:
    world = replace(context(), lexicon=WORDS)
    asked = [question(kind, least, most) for kind in Kind for least, most in BOUNDS]
    read_back = [read(one, Said(text), world) for one in asked for text in TYPED]
    files = [read(one, Said(files=("f",)), world) for one in asked]
    return [found for found in read_back + files if isinstance(found, Wrong)]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_error_is_a_whole_sentence(language: str) -> None:
    found = wrongs()
    assert len({wrong.line.key for wrong in found}) > 35
    for wrong in found:
        said = TONGUES[language].say(wrong.line)
        assert GAP not in said
        assert "{" not in said.replace("{read}", "")
        assert bare(said).rstrip().endswith((".", "؟"))


def test_an_error_says_what_was_read_and_what_is_wanted() -> None:
    wrong = read(question(Kind.NATIONAL_ID), Said("1023456789"), replace(context(), lexicon=WORDS))
    assert isinstance(wrong, Wrong)
    said = bare(TONGUES["ar"].say(wrong.line))
    assert said.startswith("الرقم «1023456789» ليس رقم هوية صحيحًا. رقم الهوية عشرة أرقام يبدأ بـ 1")
    assert wrong.sample is not None
    assert TONGUES["ar"].say(wrong.sample) == "1012345672"


def test_real_spellings_of_dates_are_read_with_the_real_words() -> None:
    typed = ["5 رجب 1410", "٥ رجب ١٤١٠ هـ", "5 من رجب 1410", "5 شهر رجب 1410 هجري", "5 Rajab 1410 AH"]
    world = replace(context(), lexicon=WORDS)
    values = {getattr(read(question(Kind.DATE, -40_000, 0), Said(text), world), "value", text) for text in typed}
    assert values == {"1990-01-31"}
