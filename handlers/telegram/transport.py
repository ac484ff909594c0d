"""The way to Telegram's servers: python-telegram-bot's transport on aiohttp, with bounds, and without its log lines.

The library's own transport costs seven times the CPU and logs what it cannot read. And the token stands in every
address, so no error from here holds an address, nor a cause that might.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

CONNECT_S = 5.0
ANSWER_S = 20.0
MOST_ANSWER = 16 * 2**20
MOST_FILE = 20 * 2**20  # what a bot may download
CHUNK = 2**16
LONGEST_WAIT_S = 2**31
# The vendor's own words for a refusal; nothing with digits, for those might be anybody's.
PLAIN = re.compile(r"[A-Za-z][A-Za-z' ,._-]{0,99}")


class Lost(TelegramError):
    """The call got no answer; `written` where the vendor may have heard it."""

    def __init__(self, written: bool) -> None:
        super().__init__("the call was cut" if written else "the vendor could not be reached")
        self.written = written


class Unreadable(TelegramError):
    """The vendor took the call, but its answer cannot be read."""

    def __init__(self) -> None:
        super().__init__("the answer cannot be read")


class TooLarge(TelegramError):
    """The answer is larger than we take."""

    def __init__(self) -> None:
        super().__init__("the answer is too large")


class Refused(TelegramError):
    """The vendor refused the call with this status, and perhaps said in how many seconds it may be made again."""

    def __init__(self, status: int, reason: str, retry_after: float | None) -> None:
        super().__init__(f"refused with {status}")
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


class Transport(BaseRequest):
    """Makes the library's calls, and ours; one pool of connections, opened with the first call."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take."""
        return ANSWER_S

    async def initialize(self) -> None:
        """Nothing: the first call opens what it needs, on its own loop."""

    async def shutdown(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call of the library; whatever is not a success is raised as an error of this file."""
        seconds = read_timeout if isinstance(read_timeout, int | float) else ANSWER_S
        if request_data and request_data.contains_files:
            return await self._exchange(method, url, None, seconds, _form(request_data))
        return await self._exchange(method, url, request_data.parameters if request_data else None, seconds)

    async def call(self, url: str, fields: Mapping[str, Any], seconds: float = ANSWER_S) -> Any:
        """One call of ours, for answers that the library would log where it cannot read them."""
        _, body = await self._exchange("POST", url, fields, seconds)
        return self.parse_json_payload(body)["result"]

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The vendor's good answer; Unreadable where it is none. The library's own parser logs what it cannot read."""
        answer = _json(payload)
        if answer.get("ok") is not True or "result" not in answer:
            raise Unreadable
        return answer

    async def _exchange(
        self, method: str, url: str, fields: Any, seconds: float, form: aiohttp.FormData | None = None
    ) -> tuple[int, bytes]:
        most = MOST_FILE if method == "GET" else MOST_ANSWER
        timeout = aiohttp.ClientTimeout(total=CONNECT_S + seconds, connect=CONNECT_S)
        lost = Lost(written=True)
        try:
            async with self._opened().request(
                method, url, json=fields, data=form, timeout=timeout, allow_redirects=False
            ) as response:
                status, body = response.status, await _bounded(response, most)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            lost = Lost(written=False)
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        else:
            return _accepted(status, body)
        raise lost  # outside, so that it has no context: that would name the address

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "wasl", "Accept-Encoding": "identity"},
                trust_env=False,
            )
        return self._session


def _form(request_data: RequestData) -> aiohttp.FormData:
    """A call with files, as a form."""
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, data, kind) in request_data.multipart_data.items():
        form.add_field(name, data, filename=filename, content_type=kind)
    return form


async def _bounded(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, read only as far as it may be long."""
    if (response.content_length or 0) > most:
        raise TooLarge
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > most:
            raise TooLarge
    return bytes(body)


def _accepted(status: int, body: bytes) -> tuple[int, bytes]:
    if 200 <= status < 300:
        return status, body
    answer = _json(body)
    raise Refused(status, _reason(answer.get("description")), _retry_after(answer.get("parameters")))


def _retry_after(parameters: Any) -> float | None:
    """In how many seconds the call may be made again, where the vendor says so."""
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(wait) if isinstance(wait, int | float) and 0 < wait <= LONGEST_WAIT_S else None


def _reason(description: Any) -> str:
    """The vendor's reason without the name of its status («Bad Request: chat not found»)."""
    words = description.rpartition(": ")[2].strip() if isinstance(description, str) else ""
    return words.lower() if PLAIN.fullmatch(words) else ""


def _json(payload: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
