"""Whether a house wants its demonstration, and the links by which one looks at it."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from bot.demo.play import HERE, play
from bot.demo.staff import gather, links
from bot.household import Household, furnish
from bot.settings import Settings
from bot.talk import MovedClock
from services.access import LOOPBACK


async def demonstrate(house: Household, settings: Settings, now: datetime) -> Mapping[str, Mapping[str, str]]:
    """Play the demonstration into an empty house at this machine; one-time links by association and role."""
    if urlsplit(settings.origin).hostname not in LOOPBACK:
        return {}
    if await _empty(house):
        await _play(house, settings, now)
    found = {name: await links(house, name) for name in house.profiles}
    return {
        name: {role: f"{settings.origin}/desk/{name}/join#k={token}" for role, token in by_role.items()}
        for name, by_role in found.items()
        if by_role
    }


async def _empty(house: Household) -> bool:
    """Whether nobody ever wrote and nobody was ever invited."""
    names = sorted(house.profiles)
    async with house.memory.reading() as unit:
        for table in ("contacts", "staff"):
            if await unit.select(table, {"organisation": names}, limit=1):
                return False
    return True


async def _play(house: Household, settings: Settings, now: datetime) -> None:
    clock = MovedClock(now)
    past = furnish(house.memory, house.profiles, clock, settings.origin, settings.files)
    data = tomllib.loads((HERE / "people.toml").read_text("utf-8"))
    crews = {name: await gather(past, name, data["staff"], data["words"]) for name in house.profiles}
    try:
        await play(past, clock, crews)
    finally:
        await past.workshop.close()
