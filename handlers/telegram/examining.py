"""Examining a bot at Telegram by live calls: whether its token is good, and how updates come to us."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from conversations.channels import SendFailed
from conversations.failures import Failure
from conversations.findings import Finding, Level, ok, problem, warning
from handlers.reaching import PATIENCE_S
from handlers.telegram.account import Account, Client, Standing
from handlers.telegram.transport import Transport

MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class BotSettings:
    """A bot as the settings describe it: `setting` names its token, `hook` is our webhook, empty while polling."""

    about: str
    token: str = field(repr=False)
    setting: str
    api_url: str
    hook: str = ""


async def examine(bot: BotSettings, serving: bool, patience: float = PATIENCE_S) -> list[Finding]:
    """How the bot stands. Before the house serves, what it sets by itself at start is no problem yet."""
    transport = Transport()
    try:
        async with asyncio.timeout(patience):
            standing = await Account(Client(bot.token, bot.api_url, transport), None).standing()
    except SendFailed as failed:
        return [_refused(bot, failed)]
    except TimeoutError:
        return [_unreached(bot, f"Telegram did not answer within {patience:g} seconds.")]
    finally:
        await transport.shutdown()
    return [ok(bot.about, f"The token is good; the bot is @{_plain(standing.name)}."), *_way(bot, standing, serving)]


def _refused(bot: BotSettings, failed: SendFailed) -> Finding:
    if failed.failure is Failure.CREDENTIALS:
        cause = "Telegram does not accept the token: it is wrong or was revoked."
        return problem(bot.about, cause, f"Copy the bot's token from BotFather into {bot.setting}.")
    if failed.retry_after is not None:
        cause = f"Telegram asks to wait {failed.retry_after:g} seconds."
        return warning(bot.about, cause, "Examine again after that time.")
    return _unreached(bot, f"Telegram gave no good answer ({_plain(failed.code)}).")


def _unreached(bot: BotSettings, cause: str) -> Finding:
    return problem(bot.about, cause, "Let this machine reach the address in WASL_TELEGRAM_API_URL, then examine again.")


def _way(bot: BotSettings, standing: Standing, serving: bool) -> Iterator[Finding]:
    """How updates come: by the webhook of the settings, or by polling."""
    about = f"{bot.about} updates"
    if standing.webhook != bot.hook:
        yield _elsewhere(bot, standing, serving)
    elif standing.trouble and standing.waiting and bot.hook:
        cause = f"{standing.waiting} updates wait; Telegram's last trouble with the webhook: {_plain(standing.trouble)}"
        yield warning(about, cause, f"Let {bot.hook} be reached from the internet, by https.")
    else:
        way = f"They come to {bot.hook}" if bot.hook else "They are polled"
        yield ok(about, f"{way}; {standing.waiting} wait.")


def _elsewhere(bot: BotSettings, standing: Standing, serving: bool) -> Finding:
    """The webhook is not ours to see: another program's address may hold its secret, so it is not shown."""
    if not standing.webhook:
        cause = "No webhook is set at Telegram, though the settings hold a secret for one."
    elif bot.hook:
        cause = f"The webhook at Telegram is another address than {bot.hook}."
    else:
        cause = "A webhook is set at Telegram, so polling is refused."
    fix = "Start the house, which sets that by itself: python -m bot serve"
    if serving:
        fix = "Restart the house, which sets that by itself; if it comes back, another program holds this bot."
    level = Level.PROBLEM if serving else Level.WARNING
    return Finding(level, f"{bot.about} updates", cause, fix)


def _plain(words: str) -> str:
    """The vendor's words as one short line of signs that a terminal can show."""
    return "".join(sign for sign in words if sign.isprintable())[:MOST_WORDS]
