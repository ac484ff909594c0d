"""Continuation tokens and one-time links on a real SQLite file."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from conversations.state import Mode
from services.tokens import GRACE, RENEWED_AFTER
from tests.turns_world import LINK, Clock, Guest, house, rows


async def linked(home: object, key: str = "guest") -> tuple[Guest, str]:
    """Somebody on WhatsApp whose next question is sensitive, and the link's token."""
    guest = await Guest(home, "kafl", "whatsapp", key).start()  # type: ignore[arg-type]
    while (await guest.state()).mode is not Mode.LINK:
        await guest.good()
    return guest, LINK.findall(guest.told[-1])[-1]


async def test_a_newcomer_gets_a_token_that_leads_to_their_conversation(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        admission = await home.tokens.admit("labas", None)
        assert admission.accepted and not admission.known and len(admission.token) == 43
        guest = Guest(home, key=admission.token)
        await guest.say("مرحبا")
        again = await home.tokens.admit("labas", admission.token)
        assert (again.accepted, again.contact) == (True, guest.contact)
    async with house(tmp_path) as home:
        assert (await home.tokens.admit("labas", admission.token)).contact == guest.contact


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "../..", "' OR 1=1"])
async def test_a_token_that_leads_nowhere_is_not_accepted(tmp_path: Path, token: str) -> None:
    async with house(tmp_path) as home:
        assert not (await home.tokens.admit("labas", token)).accepted


async def test_a_token_of_one_house_opens_no_other(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await Guest(home, key="k" * 43).say("مرحبا")
        assert (await home.tokens.admit("labas", "k" * 43)).known
        assert not (await home.tokens.admit("kafl", "k" * 43)).accepted


async def test_a_day_old_token_is_renewed_and_the_old_one_is_good_until_the_new_was_used(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest = Guest(home, key="old")
        await guest.say("مرحبا")
        assert await home.tokens.rotate("labas", "old") is None
        clock.now += RENEWED_AFTER
        fresh = await home.tokens.rotate("labas", "old")
        assert fresh and fresh != "old"
        clock.now += timedelta(days=30)
        assert (await home.tokens.admit("labas", "old")).contact == guest.contact
        await home.tokens.used("labas", fresh)
        clock.now += GRACE - timedelta(seconds=1)
        assert (await home.tokens.admit("labas", "old")).contact == guest.contact
        assert await home.tokens.rotate("labas", "old") is None
        clock.now += timedelta(seconds=2)
        assert not (await home.tokens.admit("labas", "old")).accepted
        assert (await home.tokens.admit("labas", fresh)).contact == guest.contact
        guest.key = fresh
        await guest.say("1")
        assert len(await rows(home, "contacts")) == 1


async def test_a_forgotten_browser_is_forgotten_and_the_request_stays(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest = await Guest(home, key="t").start()
        await home.tokens.forget("labas", "t")
        assert not (await home.tokens.admit("labas", "t")).accepted
        await home.tokens.forget("labas", "t")
        assert [c["state"] for c in await rows(home, "cases")] == ["draft"]
        assert guest.contact


async def test_a_link_is_redeemed_once_and_shows_only_what_follows(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest, link = await linked(home)
        results = await asyncio.gather(*(home.tokens.redeem("kafl", link) for _ in range(4)))
        (fresh,) = [token for token in results if token]
        admission = await home.tokens.admit("kafl", fresh)
        assert (admission.contact, admission.since) == (guest.contact, 0)
        told = await home.transcript.told("kafl", guest.contact, admission.since)
        assert [t.seq for t in told] == [1] and told[0].words["options"]
        assert await home.tokens.redeem("kafl", link) is None
        assert len(await rows(home, "contacts", "kafl")) == 1


async def test_a_second_link_shows_nothing_of_what_the_first_page_was_told(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        guest, link = await linked(home)
        assert await home.tokens.redeem("kafl", link)
        await guest.say("القائمة")
        await guest.say("إكمال")
        fresh = await home.tokens.redeem("kafl", LINK.findall(guest.told[-1])[-1])
        admission = await home.tokens.admit("kafl", fresh)
        assert admission.since == 1
        assert [t.seq for t in await home.transcript.told("kafl", guest.contact, admission.since)] == [2]


async def test_a_link_of_half_an_hour_ago_is_too_old(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, clock) as home:
        guest, link = await linked(home)
        clock.now += timedelta(minutes=29)
        await guest.say("؟")
        second = LINK.findall(guest.told[-1])[-1]
        clock.now += timedelta(minutes=2)
        assert await home.tokens.redeem("kafl", link) is None
        assert await home.tokens.redeem("kafl", second)


async def test_a_link_of_one_house_opens_nothing_in_another_and_a_guess_opens_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        _, link = await linked(home)
        assert await home.tokens.redeem("labas", link) is None
        assert await home.tokens.redeem("kafl", "A" * 43) is None
        assert await home.tokens.redeem("kafl", "") is None
        assert await home.tokens.redeem("kafl", link)


async def test_only_hashes_of_tokens_and_links_are_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        _, link = await linked(home)
        fresh = await home.tokens.redeem("kafl", link)
        assert fresh
        files = list((tmp_path / "data").iterdir())
        assert files
        for file in files:
            assert not [t for t in (link, fresh, "guest") if t.encode() in file.read_bytes()]
