"""A stand-in for Twilio on this machine: takes messages by the documented rules, keeps them, and calls us back.

It can refuse with any code, delay, cut the answer before or after taking the message, repeat and reorder its receipts.
`Stub` is served by `serving()`; its `url` is what WASL_TWILIO_API_URL names. Times are those of `now`.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aiohttp import ClientError, encode_basic_auth, web

from tests.patience import STUCK_S
from tests.vendors.twilio_rules import broken
from tests.vendors.twilio_signing import SID, TOKEN, signed_post

WHATSAPP_FROM, SMS_FROM, SERVICE = "whatsapp:+966110000001", "+966110000001", "MG" + "2" * 32
WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Trouble:
    """What happens to the next call instead of success. `cut`: the answer is lost, "before" or "after" it was taken;
    `wait` holds it, and with it the answer of a call that was taken."""

    status: int = 0
    code: int | None = None
    retry_after: str | None = None
    body: str | None = None
    cut: str = ""
    wait: asyncio.Event | None = None


@dataclass
class Message:
    """A message at the vendor, and what was asked for with it."""

    sid: str
    form: Mapping[str, str]
    direction: str
    status: str
    at: datetime
    media: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As the API shows it."""
        when = format_datetime(self.at)
        return {
            "sid": self.sid,
            "account_sid": SID,
            "to": self.form.get("To"),
            "from": self.form.get("From") or WHATSAPP_FROM,
            "body": self.form.get("Body", ""),
            "direction": self.direction,
            "status": self.status,
            "num_media": str(len(self.media)),
            "num_segments": "1",
            "error_code": None,
            "date_created": when,
            "date_sent": None if self.status == "queued" else when,
            "date_updated": when,
        }


