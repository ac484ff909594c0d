"""Every channel is proved by a table of calls as its vendor makes them: raw body in, events out, one runner for all.

A case is `cases/LINE/NAME.json`:
    about     one sentence
    call      headers and body, as `SPEAKERS[LINE].call(line, call)` makes a `Call` of them, authentic by itself
    heard     the events: {"id", "keys", "value", "event": {"event": "said", ...}}; what stands at its default is left out
    receipts  {"state", "token", "vendor_id", "failure", "code"}, where there are any
    quiet     what is owed to the vendor after the commit, as text, where there is any
    refused   the status, where the call is refused instead
A speaker is a module of `vendors/` with `channel(line) -> Channel` of the association «labas» and `call(line, plain)`.
"""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from conversations.channels import CallRefused, Channel, Heard, Receipt
from conversations.codec import load_event
from conversations.events import Inbound
from conversations.failures import Delivery, Failure

CASES = Path(__file__).parent / "cases"
ORGANISATION = "labas"
SPEAKERS = {
    "telegram": "tests.vendors.telegram_cases",
    "whatsapp": "tests.vendors.twilio_cases",
    "sms": "tests.vendors.twilio_cases",
}
FOUND = sorted(path.relative_to(CASES).with_suffix("").as_posix() for path in CASES.glob("*/*.json"))


def inbound(line: str, plain: Mapping[str, Any]) -> Inbound:
    """The event that a case expects."""
    keys, event = tuple(plain["keys"]), load_event(plain["event"])
    return Inbound(ORGANISATION, line, keys, plain["id"], event, plain.get("value"))


def receipt(plain: Mapping[str, Any]) -> Receipt:
    """The receipt that a case expects."""
    failure = Failure(plain["failure"]) if "failure" in plain else None
    state = Delivery(plain["state"])
    return Receipt(state, plain.get("token"), plain.get("vendor_id"), failure, plain.get("code", ""))


def hear(line: str, plain: Mapping[str, Any]) -> tuple[Channel, Heard]:
    """What the channel makes of the call."""
    speaker = import_module(SPEAKERS[line])
    channel: Channel = speaker.channel(line)
    call = speaker.call(line, plain)
    channel.authentic(call)
    return channel, channel.read(call)


@pytest.mark.parametrize("name", FOUND)
def test_a_call_is_read_as_its_case_says(name: str) -> None:
    line = name.partition("/")[0]
    case = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    if "refused" in case:
        with pytest.raises(CallRefused) as refused:
            hear(line, case["call"])
        assert refused.value.status == case["refused"]
        return
    channel, heard = hear(line, case["call"])
    assert channel.line == line
    assert list(heard.inbounds) == [inbound(line, one) for one in case["heard"]]
    assert list(heard.receipts) == [receipt(one) for one in case.get("receipts", [])]
    assert [str(one) for one in getattr(heard, "quiet", ())] == case.get("quiet", [])


def test_every_line_has_its_table() -> None:
    assert {name.partition("/")[0] for name in FOUND} <= set(SPEAKERS)
    assert any(name.startswith("telegram/") for name in FOUND)
