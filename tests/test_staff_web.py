"""Coming in through the real door: sign-in, joining, cookies, the account and the room of staff, as a browser sends them."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession, CookieJar

from bot.settings import Settings
from bot.wiring import House
from services import codes
from services.roles import Role
from services.staffing import Invited
from tests.clocks import RunningClock
from tests.real_house import furnished, open_house, settings
from tests.staff_world import PASSWORD

DESK = "/desk/qalb"
ONE_LOOP = pytest.mark.asyncio(loop_scope="session")
pytestmark = ONE_LOOP
SECRET = re.compile(r'class="num secret">([A-Z2-7 ]+)<')
LINK = re.compile(r"/desk/qalb/join#k=([\w-]+)")


@dataclass
class Street:
    """The house as seen from outside."""

    house: House
    origin: str
    clock: RunningClock

    def browser(self) -> ClientSession:
        """A browser on our own pages."""
        return ClientSession(self.origin, cookie_jar=CookieJar(unsafe=True), headers={"Origin": self.origin})

    async def link(self, login: str, *roles: Role) -> str:
        """An invitation's token."""
        made = await self.house.household.staffing.invite(None, "qalb", login, "Noura", roles or (Role.RELATIONS,))
        assert isinstance(made, Invited)
        return made.token

    def code(self, secret: str) -> str:
        """What the app shows now."""
        return codes.code_at(secret, self.clock())

    async def joined(self, browser: ClientSession, login: str, *roles: Role) -> str:
        """Join in this browser; the app's secret."""
        token = await self.link(login, *roles)
        async with browser.post(f"{DESK}/join", data={"k": f"{self.origin}{DESK}/join#k={token}"}) as answer:
            found = SECRET.search(await answer.text())
        assert found
        secret = found[1].replace(" ", "")
        form = {"k": token, "password": PASSWORD, "code": self.code(secret)}
        async with browser.post(f"{DESK}/join", data=form, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, f"{DESK}/")
        return secret


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def street(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    folder = await furnished(tmp_path_factory.mktemp("door"))
    clock = RunningClock()
    async with open_house(folder, clock) as (house, port):
        yield Street(house, f"http://localhost:{port}", clock)


async def test_a_member_joins_leaves_and_comes_back(street: Street) -> None:
    async with street.browser() as browser:
        secret = await street.joined(browser, "first")
        async with browser.get(f"{DESK}/account") as answer:
            assert answer.status == 200
            assert answer.headers["Cache-Control"] == "no-store"
        async with browser.post(f"{DESK}/sign-out", allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"{DESK}/sign-in?out=1"
            assert answer.headers["Clear-Site-Data"] == '"cache"'
        async with browser.get(f"{DESK}/account", allow_redirects=False) as answer:
            assert answer.status == 303
        street.clock.move(timedelta(minutes=1))
        form = {"login": "FIRST", "password": PASSWORD, "code": street.code(secret), "to": f"{DESK}/account?x=1"}
        async with browser.post(f"{DESK}/sign-in", data=form, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, f"{DESK}/account?x=1")
            assert answer.cookies["wasl-qalb"]["samesite"] == "strict"
            assert answer.cookies["wasl-qalb"]["httponly"]
            assert answer.cookies["wasl-qalb"]["path"] == "/"
        async with browser.get(f"{DESK}/sign-in", allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"{DESK}/"


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/desk/labas/inbox", "/desk/qalb/..\\x", ""])
async def test_nobody_is_led_elsewhere(street: Street, to: str) -> None:
    async with street.browser() as browser:
        secret = await street.joined(browser, f"to{abs(hash(to))}")
        street.clock.move(timedelta(minutes=1))
        form = {"login": f"to{abs(hash(to))}", "password": PASSWORD, "code": street.code(secret), "to": to}
        async with browser.post(f"{DESK}/sign-in", data=form, allow_redirects=False) as answer:
            assert answer.headers["Location"] == f"{DESK}/"


async def test_the_same_answer_whatever_was_wrong(street: Street) -> None:
    said = set()
    async with street.browser() as browser:
        secret = await street.joined(browser, "known")
        for login, password, code in (
            ("known", "wrong password", street.code(secret)),
            ("known", PASSWORD, "000000"),
            ("nobody", PASSWORD, "123456"),
        ):
            form = {"login": login, "password": password, "code": code}
            async with browser.post(f"{DESK}/sign-in", data=form) as answer:
                said.add((answer.status, re.sub(r'nonce="[^"]*"|value="[^"]*"', "", await answer.text())))
    assert len(said) == 1
    assert {status for status, _ in said} == {401}


@pytest.mark.parametrize("form", [{"k": "a" * 43}, {"k": "<script>"}, {}])
async def test_a_link_that_leads_nowhere_is_told_kindly(street: Street, form: dict[str, str]) -> None:
    async with street.browser() as browser, browser.post(f"{DESK}/join", data=form) as answer:
        assert answer.status == (410 if form else 422)
        assert 'role="alert"' in await answer.text()


async def test_a_field_twice_and_a_form_too_large_are_refused(street: Street) -> None:
    async with street.browser() as browser:
        twice = [("login", "known"), ("login", "other"), ("password", "x"), ("code", "1")]
        async with browser.post(f"{DESK}/sign-in", data=twice) as answer:
            assert answer.status == 400
        async with browser.post(f"{DESK}/sign-in", data={"login": "x" * 70_000}) as answer:
            assert answer.status == 413


async def test_the_demonstration_comes_in_at_this_machine_only(street: Street) -> None:
    token = await street.house.household.staffing.demo_link("qalb", Role.SUPERVISOR)
    async with street.browser() as browser:
        elsewhere = {"Host": "desk.example.org", "Sec-Fetch-Site": "same-origin"}
        async with browser.post(f"{DESK}/join", data={"k": token}, headers=elsewhere) as answer:
            assert answer.status == 403
        async with browser.post(f"{DESK}/join", data={"k": token}, allow_redirects=False) as answer:
            assert answer.status == 303
        async with browser.get(f"{DESK}/account") as answer:
            assert answer.status == 200
        async with browser.post(f"{DESK}/join", data={"k": token}) as answer:
            assert answer.status == 410


async def test_the_list_of_desks_is_for_this_machine(street: Street) -> None:
    async with street.browser() as browser:
        async with browser.get("/desk") as answer:
            assert answer.status == 200
            assert (await answer.text()).count("/sign-in") == 5
        async with browser.get("/desk", headers={"Host": "desk.example.org"}) as answer:
            assert answer.status == 404


async def test_from_another_site_a_link_takes_one_step_more(street: Street) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    async with street.browser() as browser, browser.get(f"{DESK}/inbox", headers=elsewhere) as answer:
        assert f'content="0;url={DESK}/inbox"' in await answer.text()


async def test_an_administrator_invites_changes_and_disables(street: Street) -> None:
    async with street.browser() as admin, street.browser() as other:
        await street.joined(admin, "chief", Role.ADMINISTRATOR)
        form = [("login", "new.one"), ("name", "<b>سارة</b>"), ("roles", "committee"), ("roles", "supervisor")]
        async with admin.post(f"{DESK}/staff", data=form) as answer:
            text = await answer.text()
            found = LINK.search(text)
            assert found and "&lt;b&gt;" in text and "<b>سارة" not in text
        async with admin.post(f"{DESK}/staff", data=form) as answer:
            assert answer.status == 422
        async with admin.post(f"{DESK}/staff", data=[*form[1:], ("login", "next"), ("roles", "admin")]) as answer:
            assert answer.status == 422
        await street.joined(other, "officer")
        staff = await street.house.household.staffing.find("qalb", "officer")
        async with other.get(f"{DESK}/inbox") as answer:
            assert answer.status == 200
        async with admin.post(f"{DESK}/staff/{staff}/roles", data={"roles": "committee"}) as answer:
            assert answer.url.query["done"] == "roles"
        async with other.get(f"{DESK}/inbox") as answer:
            assert answer.status == 403, "the next request already"
        async with admin.post(f"{DESK}/staff/{staff}/disable") as answer:
            assert answer.url.query["done"] == "disabled"
        async with other.post(f"{DESK}/account/sessions") as answer:
            assert answer.status == 401


async def test_a_stream_ends_with_the_session_and_with_the_role(street: Street) -> None:
    async with street.browser() as browser:
        await street.joined(browser, "listener", Role.RELATIONS)
        staff = await street.house.household.staffing.find("qalb", "listener") or ""
        for end in ("roles", "out"):
            async with browser.get(f"{DESK}/live") as stream:
                assert (await stream.content.readline()).startswith(b"event")
                if end == "roles":
                    await street.house.household.staffing.set_roles(None, "qalb", staff, [Role.COMMITTEE])
                else:
                    async with browser.post(f"{DESK}/sign-out", allow_redirects=False):
                        pass
                await stream.content.read()


async def test_an_account_changes_its_password_app_and_language(street: Street) -> None:
    async with street.browser() as browser:
        await street.joined(browser, "changer")
        async with browser.post(f"{DESK}/account/password", data={"current": "no", "password": "x"}) as answer:
            assert answer.status == 422
        new = {"current": PASSWORD, "password": "eight green trains run"}
        async with browser.post(f"{DESK}/account/password", data=new) as answer:
            assert answer.url.query["done"] == "password"
        async with browser.get(f"{DESK}/account/app") as answer:
            found = SECRET.search(await answer.text())
        assert found
        form = {"current": new["password"], "code": street.code(found[1].replace(" ", ""))}
        async with browser.post(f"{DESK}/account/app", data=form) as answer:
            assert answer.url.query["done"] == "app"
        async with browser.post(f"{DESK}/account/language", data={"language": "en"}) as answer:
            assert 'lang="en"' in await answer.text()
        async with browser.post(f"{DESK}/account/language", data={"language": "xx"}) as answer:
            assert answer.status == 400


async def test_on_https_the_cookie_is_locked_to_the_host(tmp_path: Path) -> None:
    def sealed(folder: Path, port: int) -> Settings:
        return settings(folder, port).model_copy(update={"public_url": "https://desk.example.org"})

    async with open_house(await furnished(tmp_path), made=sealed) as (house, port):
        token = await house.household.staffing.demo_link("qalb", Role.SUPERVISOR)
        headers = {"Origin": "https://desk.example.org"}
        async with (
            ClientSession(f"http://localhost:{port}", headers=headers) as browser,
            browser.post(f"{DESK}/join", data={"k": token}, allow_redirects=False) as answer,
        ):
            cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-wasl-qalb=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
