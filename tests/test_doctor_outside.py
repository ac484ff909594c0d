"""`python -m bot doctor` outside: the public address and the vendors' accounts, sound and in trouble."""

import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ThreadedResolver
from pydantic import SecretStr

from bot.examining import accounts, public
from bot.settings import OrganisationSettings, Settings
from conversations.findings import Level, ok
from handlers import reaching
from handlers.reaching import Reached, Trouble, reach
from handlers.telegram.examining import BotSettings
from handlers.telegram.examining import examine as examine_bot
from handlers.twilio import examining as examining_twilio
from handlers.twilio.account import Account
from tests.doctor_world import FAR, HOOK, OTHER_BOT, closed_port, in_trouble, served, told, twilio
from tests.real_house import furnished, open_house
from tests.vendors import telegram_stub
from tests.vendors.telegram_stub import TelegramStub
from tests.vendors.twilio_signing import SID, TOKEN

# The public address


async def test_an_address_that_leads_to_the_house(tmp_path: Path) -> None:
    await furnished(tmp_path)
    async with open_house(tmp_path) as (_, port):
        reached = await reach(f"http://localhost:{port}/healthz")
    found = list(public.examine(FAR, [], reached, serving=True, production=True))
    assert found == [ok("public url", "https://chat.example.org leads to the house.")]


async def test_an_address_of_this_machine_is_for_trials_only() -> None:
    here, good = Settings(), Reached(200, b"ok")
    trial, _ = public.examine(here, [], good, serving=True, production=False)
    assert in_trouble(trial, Level.WARNING, "this machine or its network only", "WASL_PUBLIC_URL")
    refused, _ = public.examine(here, [], good, serving=True, production=True)
    assert refused.level is Level.PROBLEM
    doors = [
        OrganisationSettings(telegram_token=SecretStr(OTHER_BOT), telegram_webhook_secret=SecretStr("s" * 16)),
        OrganisationSettings(twilio_account_sid=SID),
    ]
    called, _ = public.examine(here, doors, good, serving=True, production=False)
    assert in_trouble(called, Level.PROBLEM, "Telegram and Twilio must reach it", "https address")


def test_a_port_that_telegram_does_not_post_to() -> None:
    given = Settings(public_url="https://chat.example.org:9443")
    door = OrganisationSettings(telegram_webhook_secret=SecretStr("s" * 16))
    found, _ = public.examine(given, [door], Reached(200, b"ok"), serving=True, production=True)
    assert in_trouble(found, Level.PROBLEM, "443, 80, 88 and 8443", "unset the webhook secret")


@pytest.mark.parametrize(
    ("answer", "cause", "fix"),
    [
        ({"status": 301, "Location": "https://www.example.org"}, "redirect (301)", "it leads to"),
        ({"status": 502}, "Something else than this house", "reverse proxy"),
        ({"body": "<h1>Welcome to the proxy</h1>"}, "Something else than this house", "reverse proxy"),
    ],
)
async def test_an_address_where_something_else_answers(answer: dict[str, Any], cause: str, fix: str) -> None:
    async with served(**answer) as url:
        reached = await reach(url)
    (found,) = public.examine(FAR, [], reached, serving=True, production=False)
    assert in_trouble(found, Level.PROBLEM, cause, fix)


async def test_an_address_where_nobody_answers() -> None:
    reached = await reach(closed_port())
    (served_not,) = public.examine(FAR, [], reached, serving=False, production=False)
    assert in_trouble(served_not, Level.WARNING, "does not serve now", "python -m bot serve")
    (served_so,) = public.examine(FAR, [], reached, serving=True, production=False)
    assert in_trouble(served_so, Level.PROBLEM, "nobody answers there", "firewall")


@pytest.mark.parametrize(
    ("trouble", "fix"),
    [(Trouble.ADDRESS, "https://chat"), (Trouble.NAME, "registrar"), (Trouble.CERTIFICATE, "certificate")],
)
def test_a_wrong_address_is_a_problem_before_the_house_serves(trouble: Trouble, fix: str) -> None:
    (found,) = public.examine(FAR, [], Reached(trouble=trouble), serving=False, production=False)
    assert in_trouble(found, Level.PROBLEM, str(trouble), fix)


