"""The whole examination: settings first, then everything that they name, at once."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import organisations
import storage.examining as database
from bot.examining import accounts, clock, contents, places, public
from bot.judgement import judge
from bot.keys import parse_master_keys
from bot.reading import SettingsRefusedError, read
from bot.settings import Settings
from conversations.findings import Finding, ok, problem, warning

ON_SQLITE, ON_POSTGRESQL = "sqlite+aiosqlite:///", "postgresql+asyncpg://"
MEND = "Mend it in .env or in the environment; docs/settings.md shows every form."

UNSEEN = warning("the rest", "Without settings neither database, address, clock nor accounts were looked at.", MEND)


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and the secrets that nothing printed may hold."""

    findings: tuple[Finding, ...]
    secrets: tuple[str, ...] = ()


async def examine(env_file: Path, production: bool, copied: bool) -> Examination:
    """Look at everything; `copied` says that whoever runs the house holds a copy of the master keys."""
    try:
        settings = await asyncio.to_thread(read, env_file)
    except SettingsRefusedError as refusal:
        refused = [*(problem("settings", sentence, MEND) for sentence in refusal.problems), UNSEEN]
        inside = await asyncio.to_thread(contents.examine, organisations.names(), production)
        return Examination((*refused, *inside))
    if copied:
        places.remember_copy(settings)
    serving = await asyncio.to_thread(_serving, settings)  # first: our own look at the database takes the lock
    found = await asyncio.gather(
        asyncio.to_thread(_settings, settings),
        asyncio.to_thread(lambda: list(places.examine(settings, env_file))),
        _database(settings),
        _outside(settings, serving, production),
        asyncio.to_thread(contents.examine, enabled(settings), production),
    )
    return Examination(tuple(chain.from_iterable(found)), settings.secrets())


def enabled(settings: Settings) -> tuple[str, ...]:
    """The associations that are on and have a profile."""
    return tuple(name for name in settings.organisations or organisations.names() if name in organisations.names())


def _settings(settings: Settings) -> list[Finding]:
    problems = [problem("settings", sentence, MEND) for sentence in judge(settings)]
    return problems or [ok("settings", "Every setting has its form.")]


def _serving(settings: Settings) -> bool:
    return settings.database.startswith(ON_SQLITE) and database.serving(settings.database)


async def _database(settings: Settings) -> Iterable[Finding]:
    if not settings.database.startswith((ON_SQLITE, ON_POSTGRESQL)):
        return ()  # the judge of the settings has said so
    try:
        keys = parse_master_keys(settings.master_keys.get_secret_value())
    except ValueError:
        keys = ()
    return await database.examine(settings.database, keys)


async def _outside(settings: Settings, serving: bool, production: bool) -> Iterable[Finding]:
    """What lies beyond this machine: our own address seen from outside, the vendors, and their clocks."""
    doors = [settings.organisation(name) for name in enabled(settings)]
    reached, accounts_found = await asyncio.gather(
        public.witnesses(settings, doors),
        accounts.examine(settings, enabled(settings), serving),
    )
    return [
        *clock.examine(public.others(settings, reached)),
        *public.examine(settings, doors, reached[public.OURS], serving, production),
        *accounts_found,
    ]
