"""The vendors' stand-ins under bad weather: they wait, refuse, and cut answers, also of what they have taken."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, web

from tests.vendors import telegram_stub, twilio_stub
from tests.vendors.telegram_stub import TelegramStub
from tests.vendors.twilio_stub import Message, Stub

CUT_AFTER, CUT_BEFORE, REFUSED = 0.01, 0.005, 0.01
LISTS = 0.1  # so often the vendor lists what came while we were down; else it is out of order
SLOW_S = 0.05
TELLING = ("sendMessage", "sendDocument")
Seen = Callable[[str, str], None]  # who, and the words


class Weather(deque[twilio_stub.Trouble]):
    """An endless queue of troubles, most of which are none."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def __bool__(self) -> bool:
        return True

    def popleft(self) -> twilio_stub.Trouble:
        """The next call's."""
        throw = self._chance.random()
        if throw < CUT_AFTER:
            return twilio_stub.Trouble(cut="after")
        if throw < CUT_AFTER + CUT_BEFORE:
            return twilio_stub.Trouble(cut="before")
        refused = throw < CUT_AFTER + CUT_BEFORE + REFUSED
        return twilio_stub.Trouble(status=503, code=20503) if refused else twilio_stub.Trouble()


class Twilio(Stub):
    """Twilio: receipts come late, twice, in any order, or never."""

    def __init__(self, chance: random.Random, seen: Seen) -> None:
        super().__init__()
        self.chance, self._seen = chance, seen
        self.calm, self.away_s = False, 0.0
        self.receipts = ("sent", "delivered")
        self.troubles = Weather(chance)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        if self.calm:
            self.troubles = deque()
        await asyncio.sleep(self.away_s or self.chance.random() * SLOW_S)
        return await super()._create(request)

    def _keep(self, form: Any, direction: str, status: str) -> Message:
        message = super()._keep(form, direction, status)
        if direction == "outbound-api":
            self._seen(form["To"], form.get("Body", ""))
        return message

    async def _list(self, request: web.Request) -> web.StreamResponse:
        """What staff or a look-up asks of one person is told; all that came since a time only now and then."""
        if "From" not in request.query and "DateSent>" in request.query and self.chance.random() > LISTS:
            return web.json_response({"code": 20503, "message": "later", "status": 503}, status=503)
        return await super()._list(request)

    async def _post_all(self, message: Message, states: tuple[str, ...], failure: int) -> None:
        told = [state for state in states for _ in range(self.chance.choice((0, 1, 1, 1, 1, 2)))]
        self.chance.shuffle(told)
        for state in told:
            await asyncio.sleep(self.chance.random() * SLOW_S)
            with suppress(ClientError, TimeoutError, OSError):
                await self.tell(message, state, failure)

    async def _tell_news(self) -> None:
        """Nobody waits here: people are told one by one."""


class Telegram(TelegramStub):
    """Telegram; what it takes reaches its person at once, whether or not we are told."""

    def __init__(self, chance: random.Random, seen: Seen) -> None:
        super().__init__()
        self._chance, self._seen = chance, seen
        self.calm = False

    def _next(self, method: str) -> telegram_stub.Trouble:
        wait = self._chance.random() * SLOW_S
        throw = 1.0 if self.calm or method not in TELLING else self._chance.random()
        if throw < CUT_AFTER + CUT_BEFORE:
            return telegram_stub.Trouble(wait=wait, cut="after" if throw < CUT_AFTER else "before")
        refused = throw < CUT_AFTER + CUT_BEFORE + REFUSED
        return telegram_stub.Trouble(status=502, wait=wait) if refused else telegram_stub.Trouble(wait=wait)

    async def _sendMessage(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802 - the vendor's name
        answer = await super()._sendMessage(fields)
        if answer.status == 200:
            self._seen(str(fields["chat_id"]), fields["text"])
        return answer

    async def _sendDocument(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        answer = await super()._sendDocument(fields)
        if answer.status == 200:
            self._seen(str(fields["chat_id"]), "")  # a receipt has no words
        return answer

    async def _tell_news(self) -> None:
        """Nobody waits here: people are told one by one."""
