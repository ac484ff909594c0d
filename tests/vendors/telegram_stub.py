"""Telegram's servers on this machine: each call is held to the documented rules, and may fail, wait or be cut.

async with TelegramStub() as stub:
    channel = Telegram("qurainah", stub.token, None, stub.url)
    stub.trouble("sendMessage", Trouble(429, retry_after=7))
    stub.queue.put(message(text="..."))          # see tests/vendors/telegram_person.py
assert stub.faults == []
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from aiohttp import ClientSession, web

from tests.patience import STUCK_S
from tests.vendors.telegram_rules import METHODS, Fields, faults

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"  # as the vendor's manual shows one
SECRET = "a-secret-of-the-webhook_0"
REASONS = {
    400: "Bad Request: message is too strange",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests: retry after 1",
    502: "Bad Gateway",
}
Update = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one call: a status with a reason, a wait before it, or a cut before or after it is done."""

    status: int = 200
    reason: str = ""
    retry_after: float | None = None
    wait: float = 0.0
    cut: str = ""  # "before" or "after" the call is done
    body: bytes | None = None  # this instead of the answer


@dataclass(frozen=True, slots=True)
class Taken:
    """A call as it came."""

    method: str
    fields: Fields
    at: float


class UpdateQueue:
    """Updates that wait, with the documented meaning of the offset; `stutter` delivers each answer twice."""

    def __init__(self, first: int = 900) -> None:
        self.waiting: list[Update] = []
        self.stutter = False
        self._ids = count(first)
        self._came = asyncio.Event()

    def put(self, update: Update) -> Update:
        """Let an update wait; it gets the next id where it has none."""
        numbered = update if "update_id" in update else {"update_id": next(self._ids), **update}
        self.waiting.append(numbered)
        self._came.set()
        return numbered

    def go_down(self, first: int) -> None:
        """From now on ids start at another number, as after a quiet week."""
        self._ids = count(first)

    async def take(self, offset: int | None, limit: int, seconds: float) -> list[Update]:
        """What waits from the offset on; all before it is forgotten. One beyond all falls back to the head."""
        if offset is not None and not self._repeats() and any(u["update_id"] >= offset - 1 for u in self.waiting):
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        if not self.waiting:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), seconds)
            except TimeoutError:
                return []
        return self.waiting[:limit]

    def _repeats(self) -> bool:
        """Once, the offset is passed over: the same answer comes again."""
        again, self.stutter = self.stutter, False
        return again


