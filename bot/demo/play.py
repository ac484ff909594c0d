"""Plays the demonstration into an empty house: what people wrote and what staff did, each at its own time."""

import re
import tomllib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.demo.guest import Guest
from bot.demo.staff import Crew
from bot.household import Household
from bot.talk import MovedClock
from conversations.organisation import Gender

HERE = Path(__file__).parent
PAPER = (HERE / "paper").with_suffix(".png")
SPAN = re.compile(r"(\d+)([mhd])")
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
WORKDAY = timedelta(days=1)
ALL = 1_000
Deed = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens at its time."""

    at: datetime
    deed: Deed


async def play(house: Household, clock: MovedClock, crews: Mapping[str, Crew]) -> None:
    """Play every association's scenes, in the order of time; what falls due between is rung."""
    data = tomllib.loads((HERE / "people.toml").read_text("utf-8"))
    now = clock()
    moments = [moment for name, crew in crews.items() for moment in _all(house, clock, name, crew, data, now)]
    clock.move(min(moment.at for moment in moments) - clock())
    for moment in sorted(moments, key=lambda one: one.at):
        await _until(house, clock, moment.at)
        await moment.deed()
    await _until(house, clock, now)


async def _until(house: Household, clock: MovedClock, at: datetime) -> None:
    """Let time pass, and ring what is due on the way."""
    while (due := await house.ringing.next_at()) and due <= at:
        clock.move(max(due - clock(), timedelta()))
        if not await house.ringing.ring():
            break
    clock.move(max(at - clock(), timedelta()))


def _all(
    house: Household, clock: MovedClock, name: str, crew: Crew, data: Mapping[str, Any], now: datetime
) -> Iterator[Moment]:
    gender = house.profiles[name].organisation.gender
    names = data["names"]["feminine" if gender is Gender.FEMININE else "masculine"]
    for number, scene in enumerate(data["scene"]):
        facts = _facts(data["facts"], names, number)
        paper = PAPER.read_bytes() if scene.get("paper") else b""
        guest = Guest(house, name, clock, facts, paper)
        yield from _scene(guest, crew, scene, now - _span(scene["ago"]))


def _facts(facts: Mapping[str, Any], names: list[str], number: int) -> dict[str, str]:
    """One person's own facts: lists are taken in turn."""
    own = {key: value[number % len(value)] if isinstance(value, list) else value for key, value in facts.items()}
    return {**own, "name": names[number % len(names)]}


def _scene(guest: Guest, crew: Crew, scene: Mapping[str, Any], began: datetime) -> Iterator[Moment]:
    yield Moment(began, lambda: _wrote(guest, scene))
    for day, line in enumerate(scene.get("staff", ()), 1):
        verb, _, after = line.partition(" ")
        at = began + (_span(after) if after else day * WORKDAY)
        yield Moment(at, lambda verb=verb: crew.act(verb, guest.contact))  # type: ignore[misc]


async def _wrote(guest: Guest, scene: Mapping[str, Any]) -> None:
    await guest.open()
    fills = scene.get("fills", 0)
    for line in scene.get("says", ()):
        await guest.say(line)
    if fills:
        await guest.request()
        await guest.fill(ALL if fills == "all" else fills)
    if fills == "all":
        await guest.accept()
    for place, line in enumerate(scene.get("sends", ())):
        await guest.say(line)
        if place == 0:
            await guest.tap("agree")
    for line in scene.get("then", ()):
        await guest.say(line)
    await _saw(guest)


async def _saw(guest: Guest) -> None:
    """Whoever wrote has seen what was told."""
    told = await guest.house.transcript.told(guest.organisation, guest.contact, 0)
    if told:
        await guest.house.transcript.seen(guest.organisation, guest.contact, told[-1].seq)


def _span(text: str) -> timedelta:
    found = SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text}: a number and m, h or d")
    return int(found[1]) * UNITS[found[2]]
