"""Examining the public address: its form, who can reach it, and whether it is this house that answers there."""

import asyncio
import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from bot.settings import OrganisationSettings, Settings
from conversations.findings import Finding, Level, ok, problem, warning
from handlers.reaching import Reached, Trouble, reach

OURS = "the public address"
TELEGRAM, TWILIO = "https://api.telegram.org", "https://api.twilio.com"
TELEGRAM_PORTS = (443, 80, 88, 8443)  # https://core.telegram.org/bots/api#setwebhook
ABOUT, NAME = "public url", "WASL_PUBLIC_URL"
NAMES_OF_HERE = ("localhost", ".localhost", ".local", ".internal", ".lan")


async def witnesses(settings: Settings, doors: Sequence[OrganisationSettings]) -> Mapping[str, Reached]:
    """Call our own address and the vendors in use, without credentials; each tells its time."""
    places = {OURS: f"{settings.origin}/healthz"}
    if any(door.telegram_token for door in doors):
        places["Telegram"] = settings.telegram_api_url
    if any(door.twilio_account_sid for door in doors):
        places["Twilio"] = settings.twilio_api_url or TWILIO
    return dict(zip(places, await asyncio.gather(*map(reach, places.values())), strict=True))


def others(settings: Settings, reached: Mapping[str, Reached]) -> Mapping[str, Reached]:
    """Those whose clock may be another than ours: an address of this machine tells our own time."""
    return {who: each for who, each in reached.items() if who != OURS or not _near(settings.origin)}


def examine(
    settings: Settings, doors: Iterable[OrganisationSettings], reached: Reached, serving: bool, production: bool
) -> Iterator[Finding]:
    """How the public address stands."""
    callers = sorted({caller for door in doors for caller in _callers(settings, door)})
    if _near(settings.origin):
        yield _only_here(settings.origin, callers, production)
    elif "Telegram" in callers and _port(settings.origin) not in TELEGRAM_PORTS:
        cause = "Telegram posts to the ports 443, 80, 88 and 8443 only, and the address has another."
        yield problem(ABOUT, cause, f"Give {NAME} one of them, or unset the webhook secret: then updates are polled.")
    yield _answer(settings.origin, reached, serving)


def _callers(settings: Settings, door: OrganisationSettings) -> Iterator[str]:
    """The vendors that must reach us from the internet; an emulator beside us need not."""
    if door.telegram_webhook_secret and settings.telegram_api_url == TELEGRAM:
        yield "Telegram"
    if door.twilio_account_sid and settings.twilio_api_url is None:
        yield "Twilio"


def _near(origin: str) -> bool:
    """Whether only this machine or its network can reach the address."""
    try:
        host = urlsplit(origin).hostname or ""
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return f".{host}".endswith(NAMES_OF_HERE)


def _port(origin: str) -> int:
    url = urlsplit(origin)
    return url.port or (443 if url.scheme == "https" else 80)


def _only_here(origin: str, callers: Sequence[str], production: bool) -> Finding:
    cause = f"{origin} can be reached from this machine or its network only"
    if callers:
        cause += f", and {' and '.join(callers)} must reach it"
    level = Level.PROBLEM if callers or production else Level.WARNING
    return Finding(level, ABOUT, f"{cause}.", f"Set {NAME} to the https address that people reach this house at.")


def _answer(origin: str, reached: Reached, serving: bool) -> Finding:
    if reached.trouble is not None:
        return _silent(origin, reached.trouble, serving)
    if reached.status in range(300, 400):
        cause = f"{origin} answers with a redirect ({reached.status}), and vendors follow none."
        return problem(ABOUT, cause, f"Set {NAME} to the address that it leads to.")
    if reached.status != 200 or reached.body != b"ok":
        cause = f"Something else than this house answers at {origin} (status {reached.status})."
        return problem(ABOUT, cause, f"Let the reverse proxy lead to the house, or correct {NAME}.")
    return ok(ABOUT, f"{origin} leads to the house.")


def _silent(origin: str, trouble: Trouble, serving: bool) -> Finding:
    cause = f"{origin} cannot be reached: {trouble}."
    match trouble:
        case Trouble.ADDRESS:
            return problem(ABOUT, cause, f"Set {NAME} to an address such as https://chat.example.org")
        case Trouble.NAME:
            return problem(ABOUT, cause, f"Enter the name at its registrar, or correct {NAME}.")
        case Trouble.CERTIFICATE:
            return problem(ABOUT, cause, "Give the reverse proxy a valid certificate for this name, with its chain.")
    if serving:
        fix = f"Let the reverse proxy and the firewall lead to the house, or correct {NAME} (and PORT)."
        return problem(ABOUT, cause, fix)
    return warning(ABOUT, f"{cause} The house does not serve now.", "Start it: python -m bot serve")
