"""What Telegram's webhook must survive: calls that nobody's bot would make, each with a status and no event."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from conversations.channels import Call, CallRefused
from handlers.telegram import MOST_BODY, Telegram
from tests.vendors.telegram_cases import URL, call, channel
from tests.vendors.telegram_stub import SECRET, TOKEN

CASES = Path(__file__).parent / "cases" / "telegram"
MUTATIONS = 60_000
SEED = 20260901


def given(body: bytes) -> Call:
    return Call(URL, {"content-type": "application/json", "x-telegram-bot-api-secret-token": SECRET}, body)


def deep(open: bytes, close: bytes, depth: int = 100_000) -> bytes:
    return open * depth + close * depth


RAW = {
    "bad UTF-8": b'{"update_id": 1, "message": "\xff\xfe"}',
    "half a letter": b'{"update_id": 1, "message": "\xd8"}',
    "UTF-16": '{"update_id": 1}'.encode("utf-16"),
    "deep lists": deep(b"[", b"]"),
    "deep objects": deep(b'{"a":', b"}"),
    "a deep field that is not read": b'{"update_id": 1, "poll": ' + deep(b"[", b"]") + b"}",
    "two values": b'{"update_id": 1}{"update_id": 2}',
    "NUL": b"\x00",
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_json_of_the_vendor_is_refused(name: str) -> None:
    with pytest.raises(CallRefused) as refused:
        channel("telegram").read(given(RAW[name]))
    assert refused.value.status == 400


def test_a_body_beyond_a_megabyte_is_refused_before_it_is_read() -> None:
    with pytest.raises(CallRefused) as refused:
        channel("telegram").read(given(b"[" * (MOST_BODY + 1)))
    assert refused.value.status == 413


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_no_webhook_call_is_believed(secret: str | None) -> None:
    silent = Telegram("labas", TOKEN, secret, "https://api.telegram.org")
    for headers in ({}, {"x-telegram-bot-api-secret-token": ""}):
        with pytest.raises(CallRefused) as refused:
            silent.authentic(Call(URL, headers, b"{}"))
        assert refused.value.status == 403


def test_what_the_vendor_hears_is_nothing_but_a_status() -> None:
    answer = channel("telegram").answer()
    assert (answer.status, answer.body) == (200, "")


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The body with up to three things done to it that a proxy, a cut or an attacker might do."""
    for _ in range(chance.randint(1, 3)):
        at, upto = sorted((chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)))
        piece = chance.choice(
            (bytes([chance.randrange(256)]), b"null", b"-1", b"[]", b"{}", b'"', b"1e999", b"\\ud800")
        )
        body = chance.choice((body[:at] + piece + body[at:], body[:at] + body[upto:], body[:at], body[at:upto] + body))
    return body


def swapped(value: Any, chance: random.Random) -> Any:
    """The value with one of its parts replaced by something of another type."""
    odd: Any = chance.choice((None, True, -1, 2**70, 0.5, "", "س", [], {}, [[]], {"id": None}))
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(list(value))
        return {**value, name: swapped(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        return [swapped(value[0], chance), *value[1:]]
    return odd


def test_mutated_bodies_are_read_or_refused_and_nothing_else() -> None:
    chance, hearing = random.Random(SEED), channel("telegram")  # noqa: S311 - the same run each time
    plain = [json.loads(path.read_text(encoding="utf-8"))["call"] for path in sorted(CASES.glob("*.json"))]
    bodies = [call("telegram", one).body for one in plain]
    updates = [one["body"] for one in plain if isinstance(one["body"], dict)]
    statuses: list[int] = []
    for turn in range(MUTATIONS):
        odd = json.dumps(swapped(chance.choice(updates), chance)).encode() if turn % 2 else b""
        statuses.append(status(hearing, odd or mutated(chance.choice(bodies), chance)))
    assert set(statuses) == {200, 400}
    assert min(map(statuses.count, (200, 400))) > MUTATIONS // 20, "mutations must reach both ends"


def status(hearing: Telegram, body: bytes) -> int:
    """How a body ends: read into sound events, or refused."""
    try:
        heard = hearing.read(given(body))
    except CallRefused as refused:
        return refused.status
    return 200 if all(one.id and one.keys[0] and one.value for one in heard.inbounds) else 500
