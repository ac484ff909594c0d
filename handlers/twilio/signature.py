"""Whether a call is Twilio's own: its signature over the public URL and the form, judged before anything is believed.

Our own and not the library's, which raises on odd input and takes any JSON body where there are no form fields
(https://www.twilio.com/docs/usage/security); the tests hold it against the library.
"""

import hmac
from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, unquote_to_bytes, urlsplit

from conversations.channels import Call, CallRefused

HEADER = "x-twilio-signature"
FORM = "application/x-www-form-urlencoded"
HASH = "bodySHA256"
MOST_BYTES = 1_000_000
MOST_FIELDS = 1_000
MOST_QUERY = 100
DEFAULT_PORTS = {"https": 443, "http": 80}

Fields = tuple[tuple[bytes, bytes], ...]


def verify(call: Call, tokens: Sequence[str]) -> None:
    """Return where one of the tokens signed the call; CallRefused with 413 or 403 otherwise."""
    if len(call.body) > MOST_BYTES or call.body.count(b"&") >= MOST_FIELDS:
        raise CallRefused(413)
    given = call.headers.get(HEADER, "").encode("utf-8", "replace")
    try:
        wanted = [signed for text in _texts(call) for signed in (_sign(token, text) for token in tokens)]
    except ValueError:
        raise CallRefused(403) from None
    # Every comparison is made, whichever of them holds.
    if not sum([hmac.compare_digest(signed, given) for signed in wanted]):
        raise CallRefused(403)


def media_type(call: Call) -> str:
    """The type of the body in lower case, without its parameters."""
    return call.headers.get("content-type", "").partition(";")[0].strip().lower()


@lru_cache(maxsize=1)  # of one call: who verifies it, judges its account and reads it ask one after another
def fields(body: bytes) -> Fields:
    """The form's fields as bytes in their order; blank and repeated ones are kept, for they are signed too."""
    pairs = [part.partition(b"=") for part in body.split(b"&") if part]
    return tuple((_plain(name), _plain(value)) for name, _, value in pairs)


def _plain(quoted: bytes) -> bytes:
    return unquote_to_bytes(quoted.replace(b"+", b" "))


def _texts(call: Call) -> list[bytes]:
    """What Twilio may have signed: the URL with and without its port, each followed by the form."""
    url = urlsplit(call.url)
    tail = b"" if _hashed(call, url) else _sorted(call.body)
    return [place.encode("utf-8", "replace") + tail for place in (_with_port(url), _without_port(url))]


def _hashed(call: Call, url: SplitResult) -> bool:
    """Whether the URL carries the hash of a body that is no form; ValueError where it is not this body's."""
    query = parse_qs(url.query, keep_blank_values=True, max_num_fields=MOST_QUERY)
    if media_type(call) == FORM or HASH not in query:
        return False
    hashes = [value.encode("utf-8", "replace") for value in query[HASH]]
    if len(hashes) != 1 or not hmac.compare_digest(sha256(call.body).hexdigest().encode(), hashes[0]):
        raise ValueError
    return True


def _sorted(body: bytes) -> bytes:
    """Names and values in order, each pair once."""
    return b"".join(name + value for name, value in sorted(set(fields(body))))


def _with_port(url: SplitResult) -> str:
    if url.port:
        return url.geturl()
    return url._replace(netloc=f"{url.netloc.rstrip(':')}:{DEFAULT_PORTS.get(url.scheme, 80)}").geturl()


def _without_port(url: SplitResult) -> str:
    if not url.port:
        return url.geturl()
    return url._replace(netloc=url.netloc.rpartition(":")[0]).geturl()


def _sign(token: str, text: bytes) -> bytes:
    return b64encode(hmac.digest(token.encode(), text, "sha1"))
