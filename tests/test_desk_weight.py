"""What a first look into a room of the desk weighs, and what its pages, styles and scripts may not hold."""

import re
from pathlib import Path

import pytest
from aiohttp import ClientSession

from services.roles import Role
from tests.desk_house import COOKIE, Officer, Staffed, serving
from tests.test_page_weight import BUILT, INLINE, KB, MARKUP_SINKS, PHYSICAL, built, squeezed

DESK = Path(__file__).parent.parent / "desk"
STYLES = sorted((DESK / "assets").rglob("*.css"))
SCRIPTS = sorted((DESK / "assets").rglob("*.js"))
PAGES = sorted((DESK / "pages").glob("*.html"))
CLASSES = re.compile(r"""class=["']([^"'{}]*)["']""")
OF_HTMX = re.compile(r"<(?!hx-partial)[^>]*\shx-[a-z]+[:=][^>]*>")


@pytest.mark.parametrize("room", ["inbox", "requests", "staff"])
async def test_the_first_view_of_a_room_weighs_sixty_kilobytes_at_most(room: str) -> None:
    """HTML with its icons, stylesheet, colours and script, as they travel; fonts are counted with the chat's."""
    staffed = Staffed(members={"token": Officer(roles=frozenset(Role))}, rows=["منال بنت عبدالله القحطاني"] * 50)
    async with (
        serving(staffed, built=BUILT) as house,
        ClientSession(house.origin, cookies={COOKIE: "token"}) as visitor,
    ):
        async with visitor.get(f"/desk/qalb/{room}") as answer:
            html, status = await answer.read(), answer.status
        async with visitor.get("/desk/qalb/colours.css") as answer:
            colours = await answer.read()
    asked = set(re.findall(rb'/static/([\w.-]+\.(?:css|js))"', html))
    assert (status, len(asked)) == (200, 2)
    assert sum(map(squeezed, (html, colours, built("desk.css"), built("desk.js")))) <= 60 * KB


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_of_the_desk_know_no_left_and_right(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not PHYSICAL.findall(text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_of_the_desk_make_no_markup(path: Path) -> None:
    assert not MARKUP_SINKS.findall(path.read_text("utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_of_the_desk_hold_no_inline_style_or_script(path: Path) -> None:
    """A script carries the nonce of its page, and so does whatever htmx acts upon (a part of an answer only names its place)."""
    text = path.read_text("utf-8")
    assert not [found for found in INLINE.findall(text) if not found.lower().startswith("nonce=")]
    assert all('nonce="{{ nonce }}"' in tag for tag in re.findall(r"<script[^>]*>", text))
    assert all("m.hx()" in tag or "{{ hx() }}" in tag or "hx-nonce=" in tag for tag in OF_HTMX.findall(text))


def test_every_icon_that_a_page_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([\w-]+)"', (DESK / "pages" / "_icons.html").read_text("utf-8")))
    named = {
        name for path in PAGES for name in re.findall(r"""\b(?:icon|chip)\(\s*["'](\w+)["']""", path.read_text("utf-8"))
    }
    assert sorted(named - drawn) == []
