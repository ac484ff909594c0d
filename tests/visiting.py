"""A visitor with a plain client before a serving house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.web_house import Played, Street, serving


@asynccontextmanager
async def visiting(
    played: Played | None = None, built: Path = Path("nowhere"), **changes: Any
) -> AsyncIterator[tuple[Street, aiohttp.ClientSession]]:
    """A serving house and a visitor before it."""
    async with (
        serving(played or Played(), built, **changes) as street,
        aiohttp.ClientSession(street.origin, trust_env=False) as visitor,
    ):
        yield street, visitor
