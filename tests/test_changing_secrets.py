"""Changing the vendors' secrets step by step: at no step is a genuine call refused or a message of ours."""

import pytest
from pydantic import SecretStr

from bot.accounts import judge_accounts
from bot.settings import OrganisationSettings, Settings
from conversations.channels import Call, CallRefused, Parcel
from handlers.telegram import Telegram
from handlers.twilio import TwilioLine, lines
from tests.vendors.telegram_cases import URL, call
from tests.vendors.telegram_stub import SECRET, TelegramStub
from tests.vendors.twilio_cases import HOOK, account
from tests.vendors.twilio_signing import SID, TOKEN, signed_headers
from tests.vendors.twilio_stub import SMS_FROM, WHATSAPP_FROM, Stub, serving

FRESH = "0f1e2d3c" * 4
HELLO = Parcel("+447700900123", "السلام عليكم", token="tok")
FORM = [("MessageSid", "SM1"), ("From", "whatsapp:+966501234567"), ("Body", "hi"), ("AccountSid", SID)]
BODY = b"MessageSid=SM1&From=whatsapp%3A%2B966501234567&Body=hi&AccountSid=" + SID.encode()
NEXT = "another-secret-of-the-hook_1"


async def works(stub: Stub, *tokens: str) -> None:
    """With these tokens in the settings, the vendor's call is believed and it takes our message."""
    line: TwilioLine = lines(account(stub.url, tokens=tokens), WHATSAPP_FROM, SMS_FROM)["sms"]
    try:
        line.authentic(Call(HOOK, signed_headers(HOOK, FORM, stub.token), BODY))
        assert (await line.send(HELLO)).vendor_id
        with pytest.raises(CallRefused):
            line.authentic(Call(HOOK, signed_headers(HOOK, FORM, "e" * 32), BODY))
    finally:
        await line.close()


async def test_the_token_of_twilio_is_changed_without_a_gap() -> None:
    async with serving() as stub:
        stub.calls_back = False
        await works(stub, TOKEN)
        stub.second = FRESH  # «create secondary token»
        await works(stub, TOKEN)
        await works(stub, FRESH, TOKEN)  # WASL_ORG__..._AUTH_TOKEN=new,old and a new start
        stub.promote()  # «promote»: the old one is good for nothing from here on
        await works(stub, FRESH, TOKEN)
        await works(stub, FRESH)
        assert len(stub.sent) == 5


def believed(bot: Telegram, secret: str) -> bool:
    try:
        bot.authentic(call("telegram", {"body": {}, "headers": {"x-telegram-bot-api-secret-token": secret}}))
    except CallRefused:
        return False
    return True


async def test_the_secret_of_telegrams_webhook_is_changed_without_a_gap() -> None:
    async with TelegramStub() as stub:
        bots = [Telegram("labas", stub.token, given, stub.url) for given in (SECRET, f"{NEXT}, {SECRET}", NEXT)]
        for bot, told in zip(bots, (SECRET, NEXT, NEXT), strict=True):
            assert believed(bot, stub.webhook.get("secret_token", SECRET)), "what is on its way at the start"
            await bot.account.set_webhook(URL)
            assert stub.webhook["secret_token"] == told, "the vendor is told the first"
            assert believed(bot, told)
            assert not any(believed(bot, wrong) for wrong in ("", ",", f"{NEXT}, {SECRET}", "x" * 20, "ﾊ"))
            await bot.close()
        assert believed(bots[1], SECRET) and not believed(bots[2], SECRET)


@pytest.mark.parametrize(("secret", "fits"), [(f"{NEXT},{SECRET}", True), (f"{NEXT},", False), ("short,x", False)])
def test_a_list_of_secrets_is_judged_each(secret: str, fits: bool) -> None:
    own = OrganisationSettings(
        telegram_token=SecretStr("110201543:" + "A" * 35), telegram_webhook_secret=SecretStr(secret)
    )
    assert (not list(judge_accounts(Settings(org={"labas": own})))) is fits
