"""The demonstration: what an empty house shows of itself, and that it shows it only there."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.demo.seed import demonstrate
from bot.settings import Settings
from tests.mind_world import NOW, profiles
from tests.real_house import settings
from tests.turns_world import Clock, Guest, house, rows


def local(folder: Path, url: str = "http://localhost:8000") -> Settings:
    return settings(folder).model_copy(update={"public_url": url, "secret": SecretStr("s" * 40)})


async def states(home: Any, name: str) -> Counter[str]:
    return Counter(case["state"] for case in await rows(home, "cases", name))


async def test_an_empty_house_shows_people_who_wait_and_requests_at_every_stage(tmp_path: Path) -> None:
    async with house(tmp_path, Clock(NOW)) as home:
        found = await demonstrate(home, local(tmp_path), NOW)
        assert set(found) == set(profiles())
        for name, links in found.items():
            assert set(links) == {"relations_officer", "social_researcher", "committee", "supervisor", "administrator"}
            assert all(link.startswith(f"http://localhost:8000/desk/{name}/join#k=") for link in links.values())
            seen = await states(home, name)
            assert seen["draft"] == 2 and set(seen) >= {"submitted", "verifying", "returned", "committee", "decided"}
            assert seen["registered"] == 1
            calls = await rows(home, "handovers", name)
            assert [call["state"] for call in calls] == ["waiting"] * 2
            told = [row["at"] for row in await rows(home, "decisions", name) if row["told_at"]]
            assert len(told) == 1 and max(row["at"] for row in await rows(home, "messages", name)) <= NOW + timedelta(1)
            assert await rows(home, "parked", name) == []
        again = await demonstrate(home, local(tmp_path), NOW)
        assert await states(home, "qalb") == await states(home, "qalb") and again["qalb"] != found["qalb"]


async def test_a_house_that_somebody_uses_or_that_the_world_reaches_has_none(tmp_path: Path) -> None:
    async with house(tmp_path, Clock(NOW)) as home:
        assert await demonstrate(home, local(tmp_path, "https://wasl.example"), NOW) == {}
        await Guest(home).say("مرحبا")
        assert await demonstrate(home, local(tmp_path), NOW) == {}
        assert await rows(home, "staff") == []
