"""One association's account at Twilio: what it signs and sends with, shared by WhatsApp and SMS."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from handlers.twilio.carrier import Carrier
from handlers.twilio.hosts import Hosts

TOKEN = re.compile(r"[^\s,]+")


@dataclass(frozen=True)
class Account:
    """The account. `tokens`: the first sends, all verify; `public_url` is where the vendor reaches us."""

    organisation: str
    public_url: str
    sid: str
    tokens: tuple[str, ...] = field(repr=False)
    service: str | None = None
    stand_in: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would leave the door open or receipts unheard; ValueError says what to fix."""
        if not self.sid:
            raise ValueError("Twilio needs the account's SID.")
        if not self.tokens or not all(TOKEN.fullmatch(token) for token in self.tokens):
            raise ValueError("Twilio needs the account's auth token; without it no call could be believed.")
        if "_" in (urlsplit(self.public_url).hostname or ""):
            raise ValueError("Twilio calls no host with an underscore in its name; give the public URL another.")

    @cached_property
    def hosts(self) -> Hosts:
        """Where the vendor's hosts are called."""
        return Hosts(self.stand_in)

    @cached_property
    def carrier(self) -> Carrier:
        """The lines to the vendor."""
        return Carrier(self.hosts)

    @cached_property
    def login(self) -> tuple[str, str]:
        """What the vendor asks for, and its hosts only."""
        return self.sid, self.tokens[0]

    @cached_property
    def messages(self) -> Any:
        """The vendor's client for messages; it reads nothing of our environment."""
        from twilio.rest import Client

        nothing = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}
        return Client(self.sid, self.tokens[0], http_client=self.carrier, environment=nothing).messages

    def paper_url(self, token: str) -> str:
        """Where the vendor fetches the file of the outbox row with this token, while it is on its way."""
        return f"{self.public_url.rstrip('/')}/papers/{self.organisation}/{quote(token, safe='')}"

    def status_url(self, token: str) -> str:
        """Where receipts of the outbox row with this token are posted to."""
        return f"{self.public_url.rstrip('/')}/webhooks/{self.organisation}/twilio/status/{quote(token, safe='')}"
