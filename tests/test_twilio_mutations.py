"""A hundred thousand changed bodies at Twilio's door: each is answered, none makes it stumble."""

import random
from collections import Counter
from urllib.parse import urlencode

from conversations.channels import Call, CallRefused
from handlers.twilio import signature
from tests.vendors.twilio_cases import HOOK, channel
from tests.vendors.twilio_signing import FORM, SID, TOKEN

LINE = channel("whatsapp")
SEEDS = [
    urlencode(fields).encode()
    for fields in (
        {
            "MessageSid": "SM1",
            "From": "whatsapp:+966501234567",
            "Body": "السلام عليكم",
            "NumMedia": "0",
            "AccountSid": SID,
        },
        {
            "MessageSid": "MM2",
            "From": "+447700900123",
            "NumMedia": "1",
            "MediaUrl0": "https://api.twilio.com/x",
            "MediaContentType0": "image/jpeg",
        },
        {"MessageSid": "SM3", "MessageStatus": "failed", "ErrorCode": "63016", "AccountSid": SID},
        {
            "MessageSid": "SM4",
            "From": "whatsapp:SA.123",
            "ExternalUserId": "SA.123",
            "ButtonPayload": "12-self",
            "Latitude": "1",
            "Longitude": "2",
        },
    )
]
PIECES = [
    b"%",
    b"%00",
    b"%ED%A0%80",
    b"=",
    b"&",
    b"+",
    b"\x00",
    b"\xff",
    b"%F0%9F",
    b"9" * 400,
    b"whatsapp:",
    b"NumMedia=",
    b"&&==&",
    b"[",
    b"%5B",
]
MANY = 100_000


def mutated(chance: random.Random) -> bytes:
    """One of the bodies with a few pieces changed, doubled, cut out or put in."""
    body = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)))
        match chance.randrange(4):
            case 0:
                body[at:at] = chance.choice(PIECES)
            case 1:
                del body[at : min(to, at + 20)]
            case 2:
                body[at:at] = body[at : min(to, at + 40)]
            case _:
                body[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(body)


def call_of(body: bytes, chance: random.Random) -> Call:
    """The body, mostly signed by who knows the token, so that the reading is tried as well."""
    url = HOOK + chance.choice(["", "", "/status/abc"])
    text = url.encode() + signature._sorted(body)
    given = signature._sign(TOKEN, text).decode() if chance.random() < 0.8 else "forged"
    type_ = FORM if chance.random() < 0.98 else "application/json"
    return Call(url, {"content-type": type_, "x-twilio-signature": given}, body)


def test_a_hundred_thousand_changed_bodies_are_answered() -> None:
    chance, answers = random.Random(37), Counter[int]()  # noqa: S311
    for _ in range(MANY):
        call = call_of(mutated(chance), chance)
        try:
            LINE.authentic(call)
            LINE.read(call)
            answers[200] += 1
        except CallRefused as refused:
            answers[refused.status] += 1
    assert set(answers) == {200, 400, 403, 415}
    assert sum(answers.values()) == MANY and answers[200] > MANY / 3
