"""Carries calls to Twilio over aiohttp: the transport under the vendor's client, and the fetching of media.

The client never sees an answer that is not a success: its exceptions hold the address and the whole response, and a
gateway's page instead of JSON makes it stumble. Nothing is logged here, for paths and parameters name people.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
    encode_basic_auth,
)
from yarl import URL

from conversations.channels import SendFailed
from conversations.failures import Failure
from handlers.twilio.errors import refused
from handlers.twilio.hosts import Hosts

TIMEOUT = ClientTimeout(total=30, connect=8, sock_connect=8)
# Shorter than the vendor keeps a line open: a message written to a line that just closed would be unknown.
KEEP_OPEN_S = 10
MOST_ANSWER = 8_000_000


class Carrier:
    """The HTTP client of one account; its session opens with the first call and holds until `close`."""

    is_async = True  # what the vendor's client asks its transport

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._session: ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Any:
        """One call of the vendor's client, in our own time limits; SendFailed where no success is the answer."""
        from twilio.http.response import Response

        place = self._hosts.api(uri)
        if place is None:
            raise SendFailed(Failure.MALFORMED, "host")
        query = f"?{urlencode(params, doseq=True)}" if params else ""
        body = urlencode(data, doseq=True).encode() if data else None
        status, text = await self._answered(method, place + query, body, headers, auth)
        return Response(status, text)

    async def _answered(
        self,
        method: str,
        place: str,
        body: bytes | None,
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
    ) -> tuple[int, str]:
        try:
            async with self.open(method, place, body, headers, auth) as response:
                content = await bounded(response, MOST_ANSWER)
                text = (content or b"").decode("utf-8", "replace")
        except (ClientError, TimeoutError, OSError) as error:
            raise SendFailed(fate(error), type(error).__name__) from None
        if response.status >= 300:
            raise refused(response.status, code_in(text), response.headers.get("Retry-After"))
        return response.status, text

    def open(
        self,
        method: str,
        place: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Any:
        """A call that follows no redirect, as aiohttp's own context manager; the place is called as it is written."""
        login = {"Authorization": encode_basic_auth(*auth)} if auth else {}
        return self._open_session().request(
            method, URL(place, encoded=True), data=body, headers={**(headers or {}), **login}, allow_redirects=False
        )

    def _open_session(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(keepalive_timeout=KEEP_OPEN_S),
                cookie_jar=DummyCookieJar(),
                timeout=TIMEOUT,
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Close the lines; a later call opens them again."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


async def bounded(response: ClientResponse, most: int) -> bytes | None:
    """The body, None where it is longer than that."""
    if (response.content_length or 0) > most:
        return None
    held = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        held += chunk
        if len(held) > most:
            return None
    return bytes(held)


def fate(error: BaseException) -> Failure:
    """What a call without an answer means: never begun is busy, anything later nobody can tell."""
    begun = not isinstance(error, ClientConnectorError | ConnectionTimeoutError | InvalidURL)
    return Failure.UNKNOWN if begun else Failure.BUSY


def code_in(text: str) -> str:
    """The vendor's code in the body of a refusal, empty where it holds none."""
    try:
        code = json.loads(text)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return str(code) if isinstance(code, int | str) and len(str(code)) <= 20 else ""
