"""What a first look into a room of the desk weighs, and what its pages, styles and scripts may not hold."""

import re
from pathlib import Path

import pytest
from aiohttp import ClientSession

from desk.rooms import ROOMS, standing
from desk.routes import routes
from services.roles import Role, may
from tests.desk_house import COOKIE, Officer, Staffed, serving
from tests.desk_matrix import Staffed as Members
from tests.real_house import furnished, open_house
from tests.test_page_weight import BUILT, INLINE, KB, MARKUP_SINKS, PHYSICAL, squeezed

DESK = Path(__file__).parent.parent / "desk"
STYLES = sorted((DESK / "assets").rglob("*.css"))
SCRIPTS = sorted((DESK / "assets").rglob("*.js"))
PAGES = sorted((DESK / "pages").glob("*.html"))
CLASSES = re.compile(r"""class=["']([^"'{}]*)["']""")
RIGHT = {room.id: room.right for room in ROOMS}
OF_HTMX = re.compile(r"<(?!hx-partial)[^>]*\shx-[a-z]+[:=][^>]*>")
HANDED_OVER = "holdings.html"


async def first_view(browser: ClientSession, room: str) -> int:
    """Bytes of a room with its stylesheets, colours and scripts as they travel; fonts are counted with the chat's."""
    async with browser.get(f"/desk/qalb/{room}") as answer:
        html, status = await answer.read(), answer.status
    assert status == 200
    asked = re.findall(r'(?:href|src)="(/[\w./-]+\.(?:css|js))"', html.decode())
    assert len(asked) == 3, "the desk's stylesheet and script, and the association's colours"
    return squeezed(html) + sum([squeezed(await (await browser.get(name)).read()) for name in asked])


@pytest.mark.parametrize("room", ["inbox", "requests", "staff"])
async def test_the_first_view_of_a_room_weighs_sixty_kilobytes_at_most(room: str) -> None:
    """Fifty people wait, and every part of the desk stands on the page."""
    staffed = Staffed(members={"token": Officer(roles=frozenset(Role))}, rows=["منال بنت عبدالله القحطاني"] * 50)
    async with (
        serving(staffed, built=BUILT) as house,
        ClientSession(house.origin, cookies={COOKIE: "token"}) as browser,
    ):
        assert await first_view(browser, room) <= 60 * KB


async def test_each_real_room_weighs_sixty_kilobytes_at_most(tmp_path: Path) -> None:
    """Each room of the header, to whom it opens, and the member's own account."""
    async with open_house(await furnished(tmp_path)) as (house, port):
        staffed = await Members(house, f"http://localhost:{port}").fill()
        for room in (*(room.id for room in standing(routes())), "account"):
            role = next(role for role in Role if room == "account" or may([role], RIGHT[room]))
            async with staffed.browser(staffed.tokens["qalb", role]) as browser:
                assert await first_view(browser, room) <= 60 * KB, room


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
    if path.name == HANDED_OVER:  # it is downloaded and stands alone: its only style is one sheet, and it has no script
        assert text.count("<style>") == 1
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert not [found for found in INLINE.findall(text) if not found.lower().startswith("nonce=")]
    assert all('nonce="{{ nonce }}"' in tag for tag in re.findall(r"<script[^>]*>", text))
    assert all("m.hx()" in tag or "{{ hx() }}" in tag or "hx-nonce=" in tag for tag in OF_HTMX.findall(text))


def test_every_icon_that_a_page_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="i-([\w-]+)"', (DESK / "pages" / "_icons.html").read_text("utf-8")))
    named = {
        name for path in PAGES for name in re.findall(r"""\b(?:icon|chip)\(\s*["'](\w+)["']""", path.read_text("utf-8"))
    }
    assert sorted(named - drawn) == []
