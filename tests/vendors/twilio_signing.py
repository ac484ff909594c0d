"""Signs as Twilio does, by the vendor's own library: nothing of ours takes part."""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from urllib.parse import urlencode

import aiohttp
from twilio.request_validator import RequestValidator

SID = "AC" + "1" * 32
TOKEN = "a1b2c3d4" * 4
FORM = "application/x-www-form-urlencoded"

Fields = Sequence[tuple[str, str]]


class Pairs:
    """A form as the library takes it: a name may stand twice."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def __iter__(self) -> Iterable[str]:
        return iter([name for name, _ in self._fields])

    def __len__(self) -> int:
        return len(self._fields)

    def getlist(self, name: str) -> list[str]:
        """Every value under the name."""
        return [value for each, value in self._fields if each == name]


def sign(url: str, fields: Fields = (), token: str = TOKEN) -> str:
    """The signature of a form posted to the URL."""
    signed: str = RequestValidator(token).compute_signature(url, Pairs(fields))
    return signed


def signed_headers(url: str, fields: Fields, token: str = TOKEN) -> dict[str, str]:
    """The headers of a signed form, in lower case as a `Call` has them."""
    return {"content-type": FORM, "x-twilio-signature": sign(url, fields, token)}


def signed_json(url: str, body: object, token: str = TOKEN) -> tuple[str, dict[str, str], bytes]:
    """The URL with the body's hash, the headers and the body of a signed JSON call."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    url = f"{url}{'&' if '?' in url else '?'}bodySHA256={sha256(raw).hexdigest()}"
    return url, {"content-type": "application/json", "x-twilio-signature": sign(url, (), token)}, raw


async def signed_post(url: str, fields: Fields, token: str = TOKEN, signed_url: str = "") -> tuple[int, str, str]:
    """Post a signed form as Twilio does, to the house at that URL: status, type and text of what it answered.

    `signed_url` is the public one where the house listens elsewhere.
    """
    headers = signed_headers(signed_url or url, fields, token)
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.post(url, data=urlencode(fields).encode(), headers=headers) as answer,
    ):
        return answer.status, answer.content_type, await answer.text()
