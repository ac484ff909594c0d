"""The desks in messengers, opened from settings; their library is loaded where an association has one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.household import Household
from bot.settings import Settings
from desk.site import Wakeups
from services.binding import Binding
from services.casework import Casework
from services.mirroring import Mirroring
from services.polling import Leases
from services.ports import Clock

if TYPE_CHECKING:
    from desk.telegram.desk import TelegramDesk


@dataclass(frozen=True, slots=True)
class Furniture:
    """What the desks in messengers share."""

    casework: Casework
    mirroring: Mirroring
    binding: Binding
    leases: Leases
    wakeups: Wakeups
    clock: Clock


def open_groups(household: Household, settings: Settings, clock: Clock, *, alone: bool = True) -> list[TelegramDesk]:
    """The desk of every association that has a token and a group for it."""
    found = []
    for name in household.profiles:
        accounts = settings.organisation(name)
        if accounts.desk_telegram_token is None or accounts.desk_telegram_chat is None:
            continue
        from desk.telegram.desk import TelegramDesk

        token, chat = accounts.desk_telegram_token.get_secret_value(), int(accounts.desk_telegram_chat)
        furniture = furnish_groups(household, settings.origin, clock, alone=alone)
        found.append(TelegramDesk(name, token, chat, settings.telegram_api_url, furniture))
    return found


def furnish_groups(household: Household, public_url: str, clock: Clock, *, alone: bool = True) -> Furniture:
    """What a desk in a messenger needs of the house."""
    memory = household.memory
    organisations = {name: profile.organisation for name, profile in household.profiles.items()}
    mirroring = Mirroring(memory, organisations, household.tongues, clock, public_url)
    binding, leases = Binding(memory, clock), Leases(memory, clock, alone=alone)
    return Furniture(household.casework, mirroring, binding, leases, memory.wakeups, clock)


async def start_all(groups: Sequence[TelegramDesk]) -> None:
    """Open them."""
    for group in groups:
        await group.start()


async def stop_all(groups: Sequence[TelegramDesk]) -> None:
    """Close them."""
    for group in groups:
        await group.stop()
