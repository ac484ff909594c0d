"""Sessions that end when they should, roles that change at once, and the last administrator who stays."""

from collections.abc import AsyncIterator

import pytest

from services.roles import Role
from services.signing import Refused, SignedIn
from services.staffing import Fault, Invited, State
from tests.staff_world import HOUSE, LOGIN, PASSWORD, Office, office

ADMIN = "admin@example.org"


@pytest.fixture
async def desk() -> AsyncIterator[Office]:
    async with office() as opened:
        yield opened


async def test_a_session_lasts_twelve_hours_and_two_without_use(desk: Office) -> None:
    noura = await desk.joined()
    for _ in range(6):
        desk.later(hours=1, minutes=55)
        assert await noura.seen()
    desk.later(minutes=31)
    assert await noura.seen() is None
    amal = await desk.joined("amal@example.org")
    desk.later(hours=2)
    assert await amal.seen() is None


async def test_a_page_by_itself_keeps_no_session_alive(desk: Office) -> None:
    noura = await desk.joined()
    for _ in range(2):
        desk.later(minutes=59)
        assert await desk.staffing.member_of(HOUSE, noura.token)
    desk.later(minutes=3)
    assert await desk.staffing.member_of(HOUSE, noura.token) is None


async def test_signing_out_ends_this_browser_only(desk: Office) -> None:
    noura = await desk.joined()
    desk.later(minutes=1)
    came = await noura.sign_in()
    assert isinstance(came, SignedIn)
    await desk.signing.sign_out(HOUSE, noura.token)
    assert await noura.seen() is None
    assert await noura.seen(came.token)
    await desk.signing.sign_out(HOUSE, "nobody's")


async def test_the_others_of_my_sessions_end(desk: Office) -> None:
    noura = await desk.joined()
    desk.later(minutes=1)
    came = await noura.sign_in()
    assert isinstance(came, SignedIn)
    member = await noura.member()
    assert [each.own for each in await desk.accounts.sessions(member, noura.token)] == [False, True]
    assert await desk.accounts.end_others(member, noura.token) == 1
    assert await noura.seen(came.token) is None
    assert await noura.seen()


async def test_a_token_of_one_association_opens_no_other(desk: Office) -> None:
    noura = await desk.joined()
    assert await desk.staffing.member_of("kafl", noura.token) is None


async def test_roles_are_read_at_every_request(desk: Office) -> None:
    admin = await (await desk.joined(ADMIN, Role.ADMINISTRATOR)).member()
    noura = await desk.joined()
    assert await desk.staffing.set_roles(admin, HOUSE, noura.staff, ["committee"]) is None
    assert (await noura.member()).roles == {Role.COMMITTEE}
    assert await desk.staffing.set_roles(admin, HOUSE, noura.staff, ["admin"]) is Fault.ROLES
    assert await desk.staffing.set_roles(admin, HOUSE, noura.staff, []) is Fault.ROLES
    assert await desk.staffing.set_roles(admin, "kafl", noura.staff, ["committee"]) is Fault.GONE
    assert desk.woken == [HOUSE]


async def test_who_is_disabled_is_out_at_once_and_stays_out_until_enabled(desk: Office) -> None:
    admin = await (await desk.joined(ADMIN, Role.ADMINISTRATOR)).member()
    noura = await desk.joined()
    assert await desk.staffing.disable(admin, HOUSE, noura.staff) is None
    assert await noura.seen() is None
    desk.later(minutes=1)
    assert await noura.sign_in() == Refused("wrong")
    assert [each.state for each in await desk.staffing.all(HOUSE)] == [State.JOINED, State.DISABLED]
    assert await desk.staffing.enable(admin, HOUSE, noura.staff) is None
    assert await noura.seen() is None, "what had ended does not come back"
    desk.later(minutes=1)
    assert isinstance(await noura.sign_in(), SignedIn)
    verbs = [row["verb"] for row in await desk.audit()]
    assert [verb for verb in verbs if verb in ("staff.disabled", "staff.enabled")] == [
        "staff.disabled",
        "staff.enabled",
    ]


async def test_the_last_administrator_stays(desk: Office) -> None:
    first = await desk.joined(ADMIN, Role.ADMINISTRATOR)
    member = await first.member()
    await desk.invite("invited@example.org", Role.ADMINISTRATOR)
    await desk.staffing.demo_link(HOUSE, Role.ADMINISTRATOR)
    assert await desk.staffing.disable(member, HOUSE, first.staff) is Fault.LAST
    assert await desk.staffing.set_roles(member, HOUSE, first.staff, ["committee"]) is Fault.LAST
    assert await desk.staffing.invite_again(member, HOUSE, first.staff) is Fault.LAST
    await desk.joined("second@example.org", Role.ADMINISTRATOR)
    assert await desk.staffing.set_roles(member, HOUSE, first.staff, ["committee"]) is None
    assert (await first.member()).roles == {Role.COMMITTEE}


