"""Parked events on a real SQLite file: listed without their words, replayed once, never lost."""

import asyncio
from pathlib import Path

import pytest

from conversations.effects import PutAnswer
from tests.turns_world import Guest, arrival, house, poison_the_mind, rows


async def parked(home: object, monkeypatch: pytest.MonkeyPatch) -> Guest:
    """Somebody whose good answer was parked."""
    guest = await Guest(home).start()  # type: ignore[arg-type]
    await guest.say("1")
    with monkeypatch.context() as patch:
        poison_the_mind(patch)
        assert (await guest.say("poison")).parked
    return guest


async def test_what_waits_is_listed_by_its_reason_and_not_by_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as home:
        await parked(home, monkeypatch)
        (one,) = await home.parking.waiting("labas")
        assert (one.reason, one.line, one.replayed_at) == ("ZeroDivisionError", "web", None)
        assert "poison" not in repr(one)
        assert await home.parking.waiting("kafl") == []


async def test_a_replay_has_one_effect_at_todays_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as home:
        guest = await parked(home, monkeypatch)
        await guest.say("سالم بن محمد العتيبي")
        (one,) = await home.parking.waiting("labas")
        taken = await home.parking.replay("labas", one.id)
        assert taken and not taken.parked and taken.contact == guest.contact
        assert not [e for e in taken.effects if isinstance(e, PutAnswer)]
        assert await home.parking.waiting("labas") == []
        assert await home.parking.replay("labas", one.id) is None
    async with house(tmp_path) as home:
        assert await home.parking.replay("labas", one.id) is None


async def test_two_who_press_at_once_replay_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as home:
        await parked(home, monkeypatch)
        (one,) = await home.parking.waiting("labas")
        before = len(await rows(home, "messages"))
        results = await asyncio.gather(*(home.parking.replay("labas", one.id) for _ in range(4)))
        assert len([r for r in results if r]) == 1
        heard = [m for m in (await rows(home, "messages"))[before:] if m["direction"] == "in"]
        assert len(heard) == 1


async def test_a_replay_that_fails_as_a_whole_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as home:
        await parked(home, monkeypatch)
        (one,) = await home.parking.waiting("labas")

        async def broken(_: object) -> None:
            raise OSError("no database")

        with monkeypatch.context() as patch:
            patch.setattr(home.turns, "take", broken)
            with pytest.raises(OSError, match="no database"):
                await home.parking.replay("labas", one.id)
        assert [p.id for p in await home.parking.waiting("labas")] == [one.id]
        assert await home.parking.replay("labas", one.id)


async def test_what_stumbles_again_waits_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as home:
        await parked(home, monkeypatch)
        (one,) = await home.parking.waiting("labas")
        poison_the_mind(monkeypatch)
        taken = await home.parking.replay("labas", one.id)
        assert taken and taken.parked
        (again,) = await home.parking.waiting("labas")
        assert again.id != one.id


async def test_an_unknown_one_or_another_houses_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as home:
        await parked(home, monkeypatch)
        (one,) = await home.parking.waiting("labas")
        assert await home.parking.replay("kafl", one.id) is None
        assert await home.parking.replay("labas", "0" * 32) is None
        assert (await home.turns.take([arrival("مرحبا", "neighbour")]))[0].told