async def test_why_nothing_answers_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await reach("http://")).trouble is Trouble.ADDRESS
    async with served() as url:
        assert (await reach(url.replace("http:", "https:"))).trouble is Trouble.CERTIFICATE

    async def nobody(*_: object, **__: object) -> list[Any]:
        raise OSError("no such name")

    monkeypatch.setattr(ThreadedResolver, "resolve", nobody)
    assert (await reach("https://chat.example.org")).trouble is Trouble.NAME


async def test_who_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # takes calls and says nothing
        reached = await reach(f"http://127.0.0.1:{listener.getsockname()[1]}", patience=0.1)
    assert reached.trouble is Trouble.SLOW
    assert reaching.PATIENCE_S == 5


# Telegram


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramStub]:
    async with TelegramStub() as stub:
        yield stub
        assert stub.faults == []


def bot(stub: TelegramStub, token: str = telegram_stub.TOKEN, hook: str = "") -> BotSettings:
    return BotSettings("labas telegram", token, "WASL_ORG__LABAS__TELEGRAM_TOKEN", stub.url, hook)


async def test_a_bot_that_is_polled(telegram: TelegramStub) -> None:
    telegram.queue.put({"message": {}})
    found = await examine_bot(bot(telegram), serving=True)
    assert "@wasl_test_bot" in told(found, "labas telegram").cause
    assert told(found, "labas telegram updates") == ok("labas telegram updates", "They are polled; 1 wait.")


async def test_a_bot_with_its_webhook(telegram: TelegramStub) -> None:
    telegram.webhook = {"url": HOOK}
    found = await examine_bot(bot(telegram, hook=HOOK), serving=True)
    assert told(found, "labas telegram updates") == ok("labas telegram updates", f"They come to {HOOK}; 0 wait.")


async def test_a_wrong_token_is_named(telegram: TelegramStub) -> None:
    (found,) = await examine_bot(bot(telegram, OTHER_BOT), serving=True)
    assert in_trouble(found, Level.PROBLEM, "does not accept the token", "WASL_ORG__LABAS__TELEGRAM_TOKEN")
    assert OTHER_BOT not in repr(found) + repr(bot(telegram, OTHER_BOT))


@pytest.mark.parametrize(
    ("hook", "there", "cause"),
    [
        (HOOK, "", "No webhook is set"),
        (HOOK, "https://other.example.org/hidden-path", "another address than"),
        ("", "https://other.example.org/hidden-path", "polling is refused"),
    ],
)
@pytest.mark.parametrize("serving", [True, False])
async def test_a_webhook_against_the_settings(
    telegram: TelegramStub, hook: str, there: str, cause: str, serving: bool
) -> None:
    telegram.webhook = {"url": there}
    found = told(await examine_bot(bot(telegram, hook=hook), serving), "labas telegram updates")
    level, fix = (Level.PROBLEM, "Restart the house") if serving else (Level.WARNING, "Start the house")
    assert in_trouble(found, level, cause, fix)
    assert "hidden-path" not in repr(found)


async def test_a_webhook_that_telegram_cannot_reach(telegram: TelegramStub) -> None:
    info = {
        "url": HOOK,
        "has_custom_certificate": False,
        "pending_update_count": 3,
        "last_error_message": "Bad\n\x1bWay",
    }
    body = json.dumps({"ok": True, "result": info}).encode()
    telegram.trouble("getWebhookInfo", telegram_stub.Trouble(body=body))
    found = told(await examine_bot(bot(telegram, hook=HOOK), serving=True), "labas telegram updates")
    assert in_trouble(found, Level.WARNING, "3 updates wait; Telegram's last trouble with the webhook: BadWay", HOOK)


@pytest.mark.parametrize(
    ("trouble", "level", "cause"),
    [
        (telegram_stub.Trouble(429, retry_after=7), Level.WARNING, "wait 7 seconds"),
        (telegram_stub.Trouble(502), Level.PROBLEM, "no good answer (502"),
        (telegram_stub.Trouble(cut="before"), Level.PROBLEM, "no good answer (cut)"),
        (telegram_stub.Trouble(wait=1), Level.PROBLEM, "within 0.1 seconds"),
    ],
)
async def test_telegram_in_trouble(
    telegram: TelegramStub, trouble: telegram_stub.Trouble, level: Level, cause: str
) -> None:
    telegram.trouble("getMe", trouble)
    patience = 0.1 if trouble.wait else 5
    (found,) = await examine_bot(bot(telegram), serving=True, patience=patience)
    assert in_trouble(found, level, cause, "xamine again")


