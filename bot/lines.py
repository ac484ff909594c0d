"""The lines of vendors, opened from settings; a vendor's library is loaded where an association has an account."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.household import Mouth
from bot.reading import SettingsRefusedError
from bot.settings import OrganisationSettings, Settings
from bot.thrift import without_rich
from conversations.channels import Channel
from conversations.messages import Line
from organisations import Profile
from services.outlets import Outlet, Pace

Place = tuple[str, str]  # organisation, and line or vendor
# What the vendors allow: Telegram 30 messages a second and about one to a chat, WhatsApp 80, a carrier's number few.
PACES = {
    "telegram": Pace(per_second=30, to_one=1, at_once=5),
    "whatsapp": Pace(per_second=80, to_one=1, at_once=10),
    "sms": Pace(per_second=10, to_one=0.5, at_once=10),
}
COMMANDS = ("menu", "status", "human", "language", "help", "stop")
WINDOWS = {"whatsapp": timedelta(hours=24)}


@dataclass(slots=True)
class Lines:
    """What is written on, who hears which vendor's calls, what is set before, and what is closed at the end."""

    outlets: dict[Place, Outlet] = field(default_factory=dict)
    hooks: dict[Place, Channel] = field(default_factory=dict)
    prepared: dict[Place, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list)


def open_lines(settings: Settings, profiles: Mapping[str, Profile]) -> Lines:
    """The lines of these associations; SettingsRefusedError where an account cannot be used."""
    lines = Lines()
    for name, profile in profiles.items():
        accounts = settings.organisation(name)
        _telegram(lines, settings, profile, accounts)
        try:
            _twilio(lines, settings, name, accounts)
        except ValueError as error:
            raise SettingsRefusedError((f"{name}: {error}",)) from None
    return lines


def _telegram(lines: Lines, settings: Settings, profile: Profile, accounts: OrganisationSettings) -> None:
    if accounts.telegram_token is None:
        return
    with without_rich():
        from handlers.telegram import Telegram

    name, secret = profile.name, accounts.telegram_webhook_secret
    plain = secret.get_secret_value() if secret else None
    channel = Telegram(name, accounts.telegram_token.get_secret_value(), plain, settings.telegram_api_url)
    place = (name, "telegram")
    lines.outlets[place] = Outlet(channel, PACES["telegram"], repeats=True, polled=plain is None)
    if plain is not None:
        lines.hooks[place] = channel
    url = f"{settings.origin}/webhooks/{name}/telegram" if plain else None
    lines.prepared[place] = lambda: channel.account.open(url, _commands(profile))
    lines.closing.append(channel.close)


def _commands(profile: Profile) -> dict[str, dict[str, str]]:
    """What a messenger lists as commands, in each language of the association."""
    tongues, languages = Mouth({profile.name: profile}), profile.organisation.languages
    shown = [name for name in COMMANDS if name != "language" or len(languages) > 1]
    return {code: {n: tongues(profile.name, code).say(Line(f"command.{n}")) for n in shown} for code in languages}


def _twilio(lines: Lines, settings: Settings, name: str, accounts: OrganisationSettings) -> None:
    if accounts.twilio_account_sid is None or accounts.twilio_auth_token is None:
        return
    from handlers import twilio
    from handlers.twilio.account import Account

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
