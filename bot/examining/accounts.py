"""Examining each association's accounts at the vendors, all at once; a vendor's library is loaded when needed."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import chain

from pydantic import SecretStr

from bot.settings import OrganisationSettings, Settings, environment_name
from conversations.findings import Finding, ok, problem


async def examine(settings: Settings, names: Iterable[str], serving: bool) -> list[Finding]:
    """How the accounts stand, association by association."""
    found = await asyncio.gather(*(_association(settings, name, serving) for name in names))
    return list(chain.from_iterable(found))


async def _association(settings: Settings, name: str, serving: bool) -> list[Finding]:
    own = settings.organisation(name)
    if not (own.telegram_token or own.desk_telegram_token or own.twilio_account_sid):
        return [ok(f"{name} channels", "Only web chat is open; no other account is set.")]
    found = await asyncio.gather(
        _bot(settings, name, own, serving), _desk(settings, name, own), _twilio(settings, name, own)
    )
    return list(chain.from_iterable(found))


async def _bot(settings: Settings, name: str, own: OrganisationSettings, serving: bool) -> list[Finding]:
    if own.telegram_token is None:
        return []
    from handlers.telegram.examining import BotSettings, examine

    hook = f"{settings.origin}/webhooks/{name}/telegram" if own.telegram_webhook_secret else ""
    setting = environment_name("telegram_token", name)
    token = own.telegram_token.get_secret_value()
    return await examine(BotSettings(f"{name} telegram", token, setting, settings.telegram_api_url, hook), serving)


async def _desk(settings: Settings, name: str, own: OrganisationSettings) -> list[Finding]:
    """The desk's bot is polled by the desk itself: only its token is looked at."""
    if own.desk_telegram_token is None:
        return []
    from handlers.telegram.examining import BotSettings, examine

    setting = environment_name("desk_telegram_token", name)
    token = own.desk_telegram_token.get_secret_value()
    found = await examine(BotSettings(f"{name} desk bot", token, setting, settings.telegram_api_url), serving=False)
    return found[:1]


async def _twilio(settings: Settings, name: str, own: OrganisationSettings) -> list[Finding]:
    if own.twilio_account_sid is None or own.twilio_auth_token is None:
        return []  # where only one is set, the judge of the settings has said so
    from handlers.twilio.account import Account
    from handlers.twilio.examining import examine, senders

    tokens = tuple(_list(own.twilio_auth_token))
    try:
        account = Account(
            name,
            settings.origin,
            own.twilio_account_sid,
            tokens,
            own.twilio_messaging_service_sid,
            settings.twilio_api_url,
        )
    except ValueError as error:
        return [problem(f"{name} twilio", str(error), "Correct it in the settings, then examine again.")]
    lines = senders(name, own.twilio_whatsapp_from, own.twilio_sms_from, settings.origin)
    return [*await examine(account), *lines]


def _list(secret: SecretStr) -> Iterator[str]:
    return (part.strip() for part in secret.get_secret_value().split(","))
