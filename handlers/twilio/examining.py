"""Examining an account at Twilio by a live call: whether it is open, and what must stand in its console."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from conversations.channels import SendFailed
from conversations.failures import Failure
from conversations.findings import Finding, ok, problem, warning
from handlers.reaching import PATIENCE_S
from handlers.twilio.account import Account
from handlers.twilio.hosts import API

SETTING = "WASL_ORG__{name}__{field}"


async def examine(account: Account, patience: float = PATIENCE_S) -> list[Finding]:
    """How the account stands."""
    about = f"{account.organisation} twilio"
    place = f"{API}/2010-04-01/Accounts/{account.sid}.json"
    try:
        async with asyncio.timeout(patience):
            response = await account.carrier.request("GET", place, auth=account.login)
        return [_standing(about, _read(response.text))]
    except SendFailed as failed:
        return [_refused(about, account.organisation, failed)]
    except TimeoutError:
        return [_unreached(about, f"Twilio did not answer within {patience:g} seconds.")]
    finally:
        await account.carrier.close()


def _read(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _standing(about: str, told: dict[str, Any]) -> Finding:
    status = told.get("status")
    if status in ("suspended", "closed"):
        return problem(about, f"Twilio has {status} the account.", "Ask in Twilio's console to have it opened again.")
    if status != "active":
        return _unreached(about, "What answered does not speak as Twilio does.")
    if told.get("type") == "Trial":
        cause = "The account is on trial: Twilio sends only to numbers that were verified in its console."
        return warning(about, cause, "Upgrade the account in Twilio's console before people come.")
    return ok(about, "The token is good; the account is active.")


def _refused(about: str, organisation: str, failed: SendFailed) -> Finding:
    token, sid = (_setting(organisation, field) for field in ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID"))
    if failed.failure is Failure.CREDENTIALS:
        cause = "Twilio does not accept the token: it is wrong, or belongs to another account."
        return problem(about, cause, f"Copy the auth token from Twilio's console to the front of {token}.")
    if failed.code in ("404", "20404"):
        return problem(about, "Twilio knows no such account.", f"Copy the account SID from its console into {sid}.")
    if failed.retry_after is not None:
        cause = f"Twilio asks to wait {failed.retry_after:g} seconds."
        return warning(about, cause, "Examine again after that time.")
    return _unreached(about, f"Twilio gave no good answer ({failed.code}).")


def _unreached(about: str, cause: str) -> Finding:
    fix = "Let this machine reach api.twilio.com, or the address in WASL_TWILIO_API_URL, then examine again."
    return problem(about, cause, fix)


def senders(organisation: str, whatsapp: str | None, sms: str | None, origin: str) -> Iterator[Finding]:
    """Which lines have a sender, and the address that must stand in Twilio's console for each."""
    hook = f"{origin}/webhooks/{organisation}/twilio"
    enter = f"in Twilio's console its incoming messages must go by HTTP POST to {hook}"
    if whatsapp is None and sms is None:
        names = " or ".join(_setting(organisation, f"TWILIO_{line}_FROM") for line in ("WHATSAPP", "SMS"))
        cause = "The account has no sender, so neither WhatsApp nor SMS is open."
        yield problem(f"{organisation} twilio senders", cause, f"Set {names} to a sender of the account.")
    if whatsapp is not None:
        yield ok(f"{organisation} whatsapp", f"A sender is set; {enter}")
    if sms is not None and sms.startswith("+"):
        yield ok(f"{organisation} sms", f"A number is set; {enter}")
    elif sms is not None:
        yield ok(f"{organisation} sms", "A sender name is set: SMS only notifies, for nobody can answer a name.")


def _setting(organisation: str, field: str) -> str:
    return SETTING.format(name=organisation.upper(), field=field)
