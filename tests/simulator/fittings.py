"""What the simulated house is furnished with beside the real services: lines, a printer, and a little knowledge."""

from collections.abc import Sequence
from datetime import timedelta

from bot.lines import PACES
from conversations.facts import Found
from conversations.messages import Document
from services.outlets import Outlet
from services.planner import Template
from tests.mind_knowledge import KNOWN
from tests.mind_world import NAMES
from tests.simulator.vendor import Vendor

LINES = ("telegram", "whatsapp", "sms")
TEMPLATES = {name: {"case.update": Template("HX" + "1" * 32, ("reference",))} for name in NAMES}


def outlet(vendor: Vendor) -> Outlet:
    window = timedelta(hours=24) if vendor.line == "whatsapp" else None
    return Outlet(vendor, PACES[vendor.line], window, repeats=vendor.line == "telegram")


async def printed(organisation: str, case: str) -> Document:
    """A receipt without a printer: how it looks has tests of its own."""
    return Document("receipt.pdf", "application/pdf", b"%PDF")


class Knowing:
    """A few approved entries without the matcher, which has tests and measures of its own."""

    def find(self, organisation: str, language: str, text: str) -> Found:
        """What is known of these very words."""
        return KNOWN.get(text, Found())

    def opened(self, organisation: str, language: str, ids: Sequence[str]) -> Found:
        """The entries of these ids."""
        every = {answer.id: answer for found in KNOWN.values() for answer in found.answers}
        return Found(answers=tuple(every[id] for id in ids if id in every))
