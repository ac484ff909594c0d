"""How each channel brings a turn to the house, and how its answer comes back: the real calls, made with little CPU."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from itertools import count
from time import perf_counter, time_ns
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from benchmarks.common_work import HOUSE, Turn
from benchmarks.vendor import END, LATE_S, Vendor, content_length

SID, AUTH, SENDER = "AC" + "1" * 32, "a1b2c3d4" * 4, "+966110000001"
TELEGRAM_TOKEN, SECRET = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "a-secret-of-the-webhook_0"
GOOD = 200


class Caller(Protocol):
    """One channel: `say` returns the seconds until the house said that the turn is kept, after the answer came."""

    async def say(self, number: int, at: int, turn: Turn) -> float:
        """Take one turn of a person."""
        ...

    async def end(self, number: int) -> None:
        """The person has finished."""
        ...


class WrongAnswer(Exception):
    """The house answered otherwise than the common work has it."""


def judge(turn: Turn, told: Sequence[str]) -> None:
    """Exactly so many messages, with the words that the turn expects."""
    if len(told) != turn.replies or turn.expects not in "\n".join(told):
        raise WrongAnswer(f"«{turn.says}» was answered with {list(told)}")


class _Line(asyncio.Protocol):
    """One connection of a vendor, for one call at a time."""

    def __init__(self) -> None:
        self.closed = False
        self._held = b""
        self._status: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        end = self._held.find(END)
        if end < 0 or len(self._held) < end + len(END) + content_length(self._held[:end]):
            return
        status, self._held = int(self._held.split(b" ", 2)[1]), b""
        if self._status and not self._status.done():
            self._status.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._status and not self._status.done():
            self._status.set_exception(exc or ConnectionResetError())

    async def call(self, request: bytes) -> int:
        """The status that a request is answered with."""
        self._status = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._status


class Webhook:
    """A vendor that posts to the houses at these ports, in turn; where `vendor` is given, replies come to it."""

    path = ""

    def __init__(self, ports: Sequence[int], vendor: Vendor | None) -> None:
        self._ports, self._vendor = ports, vendor
        self._idle: dict[int, list[_Line]] = {port: [] for port in ports}
        self._ids = count(time_ns() // 1000)  # none that a database has seen before: a repeat has no effect

    async def say(self, number: int, at: int, turn: Turn) -> float:
        """Post it, and wait for the reply where one is sent."""
        port = self._ports[(number + at) % len(self._ports)]
        request = self.request(port, number, f"{number}.{at}", turn.says)
        began = perf_counter()
        status = await self._call(port, request)
        took = perf_counter() - began
        if status != GOOD:
            raise WrongAnswer(f"«{turn.says}» was answered with status {status}")
        if self._vendor:
            judge(turn, await self._vendor.heard(self.address(number), turn.replies))
        return took

    async def end(self, number: int) -> None:
        """Nothing more may have been told."""
        if self._vendor and (more := self._vendor.told.pop(self.address(number), [])):
            raise WrongAnswer(f"more than one reply: {more}")

    async def _call(self, port: int, request: bytes) -> int:
        """Make the call; once more, as vendors do, where the connection had been idle and was closed meanwhile."""
        line = await self._free(port)
        try:
            status = await line.call(request)
        except (OSError, RuntimeError):
            _, line = await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", port)
            status = await line.call(request)
        self._idle[port].append(line)
        return status

    async def _free(self, port: int) -> _Line:
        """A connection that is kept open, the last one used first; the house closes those that are idle."""
        while self._idle[port]:
            if not (line := self._idle[port].pop()).closed:
                return line
        _, line = await asyncio.get_running_loop().create_connection(_Line, "127.0.0.1", port)
        return line

    def address(self, number: int) -> str:
        """The person's address at the vendor."""
        raise NotImplementedError

    def request(self, port: int, number: int, id: str, text: str) -> bytes:
        """The whole call."""
        raise NotImplementedError

    def _http(self, port: int, body: bytes, kind: str, header: str) -> bytes:
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n{header}\r\n\r\n"
        )
        return head.encode() + body


