"""What a phone on a weak line must fetch before the first message, and what the policy forbids in it."""

import gzip
import json
import re
from pathlib import Path

import pytest

from conversations.messages import Line
from locales.catalogue import source
from locales.pages import page_words
from locales.tongue import Tongue
from web.pages import ENVIRONMENT

WEB = Path(__file__).parent.parent / "web"
BUILT = WEB / "built"
KB = 1024
STYLES = sorted((WEB / "assets").rglob("*.css"))
SCRIPTS = sorted((WEB / "assets").rglob("*.js"))
PAGES = sorted((WEB / "pages").glob("*.html"))
PHYSICAL = re.compile(r"\b(left|right)\b|(?<![\w-])(margin|padding|border)-(top|bottom)\b|[;{]\s*(top|bottom)\s*:")
MARKUP_SINKS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc")
INLINE = re.compile(r"\sstyle=|<style|\son[a-z]+=|javascript:|nonce=", re.IGNORECASE)
WORDS_ASKED = (
    re.compile(r"""say\(["']page\.(\w+)["']\)"""),
    re.compile(r"""data-(?:word|label|hint)="(\w+)\""""),
    re.compile(r"""(?<![\w.])(?:t|told|has)\("(\w+)\""""),
    re.compile(r"""calm\.show\("(\w+)\""""),
)
SHEETS = ("hidden", "forget", "forgotten", "expired", "refused", "link", "link_gone")
STATES = ("seen", "sent", "sending", "unsent", "typing", "typing_staff", "hide_open", "retry", "link_open")
PARTS = ("part_questions", "part_review", "part_declaration", "part_done")
FIELDS = tuple(f"entry_{kind}{end}" for kind in ("number", "phone", "date") for end in ("", "_help"))
NAMES = {"name", "short"}
"""The association's own names, which stand beside the catalogue's words."""


def manifest() -> dict[str, str]:
    """The built files by their plain names; `make` builds them."""
    return dict(json.loads((BUILT / "manifest.json").read_text("utf-8")))


def squeezed(text: bytes) -> int:
    """Bytes on the wire."""
    return len(gzip.compress(text, 9, mtime=0))


def built(name: str) -> bytes:
    """A built file by its plain name."""
    return (BUILT / manifest()[name]).read_bytes()


def page(language: str) -> str:
    """The chat page as the server writes it, with all words of both languages."""
    tongues = {code: Tongue(code, {}, None, "Asia/Riyadh") for code in ("ar", "en")}
    words = {code: {**page_words(tongue), "name": "جمعية قلب", "short": "قلب"} for code, tongue in tongues.items()}
    return ENVIRONMENT.get_template("chat.html").render(
        asset=lambda name: f"/static/{manifest()[name]}",
        organisation="qalb",
        base="/chat/qalb",
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        others=[("en", "English")],
        short="قلب",
        approved=False,
        say=lambda key: tongues[language].say(Line(key)),
        words=words,
    )


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_first_view_weighs_twelve_kilobytes_at_most(language: str) -> None:
    """HTML with icons and words of both languages, and the stylesheet."""
    assert squeezed(page(language).encode()) + squeezed(built("chat.css")) <= 12 * KB


def test_scripts_are_light() -> None:
    """20 KB for the chat, 10 KB for the widget."""
    assert squeezed(built("chat.js")) <= 20 * KB
    assert squeezed(built("widget.js")) <= 10 * KB


def test_there_are_four_fonts_of_128_kilobytes_together() -> None:
    """Arabic and Latin in two weights."""
    fonts = [name for name in manifest() if name.endswith(".woff2")]
    assert len(fonts) == 4
    assert sum(len(built(name)) for name in fonts) <= 128 * KB


def test_every_built_file_carries_its_hash_and_nothing_else_lies_there() -> None:
    """So that a browser may keep it for ever."""
    assert {path.name for path in BUILT.iterdir()} == {*manifest().values(), "manifest.json"}
    assert all(re.fullmatch(r"[\w-]+\.[0-9a-f]{10}\.\w+", name) for name in manifest().values())


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_know_no_left_and_right(path: Path) -> None:
    """Logical properties only: the same sheet serves both directions."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not PHYSICAL.findall(text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_make_no_markup_and_stay_short(path: Path) -> None:
    """Trusted Types forbid markup from text; 250 lines are the house's limit."""
    text = path.read_text("utf-8")
    assert not MARKUP_SINKS.findall(text)
    assert len(text.splitlines()) <= 250


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_hold_no_inline_style_or_script(path: Path) -> None:
    """The only script in a page is data, which is never run."""
    text = path.read_text("utf-8")
    assert not INLINE.findall(text)
    scripts = re.findall(r"<script[^>]*>", text)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in scripts)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_word_the_page_asks_for_is_in_the_catalogue(language: str) -> None:
    """In the templates, in the scripts, and those whose keys are put together."""
    text = "".join(path.read_text("utf-8") for path in [*PAGES, *SCRIPTS])
    asked = {key for pattern in WORDS_ASKED for key in pattern.findall(text)} - NAMES
    asked |= {*STATES, *PARTS, *FIELDS, *SHEETS, *(f"{key}_text" for key in SHEETS)}
    known = re.findall(r'^msgid "page\.(\w+)"', source(language).read_text("utf-8"), re.MULTILINE)
    assert sorted(asked - set(known)) == []
