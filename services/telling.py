"""A message in words, as the transcript keeps it and a channel fits it."""

from dataclasses import dataclass
from typing import Any

from conversations.messages import Outbound, Words
from services.ports import Tongue


@dataclass(frozen=True, slots=True)
class Told:
    """A message in words, as its row keeps it and a channel fits it. `to` is an address where it goes elsewhere."""

    words: Words
    select: str
    entry: str
    progress: tuple[int, int] | None
    to: str | None


def tell(message: Outbound, tongue: Tongue, to: str | None) -> Told:
    """Put a message into words."""
    progress = (message.progress.step, message.progress.of) if message.progress else None
    return Told(tongue.render(message), message.select.value, message.entry.value, progress, to)


def plain(told: Told) -> dict[str, Any]:
    """A told message as the transcript keeps it."""
    words = {"text": told.words.text, "parts": told.words.parts, "options": told.words.options}
    return {"words": words, "select": told.select, "entry": told.entry, "progress": told.progress}
