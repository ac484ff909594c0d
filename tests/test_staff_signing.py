"""How staff come in: invited once, by password and code, slowed down when they guess, the same answer to all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services import codes
from services.guesses import FREE
from services.passwords import Passwords, weakness
from services.roles import Role
from services.signing import Refused, SignedIn
from tests.mind_world import NOW
from tests.staff_world import HOUSE, LOGIN, PASSWORD, Office, Person, office

WRONG = Refused("wrong")


@pytest.fixture
async def desk() -> AsyncIterator[Office]:
    async with office() as opened:
        yield opened


async def _lets_in(came: SignedIn | Refused, person: Person) -> bool:
    return isinstance(came, SignedIn) and await person.seen(came.token) is not None


async def test_an_invited_member_joins_once_and_is_signed_in(desk: Office) -> None:
    noura = await desk.joined()
    member = await noura.member()
    assert (member.name, sorted(member.roles), member.demo) == ("Noura", [Role.RELATIONS], False)
    assert [row["verb"] for row in await desk.audit()] == ["staff.invited", "staff.joined"]


async def test_a_link_is_good_once_for_three_days_and_for_one_association(desk: Office) -> None:
    invited = await desk.invite()
    assert await desk.signing.joining("kafl", invited.token) is None
    joining = await desk.signing.joining(HOUSE, invited.token)
    assert joining and joining.login == LOGIN and joining.secret in joining.address
    again = await desk.signing.joining(HOUSE, invited.token)
    assert again == joining
    desk.later(hours=71, minutes=59)
    assert await desk.signing.joining(HOUSE, invited.token)
    desk.later(minutes=2)
    assert await desk.signing.join(HOUSE, invited.token, PASSWORD, desk.code(joining.secret)) == Refused("gone")
    noura = await desk.joined("other@example.org")
    token = (await desk.invite("third@example.org")).token
    shown = await desk.signing.joining(HOUSE, token)
    assert shown
    codes_ = [desk.code(shown.secret)] * 5
    came = await asyncio.gather(*(desk.signing.join(HOUSE, token, PASSWORD, code) for code in codes_))
    assert sorted(type(each).__name__ for each in came) == ["Refused"] * 4 + ["SignedIn"]
    assert await noura.seen()


async def test_joining_says_what_is_wrong_and_keeps_the_link(desk: Office) -> None:
    invited = await desk.invite()
    joining = await desk.signing.joining(HOUSE, invited.token)
    assert joining
    good = desk.code(joining.secret)
    assert await desk.signing.join(HOUSE, invited.token, "short", good) == Refused("short")
    assert await desk.signing.join(HOUSE, invited.token, PASSWORD, "000000") == Refused("code")
    assert isinstance(await desk.signing.join(HOUSE, invited.token, PASSWORD, good), SignedIn)


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("short", "short"),
        ("x" * 257, "long"),
        ("noura likes tea", "named"),
        ("me@example.org!!", "named"),
        ("noura@example.org", "named"),
        ("password1234", "common"),
        ("Password!!!!1234", "common"),
        ("123456789012", "common"),
        ("٠١٢٣٤٥٦٧٨٩٠١", "common"),
        ("qwertyuiop123456", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("abcabcabcabc", "common"),
        ("nine blue boats sail", None),
        ("تسعة قوارب زرقاء", None),
    ],
)
def test_a_password_is_refused_for_a_reason(password: str, weak: str | None) -> None:
    assert weakness(password, LOGIN, "Noura Al") == weak


async def test_a_password_is_the_same_from_every_keyboard_and_nobody_has_none() -> None:
    passwords = Passwords(memory_kib=8, rounds=1)
    kept = await passwords.hash("cafe\N{COMBINING ACUTE ACCENT} and more")
    assert kept.startswith("$argon2id$")
    assert await passwords.fits(kept, "caf\N{LATIN SMALL LETTER E WITH ACUTE} and more")
    assert not await passwords.fits(kept, "cafe and more")
    assert not await passwords.fits(None, "nobody's")
    assert not await passwords.fits("no hash", "nobody's")


async def test_what_it_costs_is_what_owasp_asks() -> None:
    assert "m=19456,t=2,p=1" in await Passwords().hash(PASSWORD)


async def test_signing_in_needs_all_three_and_any_code_only_once(desk: Office) -> None:
    noura = await desk.joined()
    desk.later(minutes=5)
    assert await noura.sign_in("another password") == WRONG
    assert await desk.signing.sign_in(HOUSE, LOGIN, PASSWORD, "000000") == WRONG
    assert await desk.signing.sign_in(HOUSE, "nobody", PASSWORD, "000000") == WRONG
    assert await desk.signing.sign_in("kafl", LOGIN, PASSWORD, desk.code(noura.secret)) == WRONG
    assert await _lets_in(await noura.sign_in(), noura)
    assert await noura.sign_in() == WRONG
    desk.later(seconds=30)
    arabic = desk.code(noura.secret).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    came = await desk.signing.sign_in(HOUSE, "  Noura@Example.ORG ", PASSWORD, f"{arabic[:3]} {arabic[3:]}")
    assert await _lets_in(came, noura)


@pytest.mark.parametrize(("ahead", "good"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
async def test_a_clock_may_be_half_a_minute_wrong(desk: Office, ahead: int, good: bool) -> None:
    noura = await desk.joined()
    desk.later(minutes=5)
    assert isinstance(await noura.sign_in(seconds=ahead), SignedIn) is good


def test_an_older_code_is_not_taken_after_a_newer_one() -> None:
    secret = codes.secret_of(bytes(range(20)))
    step = codes.step_of(secret, codes.code_at(secret, NOW), NOW, None)
    assert step is not None
    assert codes.step_of(secret, codes.code_at(secret, NOW), NOW, step) is None
    for nonsense in ("", "12345", "1234567", "½23456", "abcdef", "１２３"):
        assert codes.step_of(secret, nonsense, NOW, None) is None


async def test_ten_thousand_guesses_end_at_the_tenth(desk: Office) -> None:
    noura = await desk.joined()
    desk.later(minutes=5)
    for _ in range(FREE):
        assert await noura.sign_in("a wrong password") == WRONG
    assert await noura.sign_in() == WRONG
    desk.later(minutes=14)
    assert await noura.sign_in() == WRONG
    desk.later(minutes=2)
    assert await noura.sign_in("a wrong password") == WRONG
    desk.later(minutes=16)
    assert await noura.sign_in() == WRONG, "the second lock lasts longer"
    desk.later(minutes=30)
    assert await _lets_in(await noura.sign_in(), noura)
    failed = [row["more"]["count"] for row in await desk.audit() if row["verb"] == "staff.failed"]
    assert failed[0] == FREE


async def test_guesses_sent_at_once_are_counted_before_they_are_judged(desk: Office) -> None:
    noura = await desk.joined()
    desk.later(minutes=5)
    guesses = [noura.sign_in(f"wrong password {n}") for n in range(30)]
    await asyncio.gather(*guesses)
    assert await noura.sign_in() == WRONG
    assert sum(row["verb"] == "staff.failed" for row in await desk.audit()) == 1


async def test_one_address_is_slowed_and_others_are_not(desk: Office) -> None:
    noura = await desk.joined()
    desk.later(minutes=5)
    for n in range(60):
        assert await desk.signing.sign_in(HOUSE, f"guess{n}", PASSWORD, "000000", "10.0.0.9") == WRONG
    assert await noura.sign_in(address="10.0.0.9") == Refused("later")
    assert isinstance(await noura.sign_in(address="10.0.0.8"), SignedIn)
    desk.later(seconds=40)
    assert isinstance(await noura.sign_in(address="10.0.0.9"), SignedIn)


async def test_nothing_secret_is_kept_readable(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        noura = await desk.joined()
        invited = await desk.invite("later@example.org")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert b"staff.joined" in kept
    for secret in (noura.token, noura.secret, invited.token, LOGIN, PASSWORD, "$argon2id$", "Noura"):
        assert secret.encode() not in kept
