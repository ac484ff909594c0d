"""Whether an address answers, how, and what time it is there: one plain call that shows no credentials."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
)

PATIENCE_S = 5.0
MOST_BODY = 1024


class Trouble(StrEnum):
    """Why nothing answered."""

    ADDRESS = "that is no address"
    NAME = "its name is not known"
    CERTIFICATE = "its certificate is not accepted"
    CLOSED = "nobody answers there"
    SLOW = "it did not answer in time"


@dataclass(frozen=True, slots=True)
class Reached:
    """What answered; `ahead` is how far our clock is before theirs, None where they told no time."""

    status: int = 0
    body: bytes = b""
    ahead: timedelta | None = None
    trouble: Trouble | None = None


async def reach(url: str, patience: float = PATIENCE_S) -> Reached:
    """Call an address once; redirects are not followed, for vendors follow none."""
    timeout = ClientTimeout(total=patience)
    try:
        async with (
            ClientSession(timeout=timeout, cookie_jar=DummyCookieJar(), trust_env=False) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            body = await response.content.read(MOST_BODY)
            return Reached(response.status, body, _ahead(response.headers.get("Date"), datetime.now(UTC)))
    except (ClientError, OSError, ValueError) as error:
        return Reached(trouble=_trouble(error))


def _trouble(error: Exception) -> Trouble:
    match error:
        case TimeoutError():
            return Trouble.SLOW
        case InvalidURL() | ValueError():
            return Trouble.ADDRESS
        case ClientConnectorDNSError():
            return Trouble.NAME
        case ClientConnectorCertificateError() | ClientSSLError():
            return Trouble.CERTIFICATE
    return Trouble.CLOSED


def _ahead(header: str | None, now: datetime) -> timedelta | None:
    """How far now is after the time that a Date header tells."""
    try:
        then = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return now - (then if then.tzinfo else then.replace(tzinfo=UTC))
