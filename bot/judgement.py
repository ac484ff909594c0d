"""Judging the settings at start: every problem is one sentence that says what to fix, and holds no secret."""

import ipaddress
import os
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from bot.accounts import judge_accounts
from bot.keys import parse_master_keys
from bot.settings import Settings, environment_name

PROFILES = Path(__file__).resolve().parent.parent / "organisations"
SECRET_LENGTH = 32
SECRET_VARIETY = 10  # different characters; "aaaa..." is long and worth nothing
HTTP_PORTS = {"http", "https"}
SQLITE, POSTGRESQL = "sqlite+aiosqlite:///", "postgresql+asyncpg://"
HERE = {"localhost", "127.0.0.1", "::1"}


def judge(settings: Settings) -> list[str]:
    """Every reason not to start with these settings; empty where there is none."""
    return list(chain.from_iterable(check(settings) for check in CHECKS))


def known_organisations() -> set[str]:
    """The associations that have a profile."""
    return {profile.parent.name for profile in PROFILES.glob("*/profile.toml")}


def _keys(settings: Settings) -> Iterator[str]:
    text = settings.master_keys.get_secret_value()
    name = environment_name("master_keys")
    if not text:
        yield f"{name} is empty: put the copy of your keys back, or for a new house run: make run"
        return
    try:
        parse_master_keys(text)
    except ValueError as error:
        yield f"{name}: {error}; the form is id:base64,... of 32 bytes each."


def _secret(settings: Settings) -> Iterator[str]:
    secret = settings.secret.get_secret_value()
    if len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_VARIETY:
        yield f"{environment_name('secret')} must be {SECRET_LENGTH} random characters or more."
    elif secret in settings.master_keys.get_secret_value():
        yield f"{environment_name('secret')} must not be a master key; give each its own value."


def _public(settings: Settings) -> Iterator[str]:
    name, url = environment_name("public_url"), _split(settings.origin)
    if url is None:
        yield f"{name} must be an address such as https://chat.example.org"
    elif url.path or url.query or url.fragment or url.username:
        yield f"{name} must end after the host: no path, no question mark, no user."
    elif url.scheme == "http" and not _near(url.hostname or ""):
        yield f"{name} must begin with https:// because people reach it over the internet."


def _split(address: str) -> SplitResult | None:
    """The address in parts, None where it is no http address with a host and a port in range."""
    try:
        url = urlsplit(address)
        usable = url.scheme in HTTP_PORTS and bool(url.hostname) and url.port != 0
    except ValueError:
        return None
    return url if usable and not any(letter.isspace() for letter in address) else None


def _near(host: str) -> bool:
    """Is this host the machine itself or in a private network, where http does no harm?"""
    try:
        return host in HERE or ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _vendors(settings: Settings) -> Iterator[str]:
    for field in ("telegram_api_url", "twilio_api_url"):
        address = getattr(settings, field)
        if address is not None and _split(address) is None:
            yield f"{environment_name(field)} must be an http or https address."


def _proxies(settings: Settings) -> Iterator[str]:
    for number, proxy in enumerate(settings.trusted_proxies, 1):
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            yield f"{environment_name('trusted_proxies')}: entry {number} is no address or network such as 10.0.0.0/8."


def _organisations(settings: Settings) -> Iterator[str]:
    known = known_organisations()
    choice = f"the profiles are {', '.join(sorted(known))}."
    for name in settings.organisations:
        if name not in known:
            yield f"{environment_name('organisations')} names {name!r}, which has no profile; {choice}"
    for name in settings.org:
        if name not in known:
            yield f"WASL_ORG__{name.upper()}__... belongs to no profile; {choice}"


def _places(settings: Settings) -> Iterator[str]:
    if not _writable(settings.data_dir):
        yield f"{environment_name('data_dir')}: the folder cannot be made or written to; give it to this user."
    if settings.files_dir and not _writable(settings.files_dir):
        yield f"{environment_name('files_dir')}: the folder cannot be made or written to; give it to this user."
    ledger, name = settings.erasure_ledger, environment_name("erasure_ledger")
    if settings.data_dir.resolve() in ledger.resolve().parents:
        yield f"{name} must lie outside the data folder, so that a restored backup does not undo an erasure."
    elif not (_writable(ledger.parent) if not ledger.exists() else ledger.is_file() and os.access(ledger, os.W_OK)):
        yield f"{name}: the file cannot be made or written to; give it to this user."


def _writable(folder: Path) -> bool:
    """May we write to this folder, or make it in the nearest one that exists?"""
    there = next(place for place in (folder.resolve(), *folder.resolve().parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _database(settings: Settings) -> Iterator[str]:
    url, listen = environment_name("database_url"), environment_name("database_listen_url")
    if not settings.database.startswith((SQLITE, POSTGRESQL)):
        yield f"{url} must be sqlite:/// and a file, or postgresql:// and what follows."
    if settings.database_listen is not None and not settings.database.startswith(POSTGRESQL):
        yield f"{listen} is for PostgreSQL only; leave it unset."
    elif settings.database_listen is not None and not settings.database_listen.startswith(POSTGRESQL):
        yield f"{listen} must be postgresql:// and what follows, of the same database."


CHECKS: tuple[Callable[[Settings], Iterator[str]], ...] = (
    _keys,
    _secret,
    _public,
    _vendors,
    _proxies,
    _organisations,
    _places,
    _database,
    judge_accounts,
)
