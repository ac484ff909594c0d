"""The lines of vendors, opened from settings; a vendor's library is loaded where an association has an account."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.reading import SettingsRefusedError
from bot.settings import OrganisationSettings, Settings
from conversations.channels import Channel
from services.outlets import Outlet, Pace

Place = tuple[str, str]  # organisation, and line or vendor
# What the vendors allow: Telegram 30 messages a second and about one to a chat, WhatsApp 80, a carrier's number few.
PACES = {
    "telegram": Pace(per_second=30, to_one=1, at_once=5),
    "whatsapp": Pace(per_second=80, to_one=1, at_once=10),
    "sms": Pace(per_second=10, to_one=0.5, at_once=10),
}
WINDOWS = {"whatsapp": timedelta(hours=24)}


@dataclass(slots=True)
class Lines:
    """What is written on, who hears which vendor's calls, what is set before, and what is closed at the end."""

    outlets: dict[Place, Outlet] = field(default_factory=dict)
    hooks: dict[Place, Channel] = field(default_factory=dict)
    prepared: dict[Place, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


def open_lines(settings: Settings, names: Iterable[str]) -> Lines:
    """The lines of these associations; SettingsRefusedError where an account cannot be used."""
    lines = Lines()
    for name in names:
        accounts = settings.organisation(name)
        _telegram(lines, settings, name, accounts)
        try:
            _twilio(lines, settings, name, accounts)
        except ValueError as error:
            raise SettingsRefusedError((f"{name}: {error}",)) from None
    return lines


def _telegram(lines: Lines, settings: Settings, name: str, accounts: OrganisationSettings) -> None:
    if accounts.telegram_token is None:
        return
    from handlers.telegram import Telegram

    secret = accounts.telegram_webhook_secret
    plain = secret.get_secret_value() if secret else None
    channel = Telegram(name, accounts.telegram_token.get_secret_value(), plain, settings.telegram_api_url)
    place = (name, "telegram")
    lines.outlets[place] = Outlet(channel, PACES["telegram"], repeats=True, polled=plain is None)
    if plain is None:
        lines.prepared[place] = channel.account.delete_webhook
    else:
        lines.hooks[place] = channel
        url = f"{settings.origin}/webhooks/{name}/telegram"
        lines.prepared[place] = lambda: channel.account.set_webhook(url)
    lines.closing.append(channel.close)


def _twilio(lines: Lines, settings: Settings, name: str, accounts: OrganisationSettings) -> None:
    if accounts.twilio_account_sid is None or accounts.twilio_auth_token is None:
        return
    from handlers import twilio
    from handlers.twilio_account import Account

    tokens = tuple(part.strip() for part in accounts.twilio_auth_token.get_secret_value().split(","))
    account = Account(
        name,
        settings.origin,
        accounts.twilio_account_sid,
        tokens,
        accounts.twilio_messaging_service_sid,
        settings.twilio_api_url,
    )
    opened = twilio.lines(account, accounts.twilio_whatsapp_from, accounts.twilio_sms_from)
    for line, channel in opened.items():
        lines.outlets[name, line] = Outlet(channel, PACES[line], WINDOWS.get(line))
        lines.hooks[name, "twilio"] = channel
        lines.closing.append(channel.close)
