"""A bot's account at Telegram: its client, its menu, its webhook, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from telegram import Bot, BotCommand

from conversations.channels import SendFailed
from conversations.failures import Failure
from handlers.telegram.calling import told
from handlers.telegram.transport import Transport

# Named one by one: without a list the vendor goes on with the last one it was given.
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")
log = structlog.get_logger(__name__)


class Client(Bot):
    """The library's typed client on our transport; `api_url` stands for every host of the vendor."""

    def __init__(self, token: str, api_url: str, transport: Transport) -> None:
        base = api_url.rstrip("/")
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=transport,
            get_updates_request=transport,
        )

    def __repr__(self) -> str:
        """The library would show the token."""
        return "Client()"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the bot stands: its user name, the webhook's address (empty while polling), what waits, the last trouble."""

    name: str
    webhook: str
    waiting: int
    trouble: str


class Account:
    """What is set at the vendor once, at start. Each call raises SendFailed: BUSY for later, CREDENTIALS for never."""

    def __init__(self, client: Client, secret: str | None) -> None:
        self._client = client
        self._secret = secret

    async def open(self, url: str | None, commands: Mapping[str, Mapping[str, str]]) -> None:
        """Be called at this address from now on, or poll; and show these commands, as well as may be."""
        await (self.set_webhook(url) if url else self.delete_webhook())
        try:
            await self.set_commands(commands)
        except SendFailed as failed:
            log.warning("telegram.menu_not_set", failure=failed.failure.value)

    async def set_commands(self, commands: Mapping[str, Mapping[str, str]]) -> None:
        """Set the menu: by language, each command with its description (1-256 letters); the first is for all others."""
        first = next(iter(commands), None)
        for language, described in commands.items():
            menu = [BotCommand(name, words) for name, words in described.items()]
            if language == first:
                await told(self._client.set_my_commands(menu), cut=Failure.BUSY)
            await told(self._client.set_my_commands(menu, language_code=language), cut=Failure.BUSY)

    async def set_webhook(self, url: str) -> None:
        """Let the vendor post to this address from now on, with our secret; what waits is kept."""
        call = self._client.set_webhook(
            url, secret_token=self._secret, allowed_updates=ALLOWED, drop_pending_updates=False
        )
        await told(call, cut=Failure.BUSY)

    async def delete_webhook(self) -> None:
        """Let updates wait for polling, which is refused (409) while a webhook is set; what waits is kept."""
        await told(self._client.delete_webhook(drop_pending_updates=False), cut=Failure.BUSY)

    async def standing(self) -> Standing:
        """How the bot stands, by live calls."""
        me = await told(self._client.get_me(), cut=Failure.BUSY)
        hook = await told(self._client.get_webhook_info(), cut=Failure.BUSY)
        return Standing(me.username or "", hook.url, hook.pending_update_count, hook.last_error_message or "")
