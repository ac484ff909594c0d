"""Files that lie at Twilio: fetched with the account's credentials, bounded, and deleted there once they are ours."""

import re
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientResponse

from conversations.channels import SendFailed
from conversations.events import Media
from conversations.failures import Failure
from handlers.twilio.account import Account
from handlers.twilio.carrier import bounded

MOST_BYTES = 16 * 1024 * 1024
MOVED = (301, 302, 303, 307, 308)
# The only thing we ever delete at the vendor.
MEDIA = re.compile(r"/2010-04-01/Accounts/AC[0-9a-fA-F]+/Messages/[A-Za-z0-9]+/Media/[A-Za-z0-9]+")


async def fetch(account: Account, media: Media) -> bytes:
    """The bytes of a file; SendFailed(MEDIA) where it is gone, foreign or too large, BUSY where one may try again."""
    place = account.hosts.api(media.ref)
    if place is None:
        raise SendFailed(Failure.MEDIA, "foreign")
    try:
        async with account.carrier.open("GET", place, auth=account.login) as response:
            if response.status in (401, 403):
                raise SendFailed(Failure.CREDENTIALS, str(response.status))
            if response.status not in MOVED:
                return await _content(response)
            onward = account.hosts.store(response.headers.get("Location", ""), media.ref)
        if onward is None:
            raise SendFailed(Failure.MEDIA, "foreign")
        # The store signs its own URLs: our credentials stay behind, and it leads nowhere else.
        async with account.carrier.open("GET", onward) as response:
            return await _content(response)
    except (ClientError, TimeoutError, OSError) as error:
        raise SendFailed(Failure.BUSY, type(error).__name__) from None


async def _content(response: ClientResponse) -> bytes:
    if response.status == 429 or response.status >= 500:
        raise SendFailed(Failure.BUSY, str(response.status))
    if response.status != 200:
        raise SendFailed(Failure.MEDIA, str(response.status))
    content = await bounded(response, MOST_BYTES)
    if content is None:
        raise SendFailed(Failure.MEDIA, "too large")
    return content


async def discard(account: Account, media: Media) -> bool:
    """Delete the file at the vendor; whether it is gone there. Nothing but a file of the vendor's is ever deleted."""
    place = account.hosts.api(media.ref)
    if place is None or not MEDIA.fullmatch(urlsplit(media.ref).path):
        return False
    try:
        async with account.carrier.open("DELETE", place.partition("?")[0], auth=account.login) as response:
            return response.status in (200, 204, 404)
    except (ClientError, TimeoutError, OSError):
        return False
