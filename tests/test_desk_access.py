"""Who may do what at the desk: every route by every role, by its own, another or no association's session."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from starlette.responses import Response
from starlette.routing import Route

from bot.app import create_app
from desk.doors import session_cookie
from desk.routes import routes
from desk.site import Member as AnyMember
from services.access import Decision, decide
from services.members import Member
from services.roles import RIGHTS, Right, Role, may
from tests.desk_matrix import OTHER, OWN, STREAMS, Staffed, Way, filled, status, ways
from tests.real_house import furnished, open_house
from tests.storage_world import NOW, case, fresh, seated, sender
from web.doors import UndeclaredDoor

NOBODY = "nobody's"
ONE_LOOP = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def staffed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staffed]:
    """The real house with a member of each role at two associations."""
    folder: Path = await furnished(tmp_path_factory.mktemp("desk"))
    async with open_house(folder) as (house, port):
        yield await Staffed(house, f"http://localhost:{port}").fill()


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("role", Role)
def test_a_right_is_had_by_role(role: Role, right: Right) -> None:
    member: AnyMember = Member(OWN, "s", "Noura", frozenset({role}))
    has = role in RIGHTS[right]
    assert may({role}, right) is has
    assert decide(member, OWN, right) is (Decision.ENTER if has else Decision.NOT_YOURS)
    assert decide(member, OTHER, right) is Decision.NOT_HERE
    assert decide(None, OWN, right) is Decision.SIGN_IN


@pytest.mark.parametrize("right", Right)
def test_who_has_no_role_may_nothing_and_every_right_is_decided(right: Right) -> None:
    assert not may((), right)
    assert decide(Member(OWN, "s", "Noura", frozenset()), OWN, right) is Decision.NOT_YOURS
    assert RIGHTS[right]


@ONE_LOOP
@pytest.mark.parametrize("role", Role)
async def test_every_door_opens_to_whoever_has_the_right(staffed: Staffed, role: Role) -> None:
    wrong = []
    async with staffed.browser(staffed.tokens[OWN, role]) as browser:
        for way in sorted(ways(), key=lambda way: way.path.endswith("/sign-out")):
            answered, to = await status(browser, way, {"organisation": OWN})
            refused = answered in (401, 403) or ("/sign-in" in to and not way.path.endswith("/sign-out"))
            if refused is may({role}, way.rule) or answered >= 500:
                wrong.append(f"{way}: {answered} {to}")
    staffed.tokens[OWN, role] = await _again(staffed, role)
    assert wrong == [], "\n".join(wrong)


async def _again(staffed: Staffed, role: Role) -> str:
    """A session in place of the one that was signed out of."""
    signing, staffing = staffed.house.household.signing, staffed.house.household.staffing
    came = await signing.redeem_demo(OWN, await staffing.demo_link(OWN, role))
    return str(getattr(came, "token", ""))


@ONE_LOOP
@pytest.mark.parametrize("session", ["none", "forged", "other"])
async def test_no_door_opens_without_a_session_of_the_association(staffed: Staffed, session: str) -> None:
    wrong = []
    token = {"none": "", "forged": NOBODY, "other": staffed.tokens[OTHER, Role.SUPERVISOR]}[session]
    async with staffed.browser(token) as browser:
        for way in ways():
            answered, to = await status(browser, way, {"organisation": OWN})
            good = answered == 401 if way.method == "POST" else (answered == 303 and "/sign-in" in to)
            wrong += [] if good else [f"{way}: {answered} {to}"]
    assert wrong == [], "\n".join(wrong)


@ONE_LOOP
async def test_the_id_of_another_association_is_not_here(staffed: Staffed) -> None:
    ids = await _ids(staffed)
    wrong = []
    for way in (way for way in ways() if way.ids):
        role = next(role for role in Role if may({role}, way.rule))
        async with staffed.browser(staffed.tokens[OWN, role]) as browser:
            forms = filled() if way.method == "POST" else [None]
            answers = [(await status(browser, way, {"organisation": OWN, **ids}, form))[0] for form in forms]
            wrong += [] if 404 in answers and min(answers) >= 400 else [f"{way}: {answers}"]
    assert wrong == [], "\n".join(wrong)


async def _ids(staffed: Staffed) -> dict[str, str]:
    """Ids of the other association, by the names that paths give them."""
    memory, people = staffed.house.household.memory, await staffed.house.household.staffing.all(OTHER)
    (seat,) = await seated(memory, sender("a browser", house=OTHER))
    file = {
        "organisation": OTHER,
        "file": fresh(),
        "contact": seat.contact,
        "address": seat.address,
        "line": "web",
        "kind": "image",
    }
    async with memory.unit() as unit:
        await unit.insert("cases", [case(seat, request := fresh())])
        owner = {
            "owner_kind": "contact",
            "owner": seat.contact,
            "state": "ready",
            "privacy": "ordinary",
            "at": NOW,
            "next_at": NOW,
        }
        await unit.insert("files", [file | owner])
    return {"staff": people[0].staff, "contact": seat.contact, "case": request, "file": str(file["file"])}


@ONE_LOOP
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_open_nothing(staffed: Staffed, method: str) -> None:
    async with staffed.browser(staffed.tokens[OWN, Role.ADMINISTRATOR]) as browser:
        for path in (f"/desk/{OWN}/staff", f"/desk/{OWN}/account"):
            async with browser.request(method, path) as answer:
                assert answer.status == 405
        headers = {"X-HTTP-Method-Override": method}
        async with browser.get(f"/desk/{OWN}/staff?_method={method}", headers=headers) as answer:
            assert answer.status == 200


@ONE_LOOP
@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"Origin": "own"}, True),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "own", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "own", "Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "own", "Sec-Fetch-Site": "none"}, False),
    ],
)
async def test_forms_come_from_our_own_pages_only(staffed: Staffed, headers: dict[str, str], let_in: bool) -> None:
    sent = {name: staffed.origin if value == "own" else value for name, value in headers.items()}
    cookies = {session_cookie(staffed.origin, OWN): staffed.tokens[OWN, Role.ADMINISTRATOR]}
    forms = [way for way in ways() if way.method == "POST" and not way.path.endswith(("/sign-out", "/sessions"))]
    public = Way("POST", "/desk/{organisation}/sign-in", None), Way("POST", "/desk/{organisation}/join", None)
    async with ClientSession(staffed.origin, headers=sent, cookies=cookies) as browser:
        answers = {str(way): await status(browser, way, {"organisation": OWN}) for way in (*forms[:6], *public)}
    assert {way: answer for way, answer in answers.items() if way in map(str, public) and answer[0] == 403} == (
        {} if let_in else {str(way): (403, "") for way in public}
    )
    if not let_in:
        assert {status for status, _ in answers.values()} == {403}


@ONE_LOOP
async def test_a_route_without_a_rule_stops_the_start(staffed: Staffed) -> None:
    async def endpoint(request: object) -> Response:
        raise AssertionError

    stray = Route("/desk/{organisation}/stray", endpoint)
    with pytest.raises(UndeclaredDoor):
        create_app(staffed.house.site, more=[stray], desk=staffed.house.desk)


def test_every_door_of_the_desk_asks_for_something() -> None:
    declared = [getattr(route, "rule", None) for route in routes()]
    assert None not in declared
    assert {way.path.removeprefix("/desk/{organisation}") for way in ways()} >= {
        "/inbox",
        "/staff",
        "/account",
        STREAMS,
    }
