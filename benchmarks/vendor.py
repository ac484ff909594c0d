"""Both vendors in one small server: every call is taken at once, and what was told to whom is known."""

import asyncio
import json
from collections import defaultdict
from itertools import count
from typing import Any
from urllib.parse import parse_qs

END = b"\r\n\r\n"
LENGTH = b"content-length:"
LATE_S = 60.0


class Vendor:
    """Telegram and Twilio on this machine. `told` is what each address was told since it was last asked."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = defaultdict(list)
        self.url = ""
        self._news: dict[str, asyncio.Event] = {}
        self._ids = count(1)
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Vendor":
        self._server = await asyncio.get_running_loop().create_server(lambda: _Line(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()

    async def heard(self, address: str, replies: int) -> list[str]:
        """What the address was told, once so many messages have come; TimeoutError where they do not."""
        async with asyncio.timeout(LATE_S):
            while len(self.told[address]) < replies:
                news = self._news[address] = asyncio.Event()
                await news.wait()
        return self.told.pop(address)

    def call(self, path: bytes, body: bytes) -> bytes:
        """The answer to a call."""
        if path.endswith(b"/sendMessage"):
            return self._telegram(json.loads(body))
        if b"/Messages.json" in path and body:
            return self._twilio(parse_qs(body.decode()))
        if b"/Messages.json" in path:
            return _answer({"messages": [], "page": 0, "page_size": 50, "next_page_uri": None})
        return _answer({"ok": True, "result": True})

    def _telegram(self, fields: dict[str, Any]) -> bytes:
        self._tell(str(fields["chat_id"]), fields["text"])
        chat = {"id": fields["chat_id"], "type": "private"}
        return _answer({"ok": True, "result": {"message_id": next(self._ids), "date": 1_790_000_000, "chat": chat}})

    def _twilio(self, form: dict[str, list[str]]) -> bytes:
        self._tell(form["To"][0], form["Body"][0])
        return _answer({"sid": f"SM{next(self._ids):032x}", "status": "queued", "num_segments": "1"}, b"201 Created")

    def _tell(self, address: str, text: str) -> None:
        self.told[address].append(text)
        if news := self._news.pop(address, None):
            news.set()


class _Line(asyncio.Protocol):
    """One connection that is kept open; calls have a content-length, as both libraries send them."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(END)) >= 0:
            body_from = end + len(END)
            body_to = body_from + content_length(self._held[:end])
            if len(self._held) < body_to:
                return
            path, body = self._held.split(b" ", 2)[1], self._held[body_from:body_to]
            self._held = self._held[body_to:]
            self._transport.write(self._vendor.call(path, body))


def content_length(head: bytes) -> int:
    """The length that a head tells; none is nothing."""
    at = head.lower().find(LENGTH)
    return int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def _answer(value: Any, status: bytes = b"200 OK") -> bytes:
    body = json.dumps(value).encode()
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    return head + body