class Stub:
    """The vendor: one account with its senders."""

    def __init__(self) -> None:
        self.url = ""
        self.token = TOKEN
        self.second: str | None = None  # a second token logs in too; the vendor signs with the first only
        self.messages: list[Message] = []
        self._to: defaultdict[str, list[Message]] = defaultdict(list)  # of those of long runs one person's are asked
        self.media: dict[str, tuple[str, bytes]] = {}
        self.troubles: deque[Trouble] = deque()
        self.calls: list[tuple[str, str]] = []
        self.logins: list[str | None] = []
        self.heard: dict[str, datetime] = {}
        self.opted_out: set[str] = set()
        self.senders = {WHATSAPP_FROM, SMS_FROM}
        self.services = {SERVICE}
        self.redirect: str | None = None
        self.listing = Trouble()
        self.failing: dict[str, int] = {}
        self.receipts: tuple[str, ...] = ()
        self.calls_back = True
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._news = asyncio.Condition()
        self._calling: set[asyncio.Task[None]] = set()

    @property
    def sent(self) -> list[Message]:
        """What was taken from us, in order."""
        return [m for m in self.messages if m.direction == "outbound-api"]

    async def until(self, holds: Callable[[], bool], seconds: float = STUCK_S) -> None:
        """Wait until that holds; it is looked at after every call."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(holds)

    async def _tell_news(self) -> None:
        async with self._news:
            self._news.notify_all()

    def app(self) -> web.Application:
        """The API and the media store."""
        app = web.Application(middlewares=[self._watch], client_max_size=2**21)
        account = f"/2010-04-01/Accounts/{SID}"
        app.router.add_post(f"{account}/Messages.json", self._create)
        app.router.add_get(f"{account}/Messages.json", self._list)
        app.router.add_get(account + "/Messages/{sid}/Media.json", self._list_media)
        app.router.add_get(account + "/Messages/{sid}/Media/{media}", self._lead)
        app.router.add_delete(account + "/Messages/{sid}/Media/{media}", self._delete)
        app.router.add_get("/store/{media}", self._store)
        return app

    @web.middleware
    async def _watch(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        self.logins.append(request.headers.get("Authorization"))
        try:
            if not request.path.startswith("/store/") and not self._known(request):
                return _refusal(401, 20003, "Authenticate")
            answer: web.StreamResponse = await handler(request)
            return answer
        finally:
            await self._tell_news()

    def _known(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        return given in [encode_basic_auth(SID, token) for token in (self.token, self.second) if token]

    def promote(self) -> None:
        """The second token takes the place of the first, which is good for nothing from now on."""
        assert self.second
        self.token, self.second = self.second, None

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        trouble = self.troubles.popleft() if self.troubles else Trouble()
        if trouble.wait and trouble.cut != "after":
            await trouble.wait.wait()
        if trouble.cut == "before":
            return _cut(request)
        if trouble.status:
            return _refusal(trouble.status, trouble.code, "refused", trouble.retry_after, trouble.body)
        wrong = broken(form, frozenset(self.senders), frozenset(self.services))
        if wrong or form["To"] in self.opted_out:
            return _refusal(400, *(wrong or (21610, "Attempt to send to unsubscribed recipient")))
        message = self._keep(form, "outbound-api", "queued")
        await self._call_back(message)
        if trouble.cut == "after":
            await self._held(trouble)
            return _cut(request)
        return web.json_response(message.told(), status=201)

    async def _held(self, trouble: Trouble) -> None:
        """The message is taken, and the answer still to come."""
        await self._tell_news()
        if trouble.wait:
            await trouble.wait.wait()

    def _keep(self, form: Mapping[str, str], direction: str, status: str) -> Message:
        sid = f"SM{len(self.messages) + 1:032x}"
        message = Message(sid, dict(form), direction, status, self.now().replace(microsecond=0))
        self.messages.append(message)
        self._to[message.form.get("To", "")].append(message)
        return message

    async def _call_back(self, message: Message) -> None:
        """Post the receipts in their own time; free text outside the window fails there, as it does in life."""
        failure = self.failing.get(message.form["To"]) or (63016 if self._closed(message.form) else 0)
        states = ("failed",) if failure else self.receipts
        if self.calls_back and states and "StatusCallback" in message.form:
            task = asyncio.create_task(self._post_all(message, states, failure))
            self._calling.add(task)
            task.add_done_callback(self._calling.discard)

    def _closed(self, form: Mapping[str, str]) -> bool:
        heard = self.heard.get(form["To"])
        open_ = heard is not None and self.now() - heard < WINDOW
        return form["To"].startswith("whatsapp:") and "ContentSid" not in form and not open_

    async def _post_all(self, message: Message, states: tuple[str, ...], failure: int) -> None:
        for state in states:
            with suppress(ClientError):  # nobody is there: this receipt is lost
                await self.tell(message, state, failure)

    async def tell(self, message: Message, state: str, failure: int = 0) -> int:
        """Post one receipt; the status that the house answered with."""
        message.status = state
        code = [("ErrorCode", str(failure))] if failure else []
        fields = [
            *(("SmsSid", message.sid), ("SmsStatus", state), ("MessageStatus", state), ("MessageSid", message.sid)),
            *(("To", message.form["To"]), ("From", message.told()["from"]), ("AccountSid", SID)),
            *(("ApiVersion", "2010-04-01"), *code),
        ]
        status, _, _ = await signed_post(message.form["StatusCallback"], fields, self.token)
        await self._tell_news()
        return status

    async def settled(self) -> None:
        """Every receipt that was begun is posted."""
        await asyncio.gather(*self._calling)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        """Newest first, in pages; filters as documented."""
        if self.listing.status:
            return _refusal(self.listing.status, self.listing.code, "refused", None, self.listing.body)
        query = request.query
        wanted = list(reversed(self._to[query["To"]] if "To" in query else self.messages))
        if "From" in query:
            wanted = [m for m in wanted if m.told()["from"] == query["From"]]
        if "DateSent>" in query:
            since = datetime.fromisoformat(query["DateSent>"]).astimezone(UTC)
            wanted = [m for m in wanted if m.at >= since and m.told()["date_sent"]]
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        shown = wanted[page * size : (page + 1) * size]
        onward = request.url.update_query(Page=str(page + 1)) if len(wanted) > (page + 1) * size else None
        body = {
            "messages": [m.told() for m in shown],
            "page": page,
            "page_size": size,
            "next_page_uri": str(onward.relative()) if onward else None,
        }
        return web.json_response(body)

    def leave(self, content: bytes, content_type: str, name: str = "") -> str:
        """Put a file of the next message at the vendor; its name."""
        name = name or f"ME{len(self.media) + 1:032x}"
        self.media[name] = (content_type, content)
        return name

    def media_url(self, sid: str, name: str) -> str:
        """The URL of a file as a webhook tells it."""
        return f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/{sid}/Media/{name}"

    async def _list_media(self, request: web.Request) -> web.StreamResponse:
        names = next(m.media for m in self.messages if m.sid == request.match_info["sid"])
        shown = [{"sid": name, "content_type": self.media[name][0]} for name in names if name in self.media]
        return web.json_response({"media_list": shown, "page": 0, "next_page_uri": None})

    async def _lead(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["media"]
        if self.troubles:
            trouble = self.troubles.popleft()
            return _cut(request) if trouble.cut else _refusal(trouble.status, trouble.code, "refused")
        if name not in self.media:
            return _refusal(404, 20404, "not found")
        return web.Response(
            status=307, headers={"Location": self.redirect or f"https://mms.twiliocdn.com/store/{name}"}
        )

    async def _store(self, request: web.Request) -> web.StreamResponse:
        if "Authorization" in request.headers or request.match_info["media"] not in self.media:
            return web.Response(status=403)
        content_type, content = self.media[request.match_info["media"]]
        return web.Response(body=content, content_type=content_type)

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        gone = self.media.pop(request.match_info["media"].removesuffix(".json"), None)
        return web.Response(status=204 if gone else 404)

    def written(self, sender: str, body: str, to: str = "", media: tuple[str, ...] = ()) -> Message:
        """A person wrote: the message is at the vendor, and the window is open; nobody was told yet."""
        to = to or (WHATSAPP_FROM if sender.startswith("whatsapp:") else SMS_FROM)
        message = self._keep({"From": sender, "To": to, "Body": body}, "inbound", "received")
        message.media.extend(media)
        self.heard[sender] = self.now()
        return message

    def fields(self, message: Message, **more: str) -> list[tuple[str, str]]:
        """The form by which the vendor tells of a person's message."""
        files = [
            pair
            for at, name in enumerate(message.media)
            for pair in (
                (f"MediaUrl{at}", self.media_url(message.sid, name)),
                (f"MediaContentType{at}", self.media[name][0]),
            )
        ]
        phone = message.form["From"].removeprefix("whatsapp:")
        whatsapp = [("WaId", phone.lstrip("+")), ("ProfileName", "أم خالد")] if phone != message.form["From"] else []
        return [
            *(("SmsMessageSid", message.sid), ("NumMedia", str(len(message.media))), ("SmsSid", message.sid)),
            *(("SmsStatus", "received"), ("Body", message.form["Body"]), ("To", message.form["To"])),
            *(("NumSegments", "1"), ("MessageSid", message.sid), ("AccountSid", SID), ("From", message.form["From"])),
            *(("ApiVersion", "2010-04-01"), *whatsapp, *files, *more.items()),
        ]


def _refusal(
    status: int, code: int | None, words: str, retry_after: str | None = None, body: str | None = None
) -> web.Response:
    headers = {"Retry-After": retry_after} if retry_after else None
    if body is not None:
        return web.Response(status=status, text=body, headers=headers)
    return web.json_response({"code": code, "message": words, "status": status}, status=status, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """The line breaks before a byte of the answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serving(port: int = 0) -> AsyncIterator[Stub]:
    """The vendor on this machine; on a free port unless one is named."""
    stub = Stub()
    runner = web.AppRunner(stub.app(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await stub.settled()
        await runner.cleanup()
