"""What people say, and what the same lines leave where nothing is killed: rehearsed once in a calm house."""

import base64
import os
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.reading import load
from bot.wiring import House, build
from conversations.channels import Call
from conversations.events import Inbound, Opened, Said
from handlers import way
from storage import migrate
from tests.vendors.twilio_stub import Stub
from torture.history import Calm
from torture.keeping import kept_of, tables_of
from torture.posting import LINES, ORGANISATION, STUMBLE, account, accounts, by_telegram, by_twilio

DIALOGUE = Path(__file__).resolve().parent.parent / "tests" / "dialogues" / "qurainah-whatsapp-ar.txt"
OPENING = "السلام عليكم", "1", "1"
KEY = base64.b64encode(b"k" * 32).decode()
SILENT = "http://127.0.0.1:9"
LEAST, NOBODY = 12, 99_999_999
Calms = Mapping[tuple[str, int], Calm]  # by the line, and by how many lines were said


@dataclass(frozen=True, slots=True)
class Script:
    """The lines that one person says; those at `poison` make the mind stumble and do nothing else."""

    line: str
    lines: tuple[str, ...]
    poison: frozenset[int]
    calm: Calm


def spoken(line: str) -> tuple[str, ...]:
    """The lines of a whole request, as a person types them; at a vendor one greets first, and chooses by number."""
    typed = [said[2:] for said in DIALOGUE.read_text("utf-8").splitlines() if said.startswith("> ")]
    begun = typed[:2] if line == "web" else OPENING
    return (*begun, *(said for said in typed[2:] if not said.startswith("/")))


def script(line: str, calms: Calms, chance: random.Random, poison: float, most: int) -> Script:
    """The first lines of the request, some or all, with poison strewn in; not more than `most` of them."""
    whole = spoken(line)
    said = whole[: max(1, min(most, chance.choice((LEAST, len(whole) // 2, len(whole)))))]
    lines: list[str] = []
    poisoned = set()
    for text in said:
        if chance.random() < poison:
            poisoned.add(len(lines))
            lines.append(f"{STUMBLE} {chance.randrange(10**6)}")
        lines.append(text)
    return Script(line, tuple(lines), frozenset(poisoned), calms[line, len(said)])


def settled(folder: Path) -> dict[str, str]:
    """The environment of a house on a file in this folder, with all lines and no vendor that answers."""
    (folder / "data").mkdir(exist_ok=True)
    return {
        "PORT": "9",
        "WASL_DATA_DIR": str(folder / "data"),
        "WASL_ERASURE_LEDGER": str(folder / "erasure.ledger"),
        "WASL_MASTER_KEYS": f"k1:{KEY}",
        "WASL_SECRET": "abcdefghijklmnopqrstuvwxyz0123456789",
        "WASL_LOG_LEVEL": "WARNING",
        **accounts(SILENT, SILENT),
    }


async def rehearsed(environment: Mapping[str, str]) -> Calms:
    """What each number of lines leaves, on each channel, in a house of its own in this process."""
    house = await open_calm(environment)
    try:
        found = {}
        for line in LINES:
            found.update({(line, number): calm for number, calm in (await _played(house, line)).items()})
        return found
    finally:
        await close(house)


async def open_calm(environment: Mapping[str, str]) -> House:
    """A house with all its lines whose doors stay shut."""
    before = dict(os.environ)
    try:
        os.environ.update(environment)
        settings = load()
    finally:
        os.environ.clear()
        os.environ.update(before)
    await migrate(settings.database)
    return await build(settings)


async def close(house: House) -> None:
    """Close what was built."""
    await house.post.close()
    await house.household.workshop.close()
    await house.household.memory.close()


def inbounds(house: House, line: str, who: str, text: str) -> Iterable[Inbound]:
    """A line as its channel reads it."""
    if line == "web":
        return (Inbound(ORGANISATION, "web", (who,), str(uuid4()), Said(text)),)
    posted = by_telegram(who, text) if line == "telegram" else by_twilio(STUB, "", who, text)
    channel: Any = house.post.lines.hooks[ORGANISATION, "telegram" if line == "telegram" else "twilio"]
    heard: Iterable[Inbound] = channel.read(Call(posted.path, posted.headers, posted.body)).inbounds
    return heard


async def _played(house: House, line: str) -> dict[int, Calm]:
    who, contact = account(line, NOBODY), ""
    found: dict[int, Calm] = {}
    if line == "web":
        await house.household.reception.receive(Inbound(ORGANISATION, line, (who,), "opened", Opened("ar")), way(line))
    for number, text in enumerate(spoken(line), 1):
        for one in inbounds(house, line, who, text):
            contact = (await house.household.reception.receive(one, way(one.line))).contact
        async with house.household.memory.reading() as unit:
            kept = kept_of(contact, await tables_of(unit, ORGANISATION, [contact]))
        found[number] = Calm(len(kept.told), kept.effects)
    return found


STUB = Stub()
