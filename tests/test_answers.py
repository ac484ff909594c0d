"""Questions find their entry in any Arabic, and what nobody approved finds none."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conversations.arabic import fold
from conversations.thesaurus import Thesaurus
from locales.thesaurus import thesaurus
from services.answers.latin import Latin
from services.answers.matcher import NOTHING, Matcher
from services.answers.spelling import Spelling
from services.answers.surety import Bar, Signs

ROOT = Path(__file__).parent.parent
KNOWN = {
    "documents": ("ما الأوراق المطلوبة لطلب الدعم؟", "ماذا أحضر من مستندات؟", "وش الاوراق اللي تحتاجونها؟"),
    "time": ("متى يصل الرد على الطلب؟", "كم يستغرق القرار؟", "متى تردون علي؟"),
    "status": ("كيف أعرف حالة طلبي؟", "أين وصل الطلب؟", "وين وصل طلبي"),
    "hours": ("ما أوقات الدوام؟", "متى تفتحون؟", "هل تعملون يوم الجمعة؟"),
    "privacy": ("من يطلع على بياناتي؟", "هل معلوماتي سرية؟", "احد يدري عن وضعي؟"),
    "rejected": ("رُفض طلبي فماذا أفعل؟", "هل يحق لي الاعتراض على الرفض؟", "انرفض طلبي وش اسوي"),
}
ASKED = (
    ("وش المستندات المطلوبه", "documents"),
    ("ايش الورق اللي لازم اجيبه معي", "documents"),
    ("الاورق المطلوبه للدعم", "documents"),
    ("كم ياخذ وقت لين يجي الرد", "time"),
    ("متا يوصلني القرار", "time"),
    ("شو صار بطلبي وين صار", "status"),
    ("ابغى اعرف وضع الطلب حقي", "status"),
    ("دوامكم الين متى", "hours"),
    ("انتو فاتحين الجمعه؟", "hours"),
    ("مين يقدر يشوف معلوماتي", "privacy"),
    ("خايف احد يعرف بياناتي", "privacy"),
    ("ليش رفضتو طلبي", "rejected"),
)
SLIPPED = (  # a letter lost, doubled, swapped, a neighbour's, a look-alike's; a space lost, a space added
    ("وش المستنات المطلوبه", "documents"),
    ("متتى تفتحوون", "hours"),
    ("كيف اعرف حاله طبلي", "status"),
    ("هل بعملون يوم الجمعه", "hours"),
    ("انرقض ظلبي وش اسوي", "rejected"),
    ("متىتردون علي", "time"),
    ("هل معلو ماتي سريه", "privacy"),
)
LATIN = (
    ("abgha a3raf wesh el awra2 el matlooba", "documents"),
    ("wain wasal 6alabi", "status"),
    ("meta tifta7oon", "hours"),
    ("enrafad talabi wesh asawi", "rejected"),
    ("a7ad yadri 3an wad3i", "privacy"),
)
STRANGE = ("كم حرارة الجو بكرة", "شغل لي اغنية", "من فاز في المباراة امس", "", "   ", "؟؟؟", "😀", "zzz qqq")


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([(question, entry) for entry, some in KNOWN.items() for question in some], thesaurus(("ar",)))


def test_dialect_and_slips_find_the_entry(matcher: Matcher) -> None:
    found = [(matcher.match(asked).candidates, entry) for asked, entry in ASKED]
    first = sum(candidates[:1] == (entry,) for candidates, entry in found)
    three = sum(entry in candidates for candidates, entry in found)
    assert first >= 0.85 * len(ASKED), found
    assert three >= 0.95 * len(ASKED), found


@pytest.mark.parametrize(("asked", "entry"), [*SLIPPED, *LATIN])
def test_a_slip_or_latin_letters_hide_no_entry(matcher: Matcher, asked: str, entry: str) -> None:
    assert matcher.match(asked).candidates[:1] == (entry,)


def test_words_are_mended_only_where_they_are_unknown_and_say_how_many_were_guessed() -> None:
    spelling = Spelling([fold(question).split() for some in KNOWN.values() for question in some], thesaurus(("ar",)))
    assert spelling.mended(["متي", "يصل", "الرد"]) == (["متي", "يصل", "الرد"], 0.0)
    assert spelling.mended(["تحتاحونها", "متيتردون"]) == (["تحتاجونها", "متي", "تردون"], 1.0)
    assert spelling.mended(["معلو", "ماتي"])[0] == ["معلوماتي"]
    assert spelling.mended(["zzzzz", "هل"]) == (["zzzzz", "هل"], 0.0)


def test_english_is_no_arabic_in_latin_letters() -> None:
    words = dict.fromkeys(["what", "documents", "اوراق"], 1.0)
    latin = Latin(words, thesaurus(("ar",)))
    assert latin.read(["what", "documents", "please"]) == ["what", "documents", "please"]
    assert latin.read(["el", "awra2"]) == ["اوراق"]
    assert latin.read(["awra2", "هل"]) == ["awra2", "هل"]
    assert latin.read(["055", "12"]) == ["055", "12"]
    assert Latin(words, Thesaurus()).read(["awra2"]) == ["awra2"]


def test_the_bar_rises_with_the_questions_of_an_entry_and_what_was_never_met_never_reaches_it() -> None:
    assert Bar.among(20, 4).height > Bar.among(4, 4).height == Bar.among(0, 0).height
    signs = Signs(chance=0.9, familiar=0.9, own=0.9, pairs=0.5, words=5)
    assert Bar.among(20, 4).reached(signs)
    assert not Bar.among(20, 4).reached(replace(signs, own=0.0, chance=0.5))
    assert not Bar.among(1, 1).reached(replace(signs, familiar=0.4))


def test_a_known_question_is_answered_and_a_strange_one_never(matcher: Matcher) -> None:
    assert all(matcher.match(q).sure and matcher.match(q).candidates[0] == e for e, some in KNOWN.items() for q in some)
    assert not any(matcher.match(asked).sure for asked in STRANGE)
    assert matcher.match("") == NOTHING == Matcher([], thesaurus(("ar",))).match("متى يصل الرد؟")


def test_the_runner_keeps_its_contract_and_answers_the_same_under_any_hash_seed(tmp_path: Path) -> None:
    rows = [f"{question},{entry}" for entry, some in KNOWN.items() for question in some]
    (tmp_path / "train.csv").write_text("text,label\n" + "\n".join(rows) + "\n", "utf-8")
    asked = [*(question for question, _ in ASKED), *STRANGE]
    (tmp_path / "questions.txt").write_text("\n".join(asked) + "\n", "utf-8")
    command = [sys.executable, "-m", "benchmarks.answers", "--train", str(tmp_path / "train.csv")]
    command += ["--questions", str(tmp_path / "questions.txt")]
    told = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, timeout=60, check=True)
        lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
        assert len(lines) == len(asked) and all(line["ms"] >= 0 for line in lines)
        assert all(len(set(line["candidates"])) == len(line["candidates"]) <= 3 for line in lines)
        assert not any(line["confident"] for line in lines if not line["candidates"])
        told.append([(line["candidates"], line["confident"]) for line in lines])
    assert told[0] == told[1]