class TelegramStub:
    """The server. `faults` must stay empty; `calls` are all calls in order; `clock` judges retry_after."""

    def __init__(self, token: str = TOKEN, clock: Callable[[], float] = time.monotonic, port: int = 0) -> None:
        self.token, self.clock, self.port = token, clock, port
        self.url = ""
        self.faults: list[str] = []
        self.calls: list[Taken] = []
        self.sent: list[dict[str, Any]] = []
        self.documents: list[tuple[str, bytes]] = []
        self.queue = UpdateQueue()
        self.chats: set[int] = set()
        self.blocked: set[int] = set()
        self.taps: set[str] = set()
        self.left: list[int] = []
        self.files: dict[str, bytes] = {}
        self.webhook: Fields = {}
        self.commands: dict[str, Any] = {}
        self._troubles: dict[str, deque[Trouble]] = {}
        self._not_before: dict[tuple[str, object], float] = {}
        self._ids = count(1)
        self._news = asyncio.Condition()
        self._poll: asyncio.Task[list[Update]] | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "TelegramStub":
        app = web.Application(middlewares=[self._watch])
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._poll is not None:
            self._poll.cancel()
        if self._runner is not None:
            await self._runner.cleanup()

    def trouble(self, method: str, *troubles: Trouble) -> None:
        """What happens to the next calls of this method, one each; «file» is the download."""
        self._troubles.setdefault(method, deque()).extend(troubles)

    def taken(self, method: str) -> list[Fields]:
        """The fields of all calls of a method."""
        return [call.fields for call in self.calls if call.method == method]

    async def until(self, holds: Callable[[], bool], seconds: float = STUCK_S) -> None:
        """Wait until that holds; it is looked at after every call."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(holds)

    async def deliver(self, url: str | None = None, secret: str | None = None) -> list[int]:
        """Post what waits to the webhook, as the vendor does; those that got 200 are forgotten. Gives the statuses."""
        statuses = []
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret or self.webhook.get("secret_token", "")}
        async with ClientSession() as session:
            for update in list(self.queue.waiting):
                async with session.post(url or self.webhook["url"], json=update, headers=headers) as response:
                    statuses.append(response.status)
                if statuses[-1] == 200:
                    self.queue.waiting.remove(update)
        return statuses

    @web.middleware
    async def _watch(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Whoever waits for news looks again when a call has come, and when it is answered."""
        try:
            answer: web.StreamResponse = await handler(request)
            return answer
        finally:
            await self._tell_news()

    async def _tell_news(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refusal(401)
        if method not in METHODS:
            self.faults.append(f"unknown method {method}")
            return _refusal(404)
        fields: Fields = await _fields(request)
        self.calls.append(Taken(method, fields, self.clock()))
        await self._tell_news()
        found = list(faults(method, fields))
        self.faults += found
        return _refusal(400) if found else await self._troubled(request, method, fields)

    async def _troubled(self, request: web.Request, method: str, fields: Fields) -> web.StreamResponse:
        waiting = self._not_before.get((method, fields.get("chat_id")), 0.0) - self.clock()
        if waiting > 0:
            self.faults.append(f"{method} came {waiting:.3f} s before retry_after had passed")
            return _refusal(429, retry_after=waiting)
        trouble = self._next(method)
        await asyncio.sleep(trouble.wait)
        if trouble.cut == "before":
            return _cut(request)
        if trouble.retry_after is not None:
            self._not_before[method, fields.get("chat_id")] = self.clock() + trouble.retry_after
        if trouble.status != 200:
            return _refusal(trouble.status, trouble.reason, trouble.retry_after)
        answer = await getattr(self, f"_{method}")(fields)
        if trouble.cut == "after":
            return _cut(request)
        return answer if trouble.body is None else web.Response(body=trouble.body, content_type="application/json")

    def _next(self, method: str) -> Trouble:
        troubles = self._troubles.get(method)
        return troubles.popleft() if troubles else Trouble()

    async def _file(self, request: web.Request) -> web.StreamResponse:
        trouble = self._next("file")
        if trouble.cut:
            return _cut(request)
        body = trouble.body or self.files.get(request.match_info["path"].rpartition("/")[2])
        if request.match_info["token"] != self.token or body is None or trouble.status != 200:
            return _refusal(trouble.status if trouble.status != 200 else 404)
        return web.Response(body=body, content_type="application/octet-stream")

    async def _getMe(self, _: Fields) -> web.Response:  # noqa: N802 - the vendor's name
        name = {"first_name": "Wasl", "username": "wasl_test_bot"}
        return _good({"id": int(self.token.partition(":")[0]), "is_bot": True, **name})

    async def _getUpdates(self, fields: Fields) -> web.Response:  # noqa: N802
        if self.webhook.get("url"):
            return _refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poll is not None:
            self._poll.cancel()  # a newer poll ends the older one
        take = self.queue.take(fields.get("offset"), fields.get("limit", 100), fields["timeout"])
        self._poll = poll = asyncio.create_task(take)
        await asyncio.wait([poll])
        return _refusal(409) if poll.cancelled() else _good(poll.result())

    async def _setWebhook(self, fields: Fields) -> web.Response:  # noqa: N802
        self.webhook = fields
        return _good(True)

    async def _deleteWebhook(self, _: Fields) -> web.Response:  # noqa: N802
        self.webhook = {}
        return _good(True)

    async def _getWebhookInfo(self, _: Fields) -> web.Response:  # noqa: N802
        waiting = {"has_custom_certificate": False, "pending_update_count": len(self.queue.waiting)}
        return _good({"url": self.webhook.get("url", ""), **waiting})

    async def _setMyCommands(self, fields: Fields) -> web.Response:  # noqa: N802
        self.commands[fields.get("language_code", "")] = fields["commands"]
        return _good(True)

    async def _sendMessage(self, fields: Fields) -> web.Response:  # noqa: N802
        chat = fields["chat_id"]
        if chat not in self.chats:
            return _refusal(400, "Bad Request: chat not found")
        if chat in self.blocked:
            return _refusal(403)
        head = {"message_id": next(self._ids), "date": 1_790_000_000, "chat": {"id": chat, "type": "private"}}
        self.sent.append({**head, **{name: fields[name] for name in ("text", "reply_markup") if name in fields}})
        return _good(self.sent[-1])

    async def _sendDocument(self, fields: Fields) -> web.Response:  # noqa: N802
        if fields["chat_id"] not in self.chats:
            return _refusal(400, "Bad Request: chat not found")
        chat = {"id": fields["chat_id"], "type": "private"}
        head = {"message_id": next(self._ids), "date": 1_790_000_000, "chat": chat}
        self.documents.append(fields["document"])
        return _good(head)

    async def _sendChatAction(self, fields: Fields) -> web.Response:  # noqa: N802
        return _good(True) if fields["chat_id"] in self.chats else _refusal(400, "Bad Request: chat not found")

    async def _answerCallbackQuery(self, fields: Fields) -> web.Response:  # noqa: N802
        if fields["callback_query_id"] not in self.taps:
            return _refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.taps.discard(fields["callback_query_id"])
        return _good(True)

    async def _leaveChat(self, fields: Fields) -> web.Response:  # noqa: N802
        self.left.append(fields["chat_id"])
        return _good(True)

    async def _getFile(self, fields: Fields) -> web.Response:  # noqa: N802
        id = fields["file_id"]
        if id not in self.files:
            return _refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[id]) > 20 * 2**20:
            return _refusal(400, "Bad Request: file is too big")
        return _good({"file_id": id, "file_unique_id": f"u-{id}", "file_path": f"photos/{id}"})


async def _fields(request: web.Request) -> Fields:
    """The fields of a call: JSON, or a form where it brings a file."""
    if not request.content_type.startswith("multipart/"):
        return await request.json() if request.can_read_body else {}
    form = await request.post()
    files = {name: (file.filename, file.file.read()) for name, file in form.items() if isinstance(file, web.FileField)}
    plain: dict[str, Any] = {name: value for name, value in form.items() if name not in files}
    plain["chat_id"] = int(plain["chat_id"])
    return {**plain, "document": next(iter(files.values()))}


def _good(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(status: int, reason: str = "", retry_after: float | None = None) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": reason or REASONS.get(status, "Error")}
    if retry_after is not None:
        answer["parameters"] = {"retry_after": retry_after}
    return web.json_response(answer, status=status)


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