# Twilio


def account(url: str, token: str = TOKEN, sid: str = SID) -> Account:
    return Account("labas", "https://chat.example.org", sid, (token,), None, url)


async def test_an_account_at_twilio() -> None:
    async with twilio() as url:
        assert await examining_twilio.examine(account(url)) == [
            ok("labas twilio", "The token is good; the account is active.")
        ]


@pytest.mark.parametrize(
    ("answer", "level", "cause", "fix"),
    [
        ({"status": "suspended"}, Level.PROBLEM, "suspended the account", "console"),
        ({"status": "closed"}, Level.PROBLEM, "closed the account", "console"),
        ({"type": "Trial"}, Level.WARNING, "on trial", "Upgrade"),
        ({"status": "?"}, Level.PROBLEM, "does not speak as Twilio", "WASL_TWILIO_API_URL"),
    ],
)
async def test_an_account_that_does_not_send(answer: dict[str, str], level: Level, cause: str, fix: str) -> None:
    async with twilio(**answer) as url:
        (found,) = await examining_twilio.examine(account(url))
    assert in_trouble(found, level, cause, fix)


async def test_a_wrong_token_or_account_at_twilio_is_named() -> None:
    async with twilio() as url:
        (token,) = await examining_twilio.examine(account(url, "0" * 32))
    assert in_trouble(token, Level.PROBLEM, "does not accept the token", "WASL_ORG__LABAS__TWILIO_AUTH_TOKEN")
    async with served(404, '{"code": 20404}') as url:
        (sid,) = await examining_twilio.examine(account(url))
    assert in_trouble(sid, Level.PROBLEM, "no such account", "WASL_ORG__LABAS__TWILIO_ACCOUNT_SID")


@pytest.mark.parametrize(
    ("answer", "level", "cause"),
    [
        ({"status": 429, "Retry-After": "9"}, Level.WARNING, "wait 9 seconds"),
        ({"status": 503}, Level.PROBLEM, "no good answer (503)"),
        ({"body": "<html>"}, Level.PROBLEM, "does not speak as Twilio"),
    ],
)
async def test_twilio_in_trouble(answer: dict[str, Any], level: Level, cause: str) -> None:
    async with served(**answer) as url:
        (found,) = await examining_twilio.examine(account(url))
    assert in_trouble(found, level, cause, "xamine again")


async def test_twilio_out_of_reach() -> None:
    (nobody,) = await examining_twilio.examine(account(closed_port()))
    assert in_trouble(nobody, Level.PROBLEM, "no good answer (ClientConnector", "api.twilio.com")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        (slow,) = await examining_twilio.examine(account(url), patience=0.1)
    assert in_trouble(slow, Level.PROBLEM, "within 0.1 seconds", "api.twilio.com")


def test_what_must_stand_in_twilios_console_is_told_to_the_letter() -> None:
    origin, hook = "https://chat.example.org", "https://chat.example.org/webhooks/labas/twilio"
    both = list(examining_twilio.senders("labas", "+966110000001", "+966110000001", origin))
    assert [f.cause.rpartition(" ")[2] for f in both] == [hook, hook]
    (name,) = examining_twilio.senders("labas", None, "Labas", origin)
    assert "only notifies" in name.cause
    (none,) = examining_twilio.senders("labas", None, None, origin)
    assert in_trouble(none, Level.PROBLEM, "no sender", "WASL_ORG__LABAS__TWILIO_SMS_FROM")
    assert "966110000001" not in repr(both)


async def test_an_origin_that_twilio_calls_never_is_named() -> None:
    own = OrganisationSettings(twilio_account_sid=SID, twilio_auth_token=SecretStr(TOKEN))
    given = Settings(public_url="https://my_chat.example.org", org={"labas": own})
    (found,) = await accounts.examine(given, ["labas"], serving=True)
    assert in_trouble(found, Level.PROBLEM, "underscore", "settings")
