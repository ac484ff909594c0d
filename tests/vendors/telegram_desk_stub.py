"""Telegram's servers with a group of topics, as the desk's bot meets them: every call is held to the vendor's rules."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

from aiohttp import web

from tests.patience import STUCK_S
from tests.vendors.telegram_rules import units

TOKEN = "220201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT = -1001234567890
ME = {"id": 220201543, "is_bot": True, "first_name": "Wasl"}
NEEDS = {
    "createForumTopic": {"chat_id", "name"},
    "sendMessage": {"chat_id", "text"},
    "closeForumTopic": {"chat_id", "message_thread_id"},
    "answerCallbackQuery": {"callback_query_id"},
    "getUpdates": {"timeout", "allowed_updates"},
}
Fields = dict[str, Any]


class DeskStub:
    """The server; `faults` must stay empty, `calls` are all calls but polls, in order."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.calls: list[tuple[str, Fields]] = []
        self.topics: dict[int, str] = {}
        self.closed: set[int] = set()
        self.taps: set[str] = set()
        self.troubles: dict[str, deque[Fields]] = {}
        self.offsets: list[int] = []
        self.waiting: list[Fields] = []
        self.url = ""
        self._ids, self._updates = count(100), count(7000)
        self._news = asyncio.Condition()
        self._came = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "DeskStub":
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._came.set()  # whoever still polls is answered
        if self._runner is not None:
            await self._runner.cleanup()

    def sent(self, thread: int | None = None) -> list[Fields]:
        """The messages of a topic, or all."""
        found = [fields for method, fields in self.calls if method == "sendMessage" and "id" in fields]
        return [f for f in found if thread is None or f.get("message_thread_id") == thread]

    def received(self) -> str:
        """Everything that reached the vendor, as one text."""
        return json.dumps(self.calls, ensure_ascii=False)

    async def until(self, holds: Callable[[], Any], seconds: float = STUCK_S) -> None:
        """Wait until that holds; it is looked at after every call."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(holds)

    async def hears(self, **update: Any) -> int:
        """An update comes, and the poll that carried it is over: its effect is committed."""
        id = next(self._updates)
        await self.again({"update_id": id, **update})
        return id

    async def again(self, update: Fields) -> None:
        """An update comes, perhaps once more."""
        seen = len(self.offsets)
        self.waiting.append(update)
        self._came.set()
        await self.until(lambda: update["update_id"] + 1 in self.offsets[seen:])

    def message(self, text: str, user: int, thread: int | None = None, reply: int | None = None, **more: Any) -> Fields:
        """A message of somebody, as an update's content."""
        chat = {"id": CHAT, "type": "supergroup", "title": "Staff", "is_forum": True}
        body: Fields = {"message_id": next(self._ids), "date": 1_790_000_000, "chat": chat, "text": text}
        body["from"] = {"id": user, "is_bot": False, "first_name": "S"}
        if thread is not None:
            body |= {"message_thread_id": thread, "is_topic_message": True}
            head = {"message_id": reply or thread, "date": 1_790_000_000, "chat": chat, "message_thread_id": thread}
            body["reply_to_message"] = {**head, "from": ME, "text": "x"}
        return {"message": {**body, **more}}

    def private(self, text: str, user: int) -> Fields:
        """A message of somebody to the bot alone."""
        return self.message(text, user, chat={"id": user, "type": "private", "first_name": "S"})

    def tap(self, thread: int, data: str, user: int) -> Fields:
        """The tap of a topic's button."""
        id = f"tap{next(self._ids)}"
        self.taps.add(id)
        message = self.message("x", 1, thread)["message"] | {"from": ME}
        whose = {"id": user, "is_bot": False, "first_name": "S"}
        return {"callback_query": {"id": id, "from": whose, "chat_instance": "1", "data": data, "message": message}}

    async def _call(self, request: web.Request) -> web.Response:
        method, fields = request.match_info["method"], _plain(await request.post())
        if request.match_info["token"] != TOKEN:
            return _refusal(401)
        if method == "getUpdates":
            return await self._poll(fields)
        found = list(self._judge(method, fields))
        self.faults += found
        self.calls.append((method, fields))
        troubles = self.troubles.get(method)
        try:
            if found:
                return _refusal(400)
            if troubles:
                return self._trouble(request, troubles.popleft())
            return self._done(method, fields)
        finally:
            async with self._news:
                self._news.notify_all()

    def _judge(self, method: str, fields: Fields) -> Any:
        missing = NEEDS.get(method, {"a known method"}) - fields.keys()
        if missing:
            yield f"{method} without {missing}"
            return
        if method == "createForumTopic" and not 1 <= len(fields["name"]) <= 128:
            yield "topic's name"
        if method in ("createForumTopic", "closeForumTopic") and fields["chat_id"] != CHAT:
            yield "another chat"
        if method == "answerCallbackQuery" and not len(fields.get("text", "")) <= 200:
            yield "answer too long"
        if method != "sendMessage":
            return
        if not 1 <= units(fields["text"]) <= 4096:
            yield "text's length"
        if fields["chat_id"] == CHAT and fields.get("message_thread_id") not in self.topics:
            yield "no such topic"
        if fields["chat_id"] == CHAT and not fields.get("link_preview_options", {}).get("is_disabled"):
            yield "a preview would be opened"
        for row in fields.get("reply_markup", {}).get("inline_keyboard", []):
            if not 1 <= len(row) <= 8 or any(not 1 <= len(b["callback_data"].encode()) <= 64 for b in row):
                yield "keyboard"

    def _done(self, method: str, fields: Fields) -> web.Response:
        chat = {"id": fields.get("chat_id", 0), "type": "supergroup"}
        if method == "createForumTopic":
            thread = next(self._ids)
            self.topics[thread] = fields["name"]
            return _good({"message_thread_id": thread, "name": fields["name"], "icon_color": 7322096})
        if method == "closeForumTopic":
            self.closed.add(fields["message_thread_id"])
            return _good(True)
        if method == "answerCallbackQuery":
            known = fields["callback_query_id"] in self.taps
            self.taps.discard(fields["callback_query_id"])
            return _good(True) if known else _refusal(400)
        fields["id"] = next(self._ids)
        return _good({"message_id": fields["id"], "date": 1_790_000_000, "chat": chat, "text": fields["text"]})

    def _trouble(self, request: web.Request, trouble: Fields) -> web.Response:
        if trouble.get("cut"):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return _refusal(trouble["status"], trouble.get("retry_after"))

    async def _poll(self, fields: Fields) -> web.Response:
        offset = fields.get("offset", 0)
        self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        self.offsets.append(offset)
        async with self._news:
            self._news.notify_all()
        if not self.waiting:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), fields["timeout"])
            except TimeoutError:
                return _good([])
        return _good(self.waiting)


def _plain(form: Any) -> Fields:
    """The fields of a form, with JSON and numbers read."""
    return {name: _read(name, str(value)) for name, value in form.items()}


def _read(name: str, value: str) -> Any:
    if name in ("text", "name", "callback_query_id"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _good(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(status: int, retry_after: float | None = None) -> web.Response:
    more = {"parameters": {"retry_after": retry_after}} if retry_after is not None else {}
    return web.json_response({"ok": False, "error_code": status, "description": "refused", **more}, status=status)
