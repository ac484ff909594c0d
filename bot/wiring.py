"""The one place that builds the house: memory, services, doors and bell, from settings that were judged."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from bot.desk import open_desk
from bot.doorways import with_numbers
from bot.duty import Duty
from bot.group import open_groups, start_all, stop_all
from bot.household import Household, furnish
from bot.keys import parse_master_keys
from bot.leaving import Leaving
from bot.lines import open_lines
from bot.post import Post, open_post
from bot.privacy import privacy_notice
from bot.settings import Settings
from bot.sharing import share
from bot.thrift import give_back
from conversations.messages import Line
from desk.site import Desk
from handlers import webchat
from locales import Tongue, direction, name_of
from locales.pages import page_words
from organisations import Profile, load_all
from scheduler.bell import Bell
from services.planner import Template
from services.ports import Clock
from storage import Memory
from web.site import Association, Hook, Site

BUILT = Path(__file__).resolve().parent.parent / "web" / "built"
RING_EVERY_S = 1
SEAL_EVERY_S = 60
SWEEP_EVERY_S = 3600
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """The whole house, ready to open its doors."""

    household: Household
    site: Site
    desk: Desk
    bell: Bell
    post: Post
    groups: list[Any] = field(default_factory=list)
    duty: Duty = Duty.ALL
    leave: Leaving = field(default_factory=Leaving)

    @asynccontextmanager
    async def open(self, _: Any = None) -> AsyncIterator[None]:
        """The bell rings while the doors are open; at the end whatever was let in is committed."""
        if self.duty.works:
            await self.post.start()
            await start_all(self.groups)
            self.bell.start()
        warming = asyncio.create_task(self._warm())
        try:
            yield
        finally:
            warming.cancel()
            await self.leave()
            await self.household.reception.close()
            await self.household.transcript.close()
            await self.post.close()
            await self.household.workshop.close()
            await self.household.memory.close()

    async def _warm(self) -> None:
        """Learn what nobody asked for yet, and give back what start and learning took meanwhile."""
        await self.household.knowledge.warm()
        give_back()


def real_clock() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


async def build(settings: Settings, clock: Clock = real_clock, built: Path = BUILT, duty: Duty = Duty.ALL) -> House:
    """Build the house on its database; BadProfile and StorageRefusedError are for whoever starts it."""
    profiles = with_numbers(load_all(settings.organisations or None), settings)
    lines = open_lines(settings, profiles)
    keys = parse_master_keys(settings.master_keys.get_secret_value())
    memory = Memory(settings.database, keys, settings.database_listen, settings.erasure_ledger)
    await memory.open(tuple(profiles))
    household = furnish(memory, profiles, clock, settings.origin, settings.files, settings.reception_waiting)
    share(household)
    await household.erasing.sweep()
    await household.knowledge.open()
    bell = Bell()
    bell.every(RING_EVERY_S, household.ringing.ring)
    bell.every(SEAL_EVERY_S, household.evidence.seal_all)
    bell.every(SEAL_EVERY_S, memory.mark)
    bell.every(RING_EVERY_S, memory.rewrapping.ring)
    bell.every(SWEEP_EVERY_S, memory.rewrapping.again)
    bell.every(SWEEP_EVERY_S, household.papers.sweep)
    bell.every(SWEEP_EVERY_S, household.erasing.sweep)
    post = open_post(household, lines, _templates(profiles), clock, alone=memory.alone)
    post.ring(bell)
    site = street(household, settings.origin, built, post.hooks())
    groups = open_groups(household, settings, clock, alone=memory.alone)
    binding = {group.organisation: group.binding for group in groups}
    desk = open_desk(household, settings.origin, clock, binding)
    return House(household, site, desk, bell, post, groups, duty, _leaving(bell, post, groups))


def _leaving(bell: Bell, post: Post, groups: list[Any]) -> Leaving:
    """What another process can go on with at once."""

    async def silent() -> None:
        bell.stop()

    return Leaving(silent, lambda: stop_all(groups), post.stop)


def street(
    household: Household, public_url: str, built: Path = BUILT, hooks: Mapping[tuple[str, str], Hook] | None = None
) -> Site:
    """The house as the public doors need it."""
    words = Wording(household)
    return Site(
        public_url=public_url,
        associations={name: _association(profile, household) for name, profile in household.profiles.items()},
        direction=cache(direction),
        language_name=cache(name_of),
        say=words.say,
        page_words=words.page,
        reception=household.reception,
        tokens=household.tokens,
        transcript=household.transcript,
        presence=household.presence,
        papers=household.papers,
        wakeups=household.memory.wakeups,
        ear=webchat,
        ready=Readiness(household.memory).look,
        built=built,
        hooks=hooks or {},
        acceptances=household.acceptances,
    )


class Wording:
    """The words of pages."""

    def __init__(self, household: Household) -> None:
        self._tongues = household.tongues
        self._pages: dict[tuple[str, str], Mapping[str, str]] = {}

    def say(self, organisation: str, language: str, key: str) -> str:
        """The words of a key; where they are missing the log says so and the page goes on."""
        try:
            return self._tongues(organisation, language).say(Line(key))
        except LookupError:
            log.error("page.words_missing", name=key, language=language)
            return ""

    def page(self, organisation: str, language: str) -> Mapping[str, str]:
        """Every template that the page's script fills by itself, and the association's names."""
        place = (organisation, language)
        if place not in self._pages:
            tongue = self._tongues(*place)
            names = {name: self.say(*place, f"organisation.{name}") for name in ("name", "short")}
            self._pages[place] = {**(page_words(tongue) if isinstance(tongue, Tongue) else {}), **names}
        return self._pages[place]


class Readiness:
    """Whether the database answers; that its tables are of this version was judged when it was opened."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def look(self) -> Mapping[str, bool]:
        """What is there and what is not."""
        try:
            async with self._memory.reading() as unit:
                known = await unit.select("organisations", {"organisation": sorted(self._memory.secrets)})
        except Exception as error:
            log.error("ready.database", error=type(error).__name__)
            return {"database": False, "migrations": False}
        return {"database": True, "migrations": len(known) == len(self._memory.secrets)}


def _templates(profiles: Mapping[str, Profile]) -> dict[str, dict[str, Template]]:
    return {
        name: {key: Template(text.id, text.values) for key, text in profile.templates.items()}
        for name, profile in profiles.items()
    }


def _association(profile: Profile, household: Household) -> Association:
    look, languages = profile.look, profile.organisation.languages
    tongues = {language: household.tongues(profile.name, language) for language in languages}
    return Association(
        name=profile.name,
        languages=languages,
        colours=(look.accent_light, look.soft_light, look.accent_dark, look.soft_dark),
        approved=profile.organisation.approved,
        policy=profile.policy,
        privacy={
            code: privacy_notice(profile, tongue) for code, tongue in tongues.items() if isinstance(tongue, Tongue)
        },
        embedders=profile.embedding_origins,
    )