class Twilio(Webhook):
    """Signed forms of WhatsApp."""

    path = f"/webhooks/{HOUSE}/twilio"

    def address(self, number: int) -> str:
        """A number of WhatsApp."""
        return f"whatsapp:+9665{number:08d}"

    def request(self, port: int, number: int, id: str, text: str) -> bytes:
        """The form with its signature."""
        sid, phone = f"SM{uuid4().hex}", self.address(number)
        form = {"SmsMessageSid": sid, "NumMedia": "0", "ProfileName": "أم خالد", "SmsSid": sid, "SmsStatus": "received"}
        form |= {"WaId": phone[-12:], "Body": text, "To": f"whatsapp:{SENDER}", "NumSegments": "1", "MessageSid": sid}
        form |= {"AccountSid": SID, "From": phone, "ApiVersion": "2010-04-01"}
        signed = f"http://localhost:{port}{self.path}" + "".join(key + form[key] for key in sorted(form))
        mac = base64.b64encode(hmac.digest(AUTH.encode(), signed.encode(), hashlib.sha1)).decode()
        kind = "application/x-www-form-urlencoded"
        return self._http(port, urlencode(form).encode(), kind, f"X-Twilio-Signature: {mac}")


class Telegram(Webhook):
    """Updates with the secret."""

    path = f"/webhooks/{HOUSE}/telegram"

    def address(self, number: int) -> str:
        """The chat's number."""
        return str(7_000_000_000 + number)

    def request(self, port: int, number: int, id: str, text: str) -> bytes:
        """The update as the vendor writes it."""
        who, update = int(self.address(number)), next(self._ids)
        user = {"id": who, "is_bot": False, "first_name": "سعاد", "language_code": "en"}
        chat = {"id": who, "first_name": "سعاد", "type": "private"}
        message = {"message_id": update, "from": user, "chat": chat, "date": 1_790_000_000, "text": text}
        body = json.dumps({"update_id": update, "message": message}).encode()
        return self._http(port, body, "application/json", f"X-Telegram-Bot-Api-Secret-Token: {SECRET}")


class Page:
    """The socket of web chat; `seen` tells the house what was shown, as the page does."""

    def __init__(self, ports: Sequence[int], seen: bool) -> None:
        self._ports, self._seen = ports, seen
        self._open: dict[int, ClientConnection] = {}

    async def say(self, number: int, at: int, turn: Turn) -> float:
        """The first turn opens the page, every other is a message."""
        id, began = str(uuid4()), perf_counter()
        if at == 0:
            await self._opened(number)
        frame: dict[str, Any] = {"type": "message", "id": id, "text": turn.says}
        if at == 0:
            frame = {"type": "hello", "token": None, "last": 0, "language": "en", "start": None, "mine": False}
        line, taken = self._open[number], 0.0
        told: list[dict[str, Any]] = []
        await line.send(json.dumps(frame))
        async with asyncio.timeout(LATE_S):
            while not taken or len(told) < turn.replies:
                came = json.loads(await line.recv())
                taken = taken or (came["type"] in ("ack", "welcome")) * (perf_counter() - began)
                told += [came] if came["type"] == "message" else []
        judge(turn, [message["text"] for message in told])
        if self._seen:
            await line.send(json.dumps({"type": "seen", "seq": told[-1]["seq"]}))
        return taken

    async def _opened(self, number: int) -> None:
        port = self._ports[number % len(self._ports)]
        where = f"ws://127.0.0.1:{port}/chat/{HOUSE}/ws"
        self._open[number] = await connect(
            where, origin=Origin(f"http://localhost:{port}"), compression=None, proxy=None, ping_interval=None
        )

    async def end(self, number: int) -> None:
        """Close the page."""
        await self._open.pop(number).close()
