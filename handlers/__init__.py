"""The mouths and ears: what each channel can carry, and how its messages are read and written."""

from collections.abc import Mapping

from conversations.messages import Capabilities
from handlers.webchat import WEB

# Texts go as numbered lines until buttons are made at the vendor (Content resources); 1,600 is its plain body.
WHATSAPP = Capabilities(private=False, buttons=0, button_label=0, body=1600, recycled=True, documents=True)
# Two-way SMS exists outside the Kingdom only; handsets show the isolating marks as boxes.
SMS = Capabilities(private=False, buttons=0, button_label=0, body=1600, isolates=False, files=False, recycled=True)
TELEGRAM = Capabilities(private=False, buttons=100, button_label=64, body=4096, documents=True)

WAYS: Mapping[str, Capabilities] = {"web": WEB, "whatsapp": WHATSAPP, "sms": SMS, "telegram": TELEGRAM}


NO_WAY = Capabilities(private=True, buttons=0, button_label=0, body=0, files=False)  # nothing can be written there


def way(line: str) -> Capabilities:
    """What a line can carry; one that is no channel carries nothing."""
    return WAYS.get(line, NO_WAY)


def ways() -> Mapping[str, Capabilities]:
    """Every channel of the house by its name, with what it can carry."""
    return WAYS
