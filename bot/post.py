"""The post room: what is sent on the lines of vendors, what they tell of it, and what is fetched from them."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import random

from bot.household import Household
from services.claiming import Clerk, Templates
from services.consequences import Consequences
from services.delivery import Delivery
from services.outlets import Outlets
from services.pacing import Pacing
from services.ports import Clock
from services.receipts import Receipts
from services.unknowns import Unknowns


@dataclass(frozen=True, slots=True)
class Post:
    """Everything that talks with vendors, over one set of lines."""

    outlets: Outlets
    delivery: Delivery
    receipts: Receipts
    unknowns: Unknowns


def open_post(
    household: Household,
    outlets: Outlets,
    templates: Templates,
    clock: Clock,
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    chance: Callable[[], float] = random,
) -> Post:
    """Furnish the post room of a house."""
    memory, pacing = household.memory, Pacing(outlets)
    consequences = Consequences(pacing, chance)
    receipts = Receipts(memory, consequences, clock)
    clerk = Clerk(outlets, templates)
    delivery = Delivery(memory, outlets, clerk, consequences, receipts, pacing, clock, sleep)
    unknowns = Unknowns(memory, outlets, household.tongues, clock, delivery.in_hand)
    return Post(outlets, delivery, receipts, unknowns)
