"""The judge of the words: clean today, and it sees each fault that it is there for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from conversations import fields
from conversations.facts import CaseState
from locales import catalogue, judge, judging, languages
from locales.compile import build, main
from locales.judging import names, required, unused
from locales.pages import page_words
from locales.tongue import Tongue

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {rule}\\n"\n'
ARABIC = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
ENGLISH = "nplurals=2; plural=(n != 1);"
COUNTED = 'msgid "a.days"\nmsgid_plural "a.days"\n'
SIX = "".join(f'msgstr[{n}] "{{count}} يوم"\n' for n in range(6))
TWO = 'msgstr[0] "one day"\nmsgstr[1] "{count} days"\n'

Write = Callable[[str, str], list[str]]


def po(rule: str, body: str) -> str:
    return HEADER.format(rule=rule) + "\n" + body


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Put two catalogues in an empty house and judge them."""

    def judged(arabic: str, english: str) -> list[str]:
        for code, text in (("ar", po(ARABIC, arabic)), ("en", po(ENGLISH, english))):
            path = tmp_path / code / "LC_MESSAGES" / "wasl.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        monkeypatch.setattr(catalogue, "HERE", tmp_path)
        judging._read.cache_clear()
        judging._entries.cache_clear()
        return judge(tmp_path)

    return judged


@pytest.fixture(autouse=True)
def _forget() -> object:
    yield
    judging._read.cache_clear()
    judging._entries.cache_clear()


def one(key: str, text: str, *before: str) -> str:
    return "\n".join([*before, f'msgid "{key}"', f'msgstr "{text}"', "", ""])


def code(root: Path, text: str) -> None:
    (root / "conversations").mkdir(exist_ok=True)
    (root / "conversations" / "x.py").write_text(text, "utf-8")


def test_the_words_of_the_house_have_no_fault() -> None:
    assert judge() == []


def test_every_key_has_a_user() -> None:
    assert unused() == []


def test_both_languages_hold_the_same_keys() -> None:
    held = {language: set(judging._entries(language)) for language in languages()}
    assert held["ar"] == held["en"]
    assert len(held["ar"]) > 200


def test_the_arabic_header_is_the_one_written_by_hand() -> None:
    assert f'"Plural-Forms: {ARABIC}\\n"' in catalogue.source("ar").read_text("utf-8")


def test_every_key_that_fields_may_say_has_words() -> None:
    wanted = {*fields.WRONG, *fields.SAMPLES, *fields.VALUES}
    wanted |= {f"case.next.{state}" for state in (CaseState.SUBMITTED, CaseState.WITHDRAWN)}
    assert wanted - required().keys() == set()


def test_samples_need_no_values() -> None:
    assert {key: required()[key] for key in fields.SAMPLES if required()[key]} == {}


def test_a_sound_house_passes(write: Write) -> None:
    assert write(one("a.b", "مرحبًا {name}") + COUNTED + SIX, one("a.b", "Hello {name}") + COUNTED + TWO) == []


@pytest.mark.parametrize(
    ("arabic", "english", "fault"),
    [
        (one("a.b", "أ"), "", "en: a.b is missing"),
        ("", one("a.b", "A"), "en: a.b is not in ar"),
        (one("a.b", "أ {x}"), one("a.b", "A {y}"), "shows ['y']"),
        (one("a.b", "أ {x.y}"), one("a.b", "A"), "plain name"),
        (one("a.b", "أ {0}"), one("a.b", "A"), "plain name"),
        (one("a.b", "أ {x:>9}"), one("a.b", "A"), "plain name"),
        (one("a.b", "أ {x"), one("a.b", "A"), "cannot be filled in"),
        (one("a.b", ""), one("a.b", "A"), "has no words"),
        (one("a.b", "أهلًا!"), one("a.b", "A"), "exclamation"),
        (one("a.b", "أ\u202e"), one("a.b", "A"), "mark of direction"),
        (one("a.b", "أ"), one("a.b", "A", "#, fuzzy"), "fuzzy"),
        (one("a.b", "أ", 'msgctxt "female"'), one("a.b", "A"), "context female"),
        (one("a.b", "أ", 'msgctxt "feminine"'), one("a.b", "A"), "no neutral wording"),
        (COUNTED + SIX, one("a.days", "{count} days"), "must have plural forms"),
        (COUNTED + SIX.replace("{count}", "{n}", 1), COUNTED + TWO, "not ['count', 'n']"),
    ],
)
def test_each_fault_of_a_catalogue_is_seen(write: Write, arabic: str, english: str, fault: str) -> None:
    assert any(fault in said for said in write(arabic, english))


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('Line("b.gone")', "conversations/x.py:1: b.gone has no words"),
        ('KEY = "a.gone"', "a.gone has no words"),
        ('part(Role.SAY, "b.gone")', "b.gone has no words"),
        ('Line("a.b", {})', "a.b needs the value name"),
        ('text("a.b", other=1)', "a.b needs the value name"),
        ('Line(f"a.{kind}.gone")', "no key is like «a.{}.gone»"),
    ],
)
def test_keys_without_words_and_values_not_given_are_seen(
    write: Write, tmp_path: Path, source: str, fault: str
) -> None:
    code(tmp_path, source)
    assert any(fault in said for said in write(one("a.b", "أ {name}"), one("a.b", "A {name}")))


@pytest.mark.parametrize(
    "source",
    [
        'Line("a.b", {"name": x})',
        'text("a.b", **given)',
        'Line(f"a.{kind}")',
        'Line("question.city.ask")',
        'Line(f"form.{form}.title")',
        'log.info("a.gone")',
        'PAGE = "a.html"',
    ],
)
def test_sound_uses_and_an_organisations_own_keys_pass(write: Write, tmp_path: Path, source: str) -> None:
    code(tmp_path, source)
    assert write(one("a.b", "أ {name}"), one("a.b", "A {name}")) == []


def test_a_key_that_nothing_asks_for_is_named(write: Write, tmp_path: Path) -> None:
    code(tmp_path, 'Line("a.b")')
    both = one("a.b", "x") + one("a.c", "x")
    assert write(both, both) == []
    assert unused(tmp_path) == ["a.c"]


def test_names_are_read_from_a_template() -> None:
    assert names("{a} و{b:plain} {{c}}") == {"a", "b"}


def test_building_writes_catalogues_that_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    for path in build():
        assert path.read_bytes() == catalogue.built(path.with_suffix(".po"))
    assert main() == 0
    assert "0 faults" in capsys.readouterr().out


def test_a_stale_or_missing_build_is_not_read(write: Write, tmp_path: Path) -> None:
    write(one("a.b", "قديم"), one("a.b", "old"))
    po_path = catalogue.source("ar")
    mo = po_path.with_suffix(".mo")
    mo.write_bytes(catalogue.built(po_path))
    po_path.write_text(po(ARABIC, one("a.b", "جديد")), "utf-8")
    os.utime(mo, ns=(1, 1))
    assert catalogue.catalogue.__wrapped__("ar").find("a.b") == "جديد"
    mo.unlink()
    assert catalogue.catalogue.__wrapped__("ar").find("a.b") == "جديد"


def test_a_page_gets_all_its_words() -> None:
    words = page_words(Tongue("ar", {}, None, "Asia/Riyadh"))
    assert words["page.send"] == "إرسال"
    assert words["page.news.few"] == "{count} رسائل جديدة"
