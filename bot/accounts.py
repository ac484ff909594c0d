"""Judging the vendors' accounts of each association: each value's form, and what goes only together."""

import re
from collections.abc import Iterator

from pydantic import SecretStr

from bot.settings import OrganisationSettings, Settings, environment_name, form_of

NUMBER = r"(whatsapp:)?\+[1-9]\d{6,14}"
FORMS = {
    "telegram_token": re.compile(r"\d+:[A-Za-z0-9_-]{20,}"),
    "telegram_webhook_secret": re.compile(r"[A-Za-z0-9_-]{16,256}(\s*,\s*[A-Za-z0-9_-]{16,256})*"),
    "desk_telegram_token": re.compile(r"\d+:[A-Za-z0-9_-]{20,}"),
    "desk_telegram_chat": re.compile(r"-\d+"),
    "twilio_account_sid": re.compile(r"AC[0-9a-f]{32}"),
    "twilio_auth_token": re.compile(r"[0-9a-f]{32}(\s*,\s*[0-9a-f]{32})*"),
    "twilio_whatsapp_from": re.compile(NUMBER),
    "twilio_sms_from": re.compile(rf"{NUMBER}|[A-Za-z0-9 ]{{1,11}}|\d{{3,8}}"),
    "twilio_messaging_service_sid": re.compile(r"MG[0-9a-f]{32}"),
}
NEEDS = {
    "telegram_webhook_secret": "telegram_token",
    "desk_telegram_token": "desk_telegram_chat",
    "desk_telegram_chat": "desk_telegram_token",
    "twilio_account_sid": "twilio_auth_token",
    "twilio_auth_token": "twilio_account_sid",
    "twilio_whatsapp_from": "twilio_account_sid",
    "twilio_sms_from": "twilio_account_sid",
    "twilio_messaging_service_sid": "twilio_account_sid",
}


def judge_accounts(settings: Settings) -> Iterator[str]:
    """Every problem of every association's accounts, and a bot that two desks or doors would share."""
    for name, accounts in settings.org.items():
        yield from _forms(name, accounts)
        yield from _together(name, accounts)
    yield from _shared(settings)


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _forms(name: str, accounts: OrganisationSettings) -> Iterator[str]:
    for field, value in accounts:
        if value is not None and not FORMS[field].fullmatch(_plain(value)):
            yield f"{environment_name(field, name)} must be {form_of(OrganisationSettings, field)}."


def _together(name: str, accounts: OrganisationSettings) -> Iterator[str]:
    for field, needed in NEEDS.items():
        if getattr(accounts, field) is not None and getattr(accounts, needed) is None:
            yield f"{environment_name(field, name)} needs {environment_name(needed, name)} too."


def _shared(settings: Settings) -> Iterator[str]:
    """Telegram lets one program poll a bot, so no two settings may hold the same token."""
    seen: dict[str, str] = {}
    for name, accounts in settings.org.items():
        for field in ("telegram_token", "desk_telegram_token"):
            token = getattr(accounts, field)
            place = environment_name(field, name)
            if token is not None and (other := seen.setdefault(token.get_secret_value(), place)) != place:
                yield f"{place} and {other} hold the same bot; make one for each at BotFather."