async def test_inviting_again_resets_everything(desk: Office) -> None:
    admin = await (await desk.joined(ADMIN, Role.ADMINISTRATOR)).member()
    noura = await desk.joined()
    again = await desk.staffing.invite_again(admin, HOUSE, noura.staff)
    assert isinstance(again, Invited)
    assert await noura.seen() is None
    desk.later(minutes=1)
    assert await noura.sign_in() == Refused("wrong")
    joining = await desk.signing.joining(HOUSE, again.token)
    assert joining and joining.secret != noura.secret
    newer = await desk.staffing.invite_again(admin, HOUSE, noura.staff)
    assert isinstance(newer, Invited)
    assert await desk.signing.joining(HOUSE, again.token) is None
    assert await desk.staffing.invite_again(admin, HOUSE, "nobody") is Fault.GONE


@pytest.mark.parametrize(
    ("login", "name", "roles", "fault"),
    [
        ("no", "Noura", ["committee"], Fault.LOGIN),
        ("<b>@example.org", "Noura", ["committee"], Fault.LOGIN),
        ("good", " ", ["committee"], Fault.NAME),
        ("good", "Noura", [], Fault.ROLES),
        ("good", "Noura", ["admin"], Fault.ROLES),
        (LOGIN.upper(), "Noura", ["committee"], Fault.TAKEN),
    ],
)
async def test_an_invitation_is_refused_for_a_reason(
    desk: Office, login: str, name: str, roles: list[str], fault: Fault
) -> None:
    await desk.invite()
    assert await desk.staffing.invite(None, HOUSE, login, name, roles) is fault


async def test_the_same_name_may_sign_in_at_two_associations(desk: Office) -> None:
    one, other = await desk.joined(), await desk.joined(house="kafl")
    assert (await one.member()).organisation == HOUSE
    assert (await other.member()).organisation == "kafl"
    assert await desk.staffing.find(HOUSE, LOGIN) == one.staff
    assert await desk.staffing.find(HOUSE, "nobody") is None


async def test_a_password_is_changed_by_who_knows_it(desk: Office) -> None:
    noura = await desk.joined()
    desk.later(minutes=1)
    other = await noura.sign_in()
    assert isinstance(other, SignedIn)
    member, new = await noura.member(), "eight green trains run"
    assert await desk.accounts.change_password(member, noura.token, "wrong", new) == "wrong"
    assert await desk.accounts.change_password(member, noura.token, PASSWORD, "short") == "short"
    assert await desk.accounts.change_password(member, noura.token, PASSWORD, new) is None
    assert await noura.seen(other.token) is None
    assert await noura.seen()
    desk.later(minutes=1)
    assert await noura.sign_in() == Refused("wrong")
    assert isinstance(await noura.sign_in(new), SignedIn)


async def test_whoever_finds_a_screen_open_cannot_guess_the_password(desk: Office) -> None:
    noura = await desk.joined()
    member, new = await noura.member(), "eight green trains run"
    for _ in range(60):
        assert await desk.accounts.change_password(member, noura.token, "wrong", new) == "wrong"
    assert await desk.accounts.change_password(member, noura.token, PASSWORD, new) == "wrong"
    desk.later(minutes=1)
    assert await desk.accounts.change_password(member, noura.token, PASSWORD, new) is None


async def test_a_new_app_replaces_the_old_one_once_it_showed_a_code(desk: Office) -> None:
    noura = await desk.joined()
    member = await noura.member()
    secret, address = await desk.accounts.app(member)
    assert secret in address and secret != noura.secret
    desk.later(minutes=1)
    assert await desk.accounts.change_app(member, noura.token, "wrong", desk.code(secret)) == "wrong"
    assert await desk.accounts.change_app(member, noura.token, PASSWORD, "000000") == "code"
    assert await desk.accounts.change_app(member, noura.token, PASSWORD, desk.code(secret)) is None
    desk.later(minutes=1)
    assert await noura.sign_in() == Refused("wrong")
    noura.secret = secret
    assert isinstance(await noura.sign_in(), SignedIn)
    assert (await desk.accounts.app(member))[0] != secret


async def test_a_member_chooses_a_language(desk: Office) -> None:
    noura = await desk.joined()
    await desk.accounts.speak(await noura.member(), "en")
    assert (await noura.member()).language == "en"


async def test_the_demonstration_comes_in_by_its_link_once(desk: Office) -> None:
    token = await desk.staffing.demo_link(HOUSE, Role.COMMITTEE, "Committee")
    joining = await desk.signing.joining(HOUSE, token)
    assert joining and joining.demo
    assert await desk.signing.join(HOUSE, token, PASSWORD, desk.code(joining.secret)) == Refused("gone")
    came = await desk.signing.redeem_demo(HOUSE, token)
    assert isinstance(came, SignedIn)
    member = await desk.staffing.member_of(HOUSE, came.token)
    assert member and member.demo and member.roles == {Role.COMMITTEE}
    assert await desk.signing.redeem_demo(HOUSE, token) == Refused("gone")
    assert await desk.signing.redeem_demo(HOUSE, (await desk.invite()).token) == Refused("gone")
    assert await desk.accounts.change_password(member, came.token, "", PASSWORD) == "wrong"
    again = await desk.staffing.demo_link(HOUSE, Role.COMMITTEE)
    assert len(await desk.staffing.all(HOUSE)) == 2
    desk.later(hours=24, minutes=1)
    assert await desk.signing.redeem_demo(HOUSE, again) == Refused("gone")
